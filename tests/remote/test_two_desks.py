"""Two desks and one real server: everything written on one arrives at the other, once."""

import asyncio
import uuid

from interview_desk.domain.ids import assignment_id, note_document_id
from interview_desk.domain.records import Edit
from interview_desk.domain.roles import AssignmentRole, Role
from interview_desk.remote.note_versions import HttpNoteVersions
from interview_desk.services.interviews import InterviewService, NewInterview
from interview_desk.services.ports import NoteAddress
from interview_desk.services.sync_state import SyncKind
from tests.helpers.at_work import Working, at_work, draft
from tests.helpers.desk import StoppedClock, counted_ids
from tests.helpers.proxy import Proxy
from tests.helpers.remote import Desks, RemoteDesk, Team


async def test_edits_and_typing_of_one_arrive_at_the_other_at_once(
    team: Team, desks: Desks
) -> None:
    one, two = await desks.pair_two(team, Role.INTERVIEWER)
    async with at_work(one) as ann, at_work(two) as ben:
        await ben.reached(SyncKind.SYNCED)
        interview, edit = draft("Talk to Acme")
        note = NoteAddress(interview, "welcome")
        await ann.store.write([edit])
        await ben.record("interviews", interview, title="Talk to Acme")
        await ann.type(note, "They said ", "hello 😀")
        await ben.text(note, "They said hello 😀")
        heard: list[bytes] = []
        ann.store.on_remote_updates(note, heard.extend)
        await ben.type(note, " and left")
        await ann.text(note, "They said hello 😀 and left")
        assert heard
        await ben.store.write([Edit("interviews", interview, {"title": "Talk to Acme Ltd"})])
        seen = await ann.record("interviews", interview, title="Talk to Acme Ltd")
        assert seen.pending == frozenset()


def parts_of(desk: RemoteDesk) -> InterviewService:
    return InterviewService(
        desk.store, me=desk.me, new_id=counted_ids(StoppedClock()), find_link=lambda _: None
    )


async def roles_are(desk: Working, interview: str, *roles: str) -> None:
    """Wait until the interview's parts are these."""

    async def holds() -> bool:
        parts = await desk.store.of_interview("interview_assignments", interview)
        return sorted(str(part.fields["role"]) for part in parts) == sorted(roles)

    await desk.until(holds)


async def test_a_member_whom_two_desks_ask_at_once_has_one_part(team: Team, desks: Desks) -> None:
    one, two = await desks.pair_two(team, Role.INTERVIEWER)
    interview, edit = draft("Asked twice")
    cara, dora = str(uuid.uuid4()), str(uuid.uuid4())
    await one.store.write([edit])
    async with at_work(one), at_work(two) as ben:
        await ben.record("interviews", interview, title="Asked twice")
    for desk, role in ((one, AssignmentRole.LEAD), (two, AssignmentRole.OBSERVER)):
        await parts_of(desk).assign(interview, member_id=cara, role=role)
        await parts_of(desk).assign(interview, member_id=dora, role=AssignmentRole.SHADOW)
    async with at_work(one) as ann:
        await ann.until_sent()
        async with at_work(two) as ben:
            await ben.until_sent()
            await roles_are(ben, interview, "lead", "shadow")
            # What is said of one part twice differs like any other field.
            parts = assignment_id(interview, cara), assignment_id(interview, dora)
            (crossed,) = await ben.crossed(*parts)
            assert (crossed["field"], crossed["lost"]) == ("role", "observer")
            # Whoever was taken out can be asked again.
            part = assignment_id(interview, dora)
            await parts_of(two).unassign(part)
            await roles_are(ann, interview, "lead")
            await parts_of(one).assign(interview, member_id=dora, role=AssignmentRole.NOTE_TAKER)
            await ben.record("interview_assignments", part, role="note_taker", state="proposed")
            assert len(await ben.crossed(*parts)) == 1


async def test_what_somebody_changed_while_it_was_edited_is_kept_beside_it(
    team: Team, desks: Desks
) -> None:
    one, two = await desks.pair_two(team, Role.INTERVIEWER)
    interview, edit = draft("As it was")
    await one.store.write([edit])
    async with at_work(one) as ann, at_work(two) as ben:
        await ben.record("interviews", interview, title="As it was")
        looked = await parts_of(two).look(interview)
        await ann.store.write([Edit("interviews", interview, {"title": "Ann's"})])
        await ben.record("interviews", interview, title="Ann's")
        was, new = NewInterview("As it was"), NewInterview("Ben's")
        await parts_of(two).rewrite(interview, was=was, new=new, looked=looked)
        await ben.until_sent()
        await ben.record("interviews", interview, title="Ann's")
        (crossed,) = await ben.crossed(interview)
        assert (crossed["kept"], crossed["lost"]) == ("Ann's", "Ben's")


