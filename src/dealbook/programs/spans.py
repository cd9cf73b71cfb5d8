"""Where each key and value of a TOML text stands, to the character; what an editor needs and a parser forgets.

`places` tells the line of a key path for messages; here is the exact span, inside inline tables and arrays too, so that
a message can be drawn under its own word and one value can be replaced without touching a comment. A text that is not
TOML is followed as far as it goes: a line that makes no sense is left out.

Paths are tuples of names and positions: ("plan", 0, "pays", 1, "rate", "12").
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple

KeyPath = tuple[str | int, ...]

_PART: Final = re.compile(r"""\[(\d+)\]|\.?("[^"]*"|[^.\[\]"]+)""")


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
