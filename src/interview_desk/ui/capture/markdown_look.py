"""A light touch of colour on Markdown: the source stays what is written."""

import re
from typing import Final

from PySide6.QtGui import QColor, QFont, QSyntaxHighlighter, QTextCharFormat, QTextDocument
from typing_extensions import override

from interview_desk.ui.theme.fonts import load_bold
from interview_desk.ui.theme.tokens import LIGHT, Tokens

_HEADING: Final = re.compile(r"^#{1,6}\s.*$")
# What any of the rules begins with: most lines have none of it.
_ANY: Final = re.compile(r"[*_`]|^\s*(?:>|[-+]\s|\d+[.)]\s)")
_RULES: Final = (
    ("quote", re.compile(r"^\s*>.*$")),
    ("marker", re.compile(r"^\s*(?:[-*+]|\d+[.)])\s")),
    ("strong", re.compile(r"\*\*[^*\n]+\*\*|__[^_\n]+__")),
    ("emphasis", re.compile(r"(?<![*\w])\*[^*\s][^*\n]*\*(?![*\w])|(?<!\w)_[^_\s][^_\n]*_(?!\w)")),
    ("code", re.compile(r"`[^`\n]+`")),
)


class MarkdownLook(QSyntaxHighlighter):
    """Headings, lists, quotes and emphasis, as they are typed."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        load_bold()
        self._formats = _formats(LIGHT)

    def use(self, tokens: Tokens) -> None:
        """Show the theme's colours."""
        self._formats = _formats(tokens)
        self.rehighlight()

    @override
    def highlightBlock(self, text: str) -> None:
        if text.startswith("#") and _HEADING.match(text):
            self.setFormat(0, _units(text), self._formats["heading"])
        elif _ANY.search(text):
            self._mark(text)

    def _mark(self, text: str) -> None:
        is_plain = text.isascii()
        for name, rule in _RULES:
            for found in rule.finditer(text):
                start, end = found.span()
                if not is_plain:
                    start, end = _units(text[:start]), _units(text[:end])
                self.setFormat(start, end - start, self._formats[name])


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _formats(tokens: Tokens) -> dict[str, QTextCharFormat]:
    heading, quote, marker, strong, emphasis, code = (QTextCharFormat() for _ in range(6))
    heading.setFontWeight(QFont.Weight.DemiBold)
    quote.setForeground(QColor(tokens.accent_text))
    marker.setForeground(QColor(tokens.accent_text))
    strong.setFontWeight(QFont.Weight.DemiBold)
    emphasis.setFontItalic(True)
    code.setForeground(QColor(tokens.warning))
    return {
        "heading": heading,
        "quote": quote,
        "marker": marker,
        "strong": strong,
        "emphasis": emphasis,
        "code": code,
    }
