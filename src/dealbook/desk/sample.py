"""The sample book: an invented reseller with its deals, for looking around (`resources/sample`).

Owns the form of the sample's files: a deal file (programs.md §7) widened by title, stage, offers and the chosen plan, a
partner file widened by what its documents show, and the program texts of an invented carrier. Their keys are those of
the domain's values. The files ship with Dealbook: one that does not fit is a mistake of ours, and raises.
"""

import os
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from dealbook import paths
from dealbook.book.connection import create_book
from dealbook.book.programs import ProgramText
from dealbook.desk.session import Session
from dealbook.domain.deal import (
    Charge,
    Choice,
    CustomerKind,
    Deal,
    Event,
    EventKind,
    Line,
    Offer,
    RampStep,
    Role,
    Stage,
)
from dealbook.domain.money import ONE, ZERO
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

STEP: Final = "Sample book"

_Raw = Mapping[str, Any]
_Forms = Mapping[str, Callable[[Any], object]]


def make_sample_book(path: Path) -> None:
    """Write the sample book at `path`; a file that is there already stays as it is.

    The book is made aside and then put in its place, so that a failure leaves nothing half done. Raises BookError
    (not-writable) and OSError when it cannot be written.
    """
    if path.exists():
        return
    with TemporaryDirectory(dir=path.parent, prefix=".sample-") as folder:
        made = Path(folder) / path.name
        session = Session(create_book(made))
        try:
            _fill(session)
        finally:
            session.close()
        os.replace(made, path)  # noqa: PTH105 - on every system in one move, over nothing


def _fill(session: Session) -> None:
    folder = paths.resource("sample")
    book = session.book
    raw = _load(folder / "partner.toml")
    with session.step(STEP) as step:
        step.is_lasting = True  # Undo in a fresh sample book must not empty it
        book.partner.save(_partner(raw, folder))
        for enrolment in _enrolments(raw):
            book.partner.save_enrolment(enrolment)
        for rate in raw["rate"]:
            book.partner.save_rate(ExchangeRate(**_read(rate, {"rate": _number})))
        for version in sample_programs(folder):
            book.programs.save(version)
        for deal in sample_deals(folder):
            book.deals.save(deal)


def sample_programs(folder: Path) -> Iterator[ProgramText]:
    """Yield the versions of the invented carrier's program."""
    for file in sorted(folder.glob("programs/*/*.toml")):
        yield ProgramText(file.parent.name, date.fromisoformat(file.stem), file.read_text(encoding="utf-8"))


def sample_deals(folder: Path) -> Iterator[Deal]:
    """Yield the deals, in the order in which they were decided or should be; each has the same ids every time."""
    for number, file in enumerate(sorted(folder.glob("deals/*.toml")), 1):
        yield _deal(_load(file), number)


# --- the partner


def _partner(raw: _Raw, folder: Path) -> Partner:
    partner = Partner(
        **_read(raw["partner"], _PARTNER),
        assume=Assumptions(**_read(raw["assume"], _ASSUME)),
        sales=SalesPay(**_read(raw["sales"], _SALES)),
        work=Work(**_read(raw["work"], _WORK)),
    )
    return replace(partner, logo=(folder / raw["partner"]["logo"]).read_bytes())


def _enrolments(raw: _Raw) -> Iterator[Enrolment]:
    for number, one in enumerate(raw["enrolment"], 1):
        yield Enrolment(**_read(one, _ENROLMENT), id=_id(number))


# --- deals


def _deal(raw: _Raw, number: int) -> Deal:
    head = dict(raw["deal"])
    chosen = head.pop("chosen", None)
    head["signed"] = head.pop("closes", None) or head["signed"]
    deal = Deal(
        **_read(head, _DEAL),
        offers=tuple(_offer(one, number, position) for position, one in enumerate(raw["offer"], 1)),
        id=_id(number),
    )
    if deal.stage is not Stage.OPEN:
        deal = replace(deal, probability=ONE if deal.stage is Stage.WON else ZERO)
    return replace(deal, chosen=_choice(chosen, number)) if chosen else deal


def _choice(raw: _Raw, number: int) -> Choice:
    """Return the choice of a deal; `offer` is the offer's place in the file, from 1."""
    rest = {key: value for key, value in raw.items() if key != "offer"}
    return Choice(offer_id=_id(number, raw["offer"]), **rest)


def _offer(raw: _Raw, number: int, position: int) -> Offer:
    head = {key: value for key, value in raw.items() if key not in ("line", "event")}
    return Offer(
        **head,
        lines=tuple(
            Line(**_read(one, _LINE), id=_id(number, position, at)) for at, one in enumerate(raw.get("line", ()), 1)
        ),
        events=tuple(_event(one, _id(number, position, 0, at)) for at, one in enumerate(raw.get("event", ()), 1)),
        id=_id(number, position),
    )


def _event(raw: _Raw, event_id: str) -> Event:
    given = {key: value for key, value in raw.items() if key != "to"}
    return Event(**_read(given, _EVENT), to_us=raw.get("to") == "us", id=event_id)


def _ramp(raw: list[_Raw]) -> tuple[RampStep, ...]:
    return tuple(RampStep(**_read(step, {"quantity": _number})) for step in raw)


# --- forms


def _load(file: Path) -> _Raw:
    return tomllib.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)


def _read(raw: _Raw, forms: _Forms) -> dict[str, Any]:
    """Return the values of a section, those that have a form of their own brought into it."""
    return {key: forms[key](value) if key in forms else value for key, value in raw.items()}


def _id(deal: int, offer: int = 0, line: int = 0, event: int = 0) -> str:
    """Return a record's id: the same every time, and before every id that a book gives, as the sample came first."""
    return f"{deal:08x}{offer:08x}{line:08x}{event:08x}"


def _number(raw: int | Decimal) -> Decimal:
    return Decimal(raw)


def _share(raw: str) -> Decimal:
    return Decimal(raw.removesuffix("%")) / 100


def _duties(raw: Mapping[str, Mapping[str, int | Decimal]]) -> dict[str, DutyWork]:
    return {name: DutyWork(**_figures(duty)) for name, duty in raw.items()}


def _figures(raw: Mapping[str, int | Decimal]) -> dict[str, Decimal]:
    return {name: Decimal(figure) for name, figure in raw.items()}


def _roles(raw: list[str]) -> frozenset[Role]:
    return frozenset(Role(role) for role in raw)


_PARTNER: Final[_Forms] = {"certificates": frozenset, "vat_rate": _share, "logo": lambda _name: b""}
_ASSUME: Final[_Forms] = {"discount_rate": _share, "churn": _share}
_SALES: Final[_Forms] = {"share": _share, "of": SalesBasis, "at": SalesTime, "reserve": _number}
_WORK: Final[_Forms] = {"hour_cost": _number, "sale_hours": _number, "duties": _duties}
_ENROLMENT: Final[_Forms] = {"assumed": frozenset, "standing": _figures}
_DEAL: Final[_Forms] = {"stage": Stage, "probability": _share, "customer_kind": CustomerKind, "roles": _roles}
_EVENT: Final[_Forms] = {"kind": EventKind, "quantity": _number, "unit_price": _number, "role": Role}
_LINE: Final[_Forms] = {
    "quantity": _number,
    "unit_price": _number,
    "list_price": _number,
    "discount": _share,
    "buy_price": _number,
    "charge": Charge,
    "ramp": _ramp,
    "seats_each": _number,
}
