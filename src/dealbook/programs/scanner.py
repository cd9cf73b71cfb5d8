"""Walks a TOML text once and notes where each key and value stands; see `spans` for what it finds.

No second parser: it trusts that a text is TOML, and passes over what is not, line by line.
"""

import re
from collections.abc import Iterator
from typing import Final

from dealbook.programs.spans import KeyPath, Kind, Node, Span, Spans

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
_ESCAPE: Final = re.compile(r"\\(.)")
_DEEPEST: Final = 40
_PATIENCE: Final = 50
"""After so many lines that make no sense a text is no longer followed with care."""


def scan(text: str) -> Spans:
    """Return the places of a text; what is no TOML is passed over line by line."""
    scanner = _Scanner(text)
    scanner.file()
    return scanner.found


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
