"""The roles of a team in the words of those who give them."""

from typing import Final

from interview_desk.domain.roles import Role

ROLE_MEANS: Final = {
    Role.OWNER: "Runs the team and decides about everything",
    Role.ADMIN: "Runs the team: people, guides, rules and mail",
    Role.INTERVIEWER: "Books, interviews, rates, and decides about mail to guests",
    Role.OBSERVER: "Sees all interviews, takes notes and rates",
    Role.EXTERNAL: "Sees and notes only the interviews they are assigned to",
}
