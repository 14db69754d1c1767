"""A mail room on a fresh database of each kind."""

from collections.abc import Iterator

import pytest

from sync_server.infra.parts import Parts
from tests.helpers.fake_resend import FakeResend
from tests.helpers.mail import MailRoom, post_office


@pytest.fixture
def room(parts: Parts) -> MailRoom:
    """The follow-ups of a team whose replies are seen."""
    return MailRoom(parts, post_office())


@pytest.fixture
def blind_room(parts: Parts) -> MailRoom:
    """The same where replies are not seen."""
    return MailRoom(parts, post_office(sees_replies=False, public_url=None))


@pytest.fixture(scope="module")
def running_resend() -> Iterator[FakeResend]:
    """The provider, for all tests of a module."""
    fake = FakeResend().start()
    yield fake
    fake.stop()


@pytest.fixture
def resend(running_resend: FakeResend) -> FakeResend:
    """The provider without any mail."""
    running_resend.tell("reset")
    return running_resend
