"""Through the real server: edits that crossed are decided, and the past is read back."""

from interview_desk.domain.records import Edit
from interview_desk.domain.roles import Role
from interview_desk.remote.history import HttpHistory
from interview_desk.services.crossed_edits import CrossedEdits
from interview_desk.services.search import SearchService
from interview_desk.services.set_aside import SetAsideService
from interview_desk.services.sync_state import SyncKind
from interview_desk.services.timeline import TimelineService
from tests.helpers.at_work import at_work, draft
from tests.helpers.remote import Desks, Team


async def test_a_crossed_edit_is_seen_by_both_decided_by_one_and_told_in_the_past(
    team: Team, desks: Desks
) -> None:
    one, two = await desks.pair_two(team, Role.INTERVIEWER)
    interview, edit = draft("First")
    async with at_work(one) as ann, at_work(two) as ben:
        await ann.store.write([edit])
        await ben.record("interviews", interview, title="First")
        await ben.reached(SyncKind.SYNCED)
    # Both work without the server for a while.
    await one.store.write([Edit("interviews", interview, {"title": "Ann's"})])
    await two.store.write([Edit("interviews", interview, {"title": "Ben's"})])
    async with at_work(one) as ann:
        await ann.until_sent()
    async with at_work(one) as ann, at_work(two) as ben:
        await ben.until_sent()
        await ben.record("interviews", interview, title="Ann's")

        async def is_told() -> bool:
            return bool(await two.store.all_of("conflicts"))

        await ben.until(is_told)
        (key,) = [row.id for row in await two.store.all_of("conflicts")]
        await ann.record("conflicts", key, state="open")
        (crossed,) = await CrossedEdits(two.store, me=two.me).open_ones(interview)
        assert (crossed.kept, crossed.lost, crossed.lost_is_mine) == ("Ann's", "Ben's", True)
        assert (crossed.kept_by, crossed.lost_by) == ("Ann", "Ben")
        await CrossedEdits(two.store, me=two.me).take(crossed.id)
        await ann.record("interviews", interview, title="Ben's")
        await ann.record("conflicts", key, state="settled")
        assert await CrossedEdits(one.store, me=one.me).open_ones() == []
        assert await SetAsideService(two.store, two.store).items() == []
        history = HttpHistory(one.session)
        page = await history.history("interviews", interview, before=None)
        titles = [(step.before, step.to) for step in page.steps if step.field == "title"]
        assert titles == [("Ann's", "Ben's"), ("First", "Ann's"), (None, "First")]
        past = await TimelineService(one.store, me=one.me, history=history).whole(interview)
        assert past.complete
        told = [
            (entry.who, step.to)
            for entry in past.entries
            if (step := entry.step("title")) is not None
        ]
        assert told == [("Ben", "Ben's"), ("Ann", "Ann's"), ("Ann", "First")]
        (found,) = (await SearchService(one.store.search).search("ben")).found[:1]
        assert found.interview_title == "Ben's"


async def test_what_was_refused_is_refused_again_or_taken(team: Team, desks: Desks) -> None:
    desk = await desks.pair(team.url, team.code("eve@example.org", Role.OBSERVER), name="eve")
    _, edit = draft("Not hers to write")
    async with at_work(desk) as eve:
        await eve.store.write([edit])
        await eve.reached(SyncKind.ATTENTION)
        shelf = SetAsideService(desk.store, desk.store)
        (item,) = await shelf.items()
        assert item.why == "Your role may not change this."
        await shelf.retry(item.id)
        await eve.until_sent()
        (again,) = await shelf.items()
        assert again.id != item.id
        await shelf.discard(again.id)
        assert await shelf.items() == []
