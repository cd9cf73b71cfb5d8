"""TOML text -> Program, with problems that point at file and key (programs.md §1 to §6).

Every problem of a file is listed; nothing is half-loaded. The keys stand in `grammar`, the plain kinds in `sections`,
the forms of values in `valuereader`; here is what belongs to programs: references, conditions, plans, components.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

from dealbook.domain.money import ONE
from dealbook.domain.problem import Problem
from dealbook.programs import grammar
from dealbook.programs.conditions import Condition
from dealbook.programs.facts import FACTS, LINE_FACTS, Kind
from dealbook.programs.grammar import Key
from dealbook.programs.limits import MOST_ITEMS
from dealbook.programs.model import (
    Buy,
    Clawback,
    Component,
    Input,
    Instalment,
    Plan,
    Program,
    Quota,
    Source,
    Standing,
    Tier,
)
from dealbook.programs.references import FARTHEST, reference_cycles, too_far
from dealbook.programs.sections import Reader, join, load_toml, nearest, show
from dealbook.programs.valuereader import ValueReader
from dealbook.programs.values import Bands, Choices, Fixed, Ref, Value, parts, reached

_BLOCKS: Final = {None: 0, "month": 1, "quarter": 3, "year": 12}
_RATE_BASES: Final = frozenset({"mrr", "nrc", "tcv", "margin"})
_EVERY_BASES: Final = frozenset({"mrr", "margin", "seats", "deal"})
_LONGEST: Final = 1200
_VALUE_KEYS: Final = ("rate", "points", "amount", "renewal", "renewal_bonus", "upfront_fee", "cap", "floor", "cash")
_MOST_PLANS: Final = 50
"""Plans of a program, and components of a plan."""


def read_program(text: str, name: str = "program") -> Program:
    """Return the program of a file's text.

    Raises ProblemsError with every problem found; each has its key path in `where` and, where it can be told, `line`.
    """
    raw = load_toml(text, name)
    reader = ProgramReader(raw)
    with reader.judging(text):
        program = reader.program(raw)
        reader.problems = _told_once(raw, reader.problems)
    return program


def _told_once(raw: Mapping[str, Any], problems: list[Problem]) -> list[Problem]:
    """Leave out what only follows from another problem: the keys of a missing section, of another sort of file."""
    other = next((name for name in ("deal", "partner") if name in raw and "program" not in raw), None)
    if other is not None:
        return [Problem("no-program", "", {"found": f"[{other}]"})]
    missing = {problem.where for problem in problems if problem.code == "missing-key"}
    told = (p for p in problems if p.code == "missing-key" or p.where not in missing)
    return [p for p in told if not any(p.where.startswith(f"{where}.") for where in missing)]


class ProgramReader(Reader):
    """Reads the sections of a program file."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        """Know the names of the file's inputs and sources, so that references can be checked."""
        super().__init__(_KINDS)
        self.inputs = frozenset(_mapping(raw.get("inputs")))
        sources = raw.get("source")
        self.sources = [s.get("id") for s in sources if isinstance(s, dict)] if isinstance(sources, list) else []

    def program(self, raw: Mapping[str, Any]) -> Program:
        """Return the program; whatever is wrong is in `problems`."""
        file = self.section(raw, grammar.FILE, "")
        head = self.section(file["program"] or {}, grammar.PROGRAM, "program")
        inputs = self._inputs(file["inputs"])
        given = self.array(file["plan"], "plan", _MOST_PLANS)
        plans = tuple(self._plan(one, f"plan[{i}]", inputs) for i, one in enumerate(given))
        self._check_plans(plans)
        self._check_head(head)
        return Program(
            **head,
            sources=tuple(Source(**one) for one in self.tables(file["source"], grammar.SOURCE, "source")),
            inputs=inputs,
            standing=self._standing(file["standing"]),
            plans=plans,
        )

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

    def _inputs(self, raw: object) -> dict[str, Input]:
        given = _mapping(raw)
        if len(given) > MOST_ITEMS:
            self.wrong("too-many", "inputs", found=len(given), most=MOST_ITEMS)
            return {}
        inputs = {name: self._input(name, one) for name, one in given.items()}
        values = {name: one.value for name, one in inputs.items()}
        for cycle in reference_cycles(values):
            self.wrong("cyclic-reference", f"inputs.{cycle[0]}.value", cycle=" → ".join(f"${name}" for name in cycle))
        for name in too_far(values):
            self.wrong("too-deep", f"inputs.{name}.value", most=FARTHEST)
        return inputs

    def _input(self, name: str, raw: object) -> Input:
        where = f"inputs.{name}"
        self.parse(Key("id"), name, where)
        one = self.section(raw, grammar.INPUT, where)
        kind = one["kind"] or "rate"
        value, at_most = one["value"], one["at_most"]
        one["value"] = None if value is None else self.value(kind, value, join(where, "value"))
        one["at_most"] = None if at_most is None else self.figure(at_most, join(where, "at_most"), kind)
        return Input(name=name, **{key: one[key] for key in grammar.INPUT})

    # -- conditions and standing ---------------------------------------------------------------------------------

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

    def _standing(self, raw: object) -> Standing:
        if raw is None:
            return Standing()
        one = self.section(raw, grammar.STANDING, "standing")
        quota, tiers = one.pop("quota"), one.pop("tier")
        return Standing(
            **one,
            quota=None if quota is None else self._quota(quota),
            tiers=tuple(Tier(**tier) for tier in self._tiers(tiers)),
        )

    def _quota(self, raw: object) -> Quota:
        one = self.section(raw, grammar.QUOTA, "standing.quota")
        return Quota(fact=one["fact"], target=one["target"], grows=one["grows"] or Decimal(0))

    def _tiers(self, raw: object) -> list[dict[str, Any]]:
        tiers = self.tables(raw, grammar.TIER, "standing.tier")
        for i, tier in enumerate(tiers):
            for condition in (*(tier["requires"] or ()), *(tier["any_of"] or ())):
                if condition.fact == "tier":
                    self.wrong("cyclic-reference", f"standing.tier[{i}]", cycle="tier → tier")
        self._unique((tier["name"] for tier in tiers), "standing.tier", "name")
        return tiers

    # -- plans ---------------------------------------------------------------------------------------------------

    def _plan(self, raw: object, where: str, inputs: Mapping[str, Input]) -> Plan:
        one = self.section(raw, grammar.PLAN, where)
        one["name"] = one["name"] or one["id"] or ""
        pays = self.array(one["pays"] or [], join(where, "pays"), _MOST_PLANS)
        components = tuple(self._component(c, f"{where}.pays[{i}]", inputs) for i, c in enumerate(pays))
        self._unique((c.id for c in components), join(where, "pays"), "id")
        buy = one["buy"]
        one["buy"] = None if buy is None else Buy(**self.section(buy, grammar.BUY, join(where, "buy")))
        one["pays"] = components
        self._check_shares(one, where, ("partner_share",))
        self._check_places(one, where, inputs, ("minimum_payout",))
        self._check_pairs(_mapping(raw), where, {"below_minimum": "minimum_payout"})
        return Plan(**one)

    def _check_plans(self, plans: Iterable[Plan]) -> None:
        plans = list(plans)
        self._unique((plan.id for plan in plans), "plan", "id")
        following = {plan.id: plan.otherwise for plan in plans if plan.id}
        for i, plan in enumerate(plans):
            seen, at = [plan.id], plan.otherwise
            if at is not None and at not in following:
                self.wrong("unknown-plan", f"plan[{i}].otherwise", found=at, nearest=nearest(at, following))
            while at is not None and at not in seen:
                seen.append(at)
                at = following.get(at)
            if at is not None and at == plan.id:
                self.wrong("cyclic-reference", f"plan[{i}].otherwise", cycle=" → ".join([*seen, at]))

    def _check_head(self, head: Mapping[str, Any]) -> None:
        first, after = head["effective_from"], head["effective_until"]
        if first and after and after <= first:
            self.wrong("end-before-start", "program.effective_until", found=after, expected=f"after {first}")
        if head["id"] in head["succeeds"]:
            self.wrong("cyclic-reference", "program.succeeds", cycle=f"{head['id']} → {head['id']}")

    def _unique(self, names: Iterable[str | None], where: str, key: str) -> None:
        seen: set[str] = set()
        for i, name in enumerate(names):
            if name in seen:
                self.wrong("double-name", f"{where}[{i}].{key}", found=name)
            seen.add(name or "")

    # -- components ----------------------------------------------------------------------------------------------

    def _component(self, raw: object, where: str, inputs: Mapping[str, Input]) -> Component:
        one = self.section(raw, grammar.COMPONENT, where)
        self._check_when(one, where)
        self._check_figure(one, _mapping(raw), where, inputs)
        self._check_places(one, where, inputs, _VALUE_KEYS)
        self._check_pairs(_mapping(raw), where, {"cap_per": "cap"})
        self._check_shares(one, where, ("upfront_fee", "cash"))
        return Component(
            **{
                **one,
                "at": one["at"] or "signing",
                "every": _BLOCKS[one["every"] or ("month" if one["upfront"] else None)],
                "months": one["months"] or "term",
                "after_leaving": "life" if one["after_leaving"] is None else one["after_leaving"],
            }
        )

    def _check_when(self, one: Mapping[str, Any], where: str) -> None:
        if one["every"] and one["at"] and not one["upfront"]:
            self.wrong("at-and-every", join(where, "every"))
        basis = one["basis"]
        if (one["every"] or one["upfront"]) and basis and basis not in _EVERY_BASES:
            self.wrong("wrong-every", join(where, "basis"), found=basis, expected=", ".join(sorted(_EVERY_BASES)))
        if one["months"] and not (one["every"] or one["upfront"]):
            self.wrong("months-without-every", join(where, "months"))

    def _check_figure(
        self, one: Mapping[str, Any], raw: Mapping[str, Any], where: str, inputs: Mapping[str, Input]
    ) -> None:
        right, wrong = ("rate", "amount") if one["basis"] in _RATE_BASES else ("amount", "rate")
        if one["basis"] and wrong in raw:
            self.wrong("wrong-figure", join(where, wrong), found=wrong, expected=right, basis=one["basis"])
        elif one["basis"] and right not in raw:
            self.wrong("missing-key", join(where, right), key=right)
        if right == "amount" and one["points"] is not None:
            self.wrong("wrong-figure", join(where, "points"), found="points", expected=right, basis=one["basis"])
        given = list(_with_inputs(one[right], inputs))
        all_given = [*given, *_with_inputs(one["points"], inputs)]
        goes_by_line = any(isinstance(value, Choices) and value.by in LINE_FACTS for value in all_given)
        if goes_by_line and one["basis"] == "deal":
            self.wrong("fact-not-here", join(where, right), fact="product, category")
        for value in given:
            if isinstance(value, Bands) and value.marginal:
                if goes_by_line:
                    self.wrong("wrong-marginal", join(where, right), found=value.by, basis=one["basis"])
                narrow = value.of is not None and one["on"] is not None and value.of not in one["on"]
                if value.by != one["basis"] or narrow:
                    self.wrong("wrong-marginal", join(where, right), found=value.by, basis=one["basis"])

    def _check_places(
        self, one: Mapping[str, Any], where: str, inputs: Mapping[str, Input], keys: Iterable[str]
    ) -> None:
        """Refuse facts that do not exist where a value stands: a line's, or the time of a loss."""
        for key in keys:
            barred = {"elapsed"} if key in ("rate", "amount", "points") else {"elapsed", "product", "category"}
            for value in _with_inputs(one[key], inputs):
                if isinstance(value, Bands | Choices) and value.by in barred:
                    self.wrong("fact-not-here", join(where, key), fact=value.by)
                if isinstance(value, Bands) and value.marginal and key not in ("rate", "amount"):
                    self.wrong("wrong-marginal", join(where, key), found=value.by, basis=one.get("basis", ""))

    def _check_pairs(self, raw: Mapping[str, Any], where: str, needs: Mapping[str, str]) -> None:
        """Refuse a key that says nothing without another one."""
        for key, needed in needs.items():
            if key in raw and needed not in raw:
                self.wrong("missing-key", join(where, needed), key=needed)

    def _check_shares(self, one: Mapping[str, Any], where: str, keys: Iterable[str]) -> None:
        """Refuse parts of a whole that are more than the whole, or less than nothing."""
        for key in keys:
            for value in parts(one[key]) if one[key] is not None else ():
                if isinstance(value, Fixed) and not 0 <= value.figure <= ONE:
                    self.wrong("share-out-of-range", join(where, key), found=f"{value.figure:f}")

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
        for role, share in _mapping(raw).items():
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


def _with_inputs(value: Value | None, inputs: Mapping[str, Input]) -> Iterable[Value]:
    """Yield the parts of a value and of the inputs it refers to."""
    if value is not None:
        yield from reached(value, {name: one.value for name, one in inputs.items()})


def _mapping(raw: object) -> Mapping[str, Any]:
    return raw if isinstance(raw, Mapping) else {}


_TESTS: Final[Mapping[Kind, tuple[str, ...]]] = {
    Kind.NUMBER: ("at_least", "below", "is", "one_of"),
    Kind.TEXT: ("is", "one_of"),
    Kind.FLAG: ("is",),
    Kind.DAY: ("from", "until"),
    Kind.SET: ("includes",),
}


def _value_of(kind: str) -> Any:  # noqa: ANN401 - a parser
    def parse(reader: ProgramReader, raw: object, where: str, _key: Key) -> Value | None:
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
