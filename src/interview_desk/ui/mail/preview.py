"""A mail as the guest will see it, shown without anything leaving or coming from the network."""

from PySide6.QtCore import QUrl
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QFrame, QTextBrowser
from typing_extensions import override

from interview_desk.ui.theme.fonts import Size, font


class MailPreview(QTextBrowser):
    """Words and their look only: no pictures are fetched, no link opens, no style sheet is read."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("mail-preview")
        self.setAccessibleName("The mail as the guest will see it")
        self.setProperty("kind", "mail")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)
        self.setOpenExternalLinks(False)
        self.setFont(font(Size.BODY))
        self.document().setDocumentMargin(12)

    def show_html(self, html: str) -> None:
        """Show the mail's own look."""
        self.setHtml(html)

    def show_text(self, text: str) -> None:
        """Show what those see who read plain text."""
        self.setPlainText(text)

    @override
    def loadResource(self, kind: int, name: QUrl | str) -> object:
        """Nothing is loaded, wherever the mail points; an empty answer ends Qt's search."""
        return "" if kind == QTextDocument.ResourceType.StyleSheetResource else None
