"""What happens to the deal after its start, as a small grid: from when on, what, to which product, how much.

For a handover the third column says which role goes to whom, for a successor which plan pays from then on. Below each
event stands what it does to the payments.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from enum import IntEnum
from typing import Final, NamedTuple

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QColor

from dealbook.desk.event_effects import Effect
from dealbook.desk.plan_names import PlanKey, plans_called
from dealbook.domain.deal import Event, EventKind, Line, Offer, Role
from dealbook.domain.months import month_index, service_month_begins
from dealbook.gui.models import reading
from dealbook.gui.models import step_names as names
from dealbook.gui.models.event_words import effect_details, effect_text, handover_text, kind_text
from dealbook.gui.models.grid import GridModel, Preview, Save
from dealbook.gui.models.keyed import ROOT, Index
from dealbook.gui.models.reading import WrongInputError
from dealbook.gui.theme import tokens
from dealbook.gui.words import literal, plural, tr
from dealbook.language import Language

ItemRole = Qt.ItemDataRole
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_ARROW: Final = "\N{RIGHTWARDS ARROW}"


class EventColumn(IntEnum):
    """What an event has; the value is a number of seats, a price or a term."""

    MONTH = 0
    KIND = 1
    WHAT = 2
    VALUE = 3


_COUNTED: Final = frozenset({EventKind.ADD, EventKind.REMOVE})
OF_A_LINE: Final = _COUNTED | {EventKind.PRICE}
"""The kinds that speak of a product."""
_VALUED: Final = OF_A_LINE | {EventKind.RENEWAL}
_FIELDS: Final = {
    "month": EventColumn.MONTH,
    "product": EventColumn.WHAT,
    "role": EventColumn.WHAT,
    "program": EventColumn.WHAT,
    "plan": EventColumn.WHAT,
    "quantity": EventColumn.VALUE,
    "unit_price": EventColumn.VALUE,
    "term": EventColumn.VALUE,
}
"""In which column a field of an event stands."""


class EventProblem(NamedTuple):
    """What is wrong with a saved event, in words; a warning only tells that it does nothing."""

    text: str
    is_error: bool


class EventsModel(GridModel[Event]):
    """Shows and changes the events of the offer."""

    def __init__(
        self, words: Language, save: Save[Event], preview: Preview[Event], parent: QObject | None = None
    ) -> None:
        super().__init__(words, save, preview, parent)
        self._offer = Offer(starts=date(2000, 1, 1))
        self._currency = "EUR"
        self._plans: Mapping[PlanKey, str] = {}
        self._effects: Mapping[str, Effect] = {}
        self._problems: Mapping[tuple[str, int], EventProblem] = {}
        self.added = -1

    def set_offer(self, offer: Offer, currency: str, plans: Mapping[PlanKey, str]) -> None:
        """Show the events of an offer, by month; `plans` are the names of those that a successor can be."""
        known = (self._offer.starts, self._offer.lines, self._currency)
        self._offer, self._currency, self._plans = offer, currency, plans
        self.set_rows(sorted(offer.events, key=lambda event: event.month))
        if known != (offer.starts, offer.lines, currency) and self._rows:
            self.announce(0, len(self._rows) - 1)

    def set_effects(self, effects: Mapping[str, Effect]) -> None:
        """Show what the events do to the payments, by their ids."""
        if effects != self._effects:
            self._effects = effects
            self.announce(0, len(self._rows) - 1)

    def set_problems(self, problems: Mapping[tuple[str, str], EventProblem]) -> None:
        """Show what is wrong with saved events, by id and field."""
        found = {(key, int(_FIELDS.get(field, EventColumn.KIND))): text for (key, field), text in problems.items()}
        if found != self._problems:
            self._problems = found
            self.announce(0, len(self._rows) - 1)

    @property
    def problems(self) -> list[EventProblem]:
        """What is wrong with saved events, by row."""
        return [
            self._problems[row.id, column]
            for row in self._rows
            for column in EventColumn
            if (row.id, column) in self._problems
        ]

    def effect_text(self, row: int) -> str:
        """Return what an event does to the payments, in one line; empty where that cannot be told."""
        effect = self._effect(row)
        return effect_text(effect, self._currency, self._words) if effect is not None else ""

    def is_loss(self, row: int) -> bool:
        """Tell whether an event costs more than it brings."""
        effect = self._effect(row)
        return effect is not None and effect.total < 0

    def is_nothing(self, row: int) -> bool:
        """Tell whether an event changes no payment."""
        effect = self._effect(row)
        return effect is not None and effect.is_nothing

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(EventColumn)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = ItemRole.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == ItemRole.TextAlignmentRole:
            return _RIGHT if section == EventColumn.VALUE else _LEFT
        heads = (tr("From month"), tr("Event"), tr("Of what"), tr("Quantity, price or term"))
        return heads[section] if role == ItemRole.DisplayRole else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        event = self.record(index.row())
        if event is None:
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsEditable if _has(event, index.column()) else flags

    def data(self, index: Index, role: int = ItemRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        if role == ItemRole.TextAlignmentRole:
            return _RIGHT if index.column() == EventColumn.VALUE else _LEFT
        event = self.record(index.row())
        drafted = self.common_data(index, role)
        if drafted is not None or event is None:
            return drafted
        if role == ItemRole.DisplayRole:
            return self._shown(event, index.column())
        if role == ItemRole.EditRole:
            return self.edit_text(self._rows[index.row()], index.column())
        return self._more(event, index, role)

    def choices(self, index: Index) -> list[tuple[str, str]]:
        """Return what a cell can be chosen from, as value and word; nothing where it is typed freely."""
        event = self.record(index.row())
        if index.column() == EventColumn.KIND:
            return [(kind.value, kind_text(kind)) for kind in KINDS_OFFERED]
        if event is None or index.column() != EventColumn.WHAT:
            return []
        if event.kind is EventKind.HANDOVER:
            return [
                (f"{role.value} {to}", handover_text(role, to_us=to == "us")) for role in Role for to in ("us", "other")
            ]
        if event.kind is EventKind.SUCCESSOR:
            return [(name, name) for name in self._plans.values()]
        return [(product, product) for product in self._products(event.kind)]

    def is_typed_too(self, index: Index) -> bool:
        """Tell whether a cell that has choices takes what is typed as well."""
        event = self.record(index.row())
        return event is not None and event.kind is EventKind.SUCCESSOR and index.column() == EventColumn.WHAT

    def add(self, kind: EventKind, month: int) -> str:
        """Add an event with what is most likely: the first product, care to somebody else; or say what is wrong.

        The row of the new one is `added`.
        """
        known = {event.id for event in self._rows}
        problem = self._save([*self._rows, self._filled(Event(month=month, kind=kind))], names.ADD_EVENT)
        self.added = next((row for row, event in enumerate(self._rows) if event.id not in known), -1)
        return problem

    def typed(self, record: Event, column: int, text: str) -> Event:
        match column:
            case EventColumn.MONTH:
                return replace(record, month=reading.service_month(text, self._offer.starts, self._words))
            case EventColumn.KIND:
                return self._filled(replace(record, kind=EventKind(text)))
            case EventColumn.WHAT:
                return self._of_what(record, text)
            case EventColumn.VALUE:
                return self._of_value(record, text)
        return record

    def edit_text(self, record: Event, column: int) -> str:
        match column:
            case EventColumn.MONTH:
                return self._words.number(record.month)
            case EventColumn.KIND:
                return record.kind.value
            case EventColumn.WHAT if record.kind is EventKind.HANDOVER:
                return f"{record.role or Role.CARE} {'us' if record.to_us else 'other'}"
            case EventColumn.WHAT if record.kind is EventKind.SUCCESSOR:
                return self._plan_name(record)
            case EventColumn.WHAT:
                return record.product
            case EventColumn.VALUE:
                return self._value_text(record)
        return ""

    def step_name(self, column: int) -> str:
        return names.CHANGE_EVENT

    def old_price(self, event: Event) -> Decimal | None:
        """Return the price of one unit of an event's product before it; None where no line has the product."""
        line = next((line for line in self._offer.lines if line.product == event.product), None)
        if line is None:
            return None
        before = [
            e for e in self._rows if e.kind is EventKind.PRICE and e.product == event.product and e.id != event.id
        ]
        prices = [e.unit_price for e in before if e.month <= event.month and e.unit_price is not None]
        return prices[-1] if prices else line.price

    # --- inside

    def _effect(self, row: int) -> Effect | None:
        return self._effects.get(self._rows[row].id) if 0 <= row < len(self._rows) else None

    def _more(self, event: Event, index: Index, role: int) -> object:
        """Answer what is said of a cell besides its text: what is wrong, what the event does, how quiet it is."""
        problem = self._problems.get((event.id, index.column()))
        if problem is not None and role in (ItemRole.ToolTipRole, ItemRole.AccessibleDescriptionRole):
            return literal(problem.text) if role == ItemRole.ToolTipRole else problem.text
        if role == ItemRole.ForegroundRole:
            quiet = index.column() == EventColumn.WHAT and event.kind not in OF_A_LINE
            if problem is not None:
                return QColor(tokens().bad if problem.is_error else tokens().warning)
            return QColor(tokens().muted) if quiet else None
        if role == ItemRole.BackgroundRole and problem is not None:
            return QColor(tokens().bad_soft if problem.is_error else tokens().warning_soft)
        effect = self._effect(index.row())
        if effect is None:
            return None
        if role == ItemRole.ToolTipRole:
            return literal(effect_details(effect, self._currency, self._words) or self.effect_text(index.row()))
        said = self.effect_text(index.row())
        return said if role == ItemRole.AccessibleDescriptionRole else None

    def _shown(self, event: Event, column: int) -> str:
        if column == EventColumn.MONTH:
            begins = month_index(service_month_begins(self._offer.starts, max(event.month, 1)))
            return f"{self._words.number(event.month)} · {self._words.month(begins)}"
        if column == EventColumn.KIND:
            return kind_text(event.kind)
        if not _has(event, column):
            return ""
        if column == EventColumn.WHAT and event.kind is EventKind.HANDOVER:
            return handover_text(event.role or Role.CARE, to_us=event.to_us)
        if column == EventColumn.VALUE and event.kind is EventKind.RENEWAL:
            return tr("same term") if event.term is None else plural("{n} month", "{n} months", event.term)
        if column == EventColumn.VALUE and event.kind is EventKind.PRICE:
            old = self.old_price(event)
            before = "" if old is None else f"{self._words.amount(old, self._currency)} {_ARROW} "
            return before + self.edit_text(event, column)
        return self.edit_text(event, column)

    def _products(self, kind: EventKind) -> list[str]:
        """Return the products that an event of a kind can speak of: a one-time charge has no later price."""
        lines: Sequence[Line] = self._offer.lines
        if kind is EventKind.PRICE:
            lines = [line for line in lines if line.is_recurring]
        return list(dict.fromkeys(line.product for line in lines))

    def _filled(self, event: Event) -> Event:
        """Return an event with what its kind needs and nothing else."""
        kind, products = event.kind, self._products(event.kind)
        product = event.product if event.product in products else (products[0] if products else "")
        plain = Event(month=event.month, kind=kind, id=event.id)
        if kind in _COUNTED:
            return replace(plain, product=product, quantity=event.quantity)
        if kind is EventKind.PRICE:
            priced = replace(plain, product=product)
            return replace(priced, unit_price=event.unit_price or self.old_price(priced) or Decimal(0))
        if kind is EventKind.HANDOVER:
            return replace(plain, role=event.role or Role.CARE, to_us=event.to_us)
        if kind is EventKind.SUCCESSOR:
            program, plan = (event.program, event.plan) if event.program else next(iter(self._plans), ("", ""))
            return replace(plain, program=program, plan=plan)
        return replace(plain, term=event.term) if kind is EventKind.RENEWAL else plain

    def _of_what(self, event: Event, text: str) -> Event:
        if event.kind is EventKind.HANDOVER:
            role, _, to = text.partition(" ")
            return replace(event, role=Role(role), to_us=to == "us")
        if event.kind is not EventKind.SUCCESSOR:
            return replace(event, product=text)
        found = plans_called(dict(self._plans), text)
        if len(found) != 1:
            some = [self._plans[key] for key in found[:2]] or list(self._plans.values())[:1]
            sentence = tr("“{text}” can be several plans, as {some}.") if found else tr("No plan is called “{text}”.")
            raise WrongInputError(sentence.format(text=text.strip(), some=", ".join(some)))
        return replace(event, program=found[0][0], plan=found[0][1])

    def _of_value(self, event: Event, text: str) -> Event:
        if event.kind is EventKind.PRICE:
            return replace(event, unit_price=reading.price(text, self._words, self._currency))
        if event.kind is EventKind.RENEWAL:
            return replace(event, term=reading.months(text, self._words) if text.strip() else None)
        return replace(event, quantity=reading.number(text, self._words))

    def _value_text(self, event: Event) -> str:
        if event.kind is EventKind.PRICE:
            return "" if event.unit_price is None else self._words.amount(event.unit_price, self._currency)
        if event.kind is EventKind.RENEWAL:
            return "" if event.term is None else self._words.number(event.term)
        return self._words.number(event.quantity)

    def _plan_name(self, event: Event) -> str:
        known = self._plans.get((event.program, event.plan))
        return known or "/".join(filter(None, (event.program, event.plan)))


KINDS_OFFERED: Final = (
    EventKind.ADD,
    EventKind.REMOVE,
    EventKind.PRICE,
    EventKind.RENEWAL,
    EventKind.HANDOVER,
    EventKind.SUCCESSOR,
    EventKind.CANCEL,
)
"""The kinds in the order in which they are offered."""


def _has(event: Event, column: int) -> bool:
    """Tell whether an event of this kind has anything in a column."""
    if column == EventColumn.VALUE:
        return event.kind in _VALUED
    return column != EventColumn.WHAT or event.kind not in (EventKind.CANCEL, EventKind.RENEWAL)
