"""The one page that guests see: unsubscribing, in plain words and without anything about them."""

from collections.abc import Mapping
from typing import NamedTuple


class _Words(NamedTuple):
    title: str
    question: str
    consequence: str
    button: str
    done: str
    unknown: str


_WORDS: Mapping[str, _Words] = {
    "en": _Words(
        "No more mail",
        "Do you want no more mail from this team?",
        "Once you press the button, this team will not write to you again. "
        "Interviews that you have booked stay booked.",
        "Yes, no more mail",
        "Done. This team will not write to you again.",
        "This link is not valid any more. Reply to the mail that you want no more.",
    ),
    "de": _Words(
        "Keine Mails mehr",
        "Möchten Sie von diesem Team keine Mails mehr bekommen?",
        "Wenn Sie auf den Knopf drücken, schreibt Ihnen dieses Team nicht mehr. "
        "Gebuchte Gespräche bleiben bestehen.",
        "Ja, keine Mails mehr",
        "Erledigt. Dieses Team schreibt Ihnen nicht mehr.",
        "Dieser Link gilt nicht mehr. Antworten Sie auf die Mail, dass Sie keine mehr möchten.",
    ),
}
_STYLE = (
    ":root{color-scheme:light dark}"
    "body{font:16px/1.5 system-ui,sans-serif;max-width:32rem;margin:15vh auto;padding:0 1.5rem}"
    "h1{font-size:1.25rem}"
    "button{font:inherit;padding:.6rem 1.1rem;border:0;border-radius:.5rem;background:#2f5bd7;"
    "color:#fff;cursor:pointer}"
)
# Nothing is loaded from anywhere, and no address leaks to whoever comes next.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex",
}


def asking_page(languages: str | None) -> str:
    """The page with the one button; a mail scanner that follows the link does not press it."""
    language, words = _words(languages)
    form = f'<form method="post"><button type="submit">{words.button}</button></form>'
    return _page(language, words.title, f"<p>{words.question}</p><p>{words.consequence}</p>{form}")


def done_page(languages: str | None) -> str:
    """What is shown afterwards, however often the button is pressed."""
    language, words = _words(languages)
    return _page(language, words.title, f'<p role="status">{words.done}</p>')


def unknown_page(languages: str | None) -> str:
    """What is shown for a link that is not ours, or of a mail that was forgotten."""
    language, words = _words(languages)
    return _page(language, words.title, f"<p>{words.unknown}</p>")


def _words(languages: str | None) -> tuple[str, _Words]:
    """The first language that the browser asks for, of those there are."""
    for wanted in (languages or "").casefold().split(","):
        language = wanted.strip()[:2]
        if language in _WORDS:
            return language, _WORDS[language]
    return "en", _WORDS["en"]


def _page(language: str, title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style></head>"
        f"<body><main><h1>{title}</h1>{body}</main></body></html>"
    )
