"""What every refusal of the server looks like."""

import pytest

from sync_server.infra.problems import Forbidden, NotFound, Problem, TooLarge, Unavailable


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
