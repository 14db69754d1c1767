"""What the rest of the server hears about sign-ins."""

from dataclasses import dataclass

from sync_server.infra.travelling import travels


@travels("signed_out")
@dataclass(frozen=True, slots=True)
class DeviceSignedOut:
    """The device's tokens are worthless from now on; whatever it has open is to be closed."""

    device_id: str
