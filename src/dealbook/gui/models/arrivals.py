"""What came in, in words: what taking a version in did, and what is wrong with a file, line by line."""

from collections.abc import Iterable

from dealbook.desk.program_files import Arrival, Arrived, Incoming
from dealbook.desk.wording import problem_text
from dealbook.domain.problem import Problem
from dealbook.gui.models.program_words import title_text
from dealbook.gui.words import plural, tr
from dealbook.language import Language

MOST_LINES = 6
"""As many problems of a file are shown; the rest is counted."""


def arrival_text(arrived: Arrived, words: Language) -> str:
    """Say what taking a version in did."""
    program = arrived.program
    facts = {
        "program": title_text(program),
        "version": program.version,
        "day": words.short_date(program.effective_from),
    }
    form = {
        Arrival.NEW_PROGRAM: tr("New program {program}: version {version} from {day}."),
        Arrival.NEW_VERSION: tr("New version of {program}: {version} from {day}."),
        Arrival.REPLACED_OWN: tr("{program}: your version of {day} was replaced by {version}."),
        Arrival.REPLACED_SHIPPED: tr("{program}: your version {version} takes the place of the shipped one of {day}."),
        Arrival.SAME: tr("{program}: the version of {day} is there already, word by word; nothing was changed."),
    }[arrived.arrival]
    return form.format(**facts)


def arrivals_text(arrived: Iterable[Arrived], words: Language) -> str:
    """Say what taking some versions in did."""
    return " ".join(arrival_text(one, words) for one in arrived)


def problem_lines(incoming: Incoming, words: Language) -> list[str]:
    """Return what is wrong with a text, a line each with its place; no more than a few."""
    lines = [_line(problem, incoming.name, words) for problem in incoming.problems[:MOST_LINES]]
    more = len(incoming.problems) - len(lines)
    return [*lines, plural("and {n} more", "and {n} more", more)] if more else lines


def _line(problem: Problem, name: str, words: Language) -> str:
    line = problem.facts.get("line", "")
    where = "" if problem.where == name else problem.where
    parts = [tr("line {n}").format(n=line) if line else "", where, problem_text(problem, words)]
    return " · ".join(part for part in parts if part)
