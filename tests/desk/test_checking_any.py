"""Whatever program reads well can be checked, and whatever is found can be said."""

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dealbook.desk.checking import advice, check_text
from dealbook.domain.deal import CATEGORIES
from dealbook.language import language
from dealbook.programs.facts import FACTS, Kind
from tests.desk.test_wording import check_whole

HEAD = """\
format = 1
[program]
id = "p"
vendor = "V"
name = "P"
version = "1"
effective_from = 2020-01-01
covers = ["ucaas", "ccaas"]
countries = ["DE"]
[inputs.a]
[inputs.b]
value = { by = "term", "12" = "$a", "24" = "2x" }
[standing.quota]
fact = "won_mrr"
target = 1000
[[standing.tier]]
name = "Gold"
"""
ROWS: dict[Kind, list[str]] = {
    Kind.NUMBER: ["0", "1", "10%", "12", "24", "36"],
    Kind.DAY: ["2019-01-01", "2020-01-01", "2021-06-30"],
    Kind.FLAG: ["true", "false", "else"],
    Kind.TEXT: ["Gold", "DE", "new", "existing", "ucaas", "else"],
}
FIGURES = st.sampled_from(["0%", "5%", "2x", "-1%", "$a", "$b"])
NARROWED = st.sampled_from(["ucaas", "ccaas", "sip"])


@st.composite
def tables(draw: st.DrawFn, inner: st.SearchStrategy[Any], kept_out: tuple[str, ...] = ()) -> dict[str, Any]:
    keyed = [name for name, spec in FACTS.items() if spec.kind is not Kind.SET and name not in ("elapsed", *kept_out)]
    fact = draw(st.sampled_from(keyed))
    spec = FACTS[fact]
    known = {"category": [*CATEGORIES[:3], "else"], "customer_kind": [*spec.choices, "else"]}
    names = draw(st.lists(st.sampled_from(known.get(fact, ROWS[spec.kind])), min_size=1, max_size=4, unique=True))
    of = {"of": draw(NARROWED)} if spec.narrows and draw(st.booleans()) else {}
    return {"by": fact, **of, **{name: draw(inner) for name in names}}


VALUES = st.recursive(FIGURES, tables, max_leaves=6)
FACTORS = st.recursive(FIGURES, lambda inner: tables(inner, ("product", "category")), max_leaves=4)
SHARES = st.sampled_from(["0%", "5%", "$a"])


@st.composite
def conditions(draw: st.DrawFn) -> dict[str, Any]:
    fact = draw(st.sampled_from([name for name in FACTS if name not in ("product", "category", "elapsed", "renewal")]))
    limit = st.sampled_from(["$a", 0, 1, 12, 20, "50%"])
    tests: dict[Kind, dict[str, st.SearchStrategy[Any]]] = {
        Kind.NUMBER: {"at_least": limit, "below": limit, "is": limit, "one_of": st.just(["12", "x", "24"])},
        Kind.DAY: {"from": st.sampled_from(ROWS[Kind.DAY]), "until": st.sampled_from(ROWS[Kind.DAY])},
        Kind.FLAG: {"is": st.booleans()},
        Kind.TEXT: {
            "is": st.sampled_from(ROWS[Kind.TEXT]),
            "one_of": st.lists(st.sampled_from(ROWS[Kind.TEXT]), max_size=3),
        },
        Kind.SET: {"includes": st.lists(NARROWED, min_size=1, max_size=2)},
    }
    fitting = tests[FACTS[fact].kind]
    used = draw(st.lists(st.sampled_from(sorted(fitting)), min_size=1, unique=True))
    of = {"of": draw(NARROWED)} if FACTS[fact].narrows and draw(st.booleans()) else {}
    return {"fact": fact, **of, **{name: draw(fitting[name]) for name in used}}


def component(**keys: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {"rate": VALUES, **keys},
        optional={
            "requires": st.lists(conditions(), max_size=3),
            "points": VALUES,
            "renewal": FACTORS,
            "renewal_bonus": FACTORS,
            "upfront_fee": SHARES,
            "cash": SHARES,
            "on": st.lists(NARROWED, min_size=1, max_size=2, unique=True),
            "growth": st.just("ignored"),
            "growth_rate": st.just("current"),
            "vests_after": st.integers(0, 12),
            "exclusive_group": st.just("a"),
            "clawback": st.fixed_dictionaries({"window": st.integers(0, 12), "share": st.just("50%")}),
        },
    )


COMPONENTS = st.one_of(
    component(),
    component(every=st.sampled_from(["month", "year"]), months=st.sampled_from(["term", "life", 12])),
    component(upfront=st.sampled_from(["term", 24]), months=st.sampled_from(["life", 12])),
)


def inline(value: object) -> str:
    """Write a value as TOML."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f'"{name}" = {inline(one)}' for name, one in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(inline, value)) + "]"
    return json.dumps(value)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(COMPONENTS, min_size=1, max_size=4), st.lists(conditions(), max_size=3))
def test_any_program_can_be_checked(components: list[dict[str, Any]], requires: list[dict[str, Any]]) -> None:
    text = f'{HEAD}[[plan]]\nid = "agent"\nmodel = "agent"\nrequires = {inline(requires)}\n'
    for i, keys in enumerate(components):
        text += f'[[plan.pays]]\nid = "c{i}"\nbasis = "mrr"\n'
        text += "".join(f"{name} = {inline(value)}\n" for name, value in keys.items())
    for problem in check_text(text):
        for words in map(language, ("en", "de", "fr")):
            what, mend = advice(problem, words)
            check_whole(what)
            check_whole(mend)
