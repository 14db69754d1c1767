"""What gathers writes and makes them at the end of its `with` block, unless that failed."""

from abc import ABC, abstractmethod
from types import TracebackType
from typing import Self


class Flushing(ABC):
    """A block whose end stores what was gathered in it."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        failure: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if failure is None:
            self.flush()

    @abstractmethod
    def flush(self) -> None:
        """Store what was gathered so far."""
