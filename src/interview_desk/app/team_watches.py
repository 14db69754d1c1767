"""What an open desk follows of the team's decisions."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from interview_desk.app.open_desk import OpenDesk
    from interview_desk.services.flags import FlagService


def team_watches(desk: "OpenDesk", flags: Callable[[], "FlagService"]) -> list[Callable[[], None]]:
    """What follows the team's decisions in the tray and about this person; the ways to stop."""
    stops = []
    if desk.me.role.runs_the_team:
        from interview_desk.app.mail_switch import MailSwitch

        switch = MailSwitch(flags(), tray=desk.tray, tasks=desk.tasks)
        stops.append(switch.watch(desk.store))
    if desk.me.server is not None:
        from interview_desk.app.own_role import OwnRole

        role = OwnRole(desk.store, desk.me, tasks=desk.tasks, tell=desk.tell, parent=desk)
        stops.append(role.watch())
    return stops
