"""How this server sends mail: from whom, how much, and what it can see of what comes back."""

from dataclasses import dataclass

from sync_server.settings import Settings

# Under this name the sending of mails is due work.
KIND = "mail"


@dataclass(frozen=True, slots=True)
class Post:
    """What an operator has decided about mail.

    `public_url` is where guests reach this server, None where they cannot. `sees_replies`: mail
    to us comes in at the provider, so nobody has to be asked whether a guest has replied.
    """

    sender: str
    reply_to: str | None
    public_url: str | None
    per_day: int
    sees_replies: bool

    @classmethod
    def of(cls, settings: Settings) -> "Post":
        """The same from the settings."""
        return cls(
            sender=settings.mail_from or "",
            reply_to=settings.mail_replies_to,
            public_url=settings.public_url,
            per_day=settings.mail_per_day,
            sees_replies=bool(settings.mail_replies_to and settings.resend_api_key),
        )
