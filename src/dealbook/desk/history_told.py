"""What a step changed, told to a person: which field, from what, to what, record by record.

Lines, events and offers are told as parts of their deal: added, removed, moved, or with the field that changed. Places
in a list that only shifted, and what holds the tables together, are left out.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from dealbook.book.chronicle import Chronicle
from dealbook.book.codec import Row
from dealbook.book.steps import Change, Record
from dealbook.desk.forms import fill
from dealbook.desk.history_cells import Cells, is_several, text_change
from dealbook.desk.history_fields import COLUMNS, HIDDEN, Form, Spec, spec_of
from dealbook.desk.history_records import RecordWords, dotted, letter_of

OF: Final = "{part}: {field}"
ADDED: Final = "{part} added"
REMOVED: Final = "{part} removed"
MOVED: Final = "{part} moved"
PLACE: Final = "place {n}"
LINE: Final = "Line {name}"
EVENT: Final = "Event in month {n}"
OFFER: Final = "Offer {letter}"
VERSION: Final = "Version from {day}"
DRAFT: Final = "Draft"
ISSUED: Final = "Quote {number} issued"
_PARTS: Final = ("offer", "line", "event")
_ORDER: Final = {table: place for place, table in enumerate(("deal", *_PARTS))}
_TEXTS: Final = frozenset({("program", "text"), ("draft", "text")})
_WHOLE: Final = frozenset({"partner", "enrolment"})
"""Tables of which a new or a removed row is told field by field."""
_SUMMED: Final[Mapping[str, tuple[str, ...]]] = {
    "deal": ("stage", "signed"),
    "offer": ("term", "starts"),
    "line": ("quantity", "unit_price", "list_price", "discount", "charge"),
    "exchange_rate": ("rate",),
    "draft": ("program",),
}
"""What a row is summed up by where all of it came or went."""
_OF_EVENT: Final[Mapping[str, tuple[str, ...]]] = {
    "add": ("kind", "quantity", "product"),
    "remove": ("kind", "quantity", "product"),
    "cancel": ("kind",),
    "handover": ("kind", "role", "to_us"),
    "price": ("kind", "product", "unit_price"),
    "renewal": ("kind", "term"),
    "successor": ("kind", "program", "plan"),
}
"""The same for an event, by its kind."""


@dataclass(frozen=True, slots=True)
class Told:
    """One line of what a step changed; of a head only `what` is filled, and it names the record of the lines below."""

    record: Record
    what: str
    before: str = ""
    after: str = ""
    is_head: bool = False


class Teller:
    """Tells changes; what it has read of a record it keeps, so it is good for one look at the history."""

    def __init__(self, chronicle: Chronicle, cells: Cells, records: RecordWords) -> None:
        self._chronicle = chronicle
        self._cells = cells
        self._words = cells.words
        self._records = records
        self._known: dict[Record, dict[tuple[str, str], Row]] = {}
        self._step_id = 0

    def told(self, step_id: int, changes: Sequence[Change], head: Record | None = None) -> Iterator[Told]:
        """Yield what changes of a step say, each record under its head; `head` is the record whose head is there."""
        if step_id != self._step_id:
            self._step_id, self._known = step_id, {}
        by_record: dict[Record, list[Change]] = {}
        for change in changes:
            by_record.setdefault(change.record, []).append(change)
        for record, its in by_record.items():
            if record != head:
                yield Told(record, self._records.name(record), is_head=True)
            yield from self._of_record(record, sorted(its, key=lambda change: _ORDER.get(change.table, 0)))

    # --- rows

    def _of_record(self, record: Record, changes: Sequence[Change]) -> Iterator[Told]:
        moved = _moved(changes)
        for change in changes:
            for what, before, after in self._of_row(change):
                yield Told(record, what, before, after)
            if (change.table, change.row_id) in moved:
                places = moved[change.table, change.row_id]
                before, after = (fill(self._text(PLACE), {"n": self._words.number(n + 1)}) for n in places)
                yield Told(record, self._says(MOVED, change), before, after)

    def _of_row(self, change: Change) -> Iterator[tuple[str, str, str]]:
        before, after = change.before, change.after
        if change.table == "quote_file":  # of a merge: it comes and goes with its quote
            return
        if before is not None and after is not None:
            yield from self._of_cells(change, before, after)
        elif change.table == "quote":
            number = dotted((after or {}).get("number"), (after or {}).get("revision"))
            yield fill(self._text(ISSUED), {"number": number}), "", ""
        elif change.table in _WHOLE:
            if change.table == "enrolment":
                yield self._says(ADDED if before is None else REMOVED, change), "", ""
            yield from self._of_cells(change, _telling(before), _telling(after))
        elif after is not None:
            yield self._says(ADDED, change), "", self._sum(change, after)
        else:
            yield self._says(REMOVED, change), self._sum(change, before or {}), ""

    def _of_cells(self, change: Change, before: Row, after: Row) -> Iterator[tuple[str, str, str]]:
        table = change.table
        context = self._row(change)
        currency = self._currency(change)
        for column in dict.fromkeys((*before, *after)):
            old, new = before.get(column), after.get(column)
            if column in HIDDEN or old == new:
                continue
            spec = spec_of(table, column)
            if is_several(spec):
                program = str(context.get("program") or "") if table == "enrolment" else ""
                for name, *both in self._cells.figures(spec, old, new, program):
                    label = fill(self._text(OF), {"part": self._text(spec.label), "field": name})
                    yield self._part(change, label), both[0], both[1]
                continue
            if (table, column) in _TEXTS:
                told = text_change(self._words, str(old or ""), str(new or ""))
            else:
                told = (
                    self._cell(change, spec, old, context | before, currency[0]),
                    self._cell(change, spec, new, context | after, currency[1]),
                )
            if any(told):
                yield self._part(change, self._text(spec.label)), *told

    def _cell(self, change: Change, spec: Spec, cell: object, row: Row, currency: str) -> str:
        if spec.form is Form.OFFER and cell:
            return self._offer(change.record, str(cell))
        return self._cells.told(spec, cell, row, currency)

    def _sum(self, change: Change, row: Row) -> str:
        """Return the most telling cells of a row that came or went."""
        if change.table == "program":
            return text_change(self._words, str(row.get("text") or ""), "")[0]
        names = _SUMMED.get(change.table, ())
        if change.table == "event":
            names = _OF_EVENT.get(str(row.get("kind")), ("kind",))
        elif change.table not in COLUMNS:
            names = tuple(name for name in row if name not in HIDDEN)
        currency = self._currency(change)[0]
        said = (self._cell(change, spec_of(change.table, name), row.get(name), row, currency) for name in names)
        return " · ".join(filter(None, said))

    # --- names

    def _part(self, change: Change, label: str) -> str:
        """Return a field's label with the part of the record that it belongs to before it."""
        part = self._name(change)
        return fill(self._text(OF), {"part": part, "field": label}) if part else label

    def _says(self, form: str, change: Change) -> str:
        return fill(self._text(form), {"part": self._name(change) or self._records.kind(change.record)})

    def _name(self, change: Change) -> str:
        """Return what a row is called inside its record; nothing where the record is that row."""
        row = self._row(change)
        match change.table:
            case "offer":
                return self._offer_name(row)
            case "line":
                return self._in_offer(change.record, row, fill(self._text(LINE), {"name": str(row.get("product", ""))}))
            case "event":
                month = {"n": str(row.get("month", ""))}
                return self._in_offer(change.record, row, fill(self._text(EVENT), month))
            case "program":
                return fill(self._text(VERSION), {"day": self._cells.day(str(row.get("effective_from") or ""))})
            case "draft" if change.record[0] != "draft":
                return self._text(DRAFT)
        return ""

    def _in_offer(self, record: Record, row: Row, name: str) -> str:
        """Name the offer of a line as well where its deal has several."""
        offers = [key for table, key in self._rows(record) if table == "offer"]
        if len(offers) < 2 or not row.get("offer_id"):  # noqa: PLR2004
            return name
        return f"{self._offer(record, str(row['offer_id']))} · {name}"

    def _offer(self, record: Record, offer_id: str) -> str:
        return self._offer_name(self._rows(record).get(("offer", offer_id), {}))

    def _offer_name(self, row: Row) -> str:
        name = str(row.get("title") or "") or letter_of(row.get("position"))
        return fill(self._text(OFFER), {"letter": name}).strip()

    # --- what is known of rows

    def _row(self, change: Change) -> Row:
        """Return a row as far as it is known, as it was before the change."""
        if change.before is None or change.after is None:
            return change.before or change.after or {}
        known = self._rows(change.record).get((change.table, change.row_id), {})
        return known | (change.after or {}) | (change.before or {})

    def _rows(self, record: Record) -> dict[tuple[str, str], Row]:
        if record not in self._known:
            self._known[record] = self._chronicle.rows_at(record, self._step_id)
        return self._known[record]

    def _currency(self, change: Change) -> tuple[str, str]:
        """Return the currency of a row's amounts, before and after: a change may be of the currency itself."""
        table = "partner" if change.table == "partner" else "deal"
        row_id = change.record[1] if table == "deal" else "partner"
        if change.table == table and (change.before is None or change.after is None):
            whole = str((change.before or change.after or {}).get("currency") or "EUR")
            return whole, whole
        known = str(self._rows(change.record).get((table, row_id), {}).get("currency") or "EUR")
        if change.table != table:
            return known, known
        before, after = change.before or change.after or {}, change.after or change.before or {}
        return str(before.get("currency", known)), str(after.get("currency", known))

    def _text(self, message: str) -> str:
        return self._words.text(message)


