"""The commission summary of a period: what the won deals are expected to pay in it, by program and deal.

Only gathers: the payments are the engine's, the chosen plan's or else the best one's.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from dealbook.desk.compare import Row, expected_of
from dealbook.desk.quotes import paper_of, sender_of
from dealbook.desk.session import Session
from dealbook.documents.content import Conversion, LeftOut, Paid, Reason, SummaryContent, SummaryDeal, SummaryProgram
from dealbook.domain.checks import check_deal, errors
from dealbook.domain.deal import Deal, Stage
from dealbook.domain.money import EXACT, minor_unit, round_minor
from dealbook.earnings.compare import rate_on
from dealbook.earnings.estimate import Status
from dealbook.earnings.payments import CLAWBACK, RECURRING, Payment, paid_between
from dealbook.language import language


@dataclass(frozen=True, slots=True)
class _Counted:
    """A won deal with the estimate that it is counted by."""

    deal: Deal
    row: Row


def commission_summary(session: Session, first_month: int, after_month: int, language_code: str) -> bytes:
    """Return the summary of the calendar months `first_month` ≤ month < `after_month` (month indices) as a PDF.

    Raises ValueError for a period without a month.
    """
    from dealbook.documents.summary import render_summary

    today = date.today()  # noqa: DTZ011 - the user's own day
    return render_summary(summary_content(session, first_month, after_month, language_code, today))


def summary_content(
    session: Session, first_month: int, after_month: int, language_code: str, day: date
) -> SummaryContent:
    """Return what the summary shows; `day` is the day it is made, whose exchange rates hold. Raises as above."""
    if after_month <= first_month:
        msg = f"no month from {first_month} to before {after_month}"
        raise ValueError(msg)
    counted, left_out = _sorted_out(session)
    programs = _programs(session, counted, first_month, after_month)
    content = SummaryContent(
        first_month=first_month,
        after_month=after_month,
        day=day,
        language=language(language_code).code,
        currency=session.partner.currency,
        sender=sender_of(session.partner),
        programs=programs,
        left_out=tuple(left_out),
        paper=paper_of(session.partner.country),
    )
    return replace(content, conversions=tuple(_conversions(session, content)))


def _sorted_out(session: Session) -> tuple[list[_Counted], list[LeftOut]]:
    """Return the won deals that can be counted, and those that cannot, with the reason."""
    counted, left_out = [], []
    for deal in session.some_deals(row.id for row in session.rows.values() if row.stage is Stage.WON):
        row = None if errors(check_deal(deal)) else expected_of(session, deal)
        if row is not None and row.estimate.status is Status.PAYABLE:
            counted.append(_Counted(deal, row))
        else:
            left_out.append(_left_out(session, deal, row))
    return counted, sorted(left_out, key=lambda one: one.customer.casefold())


def _left_out(session: Session, deal: Deal, row: Row | None) -> LeftOut:
    missing: tuple[str, ...] = ()
    if row is None:
        reason = Reason.FAULTY if errors(check_deal(deal)) else Reason.NO_PLAN
    elif row.estimate.status is Status.INCOMPLETE:
        reason = Reason.INCOMPLETE
        missing = _labels(session, row, row.missing)
    else:
        reason = Reason.INELIGIBLE
    return LeftOut(customer=deal.customer, title=deal.title, reason=reason, missing=missing)


def _programs(session: Session, counted: Iterable[_Counted], first: int, after: int) -> tuple[SummaryProgram, ...]:
    """Return the deals with payments in the period by program, both in the order of their names."""
    found: dict[tuple[str, str], list[SummaryDeal]] = {}
    for one in counted:
        estimate = one.row.estimate
        payments = [payment for payment in estimate.payments if paid_between((payment,), first, after)]
        if payments:
            name = f"{estimate.vendor} · {estimate.program_name}"
            found.setdefault((name, estimate.currency), []).append(_deal(session, one, payments, first, after))
    return tuple(
        SummaryProgram(name=name, currency=currency, deals=tuple(sorted(deals, key=_by_name)))
        for (name, currency), deals in sorted(found.items(), key=lambda item: (item[0][0].casefold(), item[0][1]))
    )


def _by_name(deal: SummaryDeal) -> tuple[str, str]:
    return deal.customer.casefold(), deal.title.casefold()


def _deal(session: Session, one: _Counted, payments: Iterable[Payment], first: int, after: int) -> SummaryDeal:
    kinds: dict[str, list[Payment]] = {"once": [], RECURRING: [], CLAWBACK: []}
    for payment in payments:
        kinds[payment.kind if payment.kind in kinds else "once"].append(payment)
    estimate = one.row.estimate
    assumed = next((e.assumed for e in session.enrolments if e.program == estimate.program), frozenset())
    return SummaryDeal(
        customer=one.deal.customer,
        title=one.deal.title,
        plan=estimate.plan_name,
        paid=Paid(
            once=paid_between(kinds["once"], first, after),
            recurring=paid_between(kinds[RECURRING], first, after),
            clawback=paid_between(kinds[CLAWBACK], first, after),
        ),
        is_chosen=one.deal.chosen is not None,
        assumed=_labels(session, one.row, sorted(assumed)),
    )


def _labels(session: Session, row: Row, names: Iterable[str]) -> tuple[str, ...]:
    """Return what the program calls its inputs."""
    versions = session.catalog.versions.get(row.estimate.program, ())
    inputs = next((p.inputs for p in versions if p.version == row.estimate.version), {})
    return tuple(inputs[name].label if name in inputs else name for name in names)


def _conversions(session: Session, content: SummaryContent) -> Iterable[Conversion]:
    """Yield the totals of other currencies in the book's own, where a rate is known."""
    unit = minor_unit(content.currency)
    for currency, paid in content.by_currency.items():
        rate = rate_on(session.rates, currency, content.currency, content.day)
        if rate is not None and currency != content.currency:
            yield Conversion(currency=currency, rate=rate, amount=round_minor(EXACT.multiply(paid.total, rate), unit))
