"""What the server remembers of a note, over HTTP."""

from interview_desk.domain.note_versions import Version
from interview_desk.remote.answers import read_answer
from interview_desk.remote.session import Session
from interview_desk.services.earlier_versions import VersionsPage
from interview_desk.wire import notes, routes


class HttpNoteVersions:
    """The `VersionsFeed` port over a signed-in session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def versions(self, doc: str, *, before: int | None) -> VersionsPage:
        """The versions before `before`, newest first."""
        params = {} if before is None else {"before": before}
        response = await self._session.call("GET", routes.note_versions(doc), params=params)
        answer = read_answer(response, notes.NoteVersions)
        found = [Version(one.seq, one.began, one.at, tuple(one.by)) for one in answer.versions]
        return VersionsPage(found, answer.more)

    async def version_text(self, doc: str, seq: int) -> str:
        """What the note said at `seq`."""
        response = await self._session.call("GET", routes.note_version(doc, seq))
        return read_answer(response, notes.NoteVersionText).text
