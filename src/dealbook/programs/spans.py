"""Where each key and value of a TOML text stands, to the character; what an editor needs and a parser forgets.

`places` tells the line of a key path for messages; here is the exact span, inside inline tables and arrays too, so that
a message can be drawn under its own word and one value can be replaced without touching a comment. A text that is not
TOML is followed as far as it goes: a line that makes no sense is left out.

Paths are tuples of names and positions: ("plan", 0, "pays", 1, "rate", "12").
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple

KeyPath = tuple[str | int, ...]

_BLANK: Final = re.compile(r"[ \t]*")
_SPACE: Final = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_KEY: Final = re.compile(r"""[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'""")
_DOT: Final = re.compile(r"[ \t]*\.[ \t]*")
_STRING: Final = re.compile(
    r"""
    \"\"\"(?:[^\\]|\\.)*?"{3,5} | \'\'\'.*?'{3,5}   # over several lines
    | "(?:[^"\\\n]|\\.)*" | '[^'\n]*'               # on one line
    """,
    re.DOTALL | re.VERBOSE,
)
_BARE: Final = re.compile(r"[^\s,\]}#=]+(?: \d\d:[\d:.+Z-]+)?")
_PART: Final = re.compile(r"""\[(\d+)\]|\.?("[^"]*"|[^.\[\]"]+)""")
_ESCAPE: Final = re.compile(r"\\(.)")
_DEEPEST: Final = 40
_PATIENCE: Final = 50
"""After so many lines that make no sense a text is no longer followed with care."""


class Span(NamedTuple):
    """A part of the text, half-open."""

    start: int
    end: int


class Kind(StrEnum):
    """What stands at a path."""

    TABLE = "table"
    """A table with a header of its own, or an element of an array of such tables."""
    KEY = "key"
    """A key with its value on a line of its own."""
    INLINE = "inline"
    """A key with its value inside an inline table."""
    ELEMENT = "element"
    """An element of an array written in brackets."""


@dataclass(slots=True)
class Node:
    """One thing at a path: the span of its name and of its value, and of a table, where its own keys end.

    `name` is the header of a table, and empty for an element. `value` of a table goes from its header to the end of the
    last line that is its own or that of a table inside it. `last` is the end of the last value that is its own.
    """

    path: KeyPath
    kind: Kind
    name: Span
    value: Span
    last: int = 0
    in_array: bool = False


@dataclass(slots=True)
class Spans:
    """The things of one text by their path, in the order of the text."""

    text: str
    nodes: dict[KeyPath, Node] = field(default_factory=dict)

    def get(self, path: KeyPath) -> Node | None:
        """Return what stands at a path."""
        return self.nodes.get(path)

    def near(self, path: KeyPath) -> Node | None:
        """Return what stands at a path, or the nearest thing around it."""
        while path:
            if path in self.nodes:
                return self.nodes[path]
            path = path[:-1]
        return None

    def below(self, path: KeyPath) -> list[Node]:
        """Return everything inside a path, in the order of the text."""
        size = len(path)
        return [node for key, node in self.nodes.items() if len(key) > size and key[:size] == path]

    def children(self, path: KeyPath) -> list[Node]:
        """Return what stands directly inside a path, in the order of the text."""
        return [node for node in self.below(path) if len(node.path) == len(path) + 1]

    def statement_at(self, position: int) -> Node | None:
        """Return the key on whose lines a position is; None on a header, a comment or a blank line."""
        line = self.text.rfind("\n", 0, position) + 1
        found = None
        for node in self.nodes.values():
            if node.kind is Kind.KEY and node.name.start <= position and line <= node.value.end:
                found = node
        return found

    def table_at(self, position: int) -> KeyPath:
        """Return the path of the table whose lines a position is in; empty before the first header."""
        found: KeyPath = ()
        for node in self.nodes.values():
            if node.kind is Kind.TABLE and node.name.start <= position:
                found = node.path
        return found


def scan(text: str) -> Spans:
    """Return the places of a text; what is no TOML is passed over line by line."""
    scanner = _Scanner(text)
    scanner.file()
    return scanner.found


def path_of(where: str) -> KeyPath:
    """Return the path that a problem names: plan[0].pays[1].rate."12"."""
    return tuple(
        int(position) if position else name.strip('"')
        for position, name in ((m[1], m[2]) for m in _PART.finditer(where))
        if position or name
    )


def quoted(name: str) -> str:
    """Return a name as a key of a TOML text."""
    return name if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]*", name) else string(name)


def string(text: str) -> str:
    """Return a text as a TOML string on one line."""
    marks = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
    plain = "".join(marks.get(c) or (c if ord(c) >= 32 and ord(c) != 127 else f"\\u{ord(c):04x}") for c in text)  # noqa: PLR2004
    return f'"{plain}"'


class _NoSenseError(Exception):
    """What stands here is no TOML."""


