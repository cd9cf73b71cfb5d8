"""The reseller's own rows: partner, enrolments, exchange rates."""

from dataclasses import dataclass, replace
from datetime import date

from sqlite_utils import Database

from dealbook.book import codec
from dealbook.book.codec import Row
from dealbook.book.ids import new_id
from dealbook.book.rows import rows
from dealbook.book.steps import History
from dealbook.domain.money import from_minor
from dealbook.domain.partner import (
    Assumptions,
    DutyWork,
    Enrolment,
    ExchangeRate,
    Partner,
    SalesBasis,
    SalesPay,
    SalesTime,
    Work,
)

_PARTNER_ID = "partner"
_SALES = ("sales_share", "sales_of", "sales_at", "reserve")
_APART = frozenset({"id", "discount_rate", "churn", "hour_cost", "sale_hours", "duties", *_SALES})
_TEXTS = ("name", "address", "contact", "phone", "email", "vat_id", "register", "bank", "currency", "language", "terms")


@dataclass(frozen=True, slots=True)
class PartnerStore:
    """Reads and writes the partner, its enrolments and its exchange rates."""

    _db: Database
    _history: History

    def get(self) -> Partner:
        """Return the partner; in a new book one without a name."""
        found = rows(self._db, "SELECT * FROM partner")
        return _partner(found[0]) if found else Partner(name="")

    def save(self, partner: Partner) -> None:
        """Write the partner. Raises BookError when a value cannot be kept."""
        self._history.writer.upsert("partner", _partner_row(partner), ("partner", ""))

    def enrolments(self) -> tuple[Enrolment, ...]:
        """Return all enrolments, in the order in which they were made."""
        return tuple(_enrolment(row) for row in rows(self._db, "SELECT * FROM enrolment ORDER BY id"))

    def save_enrolment(self, enrolment: Enrolment) -> Enrolment:
        """Write an enrolment and return it; a new one (without id) gets its id. Raises BookError as `save`."""
        enrolment = enrolment if enrolment.id else replace(enrolment, id=new_id())
        self._history.writer.upsert("enrolment", _enrolment_row(enrolment), ("enrolment", enrolment.id))
        return enrolment

    def remove_enrolment(self, enrolment_id: str) -> None:
        """Delete an enrolment. Raises KeyError when there is none."""
        self._remove("enrolment", enrolment_id, ("enrolment", enrolment_id))

    def rates(self) -> tuple[ExchangeRate, ...]:
        """Return all exchange rates by day, base and quote."""
        return tuple(_rate(row) for row in rows(self._db, "SELECT * FROM exchange_rate ORDER BY id"))

    def save_rate(self, rate: ExchangeRate) -> None:
        """Write a rate; the one of that day and pair is replaced. Raises BookError as `save`."""
        row = _rate_row(rate)
        self._history.writer.upsert("exchange_rate", row, ("rate", str(row["id"])))

    def remove_rate(self, rate: ExchangeRate) -> None:
        """Delete the rate of that day and pair. Raises KeyError when there is none."""
        rate_id = str(_rate_row(rate)["id"])
        self._remove("exchange_rate", rate_id, ("rate", rate_id))

    def _remove(self, table: str, row_id: str, record: tuple[str, str]) -> None:
        step = self._history.writer
        before = step.stored(table, row_id)
        if before is None:
            raise KeyError(row_id)
        step.delete(table, before, record)


def _partner_row(partner: Partner) -> Row:
    return {
        "id": _PARTNER_ID,
        **{name: codec.text(getattr(partner, name), name) for name in _TEXTS},
        "country": codec.optional_text(partner.country, "country"),
        "company_size": None if partner.company_size is None else codec.whole(partner.company_size, "company_size"),
        "certificates": codec.dump(tuple(sorted(partner.certificates)), "certificates"),
        "vat_rate": codec.number(partner.vat_rate, "vat_rate"),
        "logo": partner.logo,
        "discount_rate": codec.number(partner.assume.discount_rate, "discount_rate"),
        "churn": codec.number(partner.assume.churn, "churn"),
        **_sales_cells(partner.sales, partner.currency),
        **_work_cells(partner.work, partner.currency),
    }


