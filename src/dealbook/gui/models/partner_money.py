"""The settings about money that leaves the house, as data: what the salespeople get, and what the own work costs."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Final

from dealbook.desk.forms import DUTIES, duty_text, fill
from dealbook.domain.money import ONE, ZERO
from dealbook.domain.partner import DutyWork, Partner, SalesBasis, SalesTime
from dealbook.gui.models.partner import PartnerField
from dealbook.gui.models.reading import WrongInputError, number, price, share
from dealbook.gui.words import current, mark, tr
from dealbook.language import Language

BASES: Final = {
    SalesBasis.FIRST_YEAR: mark("of the first year"),
    SalesBasis.TERM: mark("of the term"),
    SalesBasis.TOTAL: mark("of everything"),
}
TIMES: Final = {
    SalesTime.SIGNING: mark("at signing"),
    SalesTime.START: mark("when the service starts"),
    SalesTime.AS_PAID: mark("as the vendor pays"),
}
CHANGE_SHARE: Final = mark("Change share of salespeople")
CHANGE_BASIS: Final = mark("Change what salespeople share in")
CHANGE_TIME: Final = mark("Change when salespeople are paid")
CHANGE_RESERVE: Final = mark("Change cash for salespeople")
CHANGE_HOUR: Final = mark("Change cost of an hour")
CHANGE_SALE: Final = mark("Change hours for a sale")
CHANGE_DUTY: Final = mark("Change hours of a duty")

_ABOUT: Final = mark("{share} {basis}, {time}. Cash for it: {reserve}.")


def share_words(partner: Partner, words: Language) -> str:
    """Say in a line what the salespeople get and when, and how much cash there is for it."""
    sales = partner.sales
    facts = {
        "share": words.percent(sales.share),
        "basis": words.text(BASES[sales.of]),
        "time": words.text(TIMES[sales.at]),
        "reserve": words.money(sales.reserve, partner.currency),
    }
    return fill(words.text(_ABOUT), facts)


def _figure(text: str, read: Callable[[str], Decimal]) -> Decimal:
    """Read a figure from 0 up; an empty text is none."""
    if not text.strip():
        return ZERO
    figure = read(text)
    if figure < 0:
        raise WrongInputError(tr("Write a figure from 0 up."))
    return figure


def _shown(figure: Decimal, words: Language) -> str:
    return words.number(figure) if figure else ""


def _money(amount: Decimal, partner: Partner, words: Language) -> str:
    return words.amount(amount, partner.currency) if amount else ""


def _write_share(partner: Partner, text: str, words: Language) -> Partner:
    rate = share(text, words)
    if not 0 <= rate <= ONE:
        example = words.percent(Decimal("0.1"))
        raise WrongInputError(tr("Write a percentage from 0 to 100, like {example}.").format(example=example))
    return replace(partner, sales=replace(partner.sales, share=rate))


def _write_reserve(partner: Partner, text: str, words: Language) -> Partner:
    reserve = _figure(text, lambda plain: price(plain, words, partner.currency))
    return replace(partner, sales=replace(partner.sales, reserve=reserve))


def _write_hour(partner: Partner, text: str, words: Language) -> Partner:
    cost = _figure(text, lambda plain: price(plain, words, partner.currency))
    return replace(partner, work=replace(partner.work, hour_cost=cost))


def _write_sale(partner: Partner, text: str, words: Language) -> Partner:
    hours = _figure(text, lambda plain: number(plain, words))
    return replace(partner, work=replace(partner.work, sale_hours=hours))


SALES: Final = (
    PartnerField(
        "sales_share",
        mark("Share of what the vendor pays"),
        CHANGE_SHARE,
        lambda p, words: words.percent(p.sales.share),
        _write_share,
    ),
    PartnerField(
        "sales_of",
        mark("Of which payments"),
        CHANGE_BASIS,
        lambda p, _: p.sales.of.value,
        lambda p, text, _: replace(p, sales=replace(p.sales, of=SalesBasis(text))),
        options=tuple((basis.value, text) for basis, text in BASES.items()),
    ),
    PartnerField(
        "sales_at",
        mark("Paid"),
        CHANGE_TIME,
        lambda p, _: p.sales.at.value,
        lambda p, text, _: replace(p, sales=replace(p.sales, at=SalesTime(text))),
        options=tuple((time.value, text) for time, text in TIMES.items()),
    ),
    PartnerField(
        "reserve",
        mark("Cash that may be laid out"),
        CHANGE_RESERVE,
        lambda p, words: _money(p.sales.reserve, p, words),
        _write_reserve,
        tip=mark("In the currency of the book. A deal says how many such deals a month it covers."),
    ),
)
"""What the partner pays its own salespeople."""

_WORK: Final = (
    PartnerField(
        "hour_cost",
        mark("Cost of an hour"),
        CHANGE_HOUR,
        lambda p, words: _money(p.work.hour_cost, p, words),
        _write_hour,
        tip=mark("In the currency of the book: wages and what comes on top of them."),
    ),
    PartnerField(
        "sale_hours",
        mark("Hours for a sale"),
        CHANGE_SALE,
        lambda p, words: _shown(p.work.sale_hours, words),
        _write_sale,
    ),
)


def work_fields(more: Iterable[str] = ()) -> tuple[PartnerField, ...]:
    """Return the fields of the own work: the hour, the sale, and each duty; `more` are duties that programs name."""
    found = list(_WORK)
    for duty in dict.fromkeys((*DUTIES, *more)):
        found += [_of_duty(duty, "hours"), _of_duty(duty, "minutes")]
    return tuple(found)


def _of_duty(duty: str, unit: str) -> PartnerField:
    """Return the field of a duty's hours a month for a customer, or of its minutes a month for each seat."""
    form = tr("{duty}: hours a month") if unit == "hours" else tr("minutes a month for each seat")

    def read(partner: Partner, words: Language) -> str:
        return _shown(getattr(partner.work.duties.get(duty, DutyWork()), unit), words)

    def write(partner: Partner, text: str, words: Language) -> Partner:
        figure = _figure(text, lambda plain: number(plain, words))
        before = partner.work.duties.get(duty, DutyWork())
        after = replace(before, hours=figure) if unit == "hours" else replace(before, minutes=figure)
        duties = {**partner.work.duties, duty: after}
        kept = {name: one for name, one in duties.items() if one.hours or one.minutes}
        return replace(partner, work=replace(partner.work, duties=kept))

    name = duty_text(duty, current())
    label = form.replace("{duty}", name)
    return PartnerField(f"{duty} {unit}", label, CHANGE_DUTY, read, write, spoken=f"{name}, {label}")
