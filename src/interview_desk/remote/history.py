"""What the server remembers of a record, over HTTP."""

from interview_desk.remote.answers import read_answer
from interview_desk.remote.session import Session
from interview_desk.services.timeline import HistoryPage, Step
from interview_desk.wire import routes, sync


class HttpHistory:
    """The `HistoryFeed` port over a signed-in session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def history(self, entity: str, record_id: str, *, before: str | None) -> HistoryPage:
        """What happened to one record, newest first."""
        params = {"entity": entity, "id": record_id}
        if before is not None:
            params["before"] = before
        response = await self._session.call("GET", routes.HISTORY, params=params)
        answer = read_answer(response, sync.HistoryResponse)
        steps = [
            Step(entity, record_id, one.field, one.before, one.to, one.by, one.at, one.ver)
            for one in answer.changes
        ]
        return HistoryPage(steps, answer.next)
