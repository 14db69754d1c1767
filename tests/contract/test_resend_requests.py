"""Every request to Resend is one that its own description allows, and every example is read."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from sync_server.followups.gateways.resend_api import ResendCarrier
from sync_server.followups.letters import Letter, read_letter, unsubscribe_headers
from sync_server.followups.outcomes import Accepted, Lost, Refused
from tests.helpers.prism import Prism, paging_resend

pytestmark = [pytest.mark.xdist_group("prism"), pytest.mark.timeout(240)]

WHOLE = Letter(
    key="seq/0190f5fe-7c00-7a00-8000-000000000001/thanks",
    message_id="0190f5fe-7c00-7a00-8000-000000000001",
    sender="Team <team@desk.example>",
    to="mara@startup.example",
    subject="Thank you",
    text="Hello",
    html="<p>Hello</p>",
    reply_to="in@desk.example",
    headers=unsubscribe_headers("https://desk.example/u/t", "team@desk.example"),
)
BARE = replace(WHOLE, reply_to=None, headers={})
WITHOUT_SUBJECT = read_letter(WHOLE.spelled().replace('"Thank you"', "null"))
# Before everything in the description's examples.
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def prism(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prism]:
    description = shared / "resend" / "openapi.yaml"
    if not description.exists():
        pytest.skip("Resend's description is not here")
    prism = Prism(paging_resend(description, tmp_path_factory.mktemp("prism"))).start()
    yield prism
    prism.stop()


@pytest.fixture
def carrier(prism: Prism) -> Iterator[ResendCarrier]:
    with closing(ResendCarrier(SecretStr("re_x"), prism.url, per_second=1000)) as carrier:
        yield carrier


@pytest.mark.parametrize("letter", [WHOLE, BARE], ids=["whole", "bare"])
async def test_resends_description_allows_the_mail_that_we_send(
    carrier: ResendCarrier, letter: Letter
) -> None:
    assert isinstance(await carrier.carry(letter), Accepted)


async def test_resends_description_allows_what_we_ask(carrier: ResendCarrier) -> None:
    assert await carrier.state_of("4ef9a417-02e9-4d39-ad75-9611e0fcc33c")
    assert await carrier.replies()
    received = "4ef9a417-02e9-4d39-ad75-9611e0fcc33c"
    assert await carrier.headers_of(received) == {"X-Custom-Header": "value"}
    assert await carrier.suppressed()
    assert await carrier.suppress("mara@startup.example")


async def test_resends_description_allows_looking_through_what_was_sent(
    carrier: ResendCarrier,
) -> None:
    example = replace(WHOLE, to="delivered@resend.dev", subject="Hello World")
    assert isinstance(await carrier.look_up(example, LONG_AGO), Accepted)
    # Page after page, since every page says that there is more.
    assert isinstance(await carrier.look_up(WHOLE, LONG_AGO), Lost)


@pytest.mark.parametrize(
    "wrong",
    [replace(WHOLE, key="k" * 257), WITHOUT_SUBJECT],
    ids=["key", "subject"],
)
async def test_a_mail_that_it_does_not_allow_is_noticed(
    carrier: ResendCarrier, wrong: Letter
) -> None:
    """Otherwise the tests above would say nothing."""
    assert isinstance(await carrier.carry(wrong), Refused)
