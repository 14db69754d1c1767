"""Where everything written stands, in words."""

from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import pytest

from interview_desk.domain.errors import DeskError
from interview_desk.services.server_errors import (
    CaptivePortalError,
    CertificateInvalidError,
    NotUnderstoodError,
    ServerUnreachableError,
)
from interview_desk.services.sync_state import (
    SyncKind,
    SyncState,
    clock_words,
    headline_of,
    words,
)
from interview_desk.services.whole_copy import CopyProgress
from tests.helpers.fakes import NOON

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (CaptivePortalError(), "Sign in to this network first"),
        (NotUnderstoodError(), "Server's answer not understood"),
        (ServerUnreachableError(), None),
        (CertificateInvalidError("expired"), "Server's certificate not trusted"),
    ],
)
def test_what_is_wrong_is_said_in_a_few_words(error: DeskError, said: str | None) -> None:
    assert headline_of(error) == said
    state = SyncState(SyncKind.OFFLINE, NOON, pending=2, headline=said)
    assert words(state, NOON, UTC) == f"{said or 'Offline since 12:00'}, will sync (2)"


def test_a_copy_whose_size_is_not_known_says_how_much_is_here() -> None:
    state = SyncState(SyncKind.FETCHING)
    assert words(state, NOON, UTC) == "Fetching your team's data"
    state = SyncState(SyncKind.FETCHING, copied=CopyProgress(1200, None))
    assert words(state, NOON, UTC) == "Fetching your team's data, 1,200"


def test_words_name_the_day_where_it_is_another() -> None:
    state = SyncState(SyncKind.SYNCED, since=NOON)
    assert words(state, NOON + timedelta(days=2), BERLIN) == "Synced 22 Nov 13:00"
    unknown = SyncState(SyncKind.OFFLINE)
    assert words(unknown, NOON, UTC) == "Offline since 12:00"


@pytest.mark.parametrize(
    ("skew", "said"),
    [
        (timedelta(days=2), "2 days ahead"),
        (timedelta(days=-1), "1 day behind"),
        (timedelta(hours=-3), "3 hours behind"),
        (timedelta(minutes=7), "7 minutes ahead"),
    ],
)
def test_a_wrong_clock_is_said(skew: timedelta, said: str) -> None:
    sentence = clock_words(SyncState(SyncKind.SYNCED, skew=skew))
    assert sentence is not None
    assert said in sentence


def test_a_right_clock_is_not_worth_a_word() -> None:
    assert clock_words(SyncState(SyncKind.SYNCED, skew=timedelta(seconds=90))) is None
