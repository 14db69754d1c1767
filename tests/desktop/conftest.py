"""Tests on a real desktop; everything here carries the mark `desktop`."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.desktop import DesktopSession, desktop_session


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.desktop)
            item.add_marker(pytest.mark.timeout(180))


@pytest.fixture
def desktop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DesktopSession]:
    # A short path: the bus's socket lies in it, and a socket's path ends at 107 bytes.
    yield from desktop_session(tmp_path_factory.mktemp("d"))
