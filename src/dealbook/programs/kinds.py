"""The kinds of values that only a program file has: conditions, shares, clawbacks, references (programs.md §2 to §6).

`KindReader` adds them to the plain kinds of `sections`; `reader` puts a program together with them.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

from dealbook.domain.money import ONE
from dealbook.programs import grammar
from dealbook.programs.conditions import Condition
from dealbook.programs.facts import FACTS, Kind
from dealbook.programs.grammar import Key
from dealbook.programs.model import Clawback, Instalment
from dealbook.programs.sections import Reader, join, nearest, show
from dealbook.programs.valuereader import ValueReader
from dealbook.programs.values import Bands, Choices, Fixed, Ref, Value, parts

_LONGEST: Final = 1200


class KindReader(Reader):
    """Reads the kinds of values of a program file."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        """Know the names of the file's inputs and sources, so that references can be checked."""
        super().__init__(_KINDS)
        self.inputs = frozenset(mapping(raw.get("inputs")))
        sources = raw.get("source")
        self.sources = [s.get("id") for s in sources if isinstance(s, dict)] if isinstance(sources, list) else []

    # -- values --------------------------------------------------------------------------------------------------

    def value(self, kind: str, raw: object, where: str) -> Value | None:
        """Return a value of a kind."""
        return ValueReader(self, kind, self.inputs).read(raw, where)

    def figure(self, raw: object, where: str, kind: str) -> Decimal | None:
        """Return a bare figure: no reference, no table."""
        value = ValueReader(self, kind, self.inputs).read(raw, where)
        if value is None or isinstance(value, Fixed):
            return value.figure if value else None
        self.wrong("wrong-kind", where, found=show(raw), expected="a figure")
        return None

    # -- conditions ----------------------------------------------------------------------------------------------

    def conditions(self, raw: object, where: str) -> tuple[Condition, ...]:
        """Return a list of conditions."""
        read = (self._condition(one, f"{where}[{i}]") for i, one in enumerate(self.array(raw, where)))
        return tuple(one for one in read if one is not None)

    def _condition(self, raw: object, where: str) -> Condition | None:
        one = self.section(raw, grammar.CONDITION, where)
        name = one["fact"]
        spec = FACTS.get(name) if name else None
        if spec is None:
            return None
        if spec.belongs == "line" or name in ("elapsed", "renewal"):
            self.wrong("fact-not-here", join(where, "fact"), fact=name)
        if one["of"] is not None and not spec.narrows:
            self.wrong("no-of", join(where, "of"), found=name)
        tests = [key for key in one if key not in ("fact", "of") and one[key] is not None]
        fitting = _TESTS[spec.kind]
        for key in tests:
            if key not in fitting:
                self.wrong("wrong-test", join(where, key), test=key, fact=name, expected=", ".join(fitting))
        if not tests:
            self.wrong("no-test", where, fact=name, expected=", ".join(fitting))
        return Condition(
            fact=name,
            where=where,
            of=one["of"],
            at_least=one["at_least"],
            below=one["below"],
            one_of=one["one_of"],
            includes=one["includes"],
            since=one["from"],
            until=one["until"],
            **self._equality(one["is"], spec.kind, join(where, "is")),
        )

    def _equality(self, raw: object, kind: Kind, where: str) -> dict[str, Any]:
        if raw is None:
            return {}
        if kind is Kind.NUMBER:
            return {"exactly": self.value("limit", raw, where)}
        if kind is Kind.FLAG and isinstance(raw, bool):
            return {"flag": raw}
        if kind is Kind.TEXT and isinstance(raw, str):
            return {"equals": raw}
        self.wrong("wrong-kind", where, found=show(raw), expected="true or false" if kind is Kind.FLAG else "text")
        return {}

    # -- lengths, shares, references -----------------------------------------------------------------------------

    def months(self, raw: object, where: str, words: tuple[str, ...], least: int = 1) -> int | str | None:
        """Return a number of months or one of `words`."""
        if isinstance(raw, str) and raw in words:
            return raw
        if isinstance(raw, int) and not isinstance(raw, bool) and least <= raw <= _LONGEST:
            return raw
        expected = ", ".join(f'"{word}"' for word in words) + f" or a number of months from {least}"
        self.wrong("wrong-kind", where, found=show(raw), expected=expected)
        return None

    def shares(self, written: Iterable[Decimal | None], where: str) -> None:
        """Note shares that are out of range or do not add up to the whole."""
        given = list(written)
        if None in given:
            return
        shares = [share for share in given if share is not None]
        for share in shares:
            if share < 0:
                self.wrong("share-out-of-range", where, found=f"{share:f}")
        whole = sum(shares, Decimal(0))
        if whole != ONE:
            self.wrong("shares-not-whole", where, found=f"{(whole * 100).normalize():f}%")

    def split(self, raw: object, where: str) -> tuple[tuple[str, Decimal], ...]:
        """Return the shares of the roles, in the order of the file."""
        shares: list[tuple[str, Decimal | None]] = []
        for role, share in mapping(raw).items():
            if role not in ("acquisition", "care"):
                near = nearest(role, ("acquisition", "care"))
                self.wrong("unknown-name", join(where, role), found=role, expected="acquisition, care", nearest=near)
            shares.append((role, self.figure(share, join(where, role), "rate")))
        self.shares((share for _, share in shares), where)
        return tuple((role, share) for role, share in shares if share is not None)

    def instalments(self, raw: object, where: str) -> tuple[Instalment, ...]:
        """Return the instalments of a payment made once."""
        read = self.tables(raw, grammar.INSTALMENT, where)
        self.shares((one["share"] for one in read), where)
        return tuple(Instalment(share=one["share"] or Decimal(0), lag=one["lag"] or 0) for one in read)

    def clawback(self, raw: object, where: str) -> Clawback | None:
        """Return what the vendor takes back."""
        one = self.section(raw, grammar.CLAWBACK, where)
        share, window = one["share"], one["window"]
        if isinstance(raw, Mapping) and "window" not in raw and not isinstance(share, Bands | Ref):
            self.wrong("missing-key", join(where, "window"), key="window")
        return Clawback(window=window, share=None if share == "prorated" else share, on_shrink=bool(one["on_shrink"]))

    def clawback_share(self, raw: object, where: str) -> Value | str | None:
        """Return "prorated", a fraction, or a table by elapsed months."""
        if raw == "prorated":
            return "prorated"
        share = self.value("rate", raw, where)
        for part in parts(share) if share else ():
            if isinstance(part, Fixed) and not 0 <= part.figure <= 1:
                self.wrong("share-out-of-range", where, found=show(raw))
            if isinstance(part, Bands | Choices) and part.by != "elapsed":
                self.wrong("fact-not-here", where, fact=part.by)
        return share

    def source(self, raw: object, where: str) -> str | None:
        """Return the id of a source that the file has."""
        if raw in self.sources:
            return str(raw)
        near = nearest(str(raw), [str(source) for source in self.sources])
        self.wrong("unknown-source", where, found=show(raw), nearest=near)
        return None

    def format(self, raw: object, where: str) -> int | None:
        """Return the format's number, which must be 1."""
        if isinstance(raw, int) and raw == 1 and raw is not True:
            return 1
        self.wrong("unknown-format", where, found=show(raw), expected="1")
        return None


