"""A light touch of colour on Markdown: the source stays what is written."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtGui import (
    QColor,
    QFont,
    QSyntaxHighlighter,
    QTextCharFormat,
    QTextDocument,
    QTextLayout,
)
from typing_extensions import override

from interview_desk.ui.theme.fonts import load_bold
from interview_desk.ui.theme.tokens import LIGHT, Tokens

# The lines of a tall window, and so many that a key pressed meanwhile does not wait.
_IN_SIGHT, _AT_A_TIME = 50, 20
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
        self._loading = False
        self._lines = self._next = 0
        self._later = QTimer(self, interval=0)
        self._later.timeout.connect(self._go_on)

    def use(self, tokens: Tokens) -> None:
        """Show the theme's colours."""
        self._formats = _formats(tokens)
        self.rehighlight()

    @contextmanager
    def loading(self) -> Iterator[None]:
        """A whole text is put in: its end is in colour at once, the rest soon after."""
        self._loading = True
        yield
        self._loading = False
        # Nothing is laid out yet: Qt's way would lay out each of these lines twice.
        block = self.document().lastBlock()
        for _ in range(_IN_SIGHT):
            ranges = [self._range(*mark) for mark in _marks(block.text())]
            if ranges:
                block.layout().setFormats(ranges)
            block = block.previous()
        self._lines, self._next = self.document().blockCount(), 0
        self._later.start()

    def _go_on(self) -> None:
        if self._lines != self.document().blockCount():
            # Lines came or went meanwhile: begin again, it is quick.
            self._lines, self._next = self.document().blockCount(), 0
        block = self.document().findBlockByNumber(self._next)
        for _ in range(_AT_A_TIME):
            self.rehighlightBlock(block)
            block = block.next()
        self._next += _AT_A_TIME
        if self._next >= self._lines - _IN_SIGHT:
            self._later.stop()

    def _range(self, name: str, start: int, length: int) -> QTextLayout.FormatRange:
        marked = QTextLayout.FormatRange()
        marked.start, marked.length, marked.format = start, length, self._formats[name]
        return marked

    @override
    def highlightBlock(self, text: str) -> None:
        if not self._loading:
            for name, start, length in _marks(text):
                self.setFormat(start, length, self._formats[name])


def _marks(text: str) -> Iterator[tuple[str, int, int]]:
    """What a line has of Markdown: the look, where it starts, how long it is; in UTF-16 units."""
    if text.startswith("#") and _HEADING.match(text):
        yield "heading", 0, _units(text)
    elif _ANY.search(text):
        is_plain = text.isascii()
        for name, rule in _RULES:
            for found in rule.finditer(text):
                start, end = found.span()
                if not is_plain:
                    start, end = _units(text[:start]), _units(text[:end])
                yield name, start, end - start


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
