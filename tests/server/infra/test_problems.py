"""What every refusal of the server looks like."""

import pytest
from fastapi import FastAPI, Request
from starlette.types import Message

from sync_server.infra.problems import (
    Forbidden,
    NotFound,
    Problem,
    TooLarge,
    Unavailable,
    answer_problems,
)


@pytest.mark.parametrize("kind", [Problem, NotFound, Forbidden, TooLarge, Unavailable])
def test_every_document_says_in_a_sentence_what_is_wrong(kind: type[Problem]) -> None:
    document = kind().document()
    assert {"type", "title", "status", "detail", "code"} <= set(document)
    assert document["detail"] == document["title"]


def test_what_is_known_of_this_very_case_is_the_detail() -> None:
    document = Forbidden("Only an owner may.", last_n=3).document()
    assert (document["title"], document["detail"]) == (
        "You may not do this.",
        "Only an owner may.",
    )
    assert document["last_n"] == 3


async def test_a_connection_that_is_cut_in_the_middle_of_a_request_is_no_bug() -> None:
    app = FastAPI()
    answer_problems(app)

    @app.post("/")
    async def length(request: Request) -> int:
        return len(await request.body())

    async def cut() -> Message:
        return {"type": "http.disconnect"}

    said: list[Message] = []

    async def send(message: Message) -> None:
        said.append(message)

    scope = {"type": "http", "method": "POST", "path": "/", "headers": [], "query_string": b""}
    # Whatever came out here would be logged as a fault of the server.
    await app(scope, cut, send)
    assert said[0]["status"] == 422
