"""Filling texts in: a small part of Jinja2, in its sandbox, that always ends and never grows wild.

A text may name variables of the catalogue, choose with `if`, and go through one of the lists with
`for`. It cannot count, call, nest loops or multiply, so its time and its size are bounded by its
own length.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from jinja2 import StrictUndefined, TemplateSyntaxError, UndefinedError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from interview_desk.domain.sequences.appearance import html_of, one_line
from interview_desk.domain.sequences.plan import Template
from interview_desk.domain.sequences.variables import VARIABLES

MAX_RENDERED = 200_000
_MAX_ITEMS = 50
_MAX_VALUE = 500
_FILTERS = frozenset(
    {"default", "d", "upper", "lower", "capitalize", "title", "trim", "join", "first", "last"}
)
_LOOP_PARTS = frozenset({"index", "first", "last"})
_ALLOWED: tuple[type[nodes.Node], ...] = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Const,
    nodes.If,
    nodes.CondExpr,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Compare,
    nodes.Operand,
)
_LOOP_INSIDE = "a list inside a list cannot be gone through"

Values = Mapping[str, str | Sequence[str]]


class TemplateMistake(ValueError):  # noqa: N818  - the sentence is for whoever wrote the text
    """A text that cannot be filled in; one sentence says why and where."""


class Rendered(NamedTuple):
    """A text with everything filled in; its HTML is always there."""

    subject: str
    text: str
    html: str


def check(template: Template) -> list[str]:
    """What is wrong with the three parts of a mail, each in one sentence."""
    return [
        f"{part}, {mistake}"
        for part, source, is_html in _parts(template)
        for mistake in _mistakes(source, is_html=is_html)
    ]


def render(template: Template, values: Values) -> Rendered:
    """The mail for one guest; TemplateMistake says what cannot be filled in."""
    filled = {}
    for part, source, is_html in _parts(template):
        for mistake in _mistakes(source, is_html=is_html):
            raise TemplateMistake(f"{part}, {mistake}")
        filled[part] = _filled(part, source, values, is_html=is_html)
    text = filled["Text"]
    html = filled.get("HTML") or html_of(text)
    return Rendered(one_line(filled["Subject"]), text, html)


def _parts(template: Template) -> Iterator[tuple[str, str, bool]]:
    yield "Subject", template.subject, False
    yield "Text", template.text, False
    if template.html is not None:
        yield "HTML", template.html, True


def _filled(part: str, source: str, values: Values, *, is_html: bool) -> str:
    pieces: list[str] = []
    size = 0
    try:
        for piece in _compiled(source, is_html=is_html).generate(_prepared(values)):
            size += len(piece)
            if size > MAX_RENDERED:
                raise TemplateMistake(f"{part} gets longer than {MAX_RENDERED} signs.")
            pieces.append(piece)
    except UndefinedError as error:
        raise TemplateMistake(f"{part}: {_missing(str(error))}") from error
    except TypeError as error:
        raise TemplateMistake(f"{part} compares or changes what does not fit.") from error
    return "".join(pieces)


def _prepared(values: Values) -> dict[str, Any]:
    """Every variable of the catalogue that is known, with nothing that breaks a line."""
    known: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, str):
            known[name] = one_line(value)[:_MAX_VALUE]
        else:
            known[name] = [one_line(item)[:_MAX_VALUE] for item in value[:_MAX_ITEMS]]
    return {name: value for name, value in known.items() if value}


def _missing(message: str) -> str:
    name = message.split("'")[1] if "'" in message else ""
    title = VARIABLES[name].title if name in VARIABLES else "Something"
    return (
        f"{title} is not known for this guest. Write it into the mail, or give the text a "
        f"default: {{{{ {name} | default('…') }}}}."
    )


_WORLDS: Mapping[bool, ImmutableSandboxedEnvironment] = {
    is_html: ImmutableSandboxedEnvironment(
        autoescape=is_html, undefined=StrictUndefined, keep_trailing_newline=True
    )
    for is_html in (False, True)
}


@lru_cache(256)
def _compiled(source: str, *, is_html: bool) -> Any:
    return _WORLDS[is_html].from_string(source)


@lru_cache(256)
def _mistakes(source: str, *, is_html: bool) -> tuple[str, ...]:
    """What the text asks for that a mail cannot have, each with its line."""
    try:
        tree = _WORLDS[is_html].parse(source)
    except TemplateSyntaxError as error:
        return (f"line {error.lineno}: {_syntax(error)}",)
    except RecursionError:
        return ("line 1: the text is nested too deeply.",)
    found = [f"line {node.lineno}: {said}." for node, said in _objections(tree, frozenset())]
    return tuple(dict.fromkeys(found))


def _syntax(error: TemplateSyntaxError) -> str:
    said = (error.message or "it cannot be read").rstrip(".")
    if "expected 'end of" in said:
        return "a bracket is left open: a place is written {{ guest_name }}."
    return f"this cannot be read ({said[:160]})."


def _objections(node: nodes.Node, loops: frozenset[str]) -> Iterator[tuple[nodes.Node, str]]:
    """Everything in the tree that is not one of the few things a mail may do."""
    look = _LOOKS.get(type(node))
    if look is not None:
        said = look(node, loops)
        if said is not None:
            yield node, said
            return
    elif not isinstance(node, _ALLOWED):
        yield node, f"a mail cannot {_deed(node)}"
        return
    inside = loops
    children = node.iter_child_nodes()
    if isinstance(node, nodes.For):
        # Its own name is known inside it; what it goes through was looked at already.
        inside = loops | {_name_of(node.target), "loop"}
        children = iter([*node.body, *node.else_])
    for child in children:
        yield from _objections(child, inside)


def _name(node: Any, loops: frozenset[str]) -> str | None:
    if node.name in VARIABLES or node.name in loops:
        return None
    return f"there is no variable {node.name[:40]}"


def _loop(node: Any, loops: frozenset[str]) -> str | None:
    if loops:
        return _LOOP_INSIDE
    of = node.iter
    if not isinstance(of, nodes.Name) or of.name not in VARIABLES:
        return "only a list of the catalogue can be gone through, such as promised"
    if not VARIABLES[of.name].is_list:
        return f"{of.name} is no list"
    plain = isinstance(node.target, nodes.Name) and not node.recursive and node.test is None
    return None if plain else "a list is gone through as in: for thing in promised"


def _filter(node: Any, _loops: frozenset[str]) -> str | None:
    return None if node.name in _FILTERS else f"there is no filter {node.name}"


def _part_of(node: Any, loops: frozenset[str]) -> str | None:
    """`loop.first` and its like; nothing else has parts."""
    if isinstance(node.node, nodes.Name) and node.node.name == "loop" and "loop" in loops:
        return None if node.attr in _LOOP_PARTS else f"a loop has no {node.attr[:40]}"
    return "variables have no parts"


def _asked(node: Any, _loops: frozenset[str]) -> str | None:
    return None if node.name in {"defined", "undefined"} else f"there is no test {node.name}"


_LOOKS: Mapping[type[nodes.Node], Callable[[Any, frozenset[str]], str | None]] = {
    nodes.Name: _name,
    nodes.For: _loop,
    nodes.Filter: _filter,
    nodes.Getattr: _part_of,
    nodes.Test: _asked,
}


def _name_of(target: nodes.Node) -> str:
    return target.name if isinstance(target, nodes.Name) else ""


def _deed(node: nodes.Node) -> str:
    kind = type(node).__name__.lower()
    return {
        "call": "call functions; go through a list with for",
        "add": "calculate",
        "sub": "calculate",
        "mul": "calculate",
        "div": "calculate",
        "floordiv": "calculate",
        "mod": "calculate",
        "pow": "calculate",
        "concat": "put texts together with ~; write them one after the other",
    }.get(kind, f"use {kind}")
