"""`override` for 3.11; the package that has it there costs the start more than it is worth."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing_extensions import override
else:

    def override(method: Any) -> Any:
        """Say that a method of the base class is meant; the type checker holds one to it."""
        return method


__all__ = ["override"]
