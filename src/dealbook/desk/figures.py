"""The stored figures: what each deal pays and where the partner stands, for programs that read the book themselves.

Worked out deal by deal, as the forecast is and from what it keeps, and written when all are known; only what differs
is. Whoever runs the work stops it when the book changes: it then leaves the figures marked as not up to date.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple

from dealbook import __version__
from dealbook.book.figures import DealFigures, Run, StandingFigure, State
from dealbook.desk.forecast import MANY
from dealbook.desk.forecast_deals import Found, found_of
from dealbook.desk.forecast_quota import MONEY
from dealbook.desk.forms import fill
from dealbook.desk.impact_worlds import offer_of
from dealbook.desk.ladder import FigureRow, Ladder, ladder
from dealbook.desk.session import Session
from dealbook.desk.warming import warming
from dealbook.desk.work import Pieces, Work
from dealbook.domain.deal import Deal, Stage
from dealbook.domain.months import month_index
from dealbook.earnings.forecast import MONTHS
from dealbook.language import Language

UNITS: Final = {"won_deals": "deals", "won_seats": "seats"}
"""What a standing figure counts; the others are amounts in the program's currency."""
_PIECE: Final = 50
"""So many deals are written at once, if there are more: the window must not wait for ten thousand."""


class Written(NamedTuple):
    """What was stored: as of which day, deals that pay, their payments by month, and figures of the standing."""

    as_of: date
    deals: int
    payments: int
    standings: int


TOLD: Final = "Stored as of {day}: {payments} payments of {deals} deals, {standings} figures of the standing."


def store_figures(path: Path, ask: Callable[[], str] = str) -> Written:
    """Store the figures of a book that is not open, as of today; `ask` gives the passphrase of a protected one.

    Raises BookError.
    """
    from dealbook.desk.passphrases import open_session

    session = open_session(path, ask)
    try:
        return figuring(session, date.today()).finish()  # noqa: DTZ011 - the user's own day
    finally:
        session.close()


def told(written: Written, words: Language) -> str:
    """Return what was stored as a sentence."""
    counts = {name: words.number(getattr(written, name)) for name in ("payments", "deals", "standings")}
    return fill(words.text(TOLD), {"day": words.short_date(written.as_of), **counts})


def are_current(session: Session, today: date) -> bool:
    """Whether what is stored still holds: no step since, in the month of `today`, by this Dealbook."""
    store = session.book.figures
    state = store.state()
    if state is None or state.version != __version__ or month_index(state.as_of) != month_index(today):
        return False
    return store.is_current(state)


def figuring(session: Session, day: date) -> Work[Written]:
    """Return the work of storing the figures as of a day; one deal is one piece. Raises BookError as it writes."""
    deals = [row.id for row in session.rows.values() if row.stage is not Stage.LOST]
    return Work(_figuring(session, deals, day), len(deals))


def _figuring(session: Session, deals: list[str], day: date) -> Pieces[Written]:
    store = session.book.figures
    state = State(day, __version__, store.mark())
    stored, changed, sums = store.digests(), list[tuple[DealFigures, str]](), _Sums(month_index(day))
    if len(deals) > MANY:
        for _ in warming(session):
            yield 0
    for done, deal in enumerate(session.some_deals(deals)):
        yield done
        figures = figures_of(session, deal, day)
        sums.add(figures)
        digest = figures.digest()
        if stored.pop(deal.id, "") != digest:
            changed.append((figures, digest))
        if len(changed) == _PIECE:
            store.write(changed, state)
            changed.clear()
    standings = tuple(standing_figures(session, day))
    store.finish(changed, stored, standings, state, MONTHS)
    return Written(day, sums.deals, sums.payments, len(standings))


@dataclass(slots=True)
class _Sums:
    """Counts what is told one by one: deals that pay, and their payments to the end of the outlook."""

    first: int
    deals: int = 0
    payments: int = 0

    def add(self, figures: DealFigures) -> None:
        """Count a deal."""
        self.deals += bool(figures.runs)
        last = self.first + MONTHS - 1
        self.payments += sum(max(0, (min(run.last, last) - run.month) // run.every + 1) for run in figures.runs)


def figures_of(session: Session, deal: Deal, day: date) -> DealFigures:
    """Return what a deal that is not lost pays, under the plan that counts (`desk.forecast_deals`).

    An open deal that should have closed by now counts as if it closed in the month of `day`, as in the forecast.
    """
    found = found_of(session, deal)
    if found.flow is None:
        return DealFigures(deal_id=deal.id, reason=found.reason or "")
    late = 0 if deal.stage is Stage.WON else max(0, month_index(day) - month_index(deal.signed))
    return DealFigures(
        deal_id=deal.id,
        program=found.program,
        vendor=found.vendor,
        program_name=found.name,
        version=found.version,
        plan=found.plan,
        plan_name=found.plan_name,
        offer_id=offer_of(deal).id,
        currency=found.currency,
        runs=tuple(_runs(found, late)),
    )


def _runs(found: Found, late: int) -> Iterator[Run]:
    for one in found.flow.later(late).payments if found.flow is not None else ():
        last = one.month + (one.count - 1) * one.every
        yield Run(one.component, one.role, one.kind, one.month, last, one.every, one.amount)


def standing_figures(session: Session, day: date) -> Iterator[StandingFigure]:
    """Yield the figures that the programs of the partner ask for, with what is needed of the one that is a quota."""
    for enrolment in session.enrolments:
        if enrolment.until is not None and enrolment.until <= day:
            continue
        now = ladder(session, enrolment.program, day)
        if now is not None:
            yield from (_figure(now, row, day) for row in now.figures)


def _figure(now: Ladder, row: FigureRow, day: date) -> StandingFigure:
    program = now.program
    is_quota = now.quota is not None and now.quota.fact == row.fact
    return StandingFigure(
        program=program.id,
        fact=row.fact,
        vendor=program.vendor,
        program_name=f"{program.vendor} · {program.name}",
        day=day,
        first=now.first,
        last=now.last,
        tier=now.tier,
        unit=program.currency if row.fact in MONEY else UNITS.get(row.fact, ""),
        opening=row.opening,
        book=row.book,
        target=now.quota.target if now.quota is not None and is_quota else None,
    )
