"""What the records of a book are called in its history, also those that are gone from it."""

from collections.abc import Iterable, Mapping
from string import ascii_uppercase
from typing import Final

from dealbook.book.chronicle import Chronicle
from dealbook.book.steps import Record
from dealbook.desk.forms import fill
from dealbook.desk.history_cells import Cells

KINDS: Final[Mapping[str, str]] = {
    "deal": "Deal",
    "partner": "Your company and assumptions",
    "enrolment": "Membership",
    "rate": "Exchange rate",
    "program": "Program",
    "draft": "Draft",
    "quote": "Quote",
}
"""The kinds of records that steps touch."""
OF_PROGRAM: Final[Mapping[str, str]] = {
    "enrolment": "Membership in {program}",
    "program": "Program {program}",
    "draft": "Draft of {program}",
}
UNNAMED: Final = "(no name)"
RATE: Final = "Exchange rate {base} → {quote}, {day}"
QUOTE: Final = "Quote {number}"


class RecordWords:
    """Names records; what it has looked up it keeps."""

    def __init__(self, chronicle: Chronicle, cells: Cells) -> None:
        self._chronicle = chronicle
        self._cells = cells
        self._names: dict[Record, str] = {}

    def learn(self, records: Iterable[Record]) -> None:
        """Look up the names of many records at once."""
        missing = {record for record in records if record not in self._names}
        for deal, parts in self._chronicle.deal_names(key for kind, key in missing if kind == "deal").items():
            self._names["deal", deal] = self._joined(*parts)

    def kind(self, record: Record) -> str:
        """Return what kind of record one is."""
        return self._cells.words.text(KINDS.get(record[0], record[0]))

    def name(self, record: Record) -> str:
        """Return what a record is called."""
        if record not in self._names:
            self._names[record] = self._found(record)
        return self._names[record]

    def _found(self, record: Record) -> str:
        kind, key = record
        words = self._cells.words
        if kind == "deal":
            row = self._chronicle.known_rows(record).get(("deal", key), {})
            return self._joined(str(row.get("customer") or ""), str(row.get("title") or ""))
        if kind in OF_PROGRAM:
            rows = self._chronicle.known_rows(record).values()
            program = next(
                (str(row["program"]) for row in rows if row.get("program")), key if kind == "program" else ""
            )
            return fill(words.text(OF_PROGRAM[kind]), {"program": self._cells.program(program) if program else "–"})
        if kind == "rate" and len(parts := key.split(" ")) == 3:  # noqa: PLR2004 - day and two currencies
            day = self._cells.day(parts[0])
            return fill(words.text(RATE), {"base": parts[1], "quote": parts[2], "day": day})
        if kind == "quote":
            row = next(iter(self._chronicle.known_rows(record).values()), {})
            return fill(words.text(QUOTE), {"number": dotted(row.get("number"), row.get("revision"))})
        return self.kind(record)

    def _joined(self, customer: str, title: str) -> str:
        return " · ".join(filter(None, (customer, title))) or self._cells.words.text(UNNAMED)


def dotted(number: object, revision: object) -> str:
    """Return a quote's number as it is called: Q-2026-0042-2."""
    return f"{number or ''}" if revision in (None, 1) else f"{number}-{revision}"


def letter_of(position: object) -> str:
    """Return what an offer without a title is called by, from its place."""
    if not isinstance(position, int):
        return ""
    return ascii_uppercase[position] if position < len(ascii_uppercase) else str(position + 1)
