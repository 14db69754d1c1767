"""A mail as an invented guest would get it, filled in exactly as the server fills in real ones."""

from typing import NamedTuple

from interview_desk.domain.sequences.appearance import EXAMPLE_LINK, with_footer
from interview_desk.domain.sequences.plan import Template
from interview_desk.domain.sequences.variables import VARIABLES
from interview_desk.services.follow_ups import Mail

_EXAMPLES: dict[str, str | tuple[str, ...]] = {
    variable.name: variable.example for variable in VARIABLES.values()
}


class SampleMail(NamedTuple):
    """A subject and a text; `trouble` says why they are shown as they were written."""

    subject: str
    text: str
    trouble: str = ""


def sampled(template: Template, language: str, *, guest_name: str = "") -> SampleMail:
    """The mail with the catalogue's examples in its places, down to how to get no more of it.

    With `guest_name` it is that guest's, everything else being invented.
    """
    # The template language takes a while to load, and only who writes mails needs it.
    from interview_desk.wire.mail_templates import TemplateMistake, render

    try:
        rendered = render(template, _filled_for(guest_name))
    except TemplateMistake as mistake:
        return SampleMail(template.subject, template.text, str(mistake))
    text, _ = with_footer(rendered.text, "", language=language, link=EXAMPLE_LINK)
    return SampleMail(rendered.subject, text.rstrip())


def as_seen(mail: Mail) -> tuple[str, str]:
    """Text and HTML of a mail with what the server puts below it; the link there is an example.

    A server without an address of its own asks for a reply instead, as all do in a test.
    """
    if not mail.text:
        return mail.text, mail.html
    link = None if mail.is_test else EXAMPLE_LINK
    return with_footer(mail.text, mail.html, language=mail.language, link=link)


def _filled_for(guest_name: str) -> dict[str, str | tuple[str, ...]]:
    first = guest_name.split(maxsplit=1)[:1]
    own = {"guest_name": guest_name, "guest_first_name": first[0]} if first else {}
    return {**_EXAMPLES, **own}
