"""What a person sees and can click in HTML: the text and the targets of its links."""

import re

from interview_desk.domain.links.tokens import without_entities

# The commonest come first, because they are tried in this order.
_NAMES = """
p br div span a td tr table b html abbr address area article aside base big blockquote body button
caption center cite code col colgroup dd del details dl dt em fieldset figure font footer form frame
h1 h2 h3 h4 h5 h6 head header hr i iframe img input ins kbd label legend li link main map mark meta
nav noscript object ol option pre q s samp script section select small strike strong style sub
summary sup svg tbody template textarea tfoot th thead time title tt u ul var video wbr
"""
_ATTRIBUTES = r"""[^<>"']*+(?:(?:"[^"]*+"|'[^']*+')[^<>"']*+)*+"""
_MARKUP = re.compile(
    rf"<!--|<!doctype\b|</?(?:{'|'.join(_NAMES.split())})(?=[\s/>]){_ATTRIBUTES}>", re.IGNORECASE
)
_UNSEEN = re.compile(
    r"<(?=[!st])(?:!--(?:>|.*?(?:-->|--!>|\Z))"
    r"|(script|style|title|template)(?=[\s/>]).*?(?:</\1(?=[\s/>])[^>]*(?:>|\Z)|\Z))",
    re.IGNORECASE | re.DOTALL,
)
# Most tags are no more than a name. The attributes of an <a> are kept. `<https://...>` is an
# address in brackets, no tag.
_TAG = re.compile(
    r"</?(?:[a-zA-Z][a-zA-Z0-9]*+>"
    rf"|(?<!/)[aA](?=[\s/>])({_ATTRIBUTES})>"
    rf"|(?:[a-zA-Z][a-zA-Z0-9-]*+(?::[a-zA-Z0-9-]+)?(?=[\s/>])|(?<!/)[!?]){_ATTRIBUTES}>)"
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
    return "<" in text and _MARKUP.search(text) is not None


def seen_text(text: str) -> str:
    """Give the text a person sees, with the target of each link on a line of its own."""
    if _PAGE_IN_ADDRESS.match(text):
        return ""
    pieces = _TAG.split(_UNSEEN.sub("\n", text))
    # By turns what stands between tags, and the attributes of an <a> or nothing for another tag.
    if "&" in text:
        pieces[::2] = map(without_entities, pieces[::2])
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