def _sales_cells(sales: SalesPay, currency: str) -> Row:
    return {
        "sales_share": codec.number(sales.share, "sales.share"),
        "sales_of": sales.of.value,
        "sales_at": sales.at.value,
        "reserve": codec.money(sales.reserve, currency, "sales.reserve"),
    }


def _work_cells(work: Work, currency: str) -> Row:
    duties = {name: {"hours": duty.hours, "minutes": duty.minutes} for name, duty in sorted(work.duties.items())}
    return {
        "hour_cost": codec.money(work.hour_cost, currency, "work.hour_cost"),
        "sale_hours": codec.number(work.sale_hours, "work.sale_hours"),
        "duties": codec.dump_raw(duties, "work.duties"),
    }


def _partner(row: Row) -> Partner:
    values = {name: cell for name, cell in row.items() if name not in _APART}
    values["certificates"] = frozenset(codec.load(tuple[str, ...], row["certificates"]))
    values["vat_rate"] = codec.decimal(row["vat_rate"])
    values["assume"] = Assumptions(discount_rate=codec.decimal(row["discount_rate"]), churn=codec.decimal(row["churn"]))
    values["sales"] = SalesPay(
        share=codec.decimal(row["sales_share"]),
        of=SalesBasis(row["sales_of"]),
        at=SalesTime(row["sales_at"]),
        reserve=from_minor(row["reserve"], row["currency"]),
    )
    values["work"] = Work(
        hour_cost=from_minor(row["hour_cost"], row["currency"]),
        sale_hours=codec.decimal(row["sale_hours"]),
        duties={name: DutyWork(**duty) for name, duty in codec.load_raw(row["duties"]).items()},
    )
    return Partner(**values)


def _enrolment_row(enrolment: Enrolment) -> Row:
    return {
        "id": enrolment.id,
        "program": codec.text(enrolment.program, "program"),
        "since": codec.optional_iso(enrolment.since),
        "version": codec.optional_text(enrolment.version, "version"),
        "tier": codec.optional_text(enrolment.tier, "tier"),
        "certified": int(enrolment.certified),
        "inputs": codec.dump_raw(enrolment.inputs, "inputs"),
        "assumed": codec.dump(tuple(sorted(enrolment.assumed)), "assumed"),
        "standing": codec.dump_raw(enrolment.standing, "standing"),
        "until": codec.optional_iso(enrolment.until),
        "before": codec.dump_raw(enrolment.before, "before"),
    }


def _enrolment(row: Row) -> Enrolment:
    return Enrolment(
        id=row["id"],
        program=row["program"],
        since=codec.optional_day(row["since"]),
        version=row["version"],
        tier=row["tier"],
        certified=bool(row["certified"]),
        inputs=codec.load_raw(row["inputs"]),
        assumed=frozenset(codec.load(tuple[str, ...], row["assumed"])),
        standing=codec.load_raw(row["standing"]),
        until=codec.optional_day(row["until"]),
        before=codec.load_raw(row["before"]),
    )


def rate_id(rate: ExchangeRate) -> str:
    """Return the id of a rate: its day and pair."""
    return f"{rate.day.isoformat()} {rate.base} {rate.quote}"


def _rate_row(rate: ExchangeRate) -> Row:
    base, quote = codec.text(rate.base, "base"), codec.text(rate.quote, "quote")
    return {
        "id": rate_id(rate),
        "day": rate.day.isoformat(),
        "base": base,
        "quote": quote,
        "rate": codec.number(rate.rate, "rate"),
    }


def _rate(row: Row) -> ExchangeRate:
    return ExchangeRate(
        day=date.fromisoformat(row["day"]), base=row["base"], quote=row["quote"], rate=codec.decimal(row["rate"])
    )
