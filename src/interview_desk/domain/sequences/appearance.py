"""How a mail looks to the guest: the same on the desk's preview and in what leaves."""

import re
from collections.abc import Mapping
from html import escape
from typing import Final

_LINK = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)\]]")
_FOOTERS: Mapping[str, tuple[str, str]] = {
    "en": (
        "You get this mail because of an interview with us. No more of it: {link}",
        'You get this mail because of an interview with us. To get no more of it, reply "stop".',
    ),
    "de": (
        "Sie bekommen diese Mail wegen eines Gesprächs mit uns. Abbestellen: {link}",
        "Sie bekommen diese Mail wegen eines Gesprächs mit uns. Genug? Antworten Sie: stop",
    ),
}


def one_line(text: str) -> str:
    """`text` without anything that could begin another line of a header."""
    return " ".join(text.split())


def html_of(text: str) -> str:
    """A plain text as HTML: paragraphs, lines and links, and nothing in it that could be code."""
    paragraphs = re.split(r"\n[ \t]*\n", text.strip())
    return "\n".join(f"<p>{_lines(paragraph)}</p>" for paragraph in paragraphs)


# What stands for the link that each mail has of its own, where a mail is shown before it leaves.
EXAMPLE_LINK: Final = "https://desk.example/u/..."


def with_footer(text: str, html: str, *, language: str, link: str | None) -> tuple[str, str]:
    """Text and HTML that say why they come and how to get no more."""
    by_link, by_reply = _FOOTERS.get(language, _FOOTERS["en"])
    said = by_link.format(link=link) if link else by_reply
    end = f"<hr>\n<p><small>{_lines(said)}</small></p>"
    return f"{text.rstrip()}\n\n-- \n{said}\n", f"{html}\n{end}"


def _lines(text: str) -> str:
    parts = []
    last = 0
    for found in _LINK.finditer(text):
        link = escape(found[0])
        parts += [escape(text[last : found.start()]), f'<a href="{link}">{link}</a>']
        last = found.end()
    parts.append(escape(text[last:]))
    return "".join(parts).replace("\n", "<br>\n")
