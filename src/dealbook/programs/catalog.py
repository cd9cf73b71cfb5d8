"""The versions of all programs at hand, and which one governs a deal (programs.md §7).

Shipped versions and the partner's own are one set; an own version of the same program and day takes the shipped one's
place.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from dealbook import paths
from dealbook.domain.problem import Problem, ProblemsError
from dealbook.programs.model import Program
from dealbook.programs.reader import read_program


@dataclass(frozen=True, slots=True)
class Catalog:
    """The programs by id, each with its versions, earliest first; `problems` of files that could not be used.

    `succeeded` are the programs that each one took over, those that they had taken over included, by its id.
    """

    versions: dict[str, tuple[Program, ...]]
    problems: tuple[Problem, ...] = ()
    succeeded: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def load(cls, texts: Iterable[tuple[str, str]]) -> "Catalog":
        """Read (name, text) pairs; a text that is wrong is left out and its problems are kept."""
        programs: list[Program] = []
        problems: list[Problem] = []
        for name, text in texts:
            try:
                programs.append(read_program(text, name))
            except ProblemsError as error:
                problems += [Problem(p.code, p.where, {**p.facts, "file": name}, p.severity) for p in error.problems]
        return cls.of(programs, problems)

    @classmethod
    def of(cls, programs: Iterable[Program], problems: Iterable[Problem] = ()) -> "Catalog":
        """Gather programs; of two with the same id and day, the later one in order counts."""
        found: dict[str, dict[date, Program]] = {}
        for program in programs:
            found.setdefault(program.id, {})[program.effective_from] = program
        versions = {name: tuple(days[day] for day in sorted(days)) for name, days in sorted(found.items())}
        return cls(versions, tuple(problems), _taken_over(versions))

    def governing(self, program_id: str, signed: date, pinned: str | None = None) -> Program | None:
        """Return the version that governs a deal signed on a day: the pinned one, else the one then in force.

        A version takes the place of those before it for good: when it ends, none of them governs again.
        """
        versions = self.versions.get(program_id, ())
        if pinned is not None:
            return next((program for program in versions if program.version == pinned), None)
        begun = [p for p in versions if p.effective_from <= signed]
        return begun[-1] if begun and not _is_over(begun[-1], signed) else None

    def nearest(self, program_id: str, signed: date) -> Program:
        """Return the version to name where none governs: the latest before the day, else the first of all."""
        versions = self.versions[program_id]
        return next((p for p in reversed(versions) if p.effective_from <= signed), versions[0])

    def later_for_all(self, program: Program) -> tuple[Program, ...]:
        """Return the later versions whose rates also hold for older deals' residuals, earliest first.

        Those of a program that took this one over are among them.
        """
        ids = [program.id, *(name for name, old in self.succeeded.items() if program.id in old)]
        found = [
            p
            for name in ids
            for p in self.versions.get(name, ())
            if p.applies_to == "all-deals" and p.effective_from > program.effective_from
        ]
        return tuple(sorted(found, key=lambda p: p.effective_from))


def shipped() -> list[tuple[str, str]]:
    """Return the shipped program files as (name, text) pairs."""
    folder = paths.resource("catalog")
    files = sorted(folder.glob("*/*.toml"))
    return [(file.relative_to(folder).as_posix(), file.read_text(encoding="utf-8")) for file in files]


def _taken_over(versions: Mapping[str, Iterable[Program]]) -> dict[str, frozenset[str]]:
    """Return what each program took over, directly or not; programs that name each other in a circle do no harm."""
    direct = {name: frozenset().union(*(p.succeeds for p in found)) for name, found in versions.items()}
    taken: dict[str, frozenset[str]] = {}
    for name, wanted in direct.items():
        seen: set[str] = set()
        left = set(wanted)
        while left:
            one = left.pop()
            seen.add(one)
            left |= direct.get(one, frozenset()) - seen
        if seen:
            taken[name] = frozenset(seen - {name})
    return taken


def _is_over(program: Program, day: date) -> bool:
    return program.effective_until is not None and day >= program.effective_until
