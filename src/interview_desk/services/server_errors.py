"""What can go wrong between this desk and its server, each in one sentence for its user."""

from interview_desk.domain.errors import DeskError


class ServerUnreachableError(DeskError):
    """No usable answer: no network, a timeout, a captive portal, or the server is down."""

    code = "server_unreachable"

    def __init__(self) -> None:
        super().__init__(
            "The team's server cannot be reached. Everything is saved on this device and will be "
            "sent later."
        )


class NotUnderstoodError(ServerUnreachableError):
    """The server's answer says nothing that this program can use, however often it is asked."""

    code = "answer_not_understood"

    def __init__(self) -> None:
        DeskError.__init__(
            self,
            "The team's server answers in a way that this Interview Desk does not understand; an "
            "update of one of the two may help. Everything is saved on this device and will be "
            "sent later.",
        )


class ServerBusyError(DeskError):
    """The server asks to come back after `retry_after` seconds."""

    code = "server_busy"

    def __init__(self, retry_after: float) -> None:
        super().__init__("The team's server is busy. This desk tries again by itself.")
        self.retry_after = retry_after


class CalcomAwayError(DeskError):
    """The server is there, but cannot ask Cal.com now; the sentence is the server's."""

    code = "calcom_unavailable"


class CopyDamagedError(DeskError):
    """A whole copy did not arrive as it was sent; nothing of it was used."""

    code = "copy_damaged"

    def __init__(self) -> None:
        super().__init__(
            "The copy of your team's data arrived damaged and was not used. What is on this "
            "device stays as it was; the copy is fetched again."
        )


class NotPairedError(DeskError):
    """The server no longer knows this device; the cache and everything unsent stay."""

    code = "device_revoked"

    def __init__(self) -> None:
        super().__init__(
            "Your team's server does not know this device any more. Everything is kept here; "
            "join your team again with a new link or code to go on."
        )


class ProtocolTooOldError(DeskError):
    """The server no longer speaks this program's protocol; everything works on without it."""

    code = "protocol_unsupported"

    def __init__(self) -> None:
        super().__init__(
            "The team's server needs a newer Interview Desk. Please update it; until then "
            "everything is saved on this device."
        )


class ServerTooOldError(DeskError):
    """The server does not speak this program's protocol yet; everything works on without it."""

    code = "server_too_old"

    def __init__(self) -> None:
        super().__init__(
            "The team's server is too old for this Interview Desk and has to be updated by whoever "
            "runs it. Until then everything is saved on this device."
        )


class CaptivePortalError(DeskError):
    """Something between this desk and its server answers instead: a sign-in page, a proxy."""

    code = "captive_portal"

    def __init__(self) -> None:
        super().__init__(
            "This network answers in place of your team's server; it may want you to sign in "
            "first. Open a web page to see. Everything is saved on this device and will be sent "
            "later."
        )


class CertificateInvalidError(DeskError):
    """Nobody this computer trusts vouches for the server; nothing was sent."""

    code = "certificate_invalid"

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"The server's certificate is not trusted on this computer ({reason}). Nothing was "
            "sent. A wrong date on this computer can be the cause, too."
        )


class UntrustedServerError(DeskError):
    """The server's certificate is not the one that was expected; nothing was sent."""

    code = "certificate_untrusted"

    def __init__(self) -> None:
        super().__init__(
            "The server's certificate is not the one your invitation link names. Nothing was sent."
        )


class UnsafeAddressError(DeskError):
    """The address would send everything unencrypted, or is none."""

    code = "unsafe_address"

    def __init__(self) -> None:
        super().__init__("The server's address has to begin with https://.")


class PairingLinkInvalidError(DeskError):
    """The text is not an invitation link."""

    code = "pairing_link_invalid"

    def __init__(self) -> None:
        super().__init__("This is not an invitation link. It begins with interviewdesk://pair.")


class PairingCodeInvalidError(DeskError):
    """The code is wrong, used or expired; the sentence is the server's."""

    code = "pairing_code_invalid"


class TooManyTriesError(DeskError):
    """Too many wrong codes from this address; come back after `retry_after` seconds."""

    code = "too_many_tries"

    def __init__(self, retry_after: float) -> None:
        minutes = max(1, round(retry_after / 60))
        super().__init__(f"Too many wrong codes. Try again in {minutes} minutes.")
        self.retry_after = retry_after


class EpochChangedError(DeskError):
    """The server was restored from a backup."""

    code = "epoch_changed"


class ResyncRequiredError(DeskError):
    """This desk was away for too long to be told only what is new."""

    code = "resync_required"


class SequenceGapError(DeskError):
    """The server has counted this device only up to `last_n`."""

    code = "sequence_gap"

    def __init__(self, last_n: int) -> None:
        super().__init__("The server has not counted all earlier changes of this device.")
        self.last_n = last_n


class DeviceReusedError(DeskError):
    """Another copy of this profile has been sending, or this one goes by another device's name."""

    code = "device_reused"


class BatchTooLargeError(DeskError):
    """The batch is more than the server takes at once."""

    code = "batch_too_large"


class MergedError(DeskError):
    """The note's interview went up in another one, whose id is `into`."""

    code = "merged"

    def __init__(self, into: str) -> None:
        super().__init__("This interview was merged into another one.")
        self.into = into


class RefusedError(DeskError):
    """The server refuses this very request and will again; `code` says why."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
