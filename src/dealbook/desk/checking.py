"""Checking program texts: what is wrong or suspicious, where, why, and how to mend it.

The editor asks for one text as it is typed, `dealbook check` for files and folders; both get problems as data, and
`advice` puts one into words.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, NamedTuple

from dealbook.desk.advice import MENDS, form_of
from dealbook.desk.forms import fill, shown
from dealbook.desk.wording import found_text, nearest_text
from dealbook.domain.problem import Problem, ProblemsError
from dealbook.language import Language
from dealbook.programs.across import Version, check_versions
from dealbook.programs.catalog import shipped
from dealbook.programs.checks import check_program
from dealbook.programs.model import Program
from dealbook.programs.reader import read_program


class Advice(NamedTuple):
    """A problem in words: what was found and why it matters, and how to mend it."""

    what: str
    mend: str


class Text(NamedTuple):
    """A program's text and the name of its file."""

    file: str
    text: str


def advice(problem: Problem, words: Language) -> Advice:
    """Return a problem of a program file in words; `mend` is empty for what no file can have."""
    near = nearest_text(problem, words)
    if near:
        return Advice(found_text(problem, words), near)
    sentence = MENDS.get(form_of(problem.code, problem.facts)) or MENDS.get(problem.code, "")
    mend = fill(words.text(sentence), shown(problem.facts, words, problem.code)) if sentence else ""
    return Advice(found_text(problem, words), mend)


def check_text(text: str, name: str = "program", others: Iterable[Program] = ()) -> list[Problem]:
    """Return everything that is wrong with a program's text, or else suspicious, in the order of its lines.

    `others` are the program's other versions; one of the same day is taken to be the one that this text replaces.
    Facts of a problem give its `line` where that can be told.
    """
    try:
        program = read_program(text, name)
    except ProblemsError as error:
        return in_order(map(_with_line, error.problems))
    beside = [Version(other, "", other.version, is_given=False) for other in others]
    return in_order([*check_program(program, text), *check_versions([Version(program, text, name), *beside])])


def check_texts(texts: Sequence[Text], *, with_shipped: bool = True) -> list[Problem]:
    """Return as `check_text` for several texts, by text, with `file` among the facts of each problem.

    Versions of one program are held against each other, and against the shipped ones.
    """
    found: dict[str, list[Problem]] = {file: [] for file, _ in texts}
    versions: list[Version] = []
    for file, text in texts:
        try:
            program = read_program(text, file)
        except ProblemsError as error:
            found[file] += map(_with_line, error.problems)
        else:
            found[file] += check_program(program, text)
            versions.append(Version(program, text, file))
    for problem in check_versions([*versions, *(_shipped(versions) if with_shipped else ())]):
        found[problem.facts["file"]].append(problem)
    return [in_file(problem, file) for file, problems in found.items() for problem in in_order(problems)]


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Return problems in the order of their lines; those without one come first."""
    return sorted(problems, key=lambda problem: int(problem.facts.get("line", _FIRST)))


_FIRST: Final = "0"


def _with_line(problem: Problem) -> Problem:
    """Return a text's parse error with the line that the parser names; any other problem as it is."""
    line = _NAMED_LINE.search(problem.facts.get("message", "")) if problem.code == "not-toml" else None
    return replace(problem, facts={**problem.facts, "line": line[1]}) if line else problem


_NAMED_LINE: Final = re.compile(r"\(at line (\d+),")


def _shipped(versions: Iterable[Version]) -> list[Version]:
    """Return the shipped versions of the same programs; only the files of those are read."""
    wanted = {name for version in versions for name in (version.program.id, *version.program.succeeds)}
    texts = [(name, text) for name, text in shipped() if name.split("/")[0] in wanted]
    return [Version(read_program(text, name), text, name, is_given=False) for name, text in texts]


def in_file(problem: Problem, file: str) -> Problem:
    """Return a problem with the name of its file; a text that could not be read is no key path."""
    where = "" if problem.where in (file, Path(file).name) else problem.where
    return replace(problem, where=where, facts={**problem.facts, "file": file})
