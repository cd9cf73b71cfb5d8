"""What `dealbook check` looks for across the versions of a program: days, names, what older deals' residuals follow.

A finding lies in one of the versions that were given to be checked; the others, those of the shipped catalogue, only
stand beside them. A given version takes the place of one of the same program and day, as in the catalogue.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from dealbook.domain.problem import Problem, Severity
from dealbook.programs.model import Component, Plan, Program
from dealbook.programs.places import lines_of


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a program with its text; `file` names it in messages, `is_given` says that it is to be checked."""

    program: Program
    text: str
    file: str
    is_given: bool = True

    @property
    def name(self) -> str:
        """What a message calls it."""
        return f"{self.program.version} ({self.program.effective_from})"


Found = tuple[Version, Problem]
Pair = Callable[[Version, Version], Iterator[Found]]


def check_versions(versions: Iterable[Version]) -> list[Problem]:
    """Return what is suspicious across versions, each with `file` and, where it can be told, `line`."""
    found: list[Problem] = []
    kept = list(_by_program(versions))
    for same in kept:
        pairs = [(a, b) for a, b in pairwise(same) if a.is_given or b.is_given]
        for check in NEIGHBOURS:
            found += [_placed(one) for former, later in pairs for one in check(former, later)]
        found += [_placed(one) for one in names_twice(same)]
    for former, successor in _successions(kept):
        found += [_placed(one) for one in lost_residuals(former, successor)]
    return found


def days_twice(former: Version, later: Version) -> Iterator[Found]:
    """Find two given versions that begin on the same day: only one of them would count."""
    day = later.program.effective_from
    if former.program.effective_from == day:
        facts = {"other": former.file, "day": str(day)}
        yield later, _suspect("same-day", "program.effective_from", **facts)


def overlaps_and_holes(former: Version, later: Version) -> Iterator[Found]:
    """Find a version that ends after the next one begins, or before."""
    ends, begins = former.program.effective_until, later.program.effective_from
    if ends is None or begins in (ends, former.program.effective_from):
        return
    at, where = (former, "program.effective_until") if former.is_given else (later, "program.effective_from")
    code = "versions-overlap" if ends > begins else "versions-hole"
    facts = {"version": former.program.version, "other": later.program.version}
    yield at, _suspect(code, where, **facts, ends=str(ends), begins=str(begins))


def changed_heads(former: Version, later: Version) -> Iterator[Found]:
    """Find an id whose vendor or currency changes: most likely it is another program's."""
    for key in ("vendor", "currency"):
        was, is_now = getattr(former.program, key), getattr(later.program, key)
        if was != is_now:
            at, beside = (later, former) if later.is_given else (former, later)
            found, before = (is_now, was) if later.is_given else (was, is_now)
            facts = {"found": found, "before": before, "other": beside.name, "program": at.program.id}
            code = "vendor-changed" if key == "vendor" else "currency-changed"
            yield at, _suspect(code, f"program.{key}", **facts)


def lost_residuals(former: Version, later: Version) -> Iterator[Found]:
    """Find what older deals are paid over time, and a later version for all deals no longer has."""
    if later.program.applies_to != "all-deals":
        return
    for i, plan in enumerate(former.program.plans):
        for j, component in enumerate(plan.pays):
            if component.every and (why := _why_lost(later.program, plan, component)):
                names = {"plan": plan.id, "component": component.id, "why": why}
                at, where = (later, "program.applies_to") if later.is_given else (former, f"plan[{i}].pays[{j}]")
                yield at, _suspect("residual-lost", where, **names, version=former.name, other=later.name)


def _why_lost(program: Program, plan: Plan, component: Component) -> str:
    """Return what keeps a component of an older version from following this one; nothing where it follows."""
    same = program.plan(plan.id)
    if same is None:
        return "plan"
    found = next((one for one in same.pays if one.id == component.id), None)
    if found is None:
        return "component"
    if not found.every:
        return "every"
    return "" if found.basis == component.basis else "basis"


def names_twice(versions: Iterable[Version]) -> Iterator[Found]:
    """Find two versions of the same name: an enrolment that is pinned to it could mean either."""
    seen: dict[str, Version] = {}
    for one in versions:
        other = seen.setdefault(one.program.version, one)
        if other is one or other.program.effective_from == one.program.effective_from:
            continue
        at, beside = (one, other) if one.is_given else (other, one)
        if at.is_given:
            day = str(beside.program.effective_from)
            yield at, _suspect("same-version", "program.version", found=one.program.version, day=day)


NEIGHBOURS: Final[tuple[Pair, ...]] = (days_twice, overlaps_and_holes, changed_heads, lost_residuals)
"""Each looks at a version and the next one of the same program."""


def _by_program(versions: Iterable[Version]) -> Iterator[list[Version]]:
    """Yield the versions of each program, earliest first; a given one takes the place of another of the same day."""
    found: dict[str, list[Version]] = {}
    for one in versions:
        found.setdefault(one.program.id, []).append(one)
    for same in found.values():
        days = {one.program.effective_from for one in same if one.is_given}
        kept = [one for one in same if one.is_given or one.program.effective_from not in days]
        yield sorted(kept, key=lambda one: one.program.effective_from)


def _successions(programs: list[list[Version]]) -> Iterator[tuple[Version, Version]]:
    """Yield the last version of each program that was taken over, with the first one that rules its deals too."""
    last = {same[-1].program.id: same[-1] for same in programs}
    for same in programs:
        for old in sorted({old for one in same for old in one.program.succeeds} & last.keys()):
            ruling = [one for one in same if old in one.program.succeeds and one.program.applies_to == "all-deals"]
            if ruling and (last[old].is_given or ruling[0].is_given):
                yield last[old], ruling[0]


def _placed(found: Found) -> Problem:
    at, problem = found
    located = lines_of(at.text).located(problem)
    return replace(located, facts={**located.facts, "file": at.file})


def _suspect(code: str, where: str, **facts: str) -> Problem:
    return Problem(code, where, facts, Severity.WARNING)
