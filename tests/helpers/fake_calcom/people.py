"""Who there is: the key's owner, the team, and who is away."""

from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.helpers.fake_calcom.acting import RefusedError
from tests.helpers.fake_calcom.answers import check_organization, ok
from tests.helpers.fake_calcom.world import TEAM, World

_PART = (("skip", 0), ("take", 250))


class People:
    """Owners, teams and absences."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[Route]:
        """Its routes."""
        return [
            Route("/v2/me", self.me),
            Route("/v2/teams", self.teams),
            Route(f"/v2/teams/{TEAM}/memberships", self.members),
            Route("/v2/organizations/{id:int}/users", self.users),
            Route("/v2/organizations/{id:int}/ooo", self.out_of_office),
            Route("/v2/me/ooo", self.my_out_of_office),
            Route(f"/v2/teams/{TEAM}/users/{{id:int}}/ooo", self.members_out_of_office),
        ]

    async def me(self, request: Request) -> Response:
        """The owner of the key."""
        user = self._world.users[request.scope["user_id"]]
        return ok(
            {
                "id": user.id,
                "username": user.username,
                "email": user.email,
                "name": user.name,
                "timeZone": user.zone,
                "weekStart": "Monday",
                "timeFormat": 24,
                "organizationId": self._world.organization,
            }
        )

    async def teams(self, request: Request) -> Response:
        """The one team."""
        return ok([{"id": TEAM, "name": "Research", "slug": "research", "isOrganization": False}])

    async def members(self, request: Request) -> Response:
        """Everybody is in the team."""
        people = enumerate(self._world.users.values(), 1)
        return ok(
            [
                {
                    "id": number,
                    "userId": user.id,
                    "teamId": TEAM,
                    "accepted": True,
                    "role": "MEMBER",
                    "user": {"name": user.name, "email": user.email, "username": user.username},
                }
                for number, user in people
            ]
        )

    async def out_of_office(self, request: Request) -> Response:
        """Absences."""
        check_organization(self._world, request.path_params["id"])
        return self._part(request, self._world.out_of_office)

    async def my_out_of_office(self, request: Request) -> Response:
        """The owner's own absences; older servers do not have it."""
        if not self._world.knows_own_absences:
            raise HTTPException(404)
        return self._of(request, request.scope["user_id"])

    async def members_out_of_office(self, request: Request) -> Response:
        """Those of a member of the team, for its admins."""
        if not self._world.leads_team:
            raise RefusedError(403, "User is not an admin of the team")
        return self._of(request, request.path_params["id"])

    def _of(self, request: Request, user_id: int) -> Response:
        found = [one for one in self._world.out_of_office if one["userId"] == user_id]
        return self._part(request, found)

    async def users(self, request: Request) -> Response:
        """Everybody in the organisation."""
        check_organization(self._world, request.path_params["id"])
        return self._part(
            request,
            [
                {
                    "id": user.id,
                    "name": user.name,
                    "email": user.email,
                    "username": user.username,
                    "timeZone": user.zone,
                }
                for user in self._world.users.values()
            ],
        )

    @staticmethod
    def _part(request: Request, found: list[dict[str, Any]]) -> Response:
        skip, take = (int(request.query_params.get(name, most)) for name, most in _PART)
        return ok(found[skip : skip + min(take, 250)])
