"""From a rating to a mail that has arrived, by mouse and keyboard: the real desk and server.

The provider is a program of its own that keeps state and tells what becomes of mails by itself.
"""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from interview_desk.domain.instants import format_instant
from interview_desk.wire import routes
from tests.helpers.driven_desk import DrivenDesk, becomes, by_hand
from tests.helpers.fake_resend import FakeResend
from tests.helpers.fake_resend_events import SECRET
from tests.helpers.mail import EVERY_DAY, YES
from tests.helpers.remote import Team
from tests.helpers.server import ServerProcess

HANA = "hana@team.example.org"
TITLE = "How a bakery chose its till"
RULE: dict[str, Any] = {
    "id": "thank",
    "title": "Thank who told us much",
    "when": {"fact": "ratings.fit", "op": "at_least", "value": 4},
    "then": {"effect": "enrol", "sequence": "After an interview"},
    "message": "The fit was rated {ratings.fit}.",
}
STEP: dict[str, Any] = {
    "key": "thanks",
    "title": "Thank you",
    "delay": {"amount": 0, "unit": "hours"},
    "texts": {"usual": {"en": {"subject": "Thank you, {{ guest_first_name }}", "text": "Dear"}}},
}

pytestmark = pytest.mark.timeout(180)


@pytest.fixture
def resend() -> Iterator[FakeResend]:
    fake = FakeResend().start()
    yield fake
    fake.stop()


@pytest.fixture
def process(tmp_path: Path, resend: FakeResend) -> Iterator[ServerProcess]:
    settings = {
        "RESEND_API_KEY": "re_test",
        "RESEND_BASE_URL": resend.url,
        "RESEND_WEBHOOK_SECRET": SECRET,
        "MAIL_FROM": "Team <team@desk.example>",
    }
    made = ServerProcess(tmp_path / "server", settings=settings).start()
    resend.tell("hook", url=f"{made.url}{routes.RESEND_WEBHOOK}", twice=1.0)
    yield made
    made.stop()


class Colleague:
    """Somebody of the team who has set everything up from another computer."""

    def __init__(self, team: Team) -> None:
        self._client = httpx.Client(base_url=team.url, trust_env=False)
        body = {
            "code": team.code("otto@team.example.org"),
            "device_name": "o",
            "install_nonce": "o",
        }
        paired = self._client.post(routes.PAIR, json=body).json()
        self._client.headers["Authorization"] = f"Bearer {paired['access_token']}"
        self._own = {"device": paired["device_id"], "epoch": paired["epoch"]}
        self._n = 0

    def put(self, entity: str, **fields: Any) -> str:
        """A new record; its id."""
        self._n += 1
        made = str(uuid.uuid4())
        change = {"n": self._n, "op": "put", "entity": entity, "id": made, "base": {}}
        body = {**self._own, "mutations": [{**change, "fields": fields}]}
        (result,) = self._client.post(routes.PUSH, json=body).json()["results"]
        assert result["status"] == "ok", result
        return made

    def member(self, email: str) -> str:
        """The id of a member."""
        rows = self._client.get(routes.PULL).json()["rows"]
        found = (row for row in rows if row["fields"].get("email") == email)
        return str(next(found)["id"])

    def close(self) -> None:
        self._client.close()


@pytest.fixture
def desk(tmp_path: Path, process: ServerProcess) -> Iterator[DrivenDesk]:
    """The desk of Hana, who alone is asked to rate an interview that has just ended."""
    team = Team(process)
    code = team.code(HANA)
    otto = Colleague(team)
    end = datetime.now(UTC) - timedelta(hours=1)
    otto.put(
        "evaluation_rules",
        name="Fit",
        version=1,
        criteria=[{"id": "fit", "label": "Fit"}],
        rules=[RULE],
        state="published",
    )
    otto.put(
        "sequences",
        name="After an interview",
        version=1,
        purpose="thank you",
        steps=[STEP],
        window=EVERY_DAY,
        state="published",
    )
    start = end - timedelta(hours=1)
    times = {"start": format_instant(start), "end": format_instant(end), "zone": "Europe/Berlin"}
    interview = otto.put("interviews", title=TITLE, status="held", **times)
    guest = {"name": "Mara Lindt", "email": "mara@startup.example", "zone": "Europe/Berlin"}
    otto.put("interview_guests", interview_id=interview, **guest, consent_contact_again=YES)
    hana = otto.member(HANA)
    part = {"member_id": hana, "role": "lead", "state": "accepted"}
    otto.put("interview_assignments", interview_id=interview, **part)
    otto.close()
    with by_hand(tmp_path, server=process.url, code=code) as made:
        yield made


def test_a_rating_leads_to_a_mail_that_is_approved_and_arrives(
    desk: DrivenDesk, resend: FakeResend
) -> None:
    desk.until("click", name="place-today")
    desk.until("click-row", spoken=f"{TITLE}: Your ratings are missing")
    desk.until("click", name="level-fit-5")
    assert not desk.ask("sees", text="100 of 100")
    desk.until("click", name="submit-sheet")
    desk.until("sees", text="You have handed in your ratings.")
    desk.until("sees", text="100 of 100")
    desk.until("click", name="place-follow_ups")
    desk.until("sees", text="Thank you, Mara")
    assert resend.mails == []
    desk.until("click", name="mail-approve")
    (mail,) = becomes(lambda: resend.mails)
    assert (mail["to"], mail["subject"]) == (["mara@startup.example"], "Thank you, Mara")
    desk.until("sees", text="Arrived")
    assert len(resend.mails) == 1