def mapping(raw: object) -> Mapping[str, Any]:
    """Return a table, or an empty one for anything else."""
    return raw if isinstance(raw, Mapping) else {}


_TESTS: Final[Mapping[Kind, tuple[str, ...]]] = {
    Kind.NUMBER: ("at_least", "below", "is", "one_of"),
    Kind.TEXT: ("is", "one_of"),
    Kind.FLAG: ("is",),
    Kind.DAY: ("from", "until"),
    Kind.SET: ("includes",),
}


def _value_of(kind: str) -> Any:  # noqa: ANN401 - a parser
    def parse(reader: KindReader, raw: object, where: str, _key: Key) -> Value | None:
        return reader.value(kind, raw, where)

    return parse


def _month(reader: Reader, raw: object, where: str, key: Key) -> int | None:
    month = reader.count(raw, where, key, least=1)
    if month is not None and month > 12:  # noqa: PLR2004 - months of a year
        reader.wrong("wrong-kind", where, found=month, expected="a month from 1 to 12")
        return None
    return month


_KINDS: Final[dict[str, Any]] = {
    "rate": _value_of("rate"),
    "number": _value_of("number"),
    "limit": _value_of("limit"),
    "format": lambda reader, raw, where, _key: reader.format(raw, where),
    "source": lambda reader, raw, where, _key: reader.source(raw, where),
    "input value": lambda _reader, raw, _where, _key: raw,
    "input figure": lambda _reader, raw, _where, _key: raw,
    "conditions": lambda reader, raw, where, _key: reader.conditions(raw, where),
    "month": _month,
    "months": lambda reader, raw, where, _key: reader.months(raw, where, ("term", "life")),
    "upfront": lambda reader, raw, where, _key: reader.months(raw, where, ("term",)),
    "life or count": lambda reader, raw, where, _key: reader.months(raw, where, ("life",), least=0),
    "split": lambda reader, raw, where, _key: reader.split(raw, where),
    "instalments": lambda reader, raw, where, _key: reader.instalments(raw, where),
    "clawback": lambda reader, raw, where, _key: reader.clawback(raw, where),
    "clawback share": lambda reader, raw, where, _key: reader.clawback_share(raw, where),
}
