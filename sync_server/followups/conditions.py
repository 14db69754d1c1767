"""Whether what a mail depends on holds."""

from sync_server.followups.cases import Case


def holds(case: Case, step_key: str) -> bool | None:
    """Whether the step's condition holds now; None while what it asks for is not known."""
    step = case.sequence.step(step_key) if case.sequence else None
    return True if step is None or step.when is None else None
