"""Which carrier the settings ask for."""

from typing import TYPE_CHECKING

from sync_server.followups.gateways.carrier import Carrier
from sync_server.followups.gateways.folder import FolderCarrier
from sync_server.followups.gateways.smtp import SmtpCarrier
from sync_server.settings import Settings

if TYPE_CHECKING:
    from sync_server.followups.gateways.resend_api import ResendCarrier


def carrier_for(settings: Settings) -> Carrier | None:
    """Resend, else the mail server, else the folder; None where mail cannot leave at all."""
    if not settings.mail_from:
        return None
    if settings.mail_smtp_url is not None and settings.resend_api_key is None:
        return SmtpCarrier(settings.mail_smtp_url)
    if settings.mail_folder is not None and settings.resend_api_key is None:
        return FolderCarrier(settings.mail_folder)
    return provider_for(settings)


def provider_for(settings: Settings) -> "ResendCarrier | None":
    """The account at Resend, which can also be asked afterwards; None where there is none."""
    if settings.resend_api_key is None:
        return None
    # Its SDK takes a fifth of a second to load.
    from sync_server.followups.gateways.resend_api import ResendCarrier

    return ResendCarrier(
        settings.resend_api_key, settings.resend_base_url, per_second=settings.mail_per_second
    )
