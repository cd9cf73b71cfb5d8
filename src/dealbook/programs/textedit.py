"""Changes one key of a TOML text and nothing else: comments, order and spacing of the rest stay as they are.

Each function takes a text and returns the new one. It is read again before it is given back: a change that would have
changed anything but what was asked for is refused with `UnchangeableError`, and the text stays.

A library that keeps comments (tomlkit) was tried: it puts a new key below the comment that stands above the next
section, and a new section between that comment and what it is about.
"""

import copy
import re
import tomllib
from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final

from dealbook.programs.scanner import scan
from dealbook.programs.spans import KeyPath, Kind, Node, Span, Spans, quoted

_TAIL: Final = re.compile(r"([ \t]*,)?([ \t]*(?:#[^\n]*)?)(?=\r?\n|\Z)")
_AFTER: Final = re.compile(r"[ \t]*,[ \t]*")
_COMMENT: Final = re.compile(r"[ \t]*#")
_INDENT: Final = re.compile(r"[ \t]*")


class UnchangeableError(Exception):
    """The text is written in a way that this change does not understand; it has to be made in the text itself."""


def set_value(text: str, path: KeyPath, literal: str, order: Sequence[str] = ()) -> str:
    """Return the text with the value at `path` written as `literal`, which is TOML.

    A key that is not there yet is added, after the last one that comes before it in `order`. Raises UnchangeableError.
    """
    spans = scan(text)
    return _checked(text, _set(spans, path, literal, order), lambda data: _put(data, path, _value(literal)))


def remove(text: str, path: KeyPath) -> str:
    """Return the text without the key, element or table at `path`; a comment beside it stays.

    Raises UnchangeableError, also where there is nothing at `path`.
    """
    spans = scan(text)
    nodes = [node] if (node := spans.get(path)) else spans.below(path)
    new = text
    for one in reversed(nodes):
        if not any(one.path[: len(other.path)] == other.path for other in nodes if other is not one):
            span, filling = _removal(spans, one)
            new = new[: span.start] + filling + new[span.end :]
    return _checked(text, new, lambda data: _take(data, path))


def rename(text: str, path: KeyPath, name: str) -> str:
    """Return the text with another name for the key at `path`; its value stays. Raises UnchangeableError."""
    node = scan(text).get(path)
    if node is None or node.kind not in (Kind.KEY, Kind.INLINE):
        raise UnchangeableError(path)
    last = node.name.start + text[node.name.start : node.name.end].rfind(".") + 1
    start = last if quoted(str(path[-1])) == text[last : node.name.end] else node.name.start
    new = text[:start] + quoted(name) + text[node.name.end :]
    return _checked(text, new, lambda data: _put(data, (*path[:-1], name), _take(data, path)))


def add_table(text: str, path: KeyPath, lines: Sequence[str], order: Sequence[str] = ()) -> str:
    """Return the text with a new table of these lines ("key = value").

    `path` ends with a position for one more element of an array of tables, else with the table's name. It stands after
    its siblings, else after what comes before it in `order`. Raises UnchangeableError.
    """
    new = _with_table(scan(text), path, lines, order)
    value = tomllib.loads("\n".join(lines), parse_float=Decimal)
    return _checked(text, new, lambda data: _put(data, path, value))


# --- setting


def _with_table(spans: Spans, path: KeyPath, lines: Sequence[str], order: Sequence[str]) -> str:
    text = spans.text
    names = ".".join(_name(part) for part in path if isinstance(part, str))
    block = "\n".join([f"[[{names}]]" if isinstance(path[-1], int) else f"[{names}]", *lines])
    at = _place_of_table(spans, path, order)
    before, after = text[:at].rstrip("\n"), text[at:].lstrip("\n")
    return (f"{before}\n\n" if before else "") + f"{block}\n" + (f"\n{after}" if after else "")


