"""The composition root: what the window needs to stand; `app.behind` and `app.asked_for` follow."""

from datetime import tzinfo
from functools import cache, partial
from typing import TYPE_CHECKING

from interview_desk.app.outside import Outside
from interview_desk.app.unlocking import Unlocked, change_key_at_next_start, change_passphrase
from interview_desk.services.agenda import AgendaService
from interview_desk.services.ports import Me
from interview_desk.store import LocalStore
from interview_desk.ui.desk_parts import DeskParts, KeyChange
from interview_desk.ui.preferences import Preferences

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from interview_desk.services.backups import BackupService
    from interview_desk.services.booking import BookingService
    from interview_desk.services.debrief import DebriefService
    from interview_desk.services.flags import FlagService
    from interview_desk.services.interviews import FoundLink, InterviewService
    from interview_desk.services.members import MemberService
    from interview_desk.services.rules import RulesService
    from interview_desk.services.search import SearchService
    from interview_desk.services.team import TeamService
    from interview_desk.services.timeline import HistoryFeed
    from interview_desk.ui.calcom_parts import CalcomParts
    from interview_desk.ui.late_parts import LateParts
    from interview_desk.ui.mail_parts import MailParts


def desk_parts(
    store: LocalStore,
    me: Me,
    outside: Outside,
    *,
    unlocked: Unlocked,
    zone: tzinfo,
    preferences: Preferences,
    history: "Callable[[], HistoryFeed | None]",
    calcom: "Callable[[], CalcomParts]",
) -> DeskParts:
    """What the window shows and acts with; what Today does without is made when asked for."""

    def interviews() -> "InterviewService":
        from interview_desk.services.interviews import InterviewService

        return InterviewService(
            store,
            me=me,
            new_id=outside.new_id,
            find_link=_find_link,
        )

    def team() -> "TeamService":
        from interview_desk.app.network import LateInvitations
        from interview_desk.services.team import TeamService

        tokens = unlocked.tokens(store)
        invitations = LateInvitations(store, me, tokens) if me.server else None
        return TeamService(store, me=me, invitations=invitations)

    def late() -> "LateParts":
        from interview_desk.app.asked_for import late_parts

        return late_parts(store, me, outside, history=history())

    def debrief() -> "DebriefService":
        from interview_desk.services.debrief import DebriefService

        return DebriefService(store, me=me)

    def mailing() -> "MailParts":
        from interview_desk.app.asked_for import mail_parts

        return mail_parts(store, me, outside)

    def flags() -> "FlagService":
        from interview_desk.services.flags import FlagService

        return FlagService(store, me=me)

    def backups() -> "BackupService":
        from interview_desk.app.behind import backups

        return backups(store, outside)

    return DeskParts(
        agenda=AgendaService(store, me=me, clock=outside.clock),
        interviews=interviews,
        team=team,
        managing=partial(_managing, store, me, outside),
        late=late,
        debrief=debrief,
        rules=cache(partial(_rules, store, me, outside)),
        mailing=mailing,
        flags=flags,
        calcom=calcom,
        booking=cache(partial(_booking, store, me, outside)),
        me=me,
        changes=store,
        clock=outside.clock,
        zone=zone,
        preferences=preferences,
        backups=backups,
        change_passphrase=_passphrase_change(unlocked),
        key_change=_key_change(unlocked),
    )


def _booking(store: LocalStore, me: Me, outside: Outside) -> "BookingService":
    from interview_desk.services.booking import BookingService

    return BookingService(store, me=me, clock=outside.clock, new_id=outside.new_id)


def _managing(store: LocalStore, me: Me, outside: Outside) -> "MemberService":
    from interview_desk.services.members import MemberService

    return MemberService(store, me=me, new_id=outside.new_id)


def _rules(store: LocalStore, me: Me, outside: Outside) -> "RulesService":
    from interview_desk.services.rules import RulesService

    return RulesService(store, me=me, new_id=outside.new_id)


def _passphrase_change(unlocked: Unlocked) -> "Callable[[str, str], Awaitable[None]] | None":
    if unlocked.key_file is None or not unlocked.by_passphrase:
        return None
    return partial(change_passphrase, unlocked.key_file)


def _key_change(unlocked: Unlocked) -> KeyChange | None:
    if unlocked.key_file is None:
        return None
    ask = partial(change_key_at_next_start, unlocked.key_file)
    return KeyChange(ask, needs_passphrase=unlocked.by_passphrase)


def searching(store: LocalStore) -> "SearchService":
    """What keeps the index of words read, behind everything else."""
    from interview_desk.services.search import SearchService

    return SearchService(store.search)


def _find_link(text: str) -> "FoundLink | None":
    # The catalogue of services is read with the first pasted link.
    from interview_desk.domain.links import find_link

    return find_link(text)
