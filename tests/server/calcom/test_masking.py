"""What an operator is shown of a body: whole, but without what opens doors."""

import json

import pytest

from sync_server.calcom.masking import masked, masked_body

CONTENT = {
    "who": "ada@example.org",
    "oneTimePassword": "a-secret",
    "meeting": [{"pin": "a-secret", "url": "https://zoom.us/j/1?pwd=a-secret"}],
    "videoCallData": {"url": "https://meetco.daily.co/a-secret", "passcode": None},
}


def test_secrets_are_hidden_and_all_else_is_shown() -> None:
    shown = masked(CONTENT)
    assert shown["who"] == "ada@example.org"
    assert shown["meeting"] == [{"pin": "(hidden)", "url": "https://zoom.us/j/1?pwd=(hidden)"}]
    assert shown["videoCallData"]["passcode"] is None
    assert "a-secret" not in json.dumps(shown)


@pytest.mark.parametrize(
    "body",
    [
        json.dumps(CONTENT),
        json.dumps([CONTENT]),
        # As a template of one's own may make it: nearly JSON, a form, lines.
        json.dumps(CONTENT)[:-1],
        "who=ada@example.org&oneTimePassword=a-secret&pin=a-secret",
        "who: ada@example.org\nPasscode: a-secret\nlink = 'a-secret'",
        'who: "ada@example.org", {"downloadLink" : "a-secret',
    ],
)
def test_a_body_that_is_no_event_hides_its_secrets_too(body: str) -> None:
    shown = json.dumps(masked_body(body.encode()))
    assert "ada@example.org" in shown
    assert "a-secret" not in shown


@pytest.mark.parametrize("body", [b"false", b"Lunch at 12", b"", b"\xff"])
def test_a_body_without_secrets_is_shown_as_it_came(body: bytes) -> None:
    assert masked_body(body) == body.decode("utf-8", "replace")
