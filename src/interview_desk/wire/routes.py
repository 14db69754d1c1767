"""Every URL path once, for the server's routers and for the client."""

PROTOCOL_HEADER = "X-Desk-Protocol"
PROTOCOL_MIN = 1
PROTOCOL_MAX = 1

PAIR = "/v1/devices/pair"
REFRESH = "/v1/devices/refresh"
FORK = "/v1/devices/fork"
DEVICES = "/v1/devices"
DEVICE = "/v1/devices/{device_id}"
PAIRING_CODES = "/v1/pairing-codes"

PUSH = "/v1/sync/push"
PULL = "/v1/sync/pull"
SNAPSHOT = "/v1/sync/snapshot"
DIGEST = "/v1/sync/digest"
HISTORY = "/v1/sync/history"

NOTE_UPDATES = "/v1/notes/{doc}/updates"
NOTE_TEXT = "/v1/notes/{doc}/text"
NOTE_VERSIONS = "/v1/notes/{doc}/versions"
NOTE_VERSION = "/v1/notes/{doc}/versions/{seq}"
NOTES_PULL = "/v1/notes/pull"

LIVE = "/v1/live"

AVAILABILITY = "/v1/availability"
RESERVATIONS = "/v1/reservations"
RESERVATION = "/v1/reservations/{reservation_id}"

CALCOM = "/v1/calcom"
CALCOM_TEST = "/v1/calcom/test"
CALCOM_CONNECT = "/v1/calcom/connect"
RECORDING_LINKS = "/v1/interviews/{interview_id}/recordings"
FETCH_TRANSCRIPTS = "/v1/interviews/{interview_id}/transcripts"

INBOX = "/v1/inbox"
INBOX_EVENT = "/v1/inbox/{event_id}"
INBOX_REPLAY = "/v1/inbox/replay"

CALCOM_WEBHOOK = "/webhooks/calcom"
CALCOM_WEBHOOK_ENDPOINT = "/webhooks/calcom/{endpoint}"
RESEND_WEBHOOK = "/webhooks/resend"
UNSUBSCRIBE = "/u/{token}"

HEALTH = "/healthz"
READY = "/readyz"
METRICS = "/metrics"


def device(device_id: str) -> str:
    """The path of one paired device."""
    return DEVICE.format(device_id=device_id)


def note_updates(doc: str) -> str:
    """The path of the updates of one note document."""
    return NOTE_UPDATES.format(doc=doc)


def note_text(doc: str) -> str:
    """The path of the plain text of one note document."""
    return NOTE_TEXT.format(doc=doc)


def note_versions(doc: str) -> str:
    """The path of the earlier versions of one note document."""
    return NOTE_VERSIONS.format(doc=doc)


def note_version(doc: str, seq: int) -> str:
    """The path of one note document as it stood at `seq`."""
    return NOTE_VERSION.format(doc=doc, seq=seq)


def reservation(reservation_id: str) -> str:
    """The path of one held slot."""
    return RESERVATION.format(reservation_id=reservation_id)


def inbox_event(event_id: str) -> str:
    """The path of one event in the inbox."""
    return INBOX_EVENT.format(event_id=event_id)


def recording_links(interview_id: str) -> str:
    """The path of what Cal.com has recorded of an interview."""
    return RECORDING_LINKS.format(interview_id=interview_id)


def fetch_transcripts(interview_id: str) -> str:
    """The path that takes Cal.com's transcripts into an interview."""
    return FETCH_TRANSCRIPTS.format(interview_id=interview_id)