async def test_a_yes_that_crosses_with_the_same_question_is_a_yes(team: Team, desks: Desks) -> None:
    one, two = await desks.pair_two(team, Role.INTERVIEWER)
    interview, edit = draft("Asked and taken")
    other, edit_too = draft("Taken and asked")
    await one.store.write([edit, edit_too])
    async with at_work(one), at_work(two) as ben:
        await ben.record("interviews", other, title="Taken and asked")
    me, role = two.me.member_id, AssignmentRole.NOTE_TAKER
    for desk in (one, two):
        for asked in (interview, other):
            await parts_of(desk).assign(asked, member_id=me, role=role)
    async with at_work(one) as ann:
        await ann.until_sent()
        async with at_work(two) as ben:
            await ben.until_sent()
            for asked in (interview, other):
                part = assignment_id(asked, me)
                await ann.record("interview_assignments", part, state="accepted")
            # Asked again by somebody who does not know that a no has become a yes.
            part = assignment_id(other, me)
            await parts_of(two).decline(part)
            await ann.record("interview_assignments", part, state="declined")
    await parts_of(two).accept(part)
    await parts_of(one).assign(other, member_id=me, role=role)
    async with at_work(two) as ben:
        await ben.until_sent()
        async with at_work(one) as ann:
            await ann.until_sent()
            await ann.record("interview_assignments", part, state="accepted")
            parts = assignment_id(interview, me), assignment_id(other, me)
            assert await ann.crossed(*parts) == []


async def test_work_done_while_the_server_is_stopped_arrives_once_it_is_back(
    own_team: Team, desks: Desks
) -> None:
    one = await desks.pair(own_team.url, own_team.code(), name="one")
    two = await desks.pair(own_team.url, own_team.code(), name="two")
    interview, edit = draft("Offline")
    note = NoteAddress(interview, "deciding")
    async with at_work(one) as ann:
        await ann.reached(SyncKind.SYNCED)
        await asyncio.to_thread(own_team.process.stop)
        await ann.reached(SyncKind.OFFLINE)
        await ann.store.write([edit])
        for number in range(20):
            await ann.type(note, f"line {number}\n")
        assert (await ann.store.pending()).unsent == 21
        await asyncio.to_thread(own_team.process.start)
        ann.service.poke()
        await ann.until_sent()
        await ann.reached(SyncKind.SYNCED)
    async with at_work(two) as ben:
        await ben.text(note, "".join(f"line {number}\n" for number in range(20)))
        await ben.record("interviews", interview, title="Offline")
        (document,) = await ben.store.of_interview("note_documents", interview)
        assert document.id == note_document_id(*note)
        assert document.fields["seq"] == 20


async def test_lost_answers_double_nothing_and_lose_nothing(team: Team, desks: Desks) -> None:
    async with Proxy(team.url) as proxy:
        one = await desks.pair(proxy.url, team.code(), name="one")
        two = await desks.pair(team.url, team.code(), name="two")
        async with at_work(one) as ann, at_work(two) as ben:
            await ann.reached(SyncKind.SYNCED)
            interview, edit = draft("Once")
            note = NoteAddress(interview, "welcome")
            proxy.drop_answers = 3
            await ann.store.write([edit])
            for number in range(5):
                await ann.type(note, f"{number} ")
                proxy.cut()
                ann.service.poke()
            await ben.text(note, "0 1 2 3 4 ")
            await ann.until_sent()
            await ann.text(note, "0 1 2 3 4 ")
        position = await one.store.position()
        assert position.device_id == one.me.device_id
        assert await one.store.quarantined() == []


async def test_a_signed_out_device_keeps_everything_and_goes_on_once_paired_again(
    team: Team, desks: Desks
) -> None:
    one = await desks.pair(team.url, team.code(), name="one")
    async with at_work(one) as ann:
        await ann.reached(SyncKind.SYNCED)
        assert one.me.device_id is not None
        await asyncio.to_thread(team.revoke, one.me.device_id)
        ann.service.poke()
        await ann.reached(SyncKind.PAUSED)
        interview, edit = draft("Kept")
        await ann.store.write([edit])
        code = await asyncio.to_thread(team.code)
        await desks.pair_again(one, team.url, code)
        ann.service.poke()
        await ann.until_sent()
        await ann.reached(SyncKind.SYNCED)
    two = await desks.pair(team.url, team.code(), name="two")
    async with at_work(two) as ben:
        await ben.record("interviews", interview, title="Kept")


async def test_earlier_versions_are_told_by_the_server(team: Team, desks: Desks) -> None:
    one = await desks.pair(team.url, team.code(), name="one")
    interview, edit = draft("Looked back on")
    note = NoteAddress(interview, "welcome")
    feed = HttpNoteVersions(one.session)
    async with at_work(one) as ann:
        await ann.store.write([edit])
        await ann.type(note, "They said ", "hello 😀")
        await ann.until_sent()
        page = await feed.versions(note_document_id(*note), before=None)
        assert [version.by for version in page.versions] == [(one.me.member_id,)]
        newest = page.versions[0]
        assert await feed.version_text(note_document_id(*note), newest.seq) == "They said hello 😀"
        earlier = await feed.versions(note_document_id(*note), before=newest.seq)
        assert (earlier.versions, earlier.more) == ([], False)
