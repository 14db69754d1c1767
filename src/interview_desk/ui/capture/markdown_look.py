"""A light touch of colour on Markdown: the source stays what is written."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QSyntaxHighlighter,
    QTextCharFormat,
    QTextDocument,
    QTextLayout,
)
from typing_extensions import override

from interview_desk.ui.theme.fonts import load_bold
from interview_desk.ui.theme.tokens import Tokens

# The lines of a common window, and so many that a key pressed meanwhile does not wait.
_IN_SIGHT, _AT_A_TIME = 32, 20
_HEADING: Final = re.compile(r"^#{1,6}\s.*$")
# What a line begins with that is no plain one, and what any other rule needs: most have neither.
_BEGUN: Final = re.compile(r"\s*(?:#|>|[-+]\s|\d+[.)]\s)")
_RULES: Final = (
    ("quote", re.compile(r"^\s*>.*$")),
    ("marker", re.compile(r"^\s*(?:[-*+]|\d+[.)])\s")),
    ("strong", re.compile(r"\*\*[^*\n]+\*\*|__[^_\n]+__")),
    ("emphasis", re.compile(r"(?<![*\w])\*[^*\s][^*\n]*\*(?![*\w])|(?<!\w)_[^_\s][^_\n]*_(?!\w)")),
    ("code", re.compile(r"`[^`\n]+`")),
)


class MarkdownLook(QSyntaxHighlighter):
    """Headings, lists, quotes and emphasis, as they are typed."""

    def __init__(self, document: QTextDocument, tokens: Tokens) -> None:
        super().__init__(document)
        load_bold()
        self._formats = _formats(tokens.accent_text, tokens.warning)
        self._loading = False
        self._lines = self._left = 0
        self._later = QTimer(self, interval=0)
        self._later.timeout.connect(self._go_on)

    def use(self, tokens: Tokens) -> None:
        """Show the theme's colours."""
        self._formats = _formats(tokens.accent_text, tokens.warning)
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
        self._lines = self.document().blockCount()
        self._left = self._lines - _IN_SIGHT
        self._later.start()

    def _go_on(self) -> None:
        if self._lines != self.document().blockCount():
            # Lines came or went meanwhile: begin again, it is quick.
            self._left = self._lines = self.document().blockCount()
        block = self.document().findBlockByNumber(self._left - 1)
        for _ in range(_AT_A_TIME):
            self.rehighlightBlock(block)
            block = block.previous()
        self._left -= _AT_A_TIME
        if self._left <= 0:
            self._later.stop()

    def _range(self, name: str, start: int, length: int) -> QTextLayout.FormatRange:
        marked = QTextLayout.FormatRange()
        marked.start, marked.length, marked.format = start, length, self._formats[name]
        return marked

    @override
    def highlightBlock(self, text: str) -> None:
        # With every key: the line that has nothing must not cost much.
        if not (self._loading or _is_plain(text)):
            for name, start, length in _marks(text):
                self.setFormat(start, length, self._formats[name])


def _marks(text: str) -> Iterator[tuple[str, int, int]]:
    """What a line has of Markdown: the look, where it starts, how long it is; in UTF-16 units."""
    if text.startswith("#") and _HEADING.match(text):
        yield "heading", 0, _units(text)
    elif not _is_plain(text):
        is_ascii = text.isascii()
        for name, rule in _RULES:
            for found in rule.finditer(text):
                start, end = found.span()
                if not is_ascii:
                    start, end = _units(text[:start]), _units(text[:end])
                yield name, start, end - start


def _is_plain(text: str) -> bool:
    return not ("*" in text or "_" in text or "`" in text or _BEGUN.match(text))


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@cache
def _formats(accent: str, code_colour: str) -> dict[str, QTextCharFormat]:
    heading, quote, strong, emphasis, code = (QTextCharFormat() for _ in range(5))
    heading.setFontWeight(QFont.Weight.DemiBold)
    quote.setForeground(QBrush(QColor(accent)))
    strong.setFontWeight(QFont.Weight.DemiBold)
    emphasis.setFontItalic(True)
    code.setForeground(QBrush(QColor(code_colour)))
    return {
        "heading": heading,
        "quote": quote,
        "marker": quote,
        "strong": strong,
        "emphasis": emphasis,
        "code": code,
    }
