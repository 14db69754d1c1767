"""A mail room on a fresh database of each kind."""

import pytest

from sync_server.infra.parts import Parts
from tests.helpers.mail import MailRoom, post_office


@pytest.fixture
def room(parts: Parts) -> MailRoom:
    """The follow-ups of a team whose replies are seen."""
    return MailRoom(parts, post_office())


@pytest.fixture
def blind_room(parts: Parts) -> MailRoom:
    """The same where replies are not seen."""
    return MailRoom(parts, post_office(sees_replies=False, public_url=None))
