"""What the parts of the local database share: its engine."""

from interview_desk.store.engine import Engine


class Part:
    """One side of the local database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
