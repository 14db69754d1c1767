"""Who is away: told by events, listed by Cal.com, and gone when over or taken back."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sync_server.bookings import repository
from sync_server.bookings.absences import drop_if_over
from sync_server.bookings.reconciling import surroundings
from sync_server.bookings.reconciling.pages import Scope
from sync_server.bookings.reconciling.surroundings import look_at_surroundings
from sync_server.bookings.watch import ClockWatch
from sync_server.calcom.absences import Absence, absence_of
from sync_server.calcom.translate import translate
from sync_server.infra.database import Tx
from sync_server.sync.batch import RecordBatch
from tests.helpers.calcom import HOST, SENT, event
from tests.helpers.fake_calcom.world import ORGANIZATION
from tests.helpers.server import add_member
from tests.server.bookings.conftest import CalcomDesk, Desk, edit

BERLIN = {"id": 5, "name": "Hana Host", "email": HOST["email"], "timeZone": "Europe/Berlin"}


def entry(**more: Any) -> dict[str, Any]:
    return {
        "id": 100,
        "uuid": "a-1",
        "start": "2026-12-21T00:00:00+01:00",
        "end": "2026-12-23T23:59:59+01:00",
        "reason": {"emoji": "🌴", "reason": "ooo_reasons_vacation"},
        "user": BERLIN,
        "toUser": None,
        **more,
    }


def away(minutes: float = 0, **more: Any) -> dict[str, Any]:
    return event("OOO_CREATED", {"oooEntry": entry(**more)}, minutes=minutes)


async def absences(desk: Desk) -> list[tuple[Any, ...]]:
    """Who is away, from when to when and why."""
    rows = await desk.records("out_of_office")
    return [(one["name"], one["start"], one["end"], one.get("reason")) for one in rows]


HANA = ("Hana Host", "2026-12-20T23:00:00Z", "2026-12-23T23:00:00Z", "vacation")


async def test_an_absence_that_an_event_tells_of_is_whole_days_where_the_person_is(
    desk: Desk,
) -> None:
    hana = await desk.parts.database.write(
        lambda tx: add_member(tx, name="Hana", email="HANA@team.example.org")
    )
    await desk.take(away())
    assert await absences(desk) == [HANA]
    (record,) = await desk.records("out_of_office")
    assert (record["member_id"], record["user_id"], record["zone"]) == (hana, 5, "Europe/Berlin")
    (told,) = await desk.inbox()
    assert (told["state"], told["reason"]) == ("done", None)


async def test_a_changed_absence_stays_one_and_the_last_word_counts_in_any_order(
    desk: Desk,
) -> None:
    longer = {"end": "2026-12-28T23:59:59+01:00", "reason": {"reason": "Workation"}}
    await desk.take(away(minutes=9, **longer), away(minutes=3), away(minutes=9, **longer))
    assert await absences(desk) == [
        ("Hana Host", "2026-12-20T23:00:00Z", "2026-12-28T23:00:00Z", "Workation")
    ]
    reasons = [row["reason"] for row in await desk.inbox()]
    assert reasons[1] == "Something newer is known of this absence."


async def test_an_absence_goes_when_it_is_over_and_an_old_event_does_not_bring_it_back(
    desk: Desk, clock: Any
) -> None:
    await desk.take(away())
    watch, end = ClockWatch(), datetime(2026, 12, 23, 23, 0, tzinfo=UTC)
    assert await watch.look(desk.parts) == end
    clock.at = end - timedelta(seconds=1)
    assert await watch.look(desk.parts) == end
    assert len(await absences(desk)) == 1
    clock.at = end
    assert await watch.look(desk.parts) is None
    assert await absences(desk) == []
    await desk.take(away(minutes=1, notes="again"))
    assert (await desk.inbox())[-1]["reason"] == "Something newer is known of this absence."
    after = (end - SENT) / timedelta(minutes=1)
    await desk.take(away(minutes=after + 1, notes="more"))
    assert (await desk.inbox())[-1]["reason"] == "This absence is over."
    # Prolonged afterwards, it is one again.
    await desk.take(away(minutes=after + 2, end="2026-12-30T23:59:59+01:00"))
    assert len(await absences(desk)) == 1
    await desk.take(away(minutes=after + 3, end="2026-12-22T23:59:59+01:00"))
    assert await absences(desk) == []


async def test_an_absence_that_was_prolonged_meanwhile_stays(desk: Desk, clock: Any) -> None:
    await desk.take(away())
    undated = away(minutes=5, end="2026-12-30T23:59:59+01:00")
    del undated["createdAt"]
    await desk.take(undated)
    (record,) = await desk.records("out_of_office")
    clock.at = datetime(2026, 12, 24, tzinfo=UTC)

    def drop(tx: Tx) -> datetime | None:
        with RecordBatch(tx, repository.the_workspace(tx)) as records:
            return drop_if_over(records, record["id"])

    assert await desk.parts.database.write(drop) == datetime(2026, 12, 30, 23, 0, tzinfo=UTC)
    assert len(await absences(desk)) == 1


@pytest.mark.parametrize(
    "broken",
    [
        {"uuid": None, "id": None},
        {"start": None},
        {"end": "soon"},
        {"end": "2026-12-20T23:59:59+01:00"},
        {"end": "9999-12-31T23:59:59-14:00"},
        {"end": "9999-12-31T00:00:00Z"},
    ],
    ids=["no id", "no start", "no end", "backwards", "beyond time", "for ever"],
)
def test_an_event_that_does_not_say_who_or_when_is_unusable(broken: dict[str, Any]) -> None:
    meaning = translate(away(**broken))
    assert (meaning.absence, meaning.unusable) == (None, True)


async def test_an_event_that_does_not_say_who_or_when_says_so(desk: Desk) -> None:
    await desk.take(away(start=None))
    (told,) = await desk.inbox()
    assert told["state"] == "unusable"
    assert told["reason"] == "The event does not say who is away, or when."
    assert await absences(desk) == []


def told(**more: Any) -> Absence:
    absence = absence_of(away(**more))
    assert absence is not None
    return absence


def test_absences_are_read_in_every_spelling() -> None:
    assert told(uuid=None).key == "100"
    plain = told(start="2026-12-21T00:00:00", end="2026-12-23T23:59:59.999")
    assert (plain.start, plain.end) == (told().start, told().end)
    nowhere = told(start="2026-12-21T00:00:00", user={"timeZone": "No/Where"})
    assert nowhere.start == datetime(2026, 12, 21, tzinfo=UTC)
    assert (nowhere.name, nowhere.email, nowhere.user_id) == (None, None, None)
    assert told(end="2026-12-23T12:00:00Z").end == datetime(2026, 12, 23, 12, 0, tzinfo=UTC)
    assert told(reason={"reason": "ooo_reasons_unspecified"}).reason is None
    assert told(reason={"reason": "ooo_reasons_sick_leave"}).reason == "sick"
    assert told(reason=None).reason is None
    assert absence_of({"triggerEvent": "OOO_CREATED", "payload": "away"}) is None


async def look(desk: CalcomDesk) -> None:
    await look_at_surroundings(desk.parts, desk.api)


def days(desk: CalcomDesk, first: int, last: int) -> dict[str, Any]:
    today = desk.clock.now().date()
    return {
        "first": str(today + timedelta(days=first)),
        "last": str(today + timedelta(days=last)),
    }


def whole(span: dict[str, Any]) -> dict[str, Any]:
    """Those days as an event tells them."""
    return {"start": f"{span['first']}T00:00:00", "end": f"{span['last']}T23:59:59"}


async def test_events_and_lists_speak_of_the_same_absence(either_desk: CalcomDesk) -> None:
    desk = either_desk
    desk.calcom.set(organization=ORGANIZATION)
    span = days(desk, 10, 12)
    # The list alone, in London, and then the event of the very same entry.
    desk.calcom.act("away", uuid="b-1", user_id=6, **span)
    await look(desk)
    (listed,) = await desk.records("out_of_office")
    assert listed["name"] == "Otto Host"
    zone = {"id": 6, "name": "Otto Host", "email": None, "timeZone": "Europe/London"}
    await desk.take(away(uuid="b-1", user=zone, **whole(span)))
    (same,) = await desk.records("out_of_office")
    assert (same["start"], same["end"]) == (listed["start"], listed["end"])
    assert same["id"] == listed["id"]
    # Taken back: nobody is told, but the list shows it.
    desk.calcom.act("back", uuid="b-1")
    await look(desk)
    assert await desk.records("out_of_office") == []


async def test_the_organisation_lists_everybody_however_many(calcom_desk: CalcomDesk) -> None:
    desk = calcom_desk
    desk.calcom.set(organization=ORGANIZATION)
    hana = await desk.parts.database.write(
        lambda tx: add_member(tx, name="Hana", email="hana@team.example.org")
    )
    over = {"userId": 5, "start": "2020-01-01T00:00:00Z", "end": "2020-01-02T23:59:59Z"}
    now = {"userId": 5, "start": "2020-01-01T00:00:00Z", "end": "2099-01-02T23:59:59.999Z"}
    stranger = {**now, "uuid": "c-2", "userId": 99, "reason": "unspecified"}
    desk.calcom.set(
        out_of_office=[
            *({**over, "uuid": f"old-{number}"} for number in range(260)),
            {**now, "uuid": "c-1", "reason": "travel"},
            stranger,
        ]
    )
    scopes = await look_at_surroundings(desk.parts, desk.api)
    assert scopes[-1] == Scope(organization_id=ORGANIZATION)
    found = {one["user_id"]: one for one in await desk.records("out_of_office")}
    assert (found[5]["member_id"], found[5]["reason"]) == (hana, "travel")
    assert found[5]["end"] == "2099-01-02T23:00:00Z"
    assert (found[99]["name"], found[99]["reason"]) == (None, None)
    assert found[99]["end"] == "2099-01-03T00:00:00Z"
    desk.calcom.set(out_of_office=[stranger])
    await look(desk)
    assert [one["user_id"] for one in await desk.records("out_of_office")] == [99]


async def test_who_is_away_for_ever_holds_up_neither_the_list_nor_the_clock(
    calcom_desk: CalcomDesk,
) -> None:
    desk = calcom_desk
    desk.calcom.set(organization=ORGANIZATION)
    ends = ("9999-12-31T00:00:00Z", "9999-12-31T23:59:59Z")
    start = "2020-01-01T00:00:00Z"
    desk.calcom.set(
        out_of_office=[
            {"uuid": f"e-{number}", "userId": number, "start": start, "end": end}
            for number, end in enumerate(ends, 5)
        ]
    )
    await look(desk)
    assert {row[2] for row in await absences(desk)} == {
        "9000-12-29T23:00:00Z",
        "9000-12-30T00:00:00Z",
    }
    (record, _) = await desk.records("out_of_office")
    # As an earlier version has kept it.
    await edit(desk, "out_of_office", record["id"], end=ends[0])
    assert await ClockWatch().look(desk.parts) is not None


async def test_without_an_organisation_the_own_absences_are_listed_and_others_left(
    either_desk: CalcomDesk,
) -> None:
    desk = either_desk
    span = days(desk, 10, 12)
    mia = {"id": 8, "name": "Mia Host", "email": None, "timeZone": "Europe/Berlin"}
    await desk.take(away(uuid="m-1", user=mia, **whole(span)))
    desk.calcom.act("away", uuid="h-1", user_id=5, **span)
    await look(desk)
    assert {row[0] for row in await absences(desk)} == {"Hana Host", "Mia Host"}
    desk.calcom.act("back", uuid="h-1")
    await look(desk)
    # Nobody can ask for Mia's with this key: hers stays until it is over.
    assert {row[0] for row in await absences(desk)} == {"Mia Host"}


async def test_an_admin_of_the_team_asks_for_everybody_in_it(
    either_desk: CalcomDesk,
) -> None:
    desk = either_desk
    desk.calcom.set(leads_team=True)
    otto = await desk.parts.database.write(
        lambda tx: add_member(tx, name="Otto", email="otto@team.example.org")
    )
    await edit(desk, "poblysh_team_members", otto, zone="Europe/London")
    desk.calcom.act("away", uuid="o-1", user_id=6, first="2099-01-01", last="2099-01-01")
    desk.calcom.act("away", uuid="m-1", user_id=8, first="2099-01-01", last="2099-01-01")
    await look(desk)
    assert sorted(await absences(desk)) == [
        ("Mia Host", "2099-01-01T00:00:00Z", "2099-01-02T00:00:00Z", "vacation"),
        ("Otto Host", "2099-01-01T00:00:00Z", "2099-01-02T00:00:00Z", "vacation"),
    ]
    desk.calcom.act("back", uuid="o-1")
    await look(desk)
    assert [row[0] for row in await absences(desk)] == ["Mia Host"]


async def test_a_large_team_is_not_asked_for_one_by_one(
    calcom_desk: CalcomDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = calcom_desk
    monkeypatch.setattr(surroundings, "_MOST_ASKED", 1)
    desk.calcom.set(leads_team=True)
    for number, user in enumerate((6, 8)):
        desk.calcom.act(
            "away", uuid=f"u-{number}", user_id=user, first="2099-01-01", last="2099-01-01"
        )
    await look(desk)
    assert [row[0] for row in await absences(desk)] == ["Otto Host"]


async def test_a_cal_com_that_lists_no_absences_leaves_what_events_told(
    calcom_desk: CalcomDesk,
) -> None:
    desk = calcom_desk
    desk.calcom.set(knows_own_absences=False)
    span = days(desk, 1, 2)
    await desk.take(away(**whole(span)))
    await look(desk)
    assert len(await absences(desk)) == 1


async def test_what_is_told_while_the_list_is_read_stays(
    calcom_desk: CalcomDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = calcom_desk
    span = days(desk, 1, 2)
    api = desk.api
    listed = api.out_of_office

    async def slow(**asked: Any) -> Any:
        found = await listed(**asked)
        await desk.take(away(**whole(span)))
        return found

    monkeypatch.setattr(api, "out_of_office", slow)
    await look_at_surroundings(desk.parts, api)
    assert len(await absences(desk)) == 1
    await look(desk)
    assert await absences(desk) == []


async def test_a_members_own_zone_counts_where_cal_com_names_none(
    calcom_desk: CalcomDesk,
) -> None:
    desk = calcom_desk
    mia = await desk.parts.database.write(
        lambda tx: add_member(tx, name="Mia", email="mia@team.example.org")
    )
    await edit(desk, "poblysh_team_members", mia, zone="Asia/Tokyo")
    desk.calcom.set(organization=ORGANIZATION, zoneless=8)
    desk.calcom.act("away", uuid="m-1", user_id=8, first="2099-01-01", last="2099-01-01")
    await look(desk)
    assert await absences(desk) == [
        ("Mia Host", "2098-12-31T15:00:00Z", "2099-01-01T15:00:00Z", "vacation")
    ]
