"""Cells of the book's rows in words: money in the deal's currency, days, shares, names of programs and plans.

A cell may come from an older form of the book, or from a file that somebody wrote in: one that does not fit its form is
told as it is.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from dealbook.book import codec
from dealbook.book.codec import Row
from dealbook.desk.forms import FACT_NAMES, NO, NONE, YES, fill
from dealbook.desk.history_fields import Form, Spec
from dealbook.domain.money import from_minor
from dealbook.language import Language
from dealbook.programs.catalog import Catalog

MONTHS: Final = ("{n} month", "{n} months")
LINES: Final = ("{n} line", "{n} lines")
ADDED_LINES: Final = "{lines}, {added} added, {gone} removed"
PICTURE: Final = "{n} kB"
OTHERWISE: Final = "otherwise"
_DAY: Final = Spec("", Form.DAY)
_LONGEST: Final = 400
"""More characters of a text are cut."""


@dataclass(frozen=True, slots=True)
class Cells:
    """Tells cells in one language; the names of programs and plans are those of `catalog`."""

    words: Language
    catalog: Callable[[], Catalog]

    def told(self, spec: Spec, cell: object, row: Row, currency: str) -> str:
        """Return a cell in words; `row` is the row that it stands in, as far as it is known."""
        if cell is None or cell == "":
            return ""
        try:
            return self._formed(spec, cell, row, currency)
        except (ValueError, TypeError, KeyError, AttributeError, ArithmeticError, IndexError):
            return _cut(str(cell))

    def _formed(self, spec: Spec, cell: Any, row: Row, currency: str) -> str:  # noqa: ANN401 - as the book has it
        words = self.words
        match spec.form:
            case Form.NUMBER:
                return words.number(Decimal(cell))
            case Form.MONTHS:
                return words.plural(*MONTHS, int(cell))
            case Form.MONEY:
                return words.money(from_minor(int(cell), currency), currency)
            case Form.SHARE:
                return words.percent(Decimal(cell))
            case Form.DAY:
                return words.short_date(date.fromisoformat(cell))
            case Form.FLAG:
                return words.text(YES if cell else NO)
            case Form.WORD:
                return words.text(spec.words.get(cell, cell))
            case _:
                return self._named(spec, cell, row)

    def _named(self, spec: Spec, cell: Any, row: Row) -> str:  # noqa: ANN401 - as the book has it
        match spec.form:
            case Form.PROGRAM:
                return self.program(cell)
            case Form.PLAN:
                return self.plan(row.get("chosen_program") or row.get("program") or "", cell)
            case Form.NAMES:
                return ", ".join(json.loads(cell))
            case Form.RAMP:
                steps = json.loads(cell)
                return "; ".join(f"{s['from_month']}: {self.words.number(Decimal(s['quantity']))}" for s in steps)
            case Form.BYTES:
                return fill(self.words.text(PICTURE), {"n": self.words.number(-(-len(cell) // 1000))}) if cell else ""
            case Form.LONG:
                return _cut(" / ".join(filter(None, map(str.strip, str(cell).splitlines()))))
        return _cut(str(cell))

    def day(self, text: str) -> str:
        """Return an ISO day in words."""
        return self.told(_DAY, text, {}, "")

    # --- names

    def program(self, program_id: str) -> str:
        """Return vendor and name of a program; its id where nobody knows it."""
        versions = self.catalog().versions.get(program_id)
        return f"{versions[-1].vendor} {versions[-1].name}" if versions else program_id

    def plan(self, program_id: str, plan_id: str) -> str:
        """Return the name of a plan, in the newest version that has it."""
        versions = self.catalog().versions.get(program_id, ())
        found = (plan for version in reversed(versions) if (plan := version.plan(plan_id)) is not None)
        return next((plan.name for plan in found), plan_id)

    def input(self, program_id: str, name: str) -> str:
        """Return what a value of a contract is called."""
        versions = self.catalog().versions.get(program_id, ())
        found = (version.inputs[name].label for version in reversed(versions) if name in version.inputs)
        return next(found, "") or name

    # --- cells that hold several figures

    def figures(self, spec: Spec, before: object, after: object, program: str) -> Iterator[tuple[str, str, str]]:
        """Yield of two cells with figures by name those that differ: the name, before, after."""
        old, new = _loaded(before), _loaded(after)
        for name in dict.fromkeys((*old, *new)):
            if old.get(name) != new.get(name):
                if spec.form is Form.FACTS:
                    label = self.words.text(FACT_NAMES.get(name, name))
                else:
                    label = self.input(program, name) if program else self.words.text(name)
                yield label, self._figure(old.get(name)), self._figure(new.get(name))

    def _figure(self, value: object) -> str:
        if value is None:
            return ""
        if isinstance(value, Mapping):
            rows = [(key, self._figure(item)) for key, item in value.items() if key != "by"]
            return "; ".join(f"{self.words.text(OTHERWISE if key == 'else' else key)}: {told}" for key, told in rows)
        return self.words.number(value) if isinstance(value, Decimal | int) else _cut(str(value))


def is_several(spec: Spec) -> bool:
    """Whether a cell holds several figures, each with a name of its own."""
    return spec.form in (Form.FIGURES, Form.FACTS)


def text_change(words: Language, before: str, after: str) -> tuple[str, str]:
    """Return two long texts by their size: how many lines, and how many of them are new or gone."""
    old, new = before.splitlines(), after.splitlines()
    gone, added = _beyond(old, new), _beyond(new, old)
    facts = {"lines": words.plural(*LINES, len(new)), "added": words.number(added), "gone": words.number(gone)}
    return words.plural(*LINES, len(old)), fill(words.text(ADDED_LINES), facts)


def none(words: Language) -> str:
    """Return the word for nothing."""
    return words.text(NONE)


def _beyond(lines: list[str], others: list[str]) -> int:
    """Return how many of some lines others do not have, each counted as often as it stands there."""
    left: dict[str, int] = {}
    for line in others:
        left[line] = left.get(line, 0) + 1
    beyond = 0
    for line in lines:
        if left.get(line, 0):
            left[line] -= 1
        else:
            beyond += 1
    return beyond


def _loaded(cell: object) -> Mapping[str, object]:
    try:
        return codec.load_raw(cell) if isinstance(cell, str) else {}
    except (ValueError, TypeError, KeyError, AttributeError, InvalidOperation):
        return {"": cell}


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
