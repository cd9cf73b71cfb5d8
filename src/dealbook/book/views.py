"""The book in plain names and whole currency units, for other programs that read it (resources/help/book.md).

Every view is written in what SQLite and DuckDB mean the same by, for DuckDB runs a view's text itself: amounts and
figures are cast to DOUBLE, yes and no are 1 and 0 by CASE, calendar months are reckoned with whole numbers and not
with date functions, and integers are never divided. Nothing in them needs a function of Dealbook.

SQLite refuses to rename a table that a broken view names: a later step that makes a table anew drops the views before
and makes them again after.
"""

from typing import Final

from dealbook.book.figure_schema import FIGURES

#: Minor units of the currencies whose minor unit is not a hundredth, as `domain.money` has them.
UNUSUAL: Final = {
    "JPY": 1,
    "KRW": 1,
    "CLP": 1,
    "ISK": 1,
    "KWD": 1000,
    "BHD": 1000,
    "OMR": 1000,
    "TND": 1000,
    "JOD": 1000,
}

#: Whether no step was made, undone or brought again since the figures were worked out.
_UP_TO_DATE: Final = """CASE WHEN figure_state.steps = (SELECT COUNT(*) FROM step WHERE undone = 0)
        AND figure_state.last_step = COALESCE((SELECT MAX(id) FROM step WHERE undone = 0), 0)
        AND figure_state.last_at = COALESCE((SELECT MAX(step.at) FROM step WHERE undone = 0), '')
        THEN 1 ELSE 0 END"""


def _amount(minor: str, currency: str) -> str:
    """Return minor units as whole units of a currency."""
    factors = " ".join(f"WHEN '{code}' THEN {factor}" for code, factor in UNUSUAL.items())
    return f"CAST({minor} AS DOUBLE) / CASE {currency} {factors} ELSE 100 END"


def _number(text: str) -> str:
    """Return an exact decimal, which is kept as text, as a number."""
    return f"CAST({text} AS DOUBLE)"


# --- the calendar day of a service month: the day of the start, or the month's last where there is no such day

_MONTH: Final = (
    "(CAST(substr(offer.starts, 1, 4) AS BIGINT) * 12 + CAST(substr(offer.starts, 6, 2) AS BIGINT) + event.month - 2)"
)
_OF_YEAR: Final = f"({_MONTH} % 12 + 1)"
_YEAR: Final = f"CAST(({_MONTH} - {_MONTH} % 12) / 12 AS BIGINT)"
_LAST: Final = f"""CASE WHEN {_OF_YEAR} IN (4, 6, 9, 11) THEN 30 WHEN {_OF_YEAR} <> 2 THEN 31
        WHEN {_YEAR} % 4 = 0 AND ({_YEAR} % 100 <> 0 OR {_YEAR} % 400 = 0) THEN 29 ELSE 28 END"""
_ANCHOR: Final = "CAST(substr(offer.starts, 9, 2) AS BIGINT)"


def _padded(number: str) -> str:
    """Return a number below 100 with two digits."""
    return f"CASE WHEN {number} < 10 THEN '0' ELSE '' END || CAST({number} AS TEXT)"


_DAY: Final = f"""CAST({_YEAR} AS TEXT) || '-' || {_padded(_OF_YEAR)} || '-' ||
        CASE WHEN {_ANCHOR} > {_LAST} THEN CAST({_LAST} AS TEXT) ELSE substr(offer.starts, 9, 2) END"""

# --- the book as it was entered

_DEALS: Final = f"""
CREATE VIEW deals AS
SELECT
    deal.id AS deal_id,
    deal.customer AS customer,
    deal.title AS title,
    deal.stage AS stage,
    deal.opened AS opened,
    deal.signed AS signed,
    deal.lost_on AS lost_on,
    deal.lost_reason AS lost_reason,
    {_number("deal.probability")} AS probability,
    {_amount("offer_sum.mrr", "deal.currency")} AS mrr,
    {_amount("offer_sum.nrc", "deal.currency")} AS nrc,
    {_amount("offer_sum.tcv", "deal.currency")} AS tcv,
    {_number("offer_sum.seats")} AS seats,
    offer.term AS term_months,
    offer.starts AS starts,
    deal.currency AS currency,
    deal.chosen_program AS program,
    deal.chosen_version AS version,
    deal.chosen_plan AS plan,
    deal.country AS country,
    deal.segment AS segment,
    deal.customer_kind AS customer_kind,
    deal.registered AS registered,
    deal.has_acquisition AS has_acquisition,
    deal.has_care AS has_care,
    deal.contact AS contact,
    deal.address AS address,
    deal.note AS note,
    offer.id AS offer_id
FROM deal
LEFT JOIN offer ON offer.deal_id = deal.id
    AND CASE WHEN deal.chosen_offer IS NULL THEN offer.position = 0 ELSE offer.id = deal.chosen_offer END
LEFT JOIN offer_sum ON offer_sum.id = offer.id
"""

