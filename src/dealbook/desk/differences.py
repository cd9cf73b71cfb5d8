"""The difference between two versions of a program in words, with its reach: for new deals only, or for older ones too.

The changes are `programs.difference`; here each becomes one line in the reader's language.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from dealbook.desk.difference_words import ABSENT, KEYS, Parts, called, form_of
from dealbook.desk.forms import fill
from dealbook.desk.session import Session
from dealbook.language import Language
from dealbook.programs.difference import Change, Code, Reach, differences, reach_of
from dealbook.programs.model import Input, Program

CHANGED: Final = "{name}: {old} → {new}"
ROW_NEW: Final = "{name}: new row {row}: {new}"
ROW_GONE: Final = "{name}: the row {row} is gone (it was {old})"
ROW_CHANGED: Final = "{name}, {row}: {old} → {new}"
ASKS: Final = "{name} now asks for {new}"
ASKED: Final = "{name} no longer asks for {old}"
ORDER: Final = "{name}: the order is now {new}"
THING_NEW: Final = "{name} is new: {about}"
THING_GONE: Final = "{name} is gone: {about}"
ONLY_NEW: Final = "{name} is new"
ONLY_GONE: Final = "{name} is gone"
REACHES: Final[Mapping[Reach, str]] = {
    Reach.NOTHING: "",
    Reach.NEW_DEALS: "for new deals only",
    Reach.ALL_DEALS: "also for existing deals",
}
WITH_REACH: Final = "{text}, {reach}"
THINGS: Final[Mapping[str, str]] = {
    "sources": "Source {name}",
    "inputs": "Contract value {name}",
    "tiers": "Tier {name}",
    "plans": "Plan {name}",
    "pays": "Component {name}",
}
"""A thing with a name, by the list that it stands in."""


@dataclass(frozen=True, slots=True)
class DifferenceLine:
    """One change in words; `reach` in words is empty where it decides no payment."""

    text: str
    reach: str
    change: Change

    def whole(self, words: Language) -> str:
        """Return the line with its reach."""
        return fill(words.text(WITH_REACH), {"text": self.text, "reach": self.reach}) if self.reach else self.text


def difference_lines(
    session: Session, program_id: str, old_day: date, new_day: date, words: Language
) -> tuple[str, ...]:
    """Return the difference of two versions of a program, by the days they are in force from, a line a change.

    Raises KeyError where there is no such program or version.
    """
    old, new = version_of(session, program_id, old_day), version_of(session, program_id, new_day)
    return tuple(line.whole(words) for line in lines_of(old, new, words))


def version_of(session: Session, program_id: str, day: date) -> Program:
    """Return the version of a program that is in force from a day on. Raises KeyError where there is none."""
    for program in session.catalog.versions[program_id]:
        if program.effective_from == day:
            return program
    raise KeyError(day)


def lines_of(old: Program, new: Program, words: Language) -> tuple[DifferenceLine, ...]:
    """Return the difference of two programs, a line a change, in the order of the file."""
    return tuple(_Lines(old, new, words).lines())


class _Lines:
    """Writes the changes between two versions."""

    def __init__(self, old: Program, new: Program, words: Language) -> None:
        self._old, self._new, self._words = old, new, words
        self._before, self._after = Parts(old, words), Parts(new, words)
        self._has_plans = len({plan.id for plan in (*old.plans, *new.plans)}) > 1

    def lines(self) -> list[DifferenceLine]:
        """Return the lines."""
        found = []
        for change in differences(self._old, self._new):
            reach = self._words.text(REACHES[reach_of(change, self._old, self._new)])
            found.append(DifferenceLine(self._text(change), reach, change))
        return found

    def _text(self, change: Change) -> str:
        if change.key in THINGS and change.code in (Code.NEW, Code.GONE):
            return self._thing(change)
        name = self._name(change)
        if change.code is Code.ORDER:
            return self._fill(ORDER, name=name, new=", ".join(change.new))
        kind = form_of(change.kind, change.old, change.new)
        old, new = self._before.field(change.key, kind, change.old), self._after.field(change.key, kind, change.new)
        if old == new:
            old, new = (f"{old} {self._before.exact(one)}".strip() for one in (change.old, change.new))
        if change.rows:
            return self._row(change, name, old, new)
        if change.key == "requires" and change.code is not Code.CHANGED:
            form = ASKS if change.code is Code.NEW else ASKED
            return self._fill(form, name=self._place(change), old=old, new=new)
        return self._fill(CHANGED, name=name, old=old, new=new)

    def _row(self, change: Change, name: str, old: str, new: str) -> str:
        row = " · ".join(self._after.row(row) for row in change.rows)
        form = {Code.NEW: ROW_NEW, Code.GONE: ROW_GONE}.get(change.code, ROW_CHANGED)
        return self._fill(form, name=name, row=row, old=old, new=new)

    def _thing(self, change: Change) -> str:
        is_new = change.code is Code.NEW
        thing = change.new if is_new else change.old
        parts = self._after if is_new else self._before
        about = parts.field("value", thing.kind, thing.value) if isinstance(thing, Input) else parts.thing(thing)
        name = self._fill(THINGS[change.key], name=called(thing))
        if place := self._place(change):
            name = f"{place} · {name}"
        if not about:
            return self._fill(ONLY_NEW if is_new else ONLY_GONE, name=name)
        return self._fill(THING_NEW if is_new else THING_GONE, name=name, about=about)

    def _name(self, change: Change) -> str:
        """Return what a changed field is called, with the thing that it is of."""
        place, key = self._place(change), self._words.text(KEYS.get(change.key, change.key))
        text = ", ".join(part for part in (place, key) if part)
        return text[:1].upper() + text[1:]

    def _place(self, change: Change) -> str:
        """Return the things on the way to a change; the only plan of a program need not be named."""
        names = []
        for step in change.at:
            if not step.id:
                if step.section != "standing":
                    names.append(self._words.text(KEYS.get(step.section, step.section)))
            elif step.section == "plans" and not self._has_plans and (len(change.at) > 1 or change.key == "pays"):
                continue
            elif step.section in ("plans", "tiers", "sources") and len(change.at) == 1 + (step.section == "tiers"):
                names.append(self._fill(THINGS[step.section], name=step.label))
            else:
                names.append(step.label)
        return " · ".join(names)

    def _fill(self, form: str, **facts: str) -> str:
        return fill(self._words.text(form), {name: text or ABSENT for name, text in facts.items()})
