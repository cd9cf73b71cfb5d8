"""The terms of the book's programs on a day, worked out once for all days on which the same versions govern.

(programs.md §7)
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Final

from dealbook.desk.session import Session
from dealbook.domain.problem import Problem
from dealbook.programs.terms import Terms, all_terms

TERMS_FROM: Final = frozenset({"program", "enrolment", "partner"})


def program_terms(session: Session, day: date) -> list[Terms]:
    """Return the terms of every program for what is signed on a day; kept until program or enrolment change."""
    base, worked_out = session.derived(("terms", period_of(session, day)), TERMS_FROM, lambda: _terms(session, day))
    return base if day == worked_out else [one if one.closed is None else _dated(one, one.closed, day) for one in base]


def period_of(session: Session, day: date) -> int:
    """Return the number of the period that a day falls in: inside one, the same versions govern on every day."""
    return bisect_right(session.derived("terms change", TERMS_FROM, lambda: sorted(set(_changes(session)))), day)


def _terms(session: Session, day: date) -> tuple[list[Terms], date]:
    return all_terms(session.catalog, session.partner, session.enrolments, day), day


def _changes(session: Session) -> Iterator[date]:
    """Yield the days on which another version may govern, or another membership hold."""
    for versions in session.catalog.versions.values():
        for program in versions:
            yield program.effective_from
            if program.effective_until is not None:
                yield program.effective_until
    for enrolment in session.enrolments:
        yield from (day for day in (enrolment.since, enrolment.until) if day is not None)


def _dated(terms: Terms, closed: Problem, day: date) -> Terms:
    """Return terms that are closed on another day; the reason names the day."""
    return replace(terms, closed=replace(closed, facts={**closed.facts, "signed": str(day)}))
