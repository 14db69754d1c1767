"""Where an address begins and ends in running text."""

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache

from interview_desk.domain.links.address import HOST, Address, address_of

# No address goes on past these: controls and lone surrogates, zero-width signs and direction marks,
# angle brackets, straight double quotes and the bar, typographic quotes and dashes, the punctuation
# of Chinese and Japanese.
_STOPS = (
    r"\s\x00-\x1f\x7f-\x9f\xad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff"
    r"<>\"|\xab\xbb\u2018-\u201f\u2039\u203a\u2012-\u2015"
    r"\u3000-\u303f\ufe10-\ufe1f\ufe30-\ufe4f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65"
)
_RUN = re.compile(rf"[^{_STOPS}]*")
_BRACKETS = re.compile(r"[()\[\]{}]")
_OPENED_BY = {")": "(", "]": "[", "}": "{"}
SENTENCE_END = ".,;:!?'`*"
"""No address ends with these."""

# Whatever may be a scheme or a host, taken whole so that no text costs more than its length: then a
# colon (and slashes), or the first sign of a page.
_START = re.compile(
    r"(?<![a-z0-9+.-])(?P<name>[a-z0-9+.-]++)"
    r"(?:(?P<port>:[0-9]{1,5})?(?P<page>(?=[/?#]))|:(?P<slashes>//)?(?=\S))",
    re.ASCII | re.IGNORECASE,
)
_HOST = re.compile(r"(?>(?:[a-z0-9][a-z0-9-]*\.)+)[a-z]{2,}\Z", re.ASCII | re.IGNORECASE)
# "At...zoom.us/j/1" and "- zoom.us/j/1" have punctuation before the host.
_BEFORE_HOST = re.compile(r".*(?:\.\.|\+)[.+-]*|[.-]+", re.DOTALL)
_JOINED = re.compile(r"[\w@/:\\]")
# "See you then.https://..." is a word before an address; "git+https://..." is another scheme.
_WEB = re.compile(r"(?:\A|[.-])(https?)\Z", re.ASCII | re.IGNORECASE)

# Schemes that need no slashes and may carry any text; another word, as in "Zoom:https://...", is a
# label.
_OPAQUE_SCHEMES = """
about blob callto chrome cid data facetime facetime-audio feed file filesystem ftp intent jar
javascript  livescript mailto microsoft-edge mid mocha moz-extension sip sips skype sms tel tg urn
vbscript view-source  webcal xmpp
"""
_OPAQUE = frozenset(_OPAQUE_SCHEMES.split())
# Programs that an address in the text may open, for which a web form is known.
_NATIVE = frozenset({"zoommtg", "zoomus", "msteams", "jitsi-meet", "slack"})

_BARE = re.compile(r"\.[a-zA-Z]{2,}(?::[0-9]{1,5})?[/?#]")
# Nearly all addresses stand alone, after white space with at most an opening sign, hold only the
# plainest signs, and stop where any other would. It begins with four letters as they are, because
# that is what lets the search leap through a long text.
_ALONE = re.compile(
    r"(http(?:(?<!\Shttp)|(?<=[<(\[\"']http)(?<!\S.http))s?)://"
    rf"({HOST})([/?#][a-zA-Z0-9._~/?#@$&+=%:;,!*'-]*+|)(?![^{_STOPS})\]}}])"
)
_NO_ADDRESS = ["", "", ""]

_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")


def without_entities(text: str) -> str:
    """Decode character references once; only whole ones, so that `&copy=1` stays what it is."""
    return _ENTITY.sub(_sign, text)


@lru_cache(maxsize=256)
def _sign_of(reference: str) -> str:
    return html.unescape(reference)


def _sign(found: re.Match[str]) -> str:
    return _sign_of(found[0])


def clipped(text: str) -> str:
    """Cut an address where the text around it begins again."""
    return _run_at(text, 0).rstrip(SENTENCE_END)


def unbroken(text: str) -> str:
    """Give the beginning of a text up to the first sign that no address holds."""
    found = _RUN.match(text)
    return found[0] if found else ""


def plain_addresses(text: str) -> Iterable[tuple[str, str, str, str]]:
    """Cut a text at each plain address: what is before it, its scheme, its host and the rest.

    The last has neither scheme nor host. The others are `odd_addresses` of what is before. As they
    come, the host may have capitals, the rest end with the sentence, and both are to be proved
    sound.
    """
    if "/" not in text:
        return ()
    pieces = iter(_ALONE.split(text) + _NO_ADDRESS)
    return zip(pieces, pieces, pieces, pieces)  # noqa: B905  - by fours, as the expression has groups


def may_hold_address(text: str) -> bool:
    """Tell whether there is a slash, as every address has one, after a scheme or after a host."""
    return "/" in text and (":/" in text or _BARE.search(text) is not None)


def odd_addresses(text: str) -> Iterator[Address | str]:
    """Yield the addresses of a text in order; never a part of another address.

    One for a program instead of a browser is given as it is written.
    """
    for word in text.split():
        if "/" in word:
            yield from _inside(word)


def _inside(word: str) -> Iterator[Address | str]:
    at = 0
    while found := _START.search(word, at):
        address, at = (
            _host_first(word, found) if found["page"] is not None else _scheme_first(word, found)
        )
        if address:
            yield address


def _host_first(word: str, found: re.Match[str]) -> tuple[Address | None, int]:
    before = _BEFORE_HOST.match(found["name"])
    host = found["name"][before.end() :] if before else found["name"]
    start = found.end("name") - len(host)
    if not _HOST.match(host):
        return None, found.end()
    run = _run_at(word, start)
    written = run.rstrip(SENTENCE_END)
    page = written[found.end() - start :]
    # A bare name is a word; and one that hangs on an address or another word is part of that.
    if not page.strip("/") or (start and _JOINED.match(word, start - 1)):
        return None, start + len(run)
    address = address_of(f"https://{written}")
    return address and replace(address, scheme=""), start + len(run)


def _scheme_first(word: str, found: re.Match[str]) -> tuple[Address | str | None, int]:
    scheme = found["name"].lstrip("0123456789+.-").lower()
    if found["slashes"]:
        return _hierarchical(word, found, scheme)
    if scheme in _NATIVE:
        start = found.end("name") - len(scheme)
        run = _run_at(word, start)
        return run.rstrip(SENTENCE_END), start + len(run)
    # Text inside `javascript:` and the like is not ours to read, to the end of the word.
    is_address = scheme in _OPAQUE or "+" in scheme
    return None, len(word) if is_address else found.end()


def _hierarchical(word: str, found: re.Match[str], scheme: str) -> tuple[Address | str | None, int]:
    web = _WEB.search(scheme)
    start = found.end("name") - len(web[1] if web else scheme)
    run = _run_at(word, start)
    if scheme in _OPAQUE:
        return None, len(word)
    if not web and scheme not in _NATIVE:
        return None, start + len(run)
    written = run.rstrip(SENTENCE_END)
    return address_of(written) if web else written, start + len(run)


def _run_at(text: str, start: int) -> str:
    found = _RUN.match(text, start)
    run = found[0] if found else ""
    if not _BRACKETS.search(run):
        return run
    return run[: _foreign_bracket(run)]


def _foreign_bracket(run: str) -> int:
    """Where the first bracket closes that was not opened inside the address."""
    opened = dict.fromkeys("([{", 0)
    for found in _BRACKETS.finditer(run):
        bracket = found[0]
        opener = _OPENED_BY.get(bracket)
        if opener is None:
            opened[bracket] += 1
        elif opened[opener]:
            opened[opener] -= 1
        else:
            return found.start()
    return len(run)
