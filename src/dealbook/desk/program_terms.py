"""The terms of the book's programs on a day, worked out once (programs.md §7)."""

from datetime import date
from typing import Final

from dealbook.desk.session import Session
from dealbook.programs.terms import Terms, all_terms

_TERMS_FROM: Final = frozenset({"program", "enrolment", "partner"})


def program_terms(session: Session, day: date) -> list[Terms]:
    """Return the terms of every program for what is signed on a day; kept until program or enrolment change."""
    return session.derived(
        ("terms", day),
        _TERMS_FROM,
        lambda: all_terms(session.catalog, session.partner, session.enrolments, day),
    )
