"""The terms of the book's programs on a day, and those of one deal (programs.md §7).

They are worked out once for all days on which the same versions govern. An open deal is under the versions in force on
its signing day. A won one is under the version of its plan that was pinned when it was won, also when the catalogue
learns later of another one that was in force then.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Final

from dealbook.desk.session import Session
from dealbook.domain.deal import Choice, Deal, Stage
from dealbook.domain.problem import Problem, Severity
from dealbook.programs.model import Program
from dealbook.programs.terms import Terms, all_terms, terms_of

TERMS_FROM: Final = frozenset({"program", "enrolment", "partner"})


def program_terms(session: Session, day: date) -> list[Terms]:
    """Return the terms of every program for what is signed on a day; kept until program or enrolment change."""
    base, worked_out = session.derived(("terms", period_of(session, day)), TERMS_FROM, lambda: _terms(session, day))
    return base if day == worked_out else [one if one.closed is None else _dated(one, one.closed, day) for one in base]


def terms_of_deal(session: Session, deal: Deal) -> list[Terms]:
    """Return the terms of every program for a deal; of a won one, its own program's as pinned at signing.

    Where the pinned version is not there any more, the one in force on the signing day takes its place, and a warning
    says so.
    """
    every = program_terms(session, deal.signed)
    own = pinned_terms(session, deal)
    return every if own is None else [own if one.program.id == own.program.id else one for one in every]


def pinned_terms(session: Session, deal: Deal) -> Terms | None:
    """Return the terms under which a deal was won, where they are not those of its day; kept as `program_terms` are."""
    chosen = deal.chosen if deal.stage is Stage.WON else None
    if chosen is None or not chosen.version:
        return None
    return session.derived(
        ("pinned", period_of(session, deal.signed), chosen.program, chosen.version),
        TERMS_FROM,
        lambda: _own(session, program_terms(session, deal.signed), chosen),
    )


def governing_version(session: Session, deal: Deal, program_id: str) -> Program | None:
    """Return the version of a program that governs a deal; None where none does."""
    pinned = next((one.version for one in session.enrolments if one.program == program_id), None)
    chosen = deal.chosen if deal.stage is Stage.WON else None
    if chosen is not None and chosen.program == program_id and chosen.version:
        found = session.catalog.governing(program_id, deal.signed, chosen.version)
        if found is not None:
            return found
    return session.catalog.governing(program_id, deal.signed, pinned)


def pinned_now(session: Session, deal: Deal) -> Deal:
    """Return a deal that is being won with its choice under the version that governs what is signed on its day.

    A plan that this version does not have stays as it was chosen.
    """
    chosen = deal.chosen
    if chosen is None:
        return deal
    program = governing_version(session, replace(deal, stage=Stage.OPEN), chosen.program)
    if program is None or program.version == chosen.version or program.plan(chosen.plan) is None:
        return deal
    return replace(deal, chosen=replace(chosen, version=program.version))


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


def _own(session: Session, every: Iterable[Terms], chosen: Choice) -> Terms | None:
    now = next((one for one in every if one.program.id == chosen.program), None)
    if now is None or now.program.version == chosen.version:
        return None
    versions = session.catalog.versions.get(chosen.program, ())
    program = next((one for one in versions if one.version == chosen.version), None)
    return _gone(now, chosen) if program is None else _pinned(session, program, now)


def _pinned(session: Session, program: Program, now: Terms) -> Terms:
    """Return the terms of a version that was pinned; later versions for all deals hold unless the contract pins one."""
    enrolment = now.enrolment
    later = () if enrolment is not None and enrolment.version else session.catalog.later_for_all(program)
    others = {one.program: one for one in session.enrolments}
    partner = session.partner
    found = terms_of(program, enrolment, later, partner.certificates, partner.company_size, others)
    return replace(found, problems=(*found.problems, *_of_exclusive(now.problems)))


def _of_exclusive(problems: Iterable[Problem]) -> list[Problem]:
    return [problem for problem in problems if problem.code == "exclusive-elsewhere"]


def _gone(now: Terms, chosen: Choice) -> Terms:
    facts = {"program": chosen.program, "version": chosen.version, "instead": now.program.version}
    gone = Problem("pinned-version-gone", "program.version", facts, Severity.WARNING)
    return replace(now, problems=(*now.problems, gone))
