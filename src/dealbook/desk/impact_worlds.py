"""The deals of a book in two worlds: one ends with the old version of a program, one goes on with the new one.

Says which terms hold for a deal in each, evaluates it, and puts both together in a row. Which deals are asked for, and
when, is `desk.impact`.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal

from dealbook.desk.compare import Row, rank, row_of, terms_on
from dealbook.desk.impact_rows import Group, ImpactRow, Question, Side
from dealbook.desk.program_terms import governing_version
from dealbook.desk.session import Session
from dealbook.desk.standing import succeeding, won_by_program
from dealbook.domain.deal import Deal, Offer, Stage
from dealbook.domain.money import EXACT, ZERO, minor_unit, round_minor
from dealbook.domain.partner import Enrolment
from dealbook.domain.problem import Severity
from dealbook.earnings import compare as engine
from dealbook.earnings.estimate import Status
from dealbook.earnings.evaluate import evaluate
from dealbook.earnings.standing import NOTHING_WON
from dealbook.earnings.worth import worth_of
from dealbook.programs.catalog import Catalog
from dealbook.programs.model import Plan, Program
from dealbook.programs.terms import Terms, terms_of


class Worlds:
    """The book's deals in a world that ends with the old version, and in one that goes on with the new one."""

    def __init__(self, session: Session, question: Question) -> None:
        self._session = session
        self._question = question
        self._worth = worth_of(session.partner.assume)
        new = question.new
        self.enrolment = next((one for one in session.enrolments if one.program == new.id), None)
        self.as_if_enrolled = self.enrolment is None
        others = (p for name, found in session.catalog.versions.items() if name != new.id for p in found)
        old = question.old
        before = [p for p in session.catalog.versions.get(new.id, ()) if old and p.effective_from < old.effective_from]
        past = [*others, *before, *([old] if old else [])]
        self._before, self._after = Catalog.of(past), Catalog.of([*past, new])
        self._old = None if old is None else self._signed_now(old)
        self._new = self._signed_now(new)
        self._kept: dict[tuple[str, date, bool], Terms] = {}

    def row(self, deal: Deal) -> ImpactRow | None:
        """Return a deal under both versions; None where the program is not open to it under either."""
        return self._won(deal) if deal.stage is Stage.WON else self._open(deal)

    # --- terms

    def _terms(self, program: Program, later: tuple[Program, ...], enrolment: Enrolment) -> Terms:
        partner = self._session.partner
        others = {one.program: one for one in self._session.enrolments}
        return terms_of(program, enrolment, later, partner.certificates, partner.company_size, others)

    def _signed_now(self, program: Program) -> Terms:
        """Return the terms of what is signed under a version, with nothing after it."""
        return self._terms(program, (), self.enrolment or Enrolment(program=program.id, certified=True))

    def _of_won(self, program: Program, enrolment: Enrolment, *, after: bool) -> Terms:
        """Return the terms of a won deal in one of the worlds; a pinned version follows nothing."""
        key = (program.id, program.effective_from, after)
        if key not in self._kept:
            catalog = self._after if after else self._before
            later = () if enrolment.version else catalog.later_for_all(program)
            self._kept[key] = self._terms(program, later, enrolment)
        return self._kept[key]

    # --- deals

    def _won(self, deal: Deal) -> ImpactRow | None:
        """Return a won deal under its own plan; None where the new version cannot reach it."""
        chosen, enrolment, program = deal.chosen, None, None
        if chosen is not None:
            enrolment = next((one for one in self._session.enrolments if one.program == chosen.program), None)
            program = governing_version(self._session, deal, chosen.program)
        plan = program.plan(chosen.plan) if program and chosen else None
        if enrolment is None or program is None or plan is None or not self._reaches(program):
            return None
        cases = self._cases(deal)
        old, new = (
            self._side(deal, self._ranked(cases, self._of_won(program, enrolment, after=after), [plan])[0])
            for after in (False, True)
        )
        return self._row(deal, Group.WON, old, new, is_pinned=enrolment.version is not None)

    def _cases(self, deal: Deal) -> engine.Cases:
        return engine.Cases(deal, offer_of(deal), self._session.rates, succeeding(self._session, deal))

    def _reaches(self, program: Program) -> bool:
        """Say whether a deal signed under a version is one of the new version's program, or of one it took over."""
        return program.id == self._question.new.id or self._question.new in self._after.later_for_all(program)

    def _open(self, deal: Deal) -> ImpactRow | None:
        """Return an open deal as signed under each version, with the plan that is best across all programs."""
        chosen, ours = deal.chosen, self._question.new.id
        cases = self._cases(deal)
        plan = chosen.plan if chosen is not None and chosen.program == ours else ""
        old, new = self._signed(cases, self._old), self._signed(cases, self._new)
        if not _is_open(old) and not _is_open(new):
            return None
        others = self._others(deal, cases)
        winners = [self._winner([*found, *others]) for found in (old, new)]
        is_best = any(row is not None and row.key[0] == ours for row in winners)
        group = Group.OPEN if plan or (chosen is None and is_best) else Group.ELSEWHERE
        first, second = (self._side(deal, _of_plan(found, plan)) for found in (old, new))
        return self._row(deal, group, first, second, best=(_name(winners[0]), _name(winners[1])))

    def _signed(self, cases: engine.Cases, terms: Terms | None) -> list[Row]:
        """Return the plans of a version for an offer, the best one first."""
        return [] if terms is None else self._ranked(cases, terms, terms.program.plans)

    def _ranked(self, cases: engine.Cases, terms: Terms, plans: Iterable[Plan]) -> list[Row]:
        return rank(self._rows(cases, terms, plans), self._question.objective)

    def _rows(self, cases: engine.Cases, terms: Terms, plans: Iterable[Plan]) -> list[Row]:
        won = won_by_program(self._session, cases.deal, [terms]).get(terms.program.id, NOTHING_WON)
        case = cases.case(terms, won)
        return [row_of(cases, evaluate(case, plan, self._worth)) for plan in plans]

    def _others(self, deal: Deal, cases: engine.Cases) -> list[Row]:
        """Return what the offer earns in all other programs; worked out once for both versions."""
        others = (one for one in terms_on(self._session, deal) if one.program.id != self._question.new.id)
        return [row for one in others for row in self._rows(cases, one, one.program.plans)]

    def _winner(self, rows: Iterable[Row]) -> Row | None:
        ranked = rank(list(rows), self._question.objective)
        return ranked[0] if ranked and ranked[0].is_best else None

    # --- figures

    def _side(self, deal: Deal, row: Row | None) -> Side:
        """Return a plan's row as one side of the comparison."""
        if row is None:
            return Side()
        estimate = row.estimate
        return Side(
            version=estimate.version,
            plan=estimate.plan,
            plan_name=estimate.plan_name,
            status=estimate.status,
            amount=self._amount(deal, row),
            problems=tuple(problem for problem in estimate.problems if problem.severity is Severity.ERROR),
        )

    def _amount(self, deal: Deal, row: Row) -> Decimal | None:
        """Return a row's figure in the book's currency, rounded once; 0 where the plan is not open."""
        if row.estimate.status is Status.INELIGIBLE:
            return ZERO
        rate = engine.rate_on(self._session.rates, deal.currency, self._session.partner.currency, self._question.day)
        if row.totals is None or rate is None:
            return None
        figure: Decimal = getattr(row.totals, self._question.objective)
        return round_minor(EXACT.multiply(figure, rate), minor_unit(self._session.partner.currency))

    def _row(
        self,
        deal: Deal,
        group: Group,
        old: Side,
        new: Side,
        best: tuple[str, str] = ("", ""),
        *,
        is_pinned: bool = False,
    ) -> ImpactRow:
        row = ImpactRow(
            deal_id=deal.id,
            customer=deal.customer,
            title=deal.title,
            group=group,
            closes=deal.signed,
            old=old,
            new=new,
            probability=deal.probability,
            best_old=best[0],
            best_new=best[1],
            is_pinned=is_pinned,
        )
        if row.change is None or group is Group.WON:
            return row
        unit = minor_unit(self._session.partner.currency)
        return replace(row, weighted=round_minor(EXACT.multiply(row.change, deal.probability), unit))


def _of_plan(rows: list[Row], plan_id: str) -> Row | None:
    """Return the row of the chosen plan; without one, or where the version does not have it, the best one."""
    return next((row for row in rows if row.estimate.plan == plan_id), rows[0] if rows else None)


def _is_open(rows: Iterable[Row]) -> bool:
    return any(row.estimate.status is not Status.INELIGIBLE for row in rows)


def _name(row: Row | None) -> str:
    return f"{row.estimate.vendor} · {row.estimate.plan_name}" if row is not None else ""


def offer_of(deal: Deal) -> Offer:
    """Return the offer that a deal is compared by: the chosen one, else the first."""
    chosen = deal.chosen
    return next((one for one in deal.offers if chosen and one.id == chosen.offer_id), deal.offers[0])
