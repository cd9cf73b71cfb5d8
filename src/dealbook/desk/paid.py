"""What the won deals of the book were paid once: the figure `won_paid` of a standing (programs.md §5).

What a deal is paid can hang on what the deals before it were paid, by a cap for a year. So the won deals of a program
are evaluated one by one, in the order in which they were signed.
"""

from bisect import bisect_left
from collections.abc import Container, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from dealbook.desk.program_terms import terms_of_deal
from dealbook.desk.session import Session
from dealbook.desk.standings import Standings
from dealbook.desk.won_deals import chosen_offer, standings, won_ids, won_on
from dealbook.desk.work import Pieces, Work
from dealbook.domain.checks import check_deal, errors
from dealbook.domain.deal import Deal
from dealbook.domain.money import ZERO
from dealbook.domain.months import month_index
from dealbook.earnings.compare import Cases, rate_on
from dealbook.earnings.evaluate import evaluate
from dealbook.earnings.payments import ONCE, UPFRONT
from dealbook.earnings.standing import Won, year_of
from dealbook.earnings.worth import worth_of
from dealbook.programs.checks.uses import all_conditions, written_values
from dealbook.programs.model import Program
from dealbook.programs.terms import Terms
from dealbook.programs.values import Bands, Choices, parts

FACT: Final = "won_paid"
_ALL: Final[frozenset[str]] = frozenset()
"""No program left out."""
_LAST: Final = "\U0010ffff"
"""After every id."""
_NOT_YET: Final = Won({}, {})
_PAID_FROM: Final = frozenset({"deal", "rate", "program", "enrolment", "partner"})

#: (calendar month, amount in the program's currency) of what a deal is paid once or upfront.
_Paid = tuple[tuple[int, Decimal], ...]


class _PaidDeal(NamedTuple):
    """A won deal with what it is paid once, kept as long as the deal, its terms and its standing are the same."""

    deal_id: str
    signed: date
    terms: Terms
    won: Won
    paid: _Paid


class PaidDeals:
    """The won deals of a program in order, each paid after the ones before it, and the sums up to any of them."""

    def __init__(self, ids: Sequence[str] = ()) -> None:
        """Begin with none; `ids` are those to come."""
        self._all = ids
        self._stood: dict[tuple[str, str], tuple[Program, Standings | None]] = {}
        self._order: list[tuple[date, str]] = []
        self._deals: list[_PaidDeal] = []
        self._ids: set[str] = set()
        self._sums: dict[tuple[int, str, frozenset[str]], _Sums] = {}

    def hold(self, session: Session, ids: Sequence[str], known: Container[str]) -> bool:
        """Whether these are still the deals, none of them was touched, and their standing is the same."""
        stand = (standings(session, program) is then for program, then in self._stood.values())
        return list(ids) == list(self._all) and all(deal_id in known for deal_id in ids) and all(stand)

    def add(self, session: Session, one: _PaidDeal) -> None:
        """Count one more deal, signed after those before it."""
        program = one.terms.program
        key = program.id, program.version
        if key not in self._stood:
            self._stood[key] = program, standings(session, program)
        self._order.append((one.signed, one.deal_id))
        self._deals.append(one)
        self._ids.add(one.deal_id)

    def before(
        self, session: Session, day: date, deal_id: str, program: Program, won: Won, family: frozenset[str] = _ALL
    ) -> Won:
        """Return the figures with what was paid to the deals before one, in its year and the last.

        Only under the programs of `family`. Deals of one day come in the order in which they were made; one that is
        not won comes after those of its day.
        """
        place = bisect_left(self._order, (day, deal_id if deal_id in self._ids else _LAST))
        starts = program.standing.year_starts
        key = starts, program.currency, family
        sums = self._sums.get(key)
        if sums is None:
            sums = self._sums[key] = _Sums(starts)
        for one in self._deals[sums.count :]:
            rate = rate_on(session.rates, one.terms.program.currency, program.currency, one.signed)
            counts = not family or one.terms.program.id in family
            sums.add(one.paid if counts else (), rate or ZERO)  # money nobody can tell
        year = year_of(month_index(day), starts)
        then, last = sums.of(year, place), sums.of(year - 1, place)
        return replace(won, current={**won.current, FACT: then}, before={**won.before, FACT: last})


class _Sums:
    """What was paid by year, added up deal by deal."""

    def __init__(self, starts: int) -> None:
        self._starts = starts
        self._places: dict[int, list[int]] = {}
        self._amounts: dict[int, list[Decimal]] = {}
        self.count = 0

    def add(self, paid: _Paid, rate: Decimal) -> None:
        """Count the next deal."""
        for month, amount in paid:
            year = year_of(month, self._starts)
            places, amounts = self._places.setdefault(year, []), self._amounts.setdefault(year, [ZERO])
            places.append(self.count)
            amounts.append(amounts[-1] + amount * rate)
        self.count += 1

    def of(self, year: int, before: int) -> Decimal:
        """Return what the deals at places < `before` were paid in a year."""
        return self._amounts[year][bisect_left(self._places[year], before)] if year in self._places else ZERO


