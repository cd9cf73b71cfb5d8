"""What can be written where the cursor stands in a program's text: keys, facts, choices, inputs, each with its meaning.

Works on a text that is being typed and so need not be TOML: from the header above the cursor it follows the brackets.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from dealbook.desk.sections import (
    INSIDE,
    LENGTHS,
    TABLES,
    VALUES,
    category_meaning,
    fact_meaning,
    key_of,
    meaning,
    section_of,
)
from dealbook.domain.deal import CATEGORIES
from dealbook.programs import grammar
from dealbook.programs.facts import FACTS, Kind
from dealbook.programs.grammar import Key, Section
from dealbook.programs.scanner import scan
from dealbook.programs.spans import KeyPath, quoted, string

_HEADER: Final = re.compile(r"^[ \t]*\[\[?([^\]\n]*)\]\]?[ \t]*(?:#.*)?$", re.MULTILINE)
_TOKEN: Final = re.compile(
    r'(?P<string>"(?:[^"\\\n]|\\.)*"?|\'[^\'\n]*\'?)|(?P<comment>#[^\n]*)|(?P<line>\n)|(?P<sign>[][{},=.])'
    r"|(?P<bare>[^][{},=.#\s\"']+)|(?P<blank>[^\S\n]+)"
)
_LONGEST: Final = 20_000
"""So far back the brackets are followed."""
_PLACEHOLDER: Final = "name"
_FIRST: Final = {
    **dict.fromkeys(("text", "id", "currency", "choice", "source", "rate", "fraction"), ('""', 1)),
    **dict.fromkeys(("choices", "texts", "text list"), ('[""]', 2)),
    **dict.fromkeys(("clawback", "split"), ("{  }", 2)),
    "conditions": ('[{ fact = "" }]', 4),
    "instalments": ('[{ share = "" }]', 4),
}
"""How the value of a new key begins, by its kind, and how far from its end the cursor stands then."""


class Completion(NamedTuple):
    """One thing that can be written: its name in the list, what it means, and the text; `back` puts the cursor there.

    `back` is how many characters before the end of the text the cursor stands then.
    """

    name: str
    meaning: str
    text: str
    back: int = 0


class Completions(NamedTuple):
    """What can be written in place of the text from `start` to `end`."""

    start: int
    end: int
    items: tuple[Completion, ...]


@dataclass(slots=True)
class _Frame:
    """A bracket that is open, or the table itself: which path, the keys seen in it, the key whose value comes now."""

    sign: str
    path: KeyPath
    key: tuple[str, ...] = ()
    names: list[str] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    position: int = 0
    in_value: bool = False


class _Spot(NamedTuple):
    """Where the cursor is: inside which frame, and the word before it."""

    frame: _Frame
    start: int
    word: str


def completions(text: str, position: int) -> Completions:
    """Return what can be written at a position, filtered by the word that is begun there."""
    line_start = text.rfind("\n", 0, position) + 1
    line = text[line_start:position]
    if line.lstrip().startswith("["):
        start = line_start + len(line) - len(line.lstrip())
        end = text.find("\n", position)
        return _fitting(start, len(text) if end < 0 else end, line.strip(), list(_headers()))
    spot = _spot(text, position)
    if spot is None:
        return Completions(position, position, ())
    end = position + (1 if spot.word.startswith('"') and text[position : position + 1] == '"' else 0)
    return _fitting(spot.start, end, spot.word, list(_items(text, spot)))


def _fitting(start: int, end: int, word: str, items: list[Completion]) -> Completions:
    begun = word.strip("\"'[").casefold()
    first = [item for item in items if item.name.casefold().startswith(begun)]
    rest = [item for item in items if begun and item not in first and begun in item.name.casefold()]
    return Completions(start, end, tuple(first + rest))


# --- where the cursor is


def _spot(text: str, position: int) -> _Spot | None:
    """Follow the text from the header above the cursor; None inside a comment."""
    begin = max(0, position - _LONGEST)
    table: KeyPath = ()
    for header in _HEADER.finditer(text, begin, position):
        begin = header.end()
        table = tuple(name.strip().strip("\"'") for name in header[1].split("."))
    stack = [_Frame("", table)]
    word, start = "", position
    for token in _TOKEN.finditer(text, begin, position):
        kind, found = token.lastgroup, token[0]
        is_last = token.end() == position
        if kind == "comment" and is_last:
            return None
        if is_last and (kind == "bare" or (kind == "string" and _is_open(found))):
            word, start = found, token.start()
            break
        _take(stack, kind or "", found)
    return _Spot(stack[-1], start, word)


def _is_open(found: str) -> bool:
    return len(found) == 1 or found[-1] != found[0]


def _take(stack: list[_Frame], kind: str, found: str) -> None:
    """Follow one token."""
    frame = stack[-1]
    match kind, found:
        case "line", _ if not frame.sign:
            frame.key, frame.in_value = (), False
        case "sign", "=":
            frame.in_value = True
            frame.names.append(frame.key[0] if frame.key else "")
        case "sign", "{" | "[":
            inner = (*frame.path, frame.position) if frame.sign == "[" else (*frame.path, *frame.key)
            stack.append(_Frame(found, inner, in_value=found == "["))
        case "sign", "}" | "]" if len(stack) > 1:
            stack.pop()
        case "sign", ",":
            frame.position += 1
            frame.key, frame.in_value = (), frame.sign == "["
        case "bare" | "string", _ if not frame.in_value:
            frame.key = (*frame.key, found.strip("\"'"))
        case "bare" | "string", _:
            frame.texts[frame.key[-1] if frame.key else ""] = found.strip("\"'")


# --- what can stand there


def _items(text: str, spot: _Spot) -> Iterator[Completion]:
    frame = spot.frame
    if frame.in_value:
        path = frame.path if frame.sign == "[" else (*frame.path, *frame.key)
        yield from _values(text, path, frame)
        return
    section = section_of(frame.path)
    if section is not None:
        yield from _keys(section, frame)
    elif _holds_value(frame.path):
        yield from _table_keys(frame)


def _holds_value(path: KeyPath) -> bool:
    """Say whether a path is a value, or a row of one."""
    return any((key := key_of(path[:size])) is not None and key.kind in VALUES for size in range(1, len(path) + 1))


def _keys(section: Section, frame: _Frame) -> Iterator[Completion]:
    for name, key in section.items():
        if name in frame.names or key.kind in ("table", "tables", "named tables"):
            continue
        written, back = _FIRST.get(key.kind, ("", 0))
        yield Completion(name, meaning(section, name), f"{name} = {written}", back)


def _table_keys(frame: _Frame) -> Iterator[Completion]:
    """Yield the keys of a table of values: by, of, mode, and the rows of a fact with names."""
    notes = {"by": "the fact that decides", "of": "one category of the fact", "mode": "whole or marginal"}
    for name, note in notes.items():
        if name not in frame.names:
            yield Completion(name, note, f'{name} = ""', 1)
    fact = frame.texts.get("by", "")
    for row in (*_names_of(fact), *(("else",) if fact in FACTS and FACTS[fact].kind is Kind.TEXT else ())):
        if row not in frame.names:
            yield Completion(row, fact_meaning(fact), f"{quoted(row)} = ")


def _names_of(fact: str) -> tuple[str, ...]:
    if fact == "category":
        return CATEGORIES
    spec = FACTS.get(fact)
    return () if spec is None else ("true", "false") if spec.kind is Kind.FLAG else spec.choices


def _values(text: str, path: KeyPath, frame: _Frame) -> Iterator[Completion]:
    name = str(path[-1]) if path else ""
    key = key_of(tuple(part for part in path if isinstance(part, str)) if frame.sign == "[" else path)
    if key is None or (key.kind == "any" and name == "is"):
        yield from _unkeyed(text, path, name, frame)
    elif key.choices:
        yield from _choices(key)
    elif key.kind == "flag":
        yield from (Completion(one, "", one) for one in ("true", "false"))
    elif key.kind == "source":
        yield from (Completion(one, "", string(one)) for one in _ids(text, "source"))
    elif name == "otherwise":
        yield from (Completion(one, "", string(one)) for one in _ids(text, "plan"))
    elif key.kind in LENGTHS:
        yield from (Completion(one, "", string(one)) for one in LENGTHS[key.kind])
    elif key.kind in INSIDE:
        yield Completion("{ … }", "", "{  }", 2)
    elif key.kind in VALUES:
        yield from _figures(text)


def _figures(text: str) -> Iterator[Completion]:
    yield from (Completion(f"${name}", "", string(f"${name}")) for name in _inputs(text))
    yield Completion('{ by = "…" }', "", '{ by = "" }', 3)


def _unkeyed(text: str, path: KeyPath, name: str, frame: _Frame) -> Iterator[Completion]:
    """Yield what a table's own keys, or the test of a condition, can be."""
    if name == "by":
        yield from (
            Completion(fact, fact_meaning(fact), string(fact)) for fact, s in FACTS.items() if s.kind is not Kind.SET
        )
    elif name == "of":
        yield from (Completion(one, category_meaning(one), string(one)) for one in CATEGORIES)
    elif name == "mode":
        yield from (Completion(one, "", string(one)) for one in ("whole", "marginal"))
    elif name == "is":
        fact = frame.texts.get("fact", "")
        names = tuple(_tiers(text)) if fact == "tier" else _names_of(fact)
        is_flag = fact in FACTS and FACTS[fact].kind is Kind.FLAG
        yield from (Completion(one, "", one if is_flag else string(one)) for one in names)
    elif _holds_value(path):
        yield from _figures(text)