class _Scanner:
    """Walks the text once; `at` is where it is."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = int(text.startswith("\ufeff"))
        self.found = Spans(text)
        self.table: KeyPath = ()
        self.open: list[Node] = []
        self.counts: dict[KeyPath, int] = {}
        self.senseless = 0

    # -- lines

    def file(self) -> None:
        """Walk the whole text."""
        while True:
            self._pass(_SPACE)
            if self.at >= len(self.text):
                return
            start, known = self.at, len(self.found.nodes)
            try:
                if self.text[start] == "[":
                    self._header()
                else:
                    self._statement()
                self._rest_of_line()
            except (_NoSenseError, IndexError):
                self._pass_over(start, known)

    def _pass_over(self, start: int, known: int) -> None:
        """Go on with the line after one that makes no sense, such as one with a bracket that is still open.

        What was taken for its inside is forgotten; the key itself stays. After many such lines, what was passed stays
        passed: a text of nothing but open brackets is not walked through again from each of them.
        """
        self.senseless += 1
        end = self.text.find("\n", start if self.senseless < _PATIENCE else max(start, self.at))
        self.at = len(self.text) if end < 0 else end + 1
        while len(self.found.nodes) > known:
            path, node = self.found.nodes.popitem()
            if len(self.found.nodes) == known and node.kind is Kind.KEY:
                node.value = Span(node.value.start, max(node.value.start, end if end >= 0 else len(self.text)))
                self.found.nodes[path] = node
                return

    def _header(self) -> None:
        start = self.at
        is_array = self.text.startswith("[[", start)
        self.at += 2 if is_array else 1
        self._pass(_BLANK)
        names = [name for name, _ in self._names()]
        self._pass(_BLANK)
        self._expect("]]" if is_array else "]")
        path = self._table_path(names, is_array=is_array)
        node = Node(path, Kind.TABLE, Span(start, self.at), Span(start, self.at), self.at, is_array)
        self.found.nodes.setdefault(path, node)
        self.table = path
        self.open = [one for one in self.open if path[: len(one.path)] == one.path and one.path != path]
        self.open.append(self.found.nodes[path])
        self._reach(self.at)

    def _table_path(self, names: list[str], *, is_array: bool) -> KeyPath:
        path: KeyPath = ()
        for position, name in enumerate(names):
            path = (*path, name)
            if is_array and position == len(names) - 1:
                self.counts[path] = self.counts.get(path, -1) + 1
            if path in self.counts:
                path = (*path, self.counts[path])
        return path

    def _statement(self) -> None:
        names = list(self._names())
        self._pass(_BLANK)
        self._expect("=")
        self._pass(_BLANK)
        path = (*self.table, *(name for name, _ in names))
        node = Node(path, Kind.KEY, Span(names[0][1].start, names[-1][1].end), Span(self.at, self.at))
        self.found.nodes.setdefault(path, node)
        self._value(path, 0)
        node.value = Span(node.value.start, self.at)
        if self.open:
            self.open[-1].last = self.at
        self._reach(self.at)

    def _reach(self, end: int) -> None:
        for one in self.open:
            one.value = Span(one.value.start, end)

    def _rest_of_line(self) -> None:
        self._pass(_BLANK)
        if self.at < len(self.text) and self.text[self.at] not in "#\r\n":
            raise _NoSenseError

    # -- values

    def _value(self, path: KeyPath, depth: int) -> None:
        """Pass over a value and note what is inside it."""
        if depth > _DEEPEST:
            raise _NoSenseError
        match self.text[self.at]:
            case "{":
                self._entries(path, depth, "}")
            case "[":
                self._entries(path, depth, "]")
            case '"' | "'":
                self._pass_all(_STRING)
            case _:
                self._pass_all(_BARE)

    def _entries(self, path: KeyPath, depth: int, closing: str) -> None:
        self.at += 1
        position = 0
        while True:
            self._pass(_SPACE)
            if self.text[self.at] == closing:
                self.at += 1
                return
            if closing == "}":
                self._inline(path, depth)
            else:
                self._element((*path, position), depth)
            position += 1
            self._pass(_SPACE)
            if self.text[self.at] == ",":
                self.at += 1
            elif self.text[self.at] != closing:
                raise _NoSenseError

    def _inline(self, path: KeyPath, depth: int) -> None:
        names = list(self._names())
        self._pass(_BLANK)
        self._expect("=")
        self._pass(_SPACE)
        path = (*path, *(name for name, _ in names))
        node = Node(path, Kind.INLINE, Span(names[0][1].start, names[-1][1].end), Span(self.at, self.at))
        self.found.nodes.setdefault(path, node)
        self._value(path, depth + 1)
        node.value = Span(node.value.start, self.at)

    def _element(self, path: KeyPath, depth: int) -> None:
        node = Node(path, Kind.ELEMENT, Span(self.at, self.at), Span(self.at, self.at))
        self.found.nodes.setdefault(path, node)
        self._value(path, depth + 1)
        node.value = Span(node.value.start, self.at)

    # -- small steps

    def _names(self) -> Iterator[tuple[str, Span]]:
        while True:
            start = self.at
            key = self._pass_all(_KEY)
            yield _plain(key), Span(start, self.at)
            if not self._pass(_DOT):
                return

    def _pass(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.at)
        if found is None:
            return ""
        self.at = found.end()
        return found[0]

    def _pass_all(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.at)
        if found is None:
            raise _NoSenseError
        self.at = found.end()
        return found[0]

    def _expect(self, sign: str) -> None:
        if not self.text.startswith(sign, self.at):
            raise _NoSenseError
        self.at += len(sign)


def _plain(key: str) -> str:
    if key[0] == "'":
        return key[1:-1]
    return _ESCAPE.sub(r"\1", key[1:-1]) if key[0] == '"' else key
