"""What is wrong or doubtful in the text of a program, each finding at its own words, as one types.

Works on the text alone, so that it can be done beside the window. A text that is not TOML has one finding; one that is
has all of the reader's, and only a text without errors has those of the checks.
"""

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from dealbook.desk.checking import check_text
from dealbook.domain.problem import Problem, ProblemsError, Severity
from dealbook.programs.model import Program
from dealbook.programs.reader import read_program
from dealbook.programs.scanner import scan
from dealbook.programs.sections import load_toml
from dealbook.programs.spans import KeyPath, Kind, Node, Span, Spans, path_of

_AT: Final = re.compile(r"\(at line (\d+), column (\d+)\)")
_WORD: Final = re.compile(r"\w+|\S")
_MOST_SHOWN: Final = 500
"""So many findings are shown; whoever has more of them mends the first ones first."""
_OF_THE_NAME: Final = frozenset({"unknown-key", "unused-input", "input-without-source"})
"""Codes that are about the key itself and not about its value."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem with the words it is about: a half-open span of characters, and the line, counted from 1."""

    problem: Problem
    span: Span
    line: int
    path: KeyPath

    @property
    def is_error(self) -> bool:
        """Whether it keeps the text from being put in force."""
        return self.problem.severity is Severity.ERROR


@dataclass(frozen=True, slots=True)
class Checked:
    """A text and what was found in it, in the order of the lines.

    `data` is what TOML reads in it, None where it is not TOML; `program` is None while there are errors.
    """

    text: str
    data: dict[str, Any] | None
    program: Program | None
    findings: tuple[Finding, ...]
    spans: Spans

    @property
    def errors(self) -> int:
        """How many findings are errors."""
        return sum(finding.is_error for finding in self.findings)


def examine(text: str, versions: Mapping[str, Sequence[Program]] = MappingProxyType({})) -> Checked:
    """Return what is wrong or doubtful in a text; never raises for what a text says.

    `versions` are the other versions of each program, as in the catalogue; a text is held against those of its own.
    """
    data, program = None, None
    try:
        data = load_toml(text, "program")
        program = read_program(text)
        problems = check_text(text, others=versions.get(program.id, ()))
    except ProblemsError as error:
        problems = error.problems
    is_long = any(problem.code == "too-long" for problem in problems)
    spans = Spans(text) if is_long else scan(text)
    starts = _line_starts(text)
    found = [_finding(problem, spans, starts) for problem in problems[:_MOST_SHOWN]]
    found.sort(key=lambda finding: (finding.span.start, not finding.is_error))
    return Checked(text, data, program, tuple(found), spans)


def _finding(problem: Problem, spans: Spans, starts: list[int]) -> Finding:
    path = path_of(problem.where) if problem.code not in ("not-toml", "too-long") else ()
    span = _syntax(problem, spans.text, starts) if not path else _words(problem, spans, path)
    return Finding(problem, span, _line_of(span.start, starts), path)


def _syntax(problem: Problem, text: str, starts: list[int]) -> Span:
    """Return the word at which TOML stops making sense."""
    at = _AT.search(problem.facts.get("message", ""))
    if problem.code == "too-long":
        return Span(0, 0)
    if at is None:
        end = len(text.rstrip())
        return Span(max(end - 1, 0), end)
    position = min(starts[min(int(at[1]), len(starts)) - 1] + int(at[2]) - 1, len(text))
    word = _WORD.match(text, position)
    if word is not None:
        return Span(*word.span())
    line_end = text.find("\n", position)
    before = text[:position].rstrip(" \t\n")
    return Span(len(before) - 1, len(before)) if line_end == position and before else Span(position, position + 1)


def _words(problem: Problem, spans: Spans, path: KeyPath) -> Span:
    """Return the words that a problem is about: the key, its value, or what is nearest around it."""
    node = spans.get(path)
    if node is not None:
        by_name = node.kind is Kind.TABLE or problem.code in _OF_THE_NAME
        return _first_line(spans.text, node.name if by_name and node.name.end > node.name.start else node.value)
    inside = spans.below(path)
    near: Node | None = inside[0] if inside else spans.near(path)
    if near is None:
        return Span(0, 0)
    return near.name if near.name.end > near.name.start else _first_line(spans.text, near.value)


def _first_line(text: str, span: Span) -> Span:
    end = text.find("\n", span.start, span.end)
    return span if end < 0 else Span(span.start, end)


def _line_starts(text: str) -> list[int]:
    return [0, *(found.end() for found in re.finditer("\n", text))]


def _line_of(position: int, starts: list[int]) -> int:
    return bisect_right(starts, position)