def _choices(key: Key) -> Iterator[Completion]:
    for choice in key.choices:
        about = category_meaning(choice) if key.choices == CATEGORIES else fact_meaning(choice)
        yield Completion(choice, about, string(choice))


def _headers() -> Iterator[Completion]:
    for names, section in TABLES.items():
        if names:
            dotted = ".".join(_PLACEHOLDER if name == "*" else name for name in names)
            is_array = names in (("source",), ("standing", "tier"), ("plan",), ("plan", "pays"))
            text = f"[[{dotted}]]" if is_array else f"[{dotted}]"
            holder = "pays" if section is grammar.COMPONENT else names[-1] if names[-1] != "*" else "inputs"
            around = grammar.PLAN if names[0] == "plan" and len(names) > 1 else grammar.STANDING
            place = grammar.FILE if len(names) == 1 or names[-1] == "*" else around
            yield Completion(dotted, meaning(place, holder), text)


# --- the names of the text


def _ids(text: str, array: str) -> list[str]:
    spans = scan(text)
    nodes = (node for path, node in spans.nodes.items() if len(path) == 3 and path[0] == array and path[2] == "id")  # noqa: PLR2004
    return [text[node.value.start : node.value.end].strip("\"'") for node in nodes]


def _tiers(text: str) -> list[str]:
    spans = scan(text)
    nodes = (node for path, node in spans.nodes.items() if path[:2] == ("standing", "tier") and path[3:] == ("name",))
    return [text[node.value.start : node.value.end].strip("\"'") for node in nodes]


def _inputs(text: str) -> list[str]:
    return list(dict.fromkeys(str(path[1]) for path in scan(text).nodes if path[0] == "inputs" and len(path) > 1))
