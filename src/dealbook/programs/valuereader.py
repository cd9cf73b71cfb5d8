"""Reads values: figures, references and tables, out of TOML's data (programs.md §2).

Shared by program files and by the inputs of an enrolment, which are written in the same forms.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from dealbook.domain.deal import CATEGORIES
from dealbook.programs.facts import FACTS, FactSpec, Kind
from dealbook.programs.sections import Reader, join, nearest, parse_figure, parse_rate, show
from dealbook.programs.values import Bands, Choices, Fixed, Ref, Value

_RESERVED: Final = frozenset({"by", "of", "mode"})
_DEEPEST: Final = 16
_MOST_ROWS: Final = 2000


class ValueReader:
    """Reads one value of a kind: "rate", "money" and "number", or "limit" (a rate or a number)."""

    def __init__(self, reader: Reader, kind: str, inputs: frozenset[str]) -> None:
        """Note problems in `reader`; references must name one of `inputs`."""
        self.reader = reader
        self.kind = kind
        self.inputs = inputs

    def read(self, raw: object, where: str, depth: int = 0) -> Value | None:
        """Return the value, or None where it is wrong; the problems say why."""
        if depth > _DEEPEST:
            self.reader.wrong("too-deep", where, most=_DEEPEST)
            return None
        if isinstance(raw, Mapping):
            return self._table(raw, where, depth)
        if isinstance(raw, str) and raw.startswith("$"):
            return self._reference(raw[1:], where)
        figure = self._figure(raw)
        if figure is None:
            self.reader.wrong("not-a-rate" if self.kind == "rate" else "not-a-number", where, found=show(raw))
            return None
        return Fixed(figure)

    def _figure(self, raw: object) -> Decimal | None:
        is_rate = isinstance(raw, str) and parse_rate(raw) is not None
        if is_rate and self.kind in ("money", "number"):
            return None
        figure = parse_figure(raw)
        if self.kind == "rate" and not is_rate and figure is not None and figure > 1:
            return None  # 15 could be meant as 15 % or as 15×
        return figure

    def _reference(self, name: str, where: str) -> Ref | None:
        if name in self.inputs:
            return Ref(name)
        self.reader.wrong("unknown-input", where, found=f"${name}", nearest=nearest(name, self.inputs))
        return None

    def _table(self, raw: Mapping[str, object], where: str, depth: int) -> Value | None:
        by = raw.get("by")
        if by is None:
            self.reader.wrong("missing-key", join(where, "by"), key="by")
            return None
        spec = FACTS.get(by) if isinstance(by, str) else None
        if not isinstance(by, str) or spec is None:
            self.reader.wrong("unknown-fact-name", join(where, "by"), found=show(by), nearest=nearest(str(by), FACTS))
            return None
        if spec.kind is Kind.SET:
            self.reader.wrong("wrong-table-fact", join(where, "by"), found=by)
            return None
        rows = {name: row for name, row in raw.items() if name not in _RESERVED}
        if not rows or len(rows) > _MOST_ROWS:
            self.reader.wrong("no-rows" if not rows else "too-many-rows", where, found=len(rows), most=_MOST_ROWS)
            return None
        of = self._of(raw, by, spec, where)
        read = {name: self.read(row, join(where, f'"{name}"'), depth + 1) for name, row in rows.items()}
        if spec.kind in (Kind.NUMBER, Kind.DAY):
            return self._bands(raw, by, of, spec, read, where)
        return self._choices(raw, by, spec, read, where)

    def _of(self, raw: Mapping[str, object], by: str, spec: FactSpec, where: str) -> str | None:
        of = raw.get("of")
        if of is None:
            return None
        if not spec.narrows:
            self.reader.wrong("no-of", join(where, "of"), found=by)
        elif isinstance(of, str) and of in CATEGORIES:
            return of
        else:
            self.reader.wrong("unknown-name", join(where, "of"), found=show(of), nearest=nearest(str(of), CATEGORIES))
        return None

    def _bands(
        self,
        raw: Mapping[str, object],
        by: str,
        of: str | None,
        spec: FactSpec,
        read: Mapping[str, Value | None],
        where: str,
    ) -> Value | None:
        marginal = raw.get("mode", "whole")
        if marginal not in ("whole", "marginal"):
            self.reader.wrong("unknown-name", join(where, "mode"), found=show(marginal), expected="whole, marginal")
        keys = {name: self._row_key(name, spec, join(where, f'"{name}"')) for name in read}
        if None in keys.values() or None in read.values():
            return None
        if len(set(keys.values())) < len(keys):
            self.reader.wrong("double-row", where, found=", ".join(keys))
            return None
        rows = sorted((key, value) for name, key in keys.items() if (value := read[name]) is not None)
        figures = tuple(value for _, value in rows)
        return Bands(by, of, tuple(key for key, _ in rows), figures, marginal == "marginal")  # type: ignore[arg-type]

    def _row_key(self, name: str, spec: FactSpec, where: str) -> Decimal | date | None:
        if spec.kind is Kind.DAY:
            try:
                return date.fromisoformat(name)
            except ValueError:
                self.reader.wrong("bad-row", where, found=show(name), expected="a day like 2026-03-10")
                return None
        key = parse_figure(name)
        if key is None:
            self.reader.wrong("bad-row", where, found=show(name), expected="a number")
        elif key < 0:
            self.reader.wrong("row-out-of-range", where, found=show(name), expected="0 or more")
            return None
        return key

    def _choices(
        self, raw: Mapping[str, object], by: str, spec: FactSpec, read: Mapping[str, Value | None], where: str
    ) -> Value | None:
        if "mode" in raw and raw["mode"] != "whole":
            self.reader.wrong("wrong-marginal", join(where, "mode"), found=by)
        known = spec.choices or {Kind.FLAG: ("true", "false")}.get(spec.kind, CATEGORIES if by == "category" else ())
        for name in read:
            if known and name not in known and name != "else":
                self.reader.wrong("row-out-of-range", join(where, f'"{name}"'), found=name, expected=", ".join(known))
        if None in read.values():
            return None
        rows = {name: value for name, value in read.items() if name != "else" and value is not None}
        return Choices(by, rows, read.get("else"))