def _set(spans: Spans, path: KeyPath, literal: str, order: Sequence[str]) -> str:
    text, node, parent = spans.text, spans.get(path), path[:-1]
    if node is not None and node.kind is not Kind.TABLE:
        return _replaced(text, node.value, literal)
    holder = spans.get(parent)
    line = f"{_name(path[-1])} = {literal}"
    if not parent or (holder is not None and holder.kind is Kind.TABLE):
        return _with_line(spans, parent, line, order)
    if holder is not None:
        return _into(spans, holder, path[-1], literal, order)
    inside = spans.below(parent)
    if any(one.kind is Kind.TABLE for one in inside):
        header = f"[{'.'.join(_name(part) for part in parent if isinstance(part, str))}]"
        at = _line_start(text, inside[0].name.start)
        return f"{text[:at]}{header}\n{line}\n\n{text[at:]}"
    if inside:
        around = next(p for p in (parent[:n] for n in range(len(parent), -1, -1)) if not p or _is_table(spans, p))
        name = ".".join(_name(part) for part in path[len(around) :])
        return _with_line(spans, around, f"{name} = {literal}", [str(path[len(around)])])
    if all(isinstance(part, str) for part in path):
        return _with_table(spans, parent, [line], order)
    if isinstance(path[-1], int):
        return _set(spans, parent, f"[{literal}]", order)
    return _set(spans, parent, f"{{ {line} }}", order)


def _with_line(spans: Spans, table: KeyPath, line: str, order: Sequence[str]) -> str:
    """Return the text with one more line in a table."""
    text = spans.text
    own = [n for n in spans.below(table) if n.kind is Kind.KEY and _table_of(spans, n) == table]
    name = line.partition(" =")[0].partition(".")[0]
    after = _last_before(own, name, order, len(table))
    header = spans.get(table)
    if after is None and header is None:
        return f"{line}\n{text}"
    at = _line_end(text, after.value.end if after else header.name.end if header else 0)
    indent = _INDENT.match(text, _line_start(text, after.name.start)) if after else None
    return f"{text[:at]}\n{indent[0] if indent else ''}{line}{text[at:]}"


def _into(spans: Spans, holder: Node, name: str | int, literal: str, order: Sequence[str]) -> str:
    """Return the text with one more entry in an inline table or an array; any other value gives way to a table."""
    text, opening = spans.text, spans.text[holder.value.start : holder.value.start + 1]
    inside = spans.children(holder.path)
    if opening == "[" and isinstance(name, int):
        return _appended(text, inside, holder, literal)
    entry = f"{_name(name)} = {literal}"
    if opening != "{" or not inside:
        return _replaced(text, holder.value, f"{{ {entry} }}")
    after = _last_before(inside, str(name), order, len(holder.path)) or inside[-1]
    return _replaced(text, Span(after.value.end, after.value.end), f", {entry}")


def _appended(text: str, inside: Sequence[Node], holder: Node, literal: str) -> str:
    if not inside:
        return _replaced(text, Span(holder.value.start + 1, holder.value.start + 1), f" {literal} ")
    last = inside[-1].value
    start = _line_start(text, last.start)
    tail = _TAIL.match(text, last.end)
    if text[start : last.start].strip() or tail is None:
        return _replaced(text, Span(last.end, last.end), f", {literal}")
    trailing = "," if tail[1] else ""
    grown = f",{tail[2]}\n{text[start : last.start]}{literal}{trailing}"
    return _replaced(text, Span(last.end, tail.end()), grown)


def _last_before(nodes: Sequence[Node], name: str, order: Sequence[str], depth: int) -> Node | None:
    """Return the node after which `name` belongs: the last that comes before it in `order`, else the last of all."""
    if not nodes:
        return None
    if name in order:
        before = set(order[: order.index(name) + 1])
        fitting = [node for node in nodes if node.path[depth] in before]
        if fitting:
            return fitting[-1]
    return nodes[-1]


def _place_of_table(spans: Spans, path: KeyPath, order: Sequence[str]) -> int:
    """Return where a new table goes: the end of a line."""
    text = spans.text
    family = path[:-1]
    if family and (siblings := [n for n in spans.below(family) if n.kind is Kind.TABLE and len(n.path) == len(path)]):
        return _line_end(text, max(node.value.end for node in siblings))
    if len(family) > 1 and isinstance(path[-1], int):
        family = family[:-1]
    if len(family) > 0 and (holder := spans.get(family)) is not None:
        return _line_end(text, holder.value.end)
    first = str(path[0])
    before = set(order[: order.index(first) + 1]) if first in order else None
    ends = [n.value.end for n in spans.nodes.values() if before is None or n.path[0] in before]
    return _line_end(text, max(ends)) if ends else len(text)


