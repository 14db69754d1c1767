"""A light touch of colour on Markdown: the source stays what is written."""

import re
from typing import Final

from PySide6.QtGui import QColor, QFont, QSyntaxHighlighter, QTextCharFormat, QTextDocument
from typing_extensions import override

from interview_desk.ui.theme.fonts import load_bold
from interview_desk.ui.theme.tokens import LIGHT, Tokens

_HEADING: Final = re.compile(r"^#{1,6}\s.*$")
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
        if _HEADING.match(text):
            self.setFormat(0, len(text.encode("utf-16-le")) // 2, self._formats["heading"])
            return
        for name, rule in _RULES:
            for found in rule.finditer(text):
                start = len(text[: found.start()].encode("utf-16-le")) // 2
                length = len(found.group().encode("utf-16-le")) // 2
                self.setFormat(start, length, self._formats[name])


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
