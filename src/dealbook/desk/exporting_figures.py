"""What the engine works out as tables: payments of the won deals, the forecast by month, the standing.

Payments and forecast are worked out deal by deal, so that whoever asks can show how far it is, and stop it.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import ROUND_DOWN, Decimal
from typing import Final

from dealbook.desk.figures import standing_figures
from dealbook.desk.forecast import MANY, ForecastWork
from dealbook.desk.forecast_deals import Found, found_of
from dealbook.desk.forecast_rows import NO_CASH, Forecast, Months, Question, Series, Sheet
from dealbook.desk.forecast_words import EXPOSURE, PIPELINE, TOTAL, WON, name_of
from dealbook.desk.forms import FACT_NAMES, ROLES
from dealbook.desk.session import Session
from dealbook.desk.warming import warming
from dealbook.desk.work import Pieces
from dealbook.domain.deal import Deal, Stage
from dealbook.domain.money import ZERO, minor_unit, round_minor
from dealbook.domain.months import month_start
from dealbook.earnings.forecast import MONTHS, Levers
from dealbook.language import Language
from dealbook.tables.writing import Share, Value

Rows = list[list[Value]]

PAYMENT_HEADERS: Final = (
    *("Month", "Customer", "Title", "Vendor", "Program", "Plan", "Component", "Role", "Kind", "Amount", "Currency"),
)
KINDS: Final = {"once": "once", "upfront": "upfront", "recurring": "recurring", "clawback": "clawback"}
STANDING_HEADERS: Final = (
    *("Program", "Tier", "Figure", "Unit", "Opening figure", "From the deals", "Together", "Target", "Attainment"),
    *("Period from", "Period to", "Day"),
)
UNIT_NAMES: Final = {"deals": "deals", "seats": "seats"}
_HUNDREDTH_OF_PERCENT: Final = Decimal("0.0001")
CONTRACTED: Final = "as contracted"
EXPECTED: Final = "expected, with churn"
WAY: Final = "Payments"
MONTH: Final = "Month"


# --- payments


def payment_pieces(session: Session, words: Language) -> Pieces[Rows]:
    """Yield after each deal; return the payments of the won deals by month, the header first.

    A won deal that nothing pays is not in it.
    """
    won = [row.id for row in session.rows.values() if row.stage is Stage.WON]
    rows: Rows = []
    if len(won) > MANY:
        for _ in warming(session):
            yield 0
    for done, deal in enumerate(session.some_deals(won)):
        yield done
        rows += _payments(deal, found_of(session, deal), words)
    rows.sort(key=lambda row: (row[0], str(row[1]).casefold()))
    return [[words.text(name) for name in PAYMENT_HEADERS], *rows]


def _payments(deal: Deal, found: Found, words: Language) -> Iterator[list[Value]]:
    for run in found.flow.payments if found.flow is not None else ():
        for nth in range(run.count):
            role, kind = words.text(ROLES.get(run.role, run.role)), words.text(KINDS.get(run.kind, run.kind))
            program = found.name.removeprefix(f"{found.vendor} · ")
            names = [deal.customer, deal.title, found.vendor, program, found.plan_name, run.component]
            yield [month_start(run.month + nth * run.every), *names, role, kind, run.amount, found.currency]


# --- forecast


def forecast_pieces(session: Session, day: date) -> Pieces[Forecast]:
    """Yield after each deal; return the forecast from the month of `day` on, under the assumptions of the book."""
    assume = session.partner.assume
    work = ForecastWork(
        session, Question(day=day, levers=Levers(churn=assume.churn, discount_rate=assume.discount_rate))
    )
    yield 0
    while work.step():
        yield work.done
    return work.result()


def forecast_rows(forecast: Forecast, sheet: Sheet, words: Language) -> Rows:
    """Return a sheet of the forecast by month, its header first; every column stands in both sheets."""
    both = (forecast.contracted, forecast.expected)
    columns: list[tuple[str, Months]] = []
    for every, own in (
        ([one.programs for one in both], sheet.programs),
        ([one.kinds for one in both], sheet.kinds),
    ):
        columns += [
            (name_of(series, words), _months(own, series.key))
            for series in {one.key: one for part in every for one in part}.values()
        ]
    total = tuple(a + b for a, b in zip(sheet.won, sheet.pipeline, strict=True))
    columns += [
        *((words.text(WON), sheet.won), (words.text(PIPELINE), sheet.pipeline), (words.text(TOTAL), total)),
        (words.text(EXPOSURE), forecast.exposure),
    ]
    rows: Rows = [[words.text(MONTH), *(f"{name} {forecast.currency}" for name, _ in columns)]]
    unit = minor_unit(forecast.currency)
    for at in range(MONTHS):
        rows.append([month_start(forecast.first + at), *(round_minor(cash[at], unit) for _, cash in columns)])
    return rows


def _months(own: Sequence[Series], key: str) -> Months:
    return next((one.months for one in own if one.key == key), NO_CASH)


def ways(forecast: Forecast) -> Iterable[tuple[str, Sheet]]:
    """Return the two ways to look at the months, and what each is called."""
    return (CONTRACTED, forecast.contracted), (EXPECTED, forecast.expected)


# --- standing


def standing_rows(session: Session, day: date, words: Language) -> Rows:
    """Return where the partner stands in each of its programs on a day, figure by figure, the header first."""
    rows: Rows = []
    for one in standing_figures(session, day):
        unit = minor_unit(one.unit) if one.unit not in UNIT_NAMES else None
        together = (one.opening or ZERO) + one.book
        figures = [
            None if figure is None else round_minor(figure, unit) if unit is not None else figure.normalize()
            for figure in (one.opening, one.book, together, one.target)
        ]
        reached = None if not one.target else Share(_reached(together, one.target))
        named = words.text(UNIT_NAMES[one.unit]) if one.unit in UNIT_NAMES else one.unit
        fact = words.text(FACT_NAMES[one.fact])
        rows.append(
            [one.program_name, one.tier, fact, named, *figures, reached, one.first, one.last, one.day],
        )
    return [[words.text(name) for name in STANDING_HEADERS], *rows]


def _reached(value: Decimal, target: Decimal) -> Decimal:
    """Return the share of a target, as on the programs page: cut and not rounded, for 100 % is not 99.996 %."""
    return (value / target).quantize(_HUNDREDTH_OF_PERCENT, ROUND_DOWN)
