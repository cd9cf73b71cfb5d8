"""Finds the line of a key path in a TOML text, as far as that can be told without a second parser.

Tables and keys at the start of a line are found exactly; what stands inside an inline table gets the line of the key
that the inline table belongs to.
"""

import re
from dataclasses import replace

from dealbook.domain.problem import Problem

_HEADER = re.compile(r"\s*+(\[\[?+)([^\]\n]++)\]\]?+\s*+(#.*)?$")
_KEY = re.compile(r"""\s*+("[^"]*+"|'[^']*+'|[A-Za-z0-9_-]++(?:\.[A-Za-z0-9_-]++)*+)\s*+=""")
_MARK = re.compile(r"""[\[\]{}#]|"(?:[^"\\]|\\.)*+"|'[^']*+'""")


class Lines:
    """The line of every key path that a text shows."""

    def __init__(self, text: str) -> None:
        """Walk the text once."""
        self.of_path: dict[str, int] = {}
        counts: dict[str, int] = {}
        table = ""
        inside: _Array | None = None
        for number, line in enumerate(text.splitlines(), 1):
            if inside is not None:
                self.of_path |= dict.fromkeys(inside.begun(line), number)
                inside = inside if inside.depth > 0 else None
                continue
            header = _HEADER.match(line)
            if header:
                table = _table_path(header[2], counts, is_array=header[1] == "[[")
                self.of_path.setdefault(table, number)
            elif key := _KEY.match(line):
                name = key[1].strip("\"'")
                path = f"{table}.{name}" if table else name
                self.of_path.setdefault(path, number)
                value = line[key.end() :].lstrip()
                if value.startswith("["):
                    inside = _Array(path)
                    inside.begun(value)  # what stands on the key's own line has that line
                    inside = inside if inside.depth > 0 else None

    def find(self, path: str) -> int | None:
        """Return the line of a path, or of the nearest thing around it."""
        while path:
            plain = path.replace('"', "")  # a row's key
            if plain in self.of_path:
                return self.of_path[plain]
            cut = path.rfind('."') if path.endswith('"') else max(path.rfind("."), path.rfind("["))
            path = path[: max(cut, 0)]
        return None

    def located(self, problem: Problem) -> Problem:
        """Return the problem with its `line`, where that is known."""
        line = self.find(problem.where)
        return problem if line is None else replace(problem, facts={**problem.facts, "line": str(line)})


class _Array:
    """A list that may go over several lines: where each of its elements begins."""

    def __init__(self, path: str) -> None:
        """Begin before the list's first bracket."""
        self.path = path
        self.depth = 0
        self.count = 0

    def begun(self, line: str) -> list[str]:
        """Walk a line of the list; returns the key paths of the tables and texts that begin on it."""
        found = []
        for mark in _MARK.findall(line):
            if mark == "#":
                break
            if self.depth == 1 and mark not in "[]}":
                found.append(f"{self.path}[{self.count}]")
                self.count += 1
            self.depth += (mark in "[{") - (mark in "]}")
            if self.depth == 0:
                break
        return found


def lines_of(text: str) -> Lines:
    """Return the places of a text."""
    return Lines(text)


def _table_path(name: str, counts: dict[str, int], *, is_array: bool) -> str:
    """Return a header's key path; the parts that are arrays carry the index of their latest element."""
    path = ""
    plain = ""
    words = [word.strip().strip("\"'") for word in name.split(".")]
    for position, word in enumerate(words):
        plain = f"{plain}.{word}" if plain else word
        path = f"{path}.{word}" if path else word
        if is_array and position == len(words) - 1:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = f"{path}[{counts[path]}]"
    return path