_OFFERS: Final = f"""
CREATE VIEW offers AS
SELECT
    offer.id AS offer_id,
    offer.deal_id AS deal_id,
    deal.customer AS customer,
    offer.position + 1 AS position,
    offer.title AS title,
    CASE WHEN offer.id = deal.chosen_offer THEN 1 ELSE 0 END AS chosen,
    offer.starts AS starts,
    offer.term AS term_months,
    offer.renewals AS renewals,
    offer.renewal_term AS renewal_months,
    {_amount("offer_sum.mrr", "deal.currency")} AS mrr,
    {_amount("offer_sum.nrc", "deal.currency")} AS nrc,
    {_amount("offer_sum.tcv", "deal.currency")} AS tcv,
    {_number("offer_sum.seats")} AS seats,
    deal.currency AS currency
FROM offer
JOIN deal ON deal.id = offer.deal_id
LEFT JOIN offer_sum ON offer_sum.id = offer.id
"""

_NET: Final = f"""CASE WHEN line.unit_price IS NOT NULL THEN {_amount("line.unit_price", "deal.currency")}
        ELSE {_amount("COALESCE(line.list_price, 0)", "deal.currency")}
            * (1 - COALESCE({_number("line.discount")}, 0)) END"""

_LINES: Final = f"""
CREATE VIEW lines AS
SELECT
    line.id AS line_id,
    line.offer_id AS offer_id,
    offer.deal_id AS deal_id,
    deal.customer AS customer,
    line.position + 1 AS position,
    line.product AS product,
    line.category AS category,
    {_number("line.quantity")} AS quantity,
    line.charge AS charge,
    {_NET} AS price,
    {_amount("line.list_price", "deal.currency")} AS list_price,
    {_number("line.discount")} AS discount,
    {_amount("line.buy_price", "deal.currency")} AS buy_price,
    deal.currency AS currency,
    line.free_months AS free_months,
    {_number("line.seats_each")} AS seats_each,
    line.optional AS optional,
    line.description AS description
FROM line
JOIN offer ON offer.id = line.offer_id
JOIN deal ON deal.id = offer.deal_id
"""

_EVENTS: Final = f"""
CREATE VIEW events AS
SELECT
    event.id AS event_id,
    event.offer_id AS offer_id,
    offer.deal_id AS deal_id,
    deal.customer AS customer,
    {_DAY} AS day,
    event.month AS service_month,
    CASE event.kind WHEN 'add' THEN 'seats added' WHEN 'remove' THEN 'seats removed' WHEN 'cancel' THEN 'cancellation'
        WHEN 'price' THEN 'new price' ELSE event.kind END AS kind,
    CASE WHEN event.kind IN ('add', 'remove', 'price') THEN event.product END AS product,
    CASE WHEN event.kind IN ('add', 'remove') THEN {_number("event.quantity")} END AS quantity,
    {_amount("event.unit_price", "deal.currency")} AS price,
    deal.currency AS currency,
    event.term AS term_months,
    event.role AS role,
    CASE WHEN event.kind = 'handover' THEN event.to_us END AS to_us,
    CASE WHEN event.kind = 'successor' THEN event.program END AS program,
    CASE WHEN event.kind = 'successor' THEN event.plan END AS plan
FROM event
JOIN offer ON offer.id = event.offer_id
JOIN deal ON deal.id = offer.deal_id
"""

_QUOTES: Final = """
CREATE VIEW quotes AS
SELECT
    quote.id AS quote_id,
    quote.deal_id AS deal_id,
    deal.customer AS customer,
    quote.number AS number,
    quote.revision AS revision,
    quote.status AS status,
    quote.issued_at AS issued_at,
    quote.digest AS digest
FROM quote
JOIN deal ON deal.id = quote.deal_id
"""

_ENROLMENTS: Final = """
CREATE VIEW enrolments AS
SELECT
    program,
    since,
    until,
    version,
    tier,
    certified
FROM enrolment
"""

