"""How long is waited before the server is asked again."""

from interview_desk.services.backoff import spread, wait_after


def test_waits_grow_to_a_limit_and_spread() -> None:
    assert [wait_after(n, lambda: 0.0) for n in (1, 2, 3, 99)] == [0.5, 1.0, 2.0, 30.0]
    assert wait_after(1, lambda: 1.0) == 1.0
    assert spread(60.0, lambda: 1.0) == 66.0
