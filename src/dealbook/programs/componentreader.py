"""Reads one component of a plan, and what may not stand together in it (programs.md §6)."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from dealbook.domain.money import ONE
from dealbook.programs import grammar
from dealbook.programs.facts import LINE_FACTS
from dealbook.programs.kinds import KindReader, mapping
from dealbook.programs.model import Component, Input
from dealbook.programs.sections import join
from dealbook.programs.values import Bands, Choices, Fixed, Value, parts, reached

_BLOCKS: Final = {None: 0, "month": 1, "quarter": 3, "year": 12}
_RATE_BASES: Final = frozenset({"mrr", "nrc", "tcv", "margin"})
_EVERY_BASES: Final = frozenset({"mrr", "margin", "seats", "deal"})
_VALUE_KEYS: Final = ("rate", "points", "amount", "renewal", "renewal_bonus", "upfront_fee", "cap", "floor", "cash")


def read_component(reader: KindReader, raw: object, where: str, inputs: Mapping[str, Input]) -> Component:
    """Return a component; what is wrong with it is noted in `reader`."""
    one = reader.section(raw, grammar.COMPONENT, where)
    _check_when(reader, one, where)
    _check_figure(reader, one, mapping(raw), where, inputs)
    check_places(reader, one, where, inputs, _VALUE_KEYS)
    check_pairs(reader, mapping(raw), where, {"cap_per": "cap"})
    check_shares(reader, one, where, ("upfront_fee", "cash"))
    return Component(
        **{
            **one,
            "at": one["at"] or "signing",
            "every": _BLOCKS[one["every"] or ("month" if one["upfront"] else None)],
            "months": one["months"] or "term",
            "after_leaving": "life" if one["after_leaving"] is None else one["after_leaving"],
        }
    )


def _check_when(reader: KindReader, one: Mapping[str, Any], where: str) -> None:
    if one["every"] and one["at"] and not one["upfront"]:
        reader.wrong("at-and-every", join(where, "every"))
    basis = one["basis"]
    if (one["every"] or one["upfront"]) and basis and basis not in _EVERY_BASES:
        reader.wrong("wrong-every", join(where, "basis"), found=basis, expected=", ".join(sorted(_EVERY_BASES)))
    if one["months"] and not (one["every"] or one["upfront"]):
        reader.wrong("months-without-every", join(where, "months"))


def _check_figure(
    reader: KindReader, one: Mapping[str, Any], raw: Mapping[str, Any], where: str, inputs: Mapping[str, Input]
) -> None:
    right, wrong = ("rate", "amount") if one["basis"] in _RATE_BASES else ("amount", "rate")
    if one["basis"] and wrong in raw:
        reader.wrong("wrong-figure", join(where, wrong), found=wrong, expected=right, basis=one["basis"])
    elif one["basis"] and right not in raw:
        reader.wrong("missing-key", join(where, right), key=right)
    if right == "amount" and one["points"] is not None:
        reader.wrong("wrong-figure", join(where, "points"), found="points", expected=right, basis=one["basis"])
    given = list(_with_inputs(one[right], inputs))
    all_given = [*given, *_with_inputs(one["points"], inputs)]
    goes_by_line = any(isinstance(value, Choices) and value.by in LINE_FACTS for value in all_given)
    if goes_by_line and one["basis"] == "deal":
        reader.wrong("fact-not-here", join(where, right), fact="product, category")
    for value in given:
        if isinstance(value, Bands) and value.marginal:
            if goes_by_line:
                reader.wrong("wrong-marginal", join(where, right), found=value.by, basis=one["basis"])
            narrow = value.of is not None and one["on"] is not None and value.of not in one["on"]
            if value.by != one["basis"] or narrow:
                reader.wrong("wrong-marginal", join(where, right), found=value.by, basis=one["basis"])


def check_places(
    reader: KindReader, one: Mapping[str, Any], where: str, inputs: Mapping[str, Input], keys: Iterable[str]
) -> None:
    """Refuse facts that do not exist where a value stands: a line's, or the time of a loss."""
    for key in keys:
        barred = {"elapsed"} if key in ("rate", "amount", "points") else {"elapsed", "product", "category"}
        for value in _with_inputs(one[key], inputs):
            if isinstance(value, Bands | Choices) and value.by in barred:
                reader.wrong("fact-not-here", join(where, key), fact=value.by)
            if isinstance(value, Bands) and value.marginal and key not in ("rate", "amount"):
                reader.wrong("wrong-marginal", join(where, key), found=value.by, basis=one.get("basis", ""))


def check_pairs(reader: KindReader, raw: Mapping[str, Any], where: str, needs: Mapping[str, str]) -> None:
    """Refuse a key that says nothing without another one."""
    for key, needed in needs.items():
        if key in raw and needed not in raw:
            reader.wrong("missing-key", join(where, needed), key=needed)


def check_shares(reader: KindReader, one: Mapping[str, Any], where: str, keys: Iterable[str]) -> None:
    """Refuse parts of a whole that are more than the whole, or less than nothing."""
    for key in keys:
        for value in parts(one[key]) if one[key] is not None else ():
            if isinstance(value, Fixed) and not 0 <= value.figure <= ONE:
                reader.wrong("share-out-of-range", join(where, key), found=f"{value.figure:f}")


def _with_inputs(value: Value | None, inputs: Mapping[str, Input]) -> Iterable[Value]:
    """Yield the parts of a value and of the inputs it refers to."""
    if value is not None:
        yield from reached(value, {name: one.value for name, one in inputs.items()})
