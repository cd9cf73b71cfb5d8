"""Values and conditions of a program in words: figures, tables and what must hold, in the user's language.

`plan_words` makes sentences of whole components with it, the ladder of tiers its lines. Nothing is evaluated here: a
table is told with its rows, a contract's value that is missing as missing.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from dealbook.desk.forms import fill, rate_text, shown
from dealbook.language import Language
from dealbook.programs.conditions import Condition
from dealbook.programs.model import Program
from dealbook.programs.values import Bands, Choices, Fixed, Ref, Value, parts

OF_CONTRACT: Final = "a rate of your contract"
AMOUNT_OF_CONTRACT: Final = "an amount of your contract"
CONTRACT_VALUE: Final = "contract value: {label}"
BETWEEN: Final = "{low} to {high}"
BY: Final = "by {fact} ({rows})"
SLICES: Final = "by {fact}, each slice at its own rate ({rows})"
ROW_FROM: Final = "from {row}: {figure}"
ROW_IS: Final = "{row}: {figure}"
ROW_ELSE: Final = "otherwise: {figure}"
MORE: Final = "…"
AT_LEAST: Final = "{fact}: at least {limit}"
BELOW: Final = "{fact}: below {limit}"
EXACTLY: Final = "{fact}: {must}"
ONE_OF: Final = "{fact}: one of {must}"
ALL_OF: Final = "{fact}: all of {must}"
TESTS: Final[Mapping[tuple[str, str], str]] = {
    ("term", "at_least"): "at least {limit} months",
    ("term", "below"): "less than {limit} months",
    ("seats", "at_least"): "at least {limit} seats",
    ("seats", "below"): "fewer than {limit} seats",
    ("certified", "yes"): "certified",
    ("certified", "no"): "not certified",
    ("registered", "yes"): "deal registered",
    ("registered", "no"): "deal not registered",
    ("enrolled", "yes"): "enrolled",
    ("enrolled", "no"): "not enrolled",
}
"""What is asked for so often that it has words of its own, by fact and test."""
_MOST_ROWS: Final = 8


@dataclass(frozen=True, slots=True)
class Said:
    """A value in words: the figure, and what else must be told about it.

    `is_times`: a multiple such as 8×; `is_whole`: 100 %; `is_open`: a figure that only the contract knows.
    """

    figure: str
    notes: tuple[str, ...] = ()
    is_times: bool = False
    is_whole: bool = False
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class ValueWords:
    """Says values and conditions of a program, with the inputs as this partner has them."""

    words: Language
    program: Program
    inputs: Mapping[str, Value | None]

    # --- values

    def said(self, value: Value, kind: str = "rate") -> Said:
        """Return a value in words; `kind` is "rate", "money" or "number"."""
        value = self._resolved(value)
        if isinstance(value, Fixed):
            is_rate = kind == "rate"
            return Said(
                self.figure(value.figure, kind),
                is_times=is_rate and value.figure > 1,
                is_whole=is_rate and value.figure == 1,
            )
        if isinstance(value, Ref):
            note = fill(self.words.text(CONTRACT_VALUE), {"label": self.label(value.name)})
            return Said(self._of_contract(kind), (note,), is_open=True)
        figures = sorted(self._figures(value))
        if not figures:
            return Said(self._of_contract(kind), (self.rows(value, kind),), is_open=True)
        low, high = self.figure(figures[0], kind), self.figure(figures[-1], kind)
        span = low if low == high else fill(self.words.text(BETWEEN), {"low": low, "high": high})
        return Said(span, (self.rows(value, kind),), is_times=kind == "rate" and figures[0] > 1)

    def text(self, value: Value, kind: str = "rate") -> str:
        """Return a value as one phrase: the figure, or the table with its rows, or what it is called."""
        value = self._resolved(value)
        if isinstance(value, Fixed):
            return self.figure(value.figure, kind)
        return f"“{self.label(value.name)}”" if isinstance(value, Ref) else self.rows(value, kind)

    def figure(self, figure: Decimal, kind: str) -> str:
        """Return a figure in the form of its kind; money with its currency."""
        if kind == "rate":
            return rate_text(figure, self.words)
        return self.words.money(figure, self.program.currency) if kind == "money" else self.words.number(figure)

    def label(self, name: str) -> str:
        """Return what an input is called."""
        known = self.program.inputs.get(name)
        return (known.label if known is not None else "") or name

    def rows(self, value: Value, kind: str) -> str:
        """Return a table with its rows: by term in months (from 12: 2×, from 36: 8×)."""
        if isinstance(value, Bands):
            form = SLICES if value.marginal else BY
            keys = [(ROW_FROM, str(key)) for key in value.keys]
            told = self._told_rows(value.by, keys, value.rows, kind)
            return self._by(form, value.by, value.of, told)
        if isinstance(value, Choices):
            keys = [(ROW_IS, key) for key in value.rows]
            rest = [] if value.otherwise is None else [value.otherwise]
            told = self._told_rows(
                value.by, [*keys, *((ROW_ELSE, "") for _ in rest)], [*value.rows.values(), *rest], kind
            )
            return self._by(BY, value.by, None, told)
        return self.text(value, kind)

    def _told_rows(self, by: str, keys: list[tuple[str, str]], rows: Iterable[Value], kind: str) -> Iterator[str]:
        for place, ((form, key), row) in enumerate(zip(keys, rows, strict=True)):
            if place == _MOST_ROWS:
                yield MORE
                return
            known = shown({"fact": by, "row": key}, self.words)
            yield fill(self.words.text(form), {"row": known["row"] if key else "", "figure": self.text(row, kind)})

    def _by(self, form: str, by: str, of: str | None, rows: Iterable[str]) -> str:
        fact = shown({"fact": by, "of": of or ""}, self.words)["fact"]
        return fill(self.words.text(form), {"fact": fact, "rows": ", ".join(rows)})

    def _of_contract(self, kind: str) -> str:
        return self.words.text(OF_CONTRACT if kind == "rate" else AMOUNT_OF_CONTRACT)

    def _resolved(self, value: Value, seen: frozenset[str] = frozenset()) -> Value:
        """Return what an input stands for; the reference itself where its value is missing."""
        if not isinstance(value, Ref) or value.name in seen:
            return value
        found = self.inputs.get(value.name)
        return value if found is None else self._resolved(found, seen | {value.name})

    def _figures(self, value: Value) -> Iterator[Decimal]:
        for part in parts(value):
            found = self._resolved(part) if isinstance(part, Ref) else part
            if isinstance(found, Fixed):
                yield found.figure

    # --- conditions

    def condition(self, condition: Condition) -> str:
        """Return a condition in words: at least 36 months."""
        limits = (("at_least", condition.at_least), ("below", condition.below), ("is", condition.exactly))
        told = [self._limit(condition, test, value) for test, value in limits if value is not None]
        return ", ".join(told) if told else self._named(condition)

    def conditions(self, conditions: Iterable[Condition]) -> str:
        """Return conditions that must all hold, in words."""
        return "; ".join(self.condition(one) for one in conditions)

    def _limit(self, condition: Condition, test: str, value: Value) -> str:
        fixed = self._resolved(value)
        facts = {"fact": condition.fact, "of": condition.of or ""}
        if isinstance(fixed, Fixed):
            known = shown({**facts, "limit": f"{fixed.figure:f}"}, self.words)
        else:
            known = {**shown(facts, self.words), "limit": self.text(value, "number")}
        own = TESTS.get((condition.fact, test)) if condition.of is None else None
        form = own or {"at_least": AT_LEAST, "below": BELOW}.get(test, EXACTLY)
        return fill(self.words.text(form), {**known, "must": known["limit"]})

    def _named(self, condition: Condition) -> str:
        if condition.flag is not None:
            answer = "yes" if condition.flag else "no"
            form = TESTS.get((condition.fact, answer), EXACTLY)
            return fill(self.words.text(form), shown({"fact": condition.fact, "must": answer}, self.words))
        names = condition.one_of or condition.includes
        must = ", ".join(sorted(names)) if names is not None else condition.equals or _days(condition)
        several = names is not None and len(names) > 1
        form = EXACTLY if not several else ONE_OF if condition.one_of is not None else ALL_OF
        return fill(self.words.text(form), shown({"fact": condition.fact, "must": must}, self.words))


def _days(condition: Condition) -> str:
    days: tuple[tuple[str, date | None], ...] = (("from", condition.since), ("until", condition.until))
    return " ".join(f"{word} {day}" for word, day in days if day is not None)
