"""What Qt's binding reads after each import is left out, on the real binding."""

import subprocess
import sys

_START = """
import builtins
from interview_desk.app.plain_imports import import_plainly
import PySide6.QtCore
reading = builtins.__import__
import_plainly()
print(reading.__name__, builtins.__import__ is not reading)
after = builtins.__import__
import_plainly()
assert builtins.__import__ is after
import PySide6.QtGui
print(PySide6.QtGui.QVector2D(3, 4).length())
"""
_WITHOUT_QT = """
import builtins
from interview_desk.app.plain_imports import import_plainly
plain = builtins.__import__
import_plainly()
print(builtins.__import__ is plain)
"""


def said(program: str) -> list[str]:
    """What the program printed, in a Python of its own."""
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_what_reads_sources_is_out_of_the_way_and_qt_goes_on() -> None:
    """Where the binding names no such function any more, there is nothing left to work around."""
    assert said(_START) == ["__feature_import__", "True", "5.0"]


def test_where_the_binding_is_not_all_stays_as_it_is() -> None:
    assert said(_WITHOUT_QT) == ["True"]
