"""What a person sees and can click in HTML: the text and the targets of its links."""

import re

from interview_desk.domain.links.tokens import without_entities

_NAMES = """
a abbr address area article aside b base big blockquote body br button caption center cite code
col colgroup dd del details div dl dt em fieldset figure font footer form frame h1 h2 h3 h4 h5
h6 head header hr html i iframe img input ins kbd label legend li link main map mark meta nav
noscript object ol option p pre q s samp script section select small span strike strong style
sub summary sup svg table tbody td template textarea tfoot th thead time title tr tt u ul var
video wbr
"""
_ELEMENTS = frozenset(_NAMES.split())
_ATTRIBUTES = r"""[^<>"']*+(?>(?:(?:"[^"]*+"|'[^']*+')[^<>"']*+)*)"""
_MARKUP = re.compile(rf"<(?=!--|(?i:!doctype\b)|/?([a-zA-Z][a-zA-Z0-9]*+)(?=[\s/>]){_ATTRIBUTES}>)")
_UNSEEN = re.compile(
    r"<(?=[!st])(?:!--(?:>|.*?(?:-->|--!>|\Z))"
    r"|(script|style|title|template)(?=[\s/>]).*?(?:</\1(?=[\s/>])[^>]*(?:>|\Z)|\Z))",
    re.IGNORECASE | re.DOTALL,
)
# Most tags are no more than a name. `<https://...>` is an address in brackets, no tag.
_OTHER_TAG = (
    r"(?![aA][\s/>])(?:/?[a-zA-Z][a-zA-Z0-9]*+>"
    rf"|(?:/?[a-zA-Z][a-zA-Z0-9-]*+(?::[a-zA-Z0-9-]+)?(?=[\s/>])|[!?]){_ATTRIBUTES}>)\s*+"
)
# Tags in a row, only so many since each takes room while it is looked at, or one <a>, whose
# attributes are kept.
_TAGS = re.compile(
    rf"<(?:{_OTHER_TAG}(?>(?:<{_OTHER_TAG}){{0,200}})|[aA](?=[\s/>])({_ATTRIBUTES})>)"
)
_ATTRIBUTE = re.compile(
    r"""([^\s"'>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""", re.DOTALL
)
# An address of its own; everything else leads to a page beside the mail, which there is none.
_ABSOLUTE = re.compile(r"[a-z][a-z0-9+.-]*:|(?:[a-z0-9-]+\.)+[a-z]{2,}/", re.IGNORECASE)
# A whole page inside one address: to open it is to open that address, not a link on the page.
_PAGE_IN_ADDRESS = re.compile(r"\s*(?:data|javascript|livescript|vbscript):[^\s<]", re.IGNORECASE)


def is_markup(text: str) -> bool:
    """Tell HTML from plain text by a tag in it."""
    return any(map(_shows_markup, _MARKUP.finditer(text)))


def _shows_markup(found: re.Match[str]) -> bool:
    return found[1] is None or found[1].lower() in _ELEMENTS


def seen_text(text: str) -> str:
    """Give the text a person sees, with the target of each link on a line of its own."""
    if _PAGE_IN_ADDRESS.match(text):
        return ""
    pieces = _TAGS.split(_UNSEEN.sub("\n", text))
    # By turns what stands between tags, and the attributes of an <a> or nothing for another tag.
    if "&" in text:
        pieces[::2] = [without_entities(piece) if "&" in piece else piece for piece in pieces[::2]]
    pieces[1::2] = [_target(attributes) if attributes else "" for attributes in pieces[1::2]]
    return "\n".join(filter(None, pieces))


def _target(attributes: str) -> str:
    for found in _ATTRIBUTE.finditer(attributes):
        if found[1].lower() == "href":
            target = without_entities(found[2] or found[3] or found[4] or "").strip()
            return _one_word(target) if _ABSOLUTE.match(target) else ""
    return ""


def _one_word(target: str) -> str:
    """As a browser reads it: line breaks and tabs are dropped, and it ends at the first space."""
    unbroken = target.replace("\t", "").replace("\r", "").replace("\n", "")
    return unbroken.split(maxsplit=1)[0]
