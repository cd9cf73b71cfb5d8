"""What happens to the deal after its start, as a small grid: from when on, what, to which product, how many.

For a handover the third column says which role goes to whom. A cancellation needs nothing but its month.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from enum import IntEnum
from typing import Final

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QColor

from dealbook.domain.deal import Event, EventKind, Role
from dealbook.domain.months import month_index, service_month_begins
from dealbook.gui.models import reading
from dealbook.gui.models import step_names as names
from dealbook.gui.models.grid import GridModel, Preview, Save
from dealbook.gui.models.keyed import ROOT, Index
from dealbook.gui.theme import tokens
from dealbook.gui.words import tr
from dealbook.language import Language

ItemRole = Qt.ItemDataRole
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class EventColumn(IntEnum):
    """What an event has."""

    MONTH = 0
    KIND = 1
    WHAT = 2
    QUANTITY = 3


_COUNTED: Final = frozenset({EventKind.ADD, EventKind.REMOVE})


class EventsModel(GridModel[Event]):
    """Shows and changes the events of the offer."""

    def __init__(
        self, words: Language, save: Save[Event], preview: Preview[Event], parent: QObject | None = None
    ) -> None:
        super().__init__(words, save, preview, parent)
        self._products: tuple[str, ...] = ()
        self._starts = date(2000, 1, 1)

    def set_offer(self, starts: date, products: Sequence[str]) -> None:
        """Tell when the service starts, so that months have names, and what can be added or removed."""
        known = (self._starts, self._products)
        self._starts, self._products = starts, tuple(dict.fromkeys(products))
        if known != (self._starts, self._products) and self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, self.columnCount() - 1))

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(EventColumn)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = ItemRole.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == ItemRole.TextAlignmentRole:
            return _RIGHT if section == EventColumn.QUANTITY else _LEFT
        names = (tr("Month"), tr("Event"), tr("Of what"), tr("Qty"))
        return names[section] if role == ItemRole.DisplayRole else None

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
            return _RIGHT if index.column() == EventColumn.QUANTITY else _LEFT
        event = self.record(index.row())
        drafted = self.common_data(index, role)
        if drafted is not None or event is None:
            return drafted
        if role == ItemRole.DisplayRole:
            return self._shown(event, index.column())
        if role == ItemRole.EditRole:
            return self.edit_text(self._rows[index.row()], index.column())
        late = index.column() == EventColumn.WHAT and event.kind is EventKind.HANDOVER
        return QColor(tokens().muted) if role == ItemRole.ForegroundRole and late else None

    def choices(self, index: Index) -> list[tuple[str, str]]:
        """Return what a cell can be chosen from, as value and word; nothing where it is typed freely."""
        event = self.record(index.row())
        if index.column() == EventColumn.KIND:
            return [(kind.value, kind_text(kind)) for kind in EventKind]
        if event is None or index.column() != EventColumn.WHAT:
            return []
        if event.kind is EventKind.HANDOVER:
            return [
                (f"{role.value} {to}", handover_text(role, to_us=to == "us")) for role in Role for to in ("us", "other")
            ]
        return [(product, product) for product in self._products]

    def add(self, kind: EventKind, month: int) -> bool:
        """Add an event with what is most likely: the first product, care to somebody else."""
        event = Event(
            month=month,
            kind=kind,
            product=self._products[0] if kind in _COUNTED and self._products else "",
            role=Role.CARE if kind is EventKind.HANDOVER else None,
        )
        return not self._save([*self._rows, event], names.ADD_EVENT)

    def typed(self, record: Event, column: int, text: str) -> Event:
        match column:
            case EventColumn.MONTH:
                return replace(record, month=reading.whole(text, self._words))
            case EventColumn.KIND:
                return self._of_kind(record, EventKind(text))
            case EventColumn.WHAT if record.kind is EventKind.HANDOVER:
                role, _, to = text.partition(" ")
                return replace(record, role=Role(role), to_us=to == "us")
            case EventColumn.WHAT:
                return replace(record, product=text)
            case EventColumn.QUANTITY:
                return replace(record, quantity=reading.number(text, self._words))
        return record

    def edit_text(self, record: Event, column: int) -> str:
        match column:
            case EventColumn.MONTH:
                return self._words.number(record.month)
            case EventColumn.KIND:
                return record.kind.value
            case EventColumn.WHAT if record.kind is EventKind.HANDOVER:
                return f"{record.role or Role.CARE} {'us' if record.to_us else 'other'}"
            case EventColumn.WHAT:
                return record.product
            case EventColumn.QUANTITY:
                return self._words.number(record.quantity)
        return ""

    def step_name(self, column: int) -> str:
        return names.CHANGE_EVENT

    def _shown(self, event: Event, column: int) -> str:
        if not _has(event, column):
            return ""
        if column == EventColumn.MONTH:
            begins = month_index(service_month_begins(self._starts, max(event.month, 1)))
            return f"{self._words.number(event.month)} · {self._words.month(begins)}"
        if column == EventColumn.KIND:
            return kind_text(event.kind)
        if column == EventColumn.WHAT and event.kind is EventKind.HANDOVER:
            return handover_text(event.role or Role.CARE, to_us=event.to_us)
        return self.edit_text(event, column)

    def _of_kind(self, event: Event, kind: EventKind) -> Event:
        counted = kind in _COUNTED
        product = event.product or (self._products[0] if self._products else "")
        role = (event.role or Role.CARE) if kind is EventKind.HANDOVER else None
        return replace(event, kind=kind, product=product if counted else "", role=role)


def kind_text(kind: EventKind) -> str:
    """Return in words what happens."""
    return {
        EventKind.ADD: tr("seats added"),
        EventKind.REMOVE: tr("seats removed"),
        EventKind.CANCEL: tr("cancellation"),
        EventKind.HANDOVER: tr("handover"),
    }[kind]


def handover_text(role: Role, *, to_us: bool) -> str:
    """Return in words which role goes to whom."""
    if role is Role.CARE:
        return tr("care to us") if to_us else tr("care to somebody else")
    return tr("acquisition to us") if to_us else tr("acquisition to somebody else")


def _has(event: Event, column: int) -> bool:
    """Tell whether an event of this kind has anything in a column."""
    if column == EventColumn.QUANTITY:
        return event.kind in _COUNTED
    return column != EventColumn.WHAT or event.kind is not EventKind.CANCEL
