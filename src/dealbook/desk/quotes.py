"""Quotes: what a customer is offered, issued with a number, revised, exported, followed.

A quote shows what `QuoteContent` has room for and nothing else of a deal: no note, no buy price, no plan. Issuing is
one step: number, content, PDF and digest are kept together or not at all, so a failure burns no number.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final

from dealbook.desk.deals import billed
from dealbook.desk.files import write_whole
from dealbook.desk.session import Session
from dealbook.domain.checks import check_deal, errors
from dealbook.domain.deal import Charge, Deal, Line, Offer
from dealbook.domain.money import EXACT, ONE, ZERO, minor_unit, round_minor
from dealbook.domain.partner import Partner
from dealbook.domain.problem import Problem, ProblemsError
from dealbook.domain.quote import Quote, QuoteContent, QuoteLine, QuoteOffer, QuoteStatus, Sender
from dealbook.earnings.revenue import TWELVE, Revenue
from dealbook.language import Language, language

ISSUE: Final = "Issue quote"
REVISE: Final = "Revise quote"
SET_STATUS: Final = "Change quote status"

VALID_DAYS: Final = 30

#: Where Letter is the usual paper; A4 everywhere else.
_LETTER_COUNTRIES: Final = frozenset({"US", "CA", "MX", "CL", "CO", "CR", "DO", "GT", "PA", "PH", "PR", "SV", "VE"})
#: The fields of a deal that a quote shows, beside its customer: what is wrong elsewhere does not stop it.
_SHOWN: Final = re.compile(
    r"offers\[(\d+)\]\.(term|lines\[\d+\]\.(product|quantity|unit_price|list_price|discount|free_months|ramp))"
)
#: A discount that no percentage says exactly is kept to so many decimals; the prices are exact.
_FINEST_DISCOUNT: Final = Decimal("1e-10")


def quote_content(
    session: Session,
    deal: Deal,
    offer_ids: Sequence[str],
    day: date,
    *,
    valid_days: int = VALID_DAYS,
    language_code: str | None = None,
    vat_rate: Decimal | None = None,
) -> QuoteContent:
    """Return what a quote of these offers would show, without a number; the first is set out as the main one.

    `valid_days` after `day` is the last day it holds; language and VAT rate (a fraction) are the partner's unless
    given. Raises ProblemsError, with the field, when there is nothing to quote or it is wrong.
    """
    chosen = [offer for offer_id in offer_ids for offer in deal.offers if offer.id == offer_id]
    if found := _problems(deal, chosen):
        raise ProblemsError(found)
    partner = session.partner
    words = language(language_code or partner.language)
    return QuoteContent(
        number="",
        revision=1,
        day=day,
        valid_until=day + timedelta(days=valid_days),
        language=words.code,
        currency=deal.currency,
        title=deal.title,
        customer=deal.customer,
        customer_contact=deal.contact,
        customer_address=deal.address,
        sender=sender_of(partner),
        offers=tuple(_quote_offer(deal, offer, words) for offer in chosen),
        vat_rate=partner.vat_rate if vat_rate is None else vat_rate,
        terms=partner.terms,
        paper=paper_of(deal.country or partner.country),
    )


def preview_quote(content: QuoteContent) -> bytes:
    """Return the PDF of a quote that is not issued."""
    from dealbook.documents.quote import render_quote

    return render_quote(content)


def issue_quote(session: Session, deal: Deal, content: QuoteContent) -> Quote:
    """Issue a quote under the next number of its year, as one step, and return it.

    Raises what `Book.step` raises; then no number is taken and nothing is kept.
    """
    with session.step(ISSUE):
        number = session.book.quotes.next_number(content.day.year)
        return _issue(session, deal, replace(content, number=number, revision=1))


def revise_quote(session: Session, quote: Quote, deal: Deal, content: QuoteContent) -> Quote:
    """Issue the next revision of a quote's number, as one step; what was issued under it before is marked as replaced.

    Raises as `issue_quote`.
    """
    with session.step(REVISE):
        former = [other for other in session.book.quotes.all() if other.series == quote.series]
        for other in former:
            if other.status is not QuoteStatus.REPLACED:
                session.book.quotes.save(replace(session.book.quotes.get(other.id), status=QuoteStatus.REPLACED))
        revision = max(other.content.revision for other in former) + 1
        return _issue(session, deal, replace(content, number=quote.content.number, revision=revision), quote.origin)


def latest_quotes(session: Session, deal_id: str) -> list[Quote]:
    """Return the last revision of every quote of a deal, the latest number first; without their PDFs."""
    quotes = {quote.series: quote for quote in session.book.quotes.all() if quote.deal_id == deal_id}
    return list(reversed(quotes.values()))


def set_status(session: Session, quote_id: str, status: QuoteStatus) -> Quote:
    """Save where a quote stands. Raises KeyError when there is none, ProblemsError when a revision replaced it."""
    quote = session.book.quotes.get(quote_id)
    if quote.status is QuoteStatus.REPLACED:
        raise ProblemsError([Problem("quote-replaced", "status", {"number": quote.label})])
    with session.step(SET_STATUS):
        return session.book.quotes.save(replace(quote, status=status))


def export_pdf(session: Session, quote_id: str, folder: Path) -> Path:
    """Write an issued quote's PDF into `folder` and return the file: its name is the quote's number and nothing else.

    What stood there under that name is replaced, or stays whole when writing fails. Raises KeyError, BookError when the
    PDF is not what was issued, OSError.
    """
    quote = session.book.quotes.get(quote_id)
    target = folder / f"{quote.label}.pdf"
    write_whole(target, session.book.quotes.pdf(quote_id))
    return target


def sender_of(partner: Partner) -> Sender:
    """Return the partner as its documents show it."""
    return Sender(
        name=partner.name,
        address=partner.address,
        contact=partner.contact,
        phone=partner.phone,
        email=partner.email,
        register=partner.register,
        vat_id=partner.vat_id,
        bank=partner.bank,
        logo=partner.logo,
    )


def paper_of(country: str | None) -> str:
    """Return the usual paper of a country."""
    return "Letter" if country in _LETTER_COUNTRIES else "A4"


def _issue(session: Session, deal: Deal, content: QuoteContent, origin: str = "") -> Quote:
    pdf = preview_quote(content)
    return session.book.quotes.save(
        Quote(
            id="",
            deal_id=deal.id,
            content=content,
            status=QuoteStatus.ISSUED,
            issued_at=datetime.now(UTC),
            pdf=pdf,
            digest=hashlib.sha256(pdf).hexdigest(),
            programs=tuple(_governing(session, deal)),
            origin=origin,
        )
    )


def _governing(session: Session, deal: Deal) -> Iterable[str]:
    """Return the versions that govern the deal in the programs that the partner is enrolled in: "nfon-ngage 2022"."""
    catalog = session.catalog
    for enrolment in session.enrolments:
        program = catalog.governing(enrolment.program, deal.signed, enrolment.version)
        if program is not None:
            yield f"{program.id} {program.version}"


def _problems(deal: Deal, offers: Sequence[Offer]) -> list[Problem]:
    """Return what stands against quoting these offers: no lines, or a field that is wrong and would be shown."""
    if not offers:
        return [Problem("nothing-to-quote", "offers")]
    places = {index for index, offer in enumerate(deal.offers) if offer in offers}
    empty = [
        Problem("nothing-to-quote", f"offers[{index}].lines")
        for index in sorted(places)
        if not deal.offers[index].lines
    ]
    return empty + [problem for problem in errors(check_deal(deal)) if _is_shown(problem.where, places)]


def _is_shown(where: str, places: set[int]) -> bool:
    field = _SHOWN.fullmatch(where)
    return where == "customer" or (field is not None and int(field[1]) in places)


def _quote_offer(deal: Deal, offer: Offer, words: Language) -> QuoteOffer:
    lines = tuple(_quote_line(line, deal.currency, words) for line in offer.lines)
    return QuoteOffer(
        title=offer.title,
        lines=lines,
        term=offer.term,
        starts=offer.starts,
        monthly=_sum(lines, Charge.MONTHLY),
        annual=_sum(lines, Charge.ANNUAL),
        once=_sum(lines, Charge.ONE_TIME),
        whole_term=_whole_term(deal, offer),
    )


def _sum(lines: Iterable[QuoteLine], charge: Charge) -> Decimal:
    return sum((line.total for line in lines if line.charge is charge and not line.optional), ZERO)


def _whole_term(deal: Deal, offer: Offer) -> Decimal:
    """Return what is billed over the term, one-time charges with it; what may happen later is no part of an offer."""
    plain = replace(offer, events=())
    basket = Revenue(deal, plain).basket(frozenset(line.category for line in offer.lines))
    return round_minor(EXACT.divide(basket.tcv12, TWELVE), minor_unit(deal.currency))


def _quote_line(line: Line, currency: str, words: Language) -> QuoteLine:
    """Return a line as the customer sees it; a price above the list's is shown as the price, not as a surcharge."""
    price, full = line.price, line.full_price
    discount = ZERO
    if price < full:
        exact = line.discount if line.unit_price is None else None
        discount = (
            exact if exact is not None else (ONE - EXACT.divide(price, full)).quantize(_FINEST_DISCOUNT).normalize()
        )
    return QuoteLine(
        product=line.product,
        description="\n".join(filter(None, (line.description, _ramp(line, words)))),
        quantity=line.quantity,
        charge=line.charge,
        list_price=max(price, full),
        price=price,
        discount=discount,
        total=billed(line, currency),
        optional=line.optional,
        free_months=line.free_months,
    )


def _ramp(line: Line, words: Language) -> str:
    """Return in words how a line's quantity grows."""
    text = words.text("{quantity} from month {month}")
    return ", ".join(
        text.replace("{quantity}", words.number(step.quantity)).replace("{month}", str(step.from_month))
        for step in line.ramp
    )
