"""What the rest of the server hears about sign-ins."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DeviceSignedOut:
    """The device's tokens are worthless from now on; whatever it has open is to be closed."""

    device_id: str
