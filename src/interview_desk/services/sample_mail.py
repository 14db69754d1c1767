"""A mail as an invented guest would get it, filled in exactly as the server fills in real ones."""

from typing import NamedTuple

from interview_desk.domain.sequences.plan import Template
from interview_desk.domain.sequences.variables import VARIABLES

_EXAMPLES = {variable.name: variable.example for variable in VARIABLES.values()}


class SampleMail(NamedTuple):
    """A subject and a text; `trouble` says why they are shown as they were written."""

    subject: str
    text: str
    trouble: str = ""


def sampled(template: Template) -> SampleMail:
    """The mail with the catalogue's examples in its places."""
    # The template language takes a while to load, and only who writes mails needs it.
    from interview_desk.wire.mail_templates import TemplateMistake, render

    try:
        rendered = render(template, _EXAMPLES)
    except TemplateMistake as mistake:
        return SampleMail(template.subject, template.text, str(mistake))
    return SampleMail(rendered.subject, rendered.text)


def mistakes_in(template: Template) -> list[str]:
    """A sentence for everything in the mail that cannot be filled in for anybody."""
    from interview_desk.wire.mail_templates import check

    return check(template)