def needs_paid(session: Session, program: Program) -> bool:
    """Say whether a version asks for what the program has paid: a cap for a year, or the fact itself."""
    kept: dict[int, tuple[Program, bool]] = session.derived("needs paid", frozenset({"program"}), dict)
    known = kept.get(id(program))
    if known is None or known[0] is not program:
        known = kept[id(program)] = program, _needs_paid(program)
    return known[1]


def _needs_paid(program: Program) -> bool:
    if any(component.cap_per == "year" for plan in program.plans for component in plan.pays):
        return True
    quota = program.standing.quota
    if quota is not None and quota.fact == FACT:
        return True
    if any(condition.fact == FACT for condition in all_conditions(program)):
        return True
    tables = (part for _, value in written_values(program) for part in parts(value))
    return any(isinstance(table, Bands | Choices) and table.by == FACT for table in tables)


def paid_before(session: Session, day: date, deal_id: str, program: Program, won: Won) -> Won:
    """Return the figures with what the program paid once to deals signed before that one, in its year and the last.

    Deals of one day come in the order in which they were made.
    """
    return paid_deals(session, program.id).before(session, day, deal_id, program, won)


def paid_deals(session: Session, program_id: str) -> PaidDeals:
    """Return the won deals of a program with what they were paid once."""
    work = paid_work(session, program_id)
    return work.result if work.result is not None else work.finish()


def paid_work(session: Session, program_id: str) -> Work[PaidDeals]:
    """Return the work of paying the won deals of a program one after the other, as far as it has come."""

    def begun() -> Work[PaidDeals]:
        ids = won_ids(session, program_id)
        work = Work(_paid_deals(session, program_id, ids), len(ids))
        kept: dict[str, PaidDeals] = session.derived("paid", _PAID_FROM - {"deal"}, dict)
        known = kept.get(program_id)
        if known is not None and known.hold(session, ids, _kept(session, program_id)):
            work.result = known
        return work

    return session.derived((FACT, program_id), _PAID_FROM, begun)


def _kept(session: Session, program_id: str) -> dict[str, _PaidDeal | None]:
    return session.by_deal(("paid deals", program_id), _PAID_FROM - {"deal"})


def _paid_deals(session: Session, program_id: str, ids: Sequence[str]) -> Pieces[PaidDeals]:
    """Pay the won deals of a program and of those it took over in order, each after the ones before it."""
    before, rows, kept = PaidDeals(ids), session.rows, _kept(session, program_id)
    ordered = sorted(ids, key=lambda deal_id: (rows[deal_id].closes, deal_id))
    for done, deal_id in enumerate(ordered, 1):
        known = kept[deal_id] if deal_id in kept else _first(session, deal_id)
        if known is not None:
            known = _paid_after(session, known, before)
            before.add(session, known)
        kept[deal_id] = known
        yield done
    session.derived("paid", _PAID_FROM - {"deal"}, dict[str, PaidDeals])[program_id] = before
    return before


def _first(session: Session, deal_id: str) -> _PaidDeal | None:
    """Return a deal not paid yet; None for one that is paid nothing, for want of terms or because it is faulty."""
    deal = session.deal(deal_id)
    terms = _terms_of(session, deal)
    return None if terms is None or errors(check_deal(deal)) else _PaidDeal(deal_id, deal.signed, terms, _NOT_YET, ())


def _paid_after(session: Session, known: _PaidDeal, before: PaidDeals) -> _PaidDeal:
    """Return a deal with what it is paid after the ones before it; what is known holds while its standing does."""
    program = known.terms.program
    won = won_on(session, known.signed, known.deal_id, program)
    if needs_paid(session, program):
        family = frozenset({program.id, *session.catalog.succeeded.get(program.id, ())})
        won = before.before(session, known.signed, known.deal_id, program, won, family)
    if known.won == won:
        return known
    return known._replace(won=won, paid=_paid(session, session.deal(known.deal_id), known.terms, won))


def _terms_of(session: Session, deal: Deal) -> Terms | None:
    program = deal.chosen.program if deal.chosen is not None else ""
    return next((one for one in terms_of_deal(session, deal) if one.program.id == program), None)


def _paid(session: Session, deal: Deal, terms: Terms, won: Won) -> _Paid:
    plan = terms.program.plan(deal.chosen.plan) if deal.chosen is not None else None
    if plan is None:
        return ()
    case = Cases(deal, chosen_offer(deal), session.rates).case(terms, won)
    payments = evaluate(case, plan, worth_of(session.partner.assume)).payments
    return tuple((one.month, one.amount) for one in payments if one.kind in (ONCE, UPFRONT))