# --- removing


def _removal(spans: Spans, node: Node) -> tuple[Span, str]:
    """Return the span that goes, and what stays in its place."""
    text = spans.text
    if node.kind is Kind.TABLE:
        start, end = _line_start(text, node.name.start), _line_end(text, node.value.end) + 1
        if end >= len(text):
            start = len(text[:start].rstrip("\n")) + 1
        return Span(start, end + (text[end : end + 1] == "\n")), ""
    if node.kind is Kind.KEY:
        return _line_removal(text, Span(node.name.start, node.value.end))
    whole = Span(node.name.start, node.value.end)
    start = _line_start(text, whole.start)
    tail = _TAIL.match(text, whole.end)
    if not text[start : whole.start].strip() and tail is not None:
        return _line_removal(text, Span(whole.start, whole.end + len(tail[1] or "")))
    siblings = spans.children(node.path[:-1])
    place = siblings.index(node)
    if place + 1 < len(siblings) and "#" not in text[whole.end : siblings[place + 1].name.start]:
        return Span(whole.start, siblings[place + 1].name.start), ""
    if place and "#" not in text[siblings[place - 1].value.end : whole.start]:
        return Span(siblings[place - 1].value.end, whole.end), ""
    after = _AFTER.match(text, whole.end)
    return Span(whole.start, after.end() if after else whole.end), ""


def _line_removal(text: str, span: Span) -> tuple[Span, str]:
    """Return what goes with a whole line; a comment at its end keeps the line."""
    end = _line_end(text, span.end)
    if _COMMENT.match(text, span.end, end):
        blank = _INDENT.match(text, span.end)
        return Span(span.start, blank.end() if blank else span.end), ""
    return Span(_line_start(text, span.start), min(end + 1, len(text))), ""


# --- small steps


def _name(part: str | int) -> str:
    return quoted(str(part))


def _is_table(spans: Spans, path: KeyPath) -> bool:
    node = spans.get(path)
    return node is not None and node.kind is Kind.TABLE


def _table_of(spans: Spans, node: Node) -> KeyPath:
    path = node.path[:-1]
    while path and not _is_table(spans, path):
        path = path[:-1]
    return path


def _replaced(text: str, span: Span, by: str) -> str:
    return text[: span.start] + by + text[span.end :]


def _line_start(text: str, at: int) -> int:
    return text.rfind("\n", 0, at) + 1


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _value(literal: str) -> object:
    return tomllib.loads(f"x = {literal}", parse_float=Decimal)["x"]


def _put(data: Any, path: KeyPath, value: object) -> None:  # noqa: ANN401 - what a TOML text holds
    """Write a value into the data, with the tables and arrays around it where they are missing."""
    for part, after in pairwise(path):
        data = _entered(data, part, [] if isinstance(after, int) else {})
    last = path[-1]
    if isinstance(data, list) and isinstance(last, int) and last >= len(data):
        data.append(value)
    else:
        data[last] = value


def _entered(data: Any, part: str | int, empty: object) -> Any:  # noqa: ANN401 - what a TOML text holds
    if isinstance(data, dict) and not isinstance(data.get(part), type(empty)):
        data[part] = empty
    return data[part]


def _take(data: Any, path: KeyPath) -> object:  # noqa: ANN401 - what a TOML text holds
    for part in path[:-1]:
        data = data[part]
    return data.pop(path[-1])


def _checked(text: str, new: str, change: Callable[[Any], object]) -> str:
    """Return the new text if it says what the old one said, changed as asked. Raises UnchangeableError if not."""
    try:
        wanted = copy.deepcopy(tomllib.loads(text, parse_float=Decimal))
        change(wanted)
        if _plain(tomllib.loads(new, parse_float=Decimal)) == _plain(wanted):
            return new
    except (tomllib.TOMLDecodeError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError) as error:
        raise UnchangeableError(str(error)) from None
    raise UnchangeableError


def _plain(data: object) -> object:
    """Return the data without the empty tables and arrays that a removal can leave or take along."""
    if isinstance(data, dict):
        kept = {name: _plain(value) for name, value in data.items()}
        return {name: value for name, value in kept.items() if value not in ({}, [])}
    return [_plain(value) for value in data] if isinstance(data, list) else data
