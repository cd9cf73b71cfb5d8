"""The standing of the partner's programs, worked out a little at a time before a whole book is gone through.

Whoever asks for a standing gets it without this; but the first to ask has the won deals of a program read, and where a
program counts what it has paid, evaluated.
"""

from collections.abc import Iterator
from typing import Final

from dealbook.desk.paid import needs_paid, paid_work
from dealbook.desk.session import Session
from dealbook.desk.won_deals import counting

_KEPT_FROM: Final = frozenset({"deal", "rate", "program", "enrolment", "partner"})


def warming(session: Session) -> Iterator[None]:
    """Work out the standings of the programs that the partner is enrolled in, a piece at each step."""
    done: set[str] = session.derived("warmed", _KEPT_FROM, set)
    for program_id in {one.program for one in session.enrolments} - done:
        for program in session.catalog.versions.get(program_id, ()):
            yield from counting(session, program)
            if needs_paid(session, program):
                work = paid_work(session, program_id)
                while work.result is None and work.step():
                    yield
        done.add(program_id)
