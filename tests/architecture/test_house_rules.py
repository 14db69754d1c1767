"""What no linter sees: rules of the house, read from the source itself."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted(
    path
    for folder in ("src/interview_desk", "sync_server")
    for path in (ROOT / folder).rglob("*.py")
)
MODULE_LIMIT = 400


def _trees() -> Iterator[tuple[Path, ast.AST]]:
    for path in SOURCES:
        yield path.relative_to(ROOT), ast.parse(path.read_text(encoding="utf-8"))


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _is_attribute(call: ast.Call, name: str) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr == name


def test_the_sources_are_found() -> None:
    assert len(SOURCES) > 25


def test_no_dialog_or_menu_spins_a_loop_of_its_own() -> None:
    found = [
        f"{path}:{call.lineno}"
        for path, tree in _trees()
        if "ui" in path.parts or "app" in path.parts
        # Before the first page is painted there is no other loop that this one would hold up.
        if path.name != "first_paint.py"
        for call in _calls(tree)
        if (_is_attribute(call, "exec") or _is_attribute(call, "exec_")) and not _runs_program(call)
    ]
    assert found == [], "use open() and await finished"


def _runs_program(call: ast.Call) -> bool:
    """The application's own loop, once the other one has ended, is no loop inside a loop."""
    owner = call.func.value if isinstance(call.func, ast.Attribute) else None
    return isinstance(owner, ast.Name) and owner.id == "app"


def test_no_signal_is_connected_to_a_lambda() -> None:
    found = [
        f"{path}:{call.lineno}"
        for path, tree in _trees()
        for call in _calls(tree)
        if _is_attribute(call, "connect") and any(isinstance(arg, ast.Lambda) for arg in call.args)
    ]
    assert found == [], "connect to a method"


def test_no_tip_is_read_as_markup() -> None:
    """Qt reads what looks like a tag, and what a guest calls themselves can look like one."""
    found = [
        f"{path}:{call.lineno}"
        for path, tree in _trees()
        # What the system draws beside the tray icon is not Qt's.
        if "ui" in path.parts and path.name != "tray.py"
        for call in _calls(tree)
        if _is_attribute(call, "setToolTip") or _is_attribute(call, "showText")
        if not any(_is_plain(argument) for argument in call.args)
    ]
    assert found == [], "use as_tip"


def _is_plain(tip: ast.expr) -> bool:
    if isinstance(tip, ast.IfExp):
        return _is_plain(tip.body) and _is_plain(tip.orelse)
    is_ours = isinstance(tip, ast.Constant)
    return is_ours or (isinstance(tip, ast.Call) and ast.unparse(tip.func) == "as_tip")


def test_only_the_database_commits() -> None:
    found = [
        f"{path}:{call.lineno}"
        for path, tree in _trees()
        if path.parts[0] == "sync_server" and path.parts[1:] != ("infra", "database.py")
        for call in _calls(tree)
        if _is_attribute(call, "commit")
    ]
    allowed = [line for line in found if not line.startswith("sync_server/infra/")]
    assert allowed == []


def test_a_url_is_opened_in_one_place_only() -> None:
    found = {
        str(path)
        for path, tree in _trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "openUrl"
    }
    assert found <= {"src/interview_desk/ui/opener.py"}


def test_failures_are_caught_by_name() -> None:
    allowed = {
        "src/interview_desk/ui/bridge/tasks.py",
        "src/interview_desk/app/crash.py",
        # Hands whatever failed on its thread to whoever asked.
        "src/interview_desk/system/keyring_safe.py",
    }
    found = [
        f"{path}:{node.lineno}"
        for path, tree in _trees()
        if str(path) not in allowed
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        and (
            node.type is None
            or (isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"})
        )
        and not any(isinstance(inner, ast.Raise) for inner in ast.walk(node))
    ]
    assert found == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_stays_small(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MODULE_LIMIT


def test_every_ignore_says_why() -> None:
    bare = re.compile(r"(type: ignore|noqa)(\[[^]]*\]|: *[A-Z0-9, ]+)? *$")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in [*SOURCES, *sorted((ROOT / "tests").rglob("*.py"))]
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if bare.search(line)
    ]
    assert found == []


def test_the_domain_reads_no_clock_and_touches_no_network() -> None:
    forbidden = {"urllib.request", "time", "random", "secrets", "os", "pathlib", "logging"}
    found = [
        f"{path}:{node.lineno}"
        for path, tree in _trees()
        if "domain" in path.parts
        for node in ast.walk(tree)
        if (isinstance(node, ast.Import) and forbidden & {name.name for name in node.names})
        or (isinstance(node, ast.ImportFrom) and node.module in forbidden)
        or (
            isinstance(node, ast.Attribute)
            and node.attr in {"now", "utcnow", "today"}
            and _on_clock(node)
        )
    ]
    assert found == []


def _on_clock(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id in {"datetime", "date"}


def test_no_expression_repeats_a_group_possessively() -> None:
    # Python before 3.11.5, as Debian 12 has it, lets such a group match too little; an atomic
    # group around a plain repetition means the same everywhere.
    possessive = re.compile(r"\)(?:[*+?]|\{\d*,?\d*\})\+")
    found = [
        f"{path}:{node.lineno}"
        for path, tree in _trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if possessive.search(node.value)
    ]
    assert found == [], "write (?>(?:...)+) instead of (?:...)++"
