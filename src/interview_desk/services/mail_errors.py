"""Why what somebody wanted of a mail is not done."""

from interview_desk.domain.errors import DeskError


class MailMoved(DeskError):  # noqa: N818  - reads as the sentence it shows
    """The mail is not any more what it was when somebody pressed a button."""

    code = "mail_moved"

    def __init__(self) -> None:
        super().__init__("This mail has moved on meanwhile; look at it again.")


class MailRewritten(DeskError):  # noqa: N818  - reads as the sentence it shows
    """The mail says something else than what was approved."""

    code = "mail_rewritten"

    def __init__(self) -> None:
        super().__init__("The text of this mail has just been changed; read it again.")


class MailEmpty(DeskError):  # noqa: N818  - reads as the sentence it shows
    """A mail needs a subject and a text."""

    code = "mail_empty"

    def __init__(self) -> None:
        super().__init__("A mail needs a subject and a text.")