_EXCHANGE_RATES: Final = f"""
CREATE VIEW exchange_rates AS
SELECT
    day,
    base,
    quote,
    {_number("rate")} AS rate
FROM exchange_rate
"""

_PROGRAMS: Final = """
CREATE VIEW programs AS
SELECT
    program,
    effective_from,
    text
FROM program
"""

_HISTORY: Final = """
CREATE VIEW history AS
SELECT
    step.id AS step,
    step.at AS made_at,
    step.name AS name,
    step_row.kind AS record_kind,
    step_row.record AS record_id,
    COUNT(step_row.position) AS rows_changed,
    step.undone AS undone,
    CASE WHEN step.dropped_by IS NULL THEN 0 ELSE 1 END AS dropped
FROM step
LEFT JOIN step_row ON step_row.step_id = step.id
GROUP BY step.id, step.at, step.name, step.undone, step.dropped_by, step_row.kind, step_row.record
"""

# --- the book as it was worked out

_FIGURES: Final = f"""
CREATE VIEW figures AS
SELECT
    figure_state.as_of AS as_of,
    figure_state.at AS worked_out_at,
    figure_state.version AS dealbook,
    {_UP_TO_DATE} AS up_to_date
FROM figure_state
"""

_PAYMENTS: Final = f"""
CREATE VIEW payments AS
SELECT
    deal.id AS deal_id,
    deal.customer AS customer,
    deal.title AS title,
    deal.stage AS stage,
    CASE WHEN deal.stage = 'won' THEN 1.0 ELSE {_number("deal.probability")} END AS probability,
    figure_month.first_day AS month,
    {_amount("figure_payment.amount", "figure_deal.currency")} AS amount,
    figure_deal.currency AS currency,
    figure_payment.kind AS kind,
    figure_payment.component AS component,
    figure_payment.role AS role,
    figure_deal.vendor AS vendor,
    figure_deal.program AS program,
    figure_deal.program_name AS program_name,
    figure_deal.version AS version,
    figure_deal.plan AS plan,
    figure_deal.plan_name AS plan_name,
    CASE WHEN deal.chosen_plan IS NULL THEN 0 ELSE 1 END AS plan_chosen,
    figure_deal.offer_id AS offer_id,
    {_UP_TO_DATE} AS up_to_date
FROM figure_payment
JOIN figure_deal ON figure_deal.id = figure_payment.deal_id
JOIN deal ON deal.id = figure_payment.deal_id
JOIN figure_month ON figure_month.month BETWEEN figure_payment.month AND figure_payment.last
    AND (figure_month.month - figure_payment.month) % figure_payment.every = 0
JOIN figure_state ON figure_state.id = 1
"""

_UNPAID: Final = f"""
CREATE VIEW unpaid AS
SELECT
    deal.id AS deal_id,
    deal.customer AS customer,
    deal.title AS title,
    deal.stage AS stage,
    figure_deal.reason AS reason,
    {_UP_TO_DATE} AS up_to_date
FROM figure_deal
JOIN deal ON deal.id = figure_deal.id
JOIN figure_state ON figure_state.id = 1
WHERE figure_deal.reason <> ''
"""

_OPENING: Final = _number("COALESCE(figure_standing.opening, '0')")
_BOOK: Final = _number("figure_standing.book")
_TARGET: Final = _number("figure_standing.target")
_STANDING: Final = f"""
CREATE VIEW standing AS
SELECT
    figure_standing.program AS program,
    figure_standing.vendor AS vendor,
    figure_standing.program_name AS program_name,
    figure_standing.day AS day,
    figure_standing.first_day AS period_from,
    figure_standing.last_day AS period_to,
    figure_standing.tier AS tier,
    figure_standing.fact AS fact,
    figure_standing.unit AS unit,
    {_OPENING} AS opening,
    {_BOOK} AS book,
    {_OPENING} + {_BOOK} AS value,
    {_TARGET} AS target,
    CASE WHEN {_TARGET} > 0 THEN ({_OPENING} + {_BOOK}) / {_TARGET} END AS attainment,
    {_UP_TO_DATE} AS up_to_date
FROM figure_standing
JOIN figure_state ON figure_state.id = 1
"""

VIEWS: Final[tuple[str, ...]] = (
    *FIGURES,
    *(_DEALS, _OFFERS, _LINES, _EVENTS, _QUOTES, _ENROLMENTS, _EXCHANGE_RATES, _PROGRAMS, _HISTORY),
    *(_FIGURES, _PAYMENTS, _UNPAID, _STANDING),
)
