"""The terms of the book's programs on a day, and those of one deal, worked out once (programs.md §7).

An open deal is under the versions in force on its signing day. A won one is under the version of its plan that was
pinned when it was won, also when the catalogue learns later of another one that was in force then.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Final

from dealbook.desk.session import Session
from dealbook.domain.deal import Choice, Deal, Stage
from dealbook.domain.problem import Problem, Severity
from dealbook.programs.model import Program
from dealbook.programs.terms import Terms, all_terms, terms_of

_TERMS_FROM: Final = frozenset({"program", "enrolment", "partner"})


def program_terms(session: Session, day: date) -> list[Terms]:
    """Return the terms of every program for what is signed on a day; kept until program or enrolment change."""
    return session.derived(
        ("terms", day),
        _TERMS_FROM,
        lambda: all_terms(session.catalog, session.partner, session.enrolments, day),
    )


def terms_of_deal(session: Session, deal: Deal) -> list[Terms]:
    """Return the terms of every program for a deal; of a won one, its own program's as pinned at signing.

    Where the pinned version is not there any more, the one in force on the signing day takes its place, and a warning
    says so. The same list comes back until program or enrolment change.
    """
    chosen = deal.chosen if deal.stage is Stage.WON else None
    if chosen is None or not chosen.version:
        return program_terms(session, deal.signed)
    return session.derived(
        ("terms of", deal.signed, chosen.program, chosen.version),
        _TERMS_FROM,
        lambda: _with_pinned(session, program_terms(session, deal.signed), chosen),
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


def _with_pinned(session: Session, every: list[Terms], chosen: Choice) -> list[Terms]:
    now = next((one for one in every if one.program.id == chosen.program), None)
    if now is None or now.program.version == chosen.version:
        return every
    versions = session.catalog.versions.get(chosen.program, ())
    program = next((one for one in versions if one.version == chosen.version), None)
    own = _gone(now, chosen) if program is None else _pinned(session, program, now)
    return [own if one is now else one for one in every]


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