def _telling(row: Row | None) -> Row:
    """Return of a whole row what is set, without the program: the head names it."""
    return {name: cell for name, cell in (row or {}).items() if name != "program" and cell not in (0, "", None)}


def _moved(changes: Iterable[Change]) -> dict[tuple[str, str], tuple[int, int]]:
    """Return the rows that were put elsewhere among their likes, with the place before and after.

    Those that only made room keep their order among themselves: the longest such run of a list has not moved.
    """
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for table in _PARTS:
        shifted = [
            (change.before["position"], change.after["position"], change.row_id)
            for change in changes
            if change.table == table
            and change.before
            and change.after
            and "position" in change.before
            and "position" in change.after
            and not {"offer_id", "deal_id"} & change.before.keys()
        ]
        shifted.sort()
        kept = _longest_rising([after for _, after, _ in shifted])
        found |= {(table, key): (b, a) for place, (b, a, key) in enumerate(shifted) if place not in kept}
    return found


def _longest_rising(values: Sequence[int]) -> set[int]:
    """Return the places of the longest rising run among values that need not stand side by side."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for place, value in enumerate(values):
        at = bisect_left(tails, value)
        before.append(ends[at - 1] if at else -1)
        if at == len(tails):
            tails.append(value)
            ends.append(place)
        else:
            tails[at], ends[at] = value, place
    found: set[int] = set()
    place = ends[-1] if ends else -1
    while place >= 0:
        found.add(place)
        place = before[place]
    return found
