"""Which carrier the settings ask for."""

from sync_server.followups.gateways.carrier import Carrier
from sync_server.followups.gateways.folder import FolderCarrier
from sync_server.followups.gateways.smtp import SmtpCarrier
from sync_server.settings import Settings


def carrier_for(settings: Settings) -> Carrier | None:
    """Resend, else the mail server, else the folder; None where mail cannot leave at all."""
    if not settings.mail_from:
        return None
    if settings.resend_api_key is not None:
        # Its SDK takes a fifth of a second to load.
        from sync_server.followups.gateways.resend_api import ResendCarrier

        return ResendCarrier(
            settings.resend_api_key,
            settings.resend_base_url,
            per_second=settings.mail_per_second,
        )
    if settings.mail_smtp_url is not None:
        return SmtpCarrier(settings.mail_smtp_url)
    if settings.mail_folder is not None:
        return FolderCarrier(settings.mail_folder)
    return None
