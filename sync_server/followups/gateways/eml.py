"""A letter as a mail message (RFC 5322), text and HTML side by side."""

from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from hashlib import sha256

from sync_server.followups.letters import Letter, bare_address


def as_message(letter: Letter) -> EmailMessage:
    """The message; its id follows from the key, so that a doubled one is seen to be the same."""
    message = EmailMessage(policy=SMTP)
    message["From"] = letter.sender
    message["To"] = letter.to
    message["Subject"] = letter.subject
    message["Date"] = datetime.now(UTC)
    domain = bare_address(letter.sender).rpartition("@")[2] or "localhost"
    message["Message-ID"] = f"<{sha256(letter.key.encode()).hexdigest()[:40]}@{domain}>"
    if letter.reply_to:
        message["Reply-To"] = letter.reply_to
    for name, value in letter.headers.items():
        message[name] = value
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    return message
