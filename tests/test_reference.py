"""The engine held against a naive reading of the language (tests/reference.py), on programs and deals made at random."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dealbook.earnings.compare import estimates
from dealbook.earnings.estimate import Estimate
from dealbook.programs.catalog import Catalog
from dealbook.programs.dealfile import read_deal, read_partner
from dealbook.programs.terms import all_terms
from tests import reference
from tests.reference import Outcome

Data = dict[str, Any]
TOTALS = ("upfront", "monthly", "first_year", "term", "total", "present_value", "expected_value", "coop")

# --- data as TOML, and through the engine -------------------------------------------------------------------------------


def toml(value: Any) -> str:
    """Write a value as TOML, tables inline."""
    match value:
        case bool():
            return str(value).lower()
        case str():
            return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
        case date():
            return value.isoformat()
        case Mapping():
            return "{" + ", ".join(f"{toml(k)} = {toml(v)}" for k, v in value.items()) + "}"
        case list() | tuple():
            return "[" + ", ".join(map(toml, value)) + "]"
        case _:
            return str(value)


def file(data: Mapping[str, Any]) -> str:
    """Write a file's text."""
    return "\n".join(f"{toml(key)} = {toml(value)}" for key, value in data.items()) + "\n"


def engine(program: Data, deal: Data, partner: Data, later: tuple[Data, ...] = ()) -> dict[str, Estimate]:
    """Return the engine's estimates by plan."""
    catalog = Catalog.load((p["program"]["version"], file(p)) for p in (program, *later))
    assert not catalog.problems, catalog.problems
    read, partner_file = read_deal(file(deal), "deal"), read_partner(file(partner), "partner")
    terms = all_terms(catalog, partner_file.partner, partner_file.enrolments, read.signed)
    found = estimates(read, read.offers[0], terms, partner_file.partner.assume, rates=partner_file.rates)
    return {estimate.plan: estimate for estimate in found}


def spread(estimate: Estimate) -> Counter[tuple[str, str, str, int]]:
    """Spread runs out to single months."""
    cash: Counter[tuple[str, str, str, int]] = Counter()
    for p in estimate.payments:
        for i in range(p.count):
            cash[p.component, str(p.role), str(p.kind), p.month + i * p.every] += Fraction(p.amount)  # type: ignore[assignment]
    return Counter({key: amount for key, amount in cash.items() if amount})


def totals_of(estimate: Estimate) -> dict[str, Fraction] | None:
    return None if estimate.totals is None else {name: Fraction(getattr(estimate.totals, name)) for name in TOTALS}


def assert_same(found: Estimate, wanted: Outcome) -> None:
    assert (str(found.status), found.tier or None) == (wanted.status, wanted.tier), found.problems
    assert spread(found) == wanted.payments
    assert totals_of(found) == wanted.totals


# --- data made at random ------------------------------------------------------------------------------------------------

CATEGORIES = ("ucaas", "ccaas", "hardware", "saas")
percents = st.sampled_from(["1%", "7.5%", "12%", "15%", "33.3%", "50%", "84%", "100%"])
multiples = st.sampled_from(["1x", "2x", "2.5x", "8x"])
rates = percents | multiples
money = st.decimals(min_value=0, max_value=400, places=2)
amounts = st.sampled_from([1, 8, 20, Decimal("12.50"), Decimal("0.33"), 250])


def cents(low: int, high: int) -> st.SearchStrategy[Decimal]:
    return st.integers(low, high).map(lambda n: Decimal(n) / 100)


@st.composite
def lines(draw: st.DrawFn, number: int) -> Data:
    line: Data = {"product": f"p{number}", "category": draw(st.sampled_from(CATEGORIES)), "quantity": draw(st.integers(1, 60))}
    line["charge"] = draw(st.sampled_from(["monthly", "monthly", "monthly", "annual", "one-time"]))
    price = draw(cents(1, 9000))
    if draw(st.booleans()):
        line["unit_price"] = price
        if draw(st.booleans()):
            line["list_price"] = draw(st.sampled_from([price, round(price * Decimal("1.1"), 2), round(price * Decimal("0.75"), 2)]))
    else:
        line["list_price"] = price
        if draw(st.booleans()):
            line["discount"] = draw(st.sampled_from(["10%", "3.33%", "5%"]))
    if draw(st.booleans()):
        line["buy_price"] = round(price * Decimal(draw(st.sampled_from(["0.5", "0.37", "0.8"]))), 2)
    if line["charge"] != "one-time" and draw(st.integers(0, 3)) == 3:
        line["free_months"] = draw(st.integers(1, 5))
    if line["charge"] == "monthly" and draw(st.integers(0, 3)) == 3:
        steps = sorted(draw(st.sets(st.integers(2, 20), min_size=1, max_size=2)))
        sizes = sorted(draw(st.lists(st.integers(1, line["quantity"]), min_size=len(steps), max_size=len(steps))))
        line["ramp"] = [
            {"from_month": m, "quantity": q} for m, q in zip([1, *steps], [*sizes, line["quantity"]], strict=True)
        ]
    if draw(st.integers(0, 3)) == 3:
        line["seats_each"] = draw(st.integers(0, 3))
    return line


@st.composite
def events(draw: st.DrawFn, found: list[Data], months: int, kinds: tuple[str, ...]) -> list[Data]:
    made: list[Data] = []
    left = {line["product"]: line["quantity"] for line in found}
    at = sorted(draw(st.sets(st.integers(1, months + 2), max_size=4)))
    for month in at:
        kind = draw(st.sampled_from(kinds))
        event: Data = {"month": month, "kind": kind}
        if kind in {"add", "remove"}:
            if not left:
                continue
            event["product"] = draw(st.sampled_from(sorted(left)))
            most = 30 if kind == "add" else left[event["product"]]
            if most == 0:
                continue
            event["quantity"] = draw(st.integers(1, most))
            left[event["product"]] += event["quantity"] if kind == "add" else -event["quantity"]
        if kind == "handover":
            event["role"] = draw(st.sampled_from(["acquisition", "care"]))
            event["to"] = draw(st.sampled_from(["other", "us"]))
        made.append(event)
        if kind == "cancel":
            break
    return made


@st.composite
def deals(draw: st.DrawFn, kinds: tuple[str, ...] = (), *, count: int = 3) -> Data:
    signed = draw(st.dates(date(2024, 1, 1), date(2027, 12, 31)))
    starts = date.fromordinal(signed.toordinal() + draw(st.integers(0, 70)))
    term = draw(st.sampled_from([1, 6, 12, 13, 24, 30, 36]))
    head: Data = {"customer": "Customer", "signed": signed, "starts": starts, "term": term}
    head |= {"currency": "EUR", "country": "DE", "customer_kind": draw(st.sampled_from(["new", "existing", "migration"]))}
    head |= {"registered": draw(st.booleans()), "renewals": draw(st.integers(0, 2)), "renewal_term": draw(st.sampled_from([1, 6, 12]))}
    if draw(st.integers(0, 4)) == 4:
        head["roles"] = draw(st.sampled_from([["acquisition"], ["care"], ["acquisition", "care"]]))
    found = [draw(lines(n)) for n in range(draw(st.integers(1, count)))]
    deal: Data = {"deal": head, "line": found}
    if kinds:
        deal["event"] = draw(events(found, term + head["renewals"] * head["renewal_term"], kinds))
    return deal


@st.composite
def tables(draw: st.DrawFn, figures: st.SearchStrategy[Any], by_line: bool = False, deep: int = 1) -> Data:  # noqa: FBT002
    """Make a table on a fact of the deal, whole; rows may be tables again."""
    inner = figures if deep == 0 else st.one_of(figures, figures, tables(figures, deep=deep - 1))
    numeric = {
        "term": ["1", "12", "24", "36"], "seats": ["0", "10", "25", "50"], "mrr": ["0", "200", "1000", "12.5"],
        "nrc": ["0", "100", "500"], "tcv": ["0", "1000", "20000"], "discount": ["0", "5%", "10%"],
        "company_size": ["1", "10"], "won_seats": ["0", "20", "100"], "won_deals": ["1", "3"], "won_tcv": ["0", "10000"],
    }  # fmt: skip
    texts = {"customer_kind": ["new", "existing"], "country": ["DE", "FR"]}
    if by_line:
        texts = {"category": ["ucaas", "ccaas", "saas"], "product": ["p0", "p1", "p2"]}
        by = draw(st.sampled_from(sorted(texts)))
    else:
        by = draw(st.sampled_from(sorted({**numeric, **texts})))
    keys = numeric.get(by) or texts[by]
    chosen = draw(st.sets(st.sampled_from(keys), min_size=1))
    table: Data = {"by": by, **{key: draw(inner) for key in keys if key in chosen}}
    if by in {"seats", "mrr", "nrc", "tcv"} and draw(st.booleans()):
        table["of"] = draw(st.sampled_from(CATEGORIES))
    if by in texts and draw(st.booleans()):
        table["else"] = draw(figures)
    return table


@st.composite
def slices(draw: st.DrawFn, pays: Data, figures: st.SearchStrategy[Any]) -> Data:
    """Make a marginal table on the component's own basis."""
    keys = sorted(draw(st.sets(st.sampled_from([0, 5, 20, 100, 500, 2500]), min_size=1, max_size=4)))
    table: Data = {"by": pays["basis"], "mode": "marginal", **{str(key): draw(figures) for key in keys}}
    if "on" in pays:
        table["of"] = pays["on"][0]
    return table


conditions = st.one_of(
    st.builds(lambda n: {"fact": "term", "at_least": n}, st.sampled_from([12, 24, 36])),
    st.builds(lambda n: {"fact": "seats", "below": n}, st.sampled_from([20, 60])),
    st.builds(lambda n: {"fact": "mrr", "at_least": n, "of": "ucaas"}, st.sampled_from([200, 1000])),
    st.builds(lambda kind: {"fact": "customer_kind", "is": kind}, st.sampled_from(["new", "existing"])),
    st.builds(lambda kinds: {"fact": "customer_kind", "one_of": kinds}, st.just(["new", "migration"])),
    st.builds(lambda what: {"fact": "categories", "includes": what}, st.sampled_from(CATEGORIES)),
    st.just({"fact": "signed", "from": date(2025, 1, 1), "until": date(2026, 7, 1)}),
    st.just({"fact": "discount", "below": "10%"}),
    st.just({"fact": "registered", "is": True}),
)


@st.composite
def components(draw: st.DrawFn, name: str, keys: frozenset[str], covers: list[str], shape: str | None = None) -> Data:  # noqa: C901, PLR0912, PLR0915
    """Make a component of one shape (once, upfront, recurring), with some of the keys asked for."""

    def has(key: str) -> bool:
        return key in keys and draw(st.booleans())

    pays: Data = {"id": name, "label": name}
    shape = shape or draw(st.sampled_from(["once", "upfront", "recurring"]))
    bases = ["mrr", "nrc", "tcv", "margin", "seats", "deal"] if shape == "once" else ["mrr", "margin", "seats", "deal"]
    pays["basis"] = draw(st.sampled_from([b for b in bases if f"-{b}" not in keys]))
    if shape == "once":
        pays["at"] = draw(st.sampled_from(["signing", "start"]))
    else:
        pays["every"] = draw(st.sampled_from(["month", "month", "quarter", "year"]))
        if "months" in keys:
            pays["months"] = draw(st.sampled_from(["term", "life", 7, 24, 60]))
    if shape == "upfront":
        pays["upfront"] = draw(st.sampled_from(["term", 1, 12, 24] if "months" in keys else ["term"]))
        if draw(st.booleans()):
            pays["at"] = draw(st.sampled_from(["signing", "start"]))
        if has("upfront_fee"):
            pays["upfront_fee"] = draw(percents)
    if has("on") and pays["basis"] != "deal":
        pays["on"] = draw(st.lists(st.sampled_from(covers), min_size=1, max_size=3, unique=True))
    word, figures = ("amount", amounts) if pays["basis"] in {"seats", "deal"} else ("rate", rates)
    pays[word] = draw(figures)
    if has("marginal") and pays["basis"] not in {"margin", "deal"} and len(pays.get("on", "x")) == 1:
        pays[word] = draw(slices(pays, figures))
    elif has("by_line") and word == "rate" and (shape != "once" or pays["basis"] == "nrc"):
        pays[word] = draw(tables(figures, by_line=True))
    elif has("table"):
        pays[word] = draw(tables(figures))
    if has("lag"):
        pays["lag"] = draw(st.integers(0, 5))
    if has("vests_after") and shape == "once":
        pays["vests_after"] = draw(st.integers(1, 14))
    if has("instalments") and shape == "once":
        first = draw(st.sampled_from([[50, 50], [33, 33, 34], [70, 30], [10, 20, 70]]))
        pays["instalments"] = [{"share": f"{n}%", "lag": 3 * i} for i, n in enumerate(first)]
    if has("requires"):
        pays["requires"] = draw(st.lists(conditions, max_size=2))
    if has("split"):
        a = draw(st.sampled_from([50, 70, 33, 0, 100]))
        pays["split"] = draw(st.permutations([("acquisition", f"{a}%"), ("care", f"{100 - a}%")]).map(dict))
    if has("renewal") and shape != "once":
        pays["renewal"] = draw(st.one_of(percents, st.just({"by": "renewal", "1": "50%", "2": "10%"}), st.just({"by": "renewal", "2": "20%"})))
    if has("renewal_bonus") and shape == "once":
        pays["renewal_bonus"] = draw(percents)
    if has("growth"):
        pays["growth"] = draw(st.sampled_from(["pays", "ignored"]))
    if has("growth_rate"):
        pays["growth_rate"] = draw(st.sampled_from(["original", "current"]))
    if has("clawback") and shape != "recurring":
        pays["clawback"] = draw(
            st.one_of(
                st.builds(lambda n, s: {"window": n, "share": s}, st.sampled_from([1, 6, 12, 36]), st.sampled_from(["100%", "33.3%", "prorated"])),
                st.just({"share": {"by": "elapsed", "0": "100%", "6": "50%", "12": "0%"}}),
            )
        )
        if draw(st.integers(0, 2)) == 2:
            pays["clawback"] = {**pays["clawback"], "on_shrink": draw(st.booleans())}
    if has("discounts"):
        pays["discounts"] = draw(st.sampled_from(["base", "rate", "void"]))
    if has("markup"):
        pays["markup"] = draw(st.sampled_from(["counts", "excluded"]))
    if has("cap"):
        pays["cap"] = draw(st.sampled_from([1, 100, 1000, Decimal("333.33")]))
    if has("floor"):
        pays["floor"] = draw(st.sampled_from([1, 100, 1000, Decimal("33.33")]))
        if pays["floor"] > pays.get("cap", 10**6):
            del pays["floor"]
    if has("cash"):
        pays["cash"] = draw(percents | st.just("60%")) if draw(st.booleans()) else "60%"
        if figure_of(pays["cash"]) > 1:
            pays["cash"] = "60%"
    if has("exclusive_group"):
        pays["exclusive_group"] = draw(st.sampled_from(["g", "h"]))
    return pays


def figure_of(text: str) -> Fraction:
    return reference.figure(text)


@st.composite
def programs(draw: st.DrawFn, keys: frozenset[str], *, most: int = 2, shape: str | None = None) -> Data:
    head: Data = {"id": "prog", "vendor": "V", "name": "N", "version": "1", "effective_from": date(2023, 3, 15)}
    covers = draw(st.sampled_from([CATEGORIES, CATEGORIES, ("ucaas", "ccaas"), ("ucaas", "hardware", "saas")]))
    head |= {"applies_to": "new-deals", "currency": "EUR", "covers": list(covers), "summary": "S"}
    pays = [draw(components(f"c{n}", keys, head["covers"], shape)) for n in range(draw(st.integers(1, most)))]
    plan: Data = {"id": "plan", "name": "P", "model": "resale", "buy": {"off_list": draw(st.sampled_from(["20%", "33.3%"]))}}
    if "partner_share" in keys and draw(st.booleans()):
        plan["partner_share"] = draw(st.sampled_from(["80%", "33.3%"]))
    plan["pays"] = pays
    standing = {"period": "calendar-year", "counts_this_deal": draw(st.booleans()), "takes_effect": "at-once"}
    return {"format": 1, "program": head, "standing": standing, "plan": [plan]}


@st.composite
def standings(draw: st.DrawFn) -> Data:
    """Make tiers and a quota."""
    standing: Data = {"period": "calendar-year", "counts_this_deal": draw(st.booleans()), "takes_effect": "at-once"}
    standing["quota"] = {"fact": draw(st.sampled_from(["won_mrr", "won_seats", "won_tcv", "won_deals"])), "target": "$target"}
    if draw(st.booleans()):
        standing["quota"]["grows"] = draw(st.sampled_from(["10%", "2.5%"]))
    bounds = st.one_of(
        st.builds(lambda n: {"fact": "won_seats", "at_least": n}, st.sampled_from([20, 60, 100])),
        st.builds(lambda n: {"fact": "won_mrr", "at_least": n}, st.sampled_from([500, 2000])),
        st.builds(lambda n: {"fact": "care_revenue", "at_least": n}, st.sampled_from([0, 1000])),
        st.just({"fact": "certified", "is": True}),
        st.just({"fact": "attainment", "at_least": "50%"}),
    )
    standing["tier"] = [
        {"name": name, "requires": draw(st.lists(bounds, max_size=2)), "any_of": draw(st.lists(bounds, max_size=2))}
        for name in ("Silver", "Gold", "Platinum")
    ]
    return standing


INPUTS: Data = {
    "target": {"label": "Target", "kind": "number", "confidence": "contract"},
    "share": {"label": "Share", "kind": "rate", "confidence": "contract"},
    "rate": {"label": "Rate", "kind": "rate", "value": "12.5%", "confidence": "assumed"},
    "cap": {"label": "Cap", "kind": "money", "value": 500, "confidence": "assumed"},
}


@st.composite
def cases(draw: st.DrawFn, keys: frozenset[str], kinds: tuple[str, ...], most: int = 2) -> tuple[Data, Data, Data, tuple[Data, ...]]:
    """Make a program with a standing, inputs and later versions, a deal, and a partner with a contract."""
    program = draw(programs(keys, most=most))
    program |= {"inputs": INPUTS, "standing": draw(standings())}
    plan = program["plan"][0]
    if draw(st.booleans()):
        plan["partner_share"] = "$share"
    if draw(st.integers(0, 2)) == 2:
        plan["requires"] = draw(st.lists(conditions | st.just({"fact": "tier", "one_of": ["Gold", "Platinum"]}), max_size=2))
    for pays in plan["pays"]:
        word = "rate" if "rate" in pays else "amount"
        by_tier = {"by": "tier", "Silver": "$rate", "Gold": "15%", **draw(st.sampled_from([{}, {"else": "1%"}]))}
        by_quota = {"by": "attainment", "0": "5%", "50%": "10%", "1": {"by": "won_mrr", "0": "$rate", "1000": "20%"}}
        if word == "rate" and draw(st.booleans()):
            pays[word] = draw(st.sampled_from([by_tier, by_quota, "$rate"]))
        if "cap" in pays:
            pays["cap"] = "$cap"
    enrolment: Data = {"certified": draw(st.booleans())}
    given = {"target": st.sampled_from([1000, 5000]), "share": st.sampled_from(["80%", "33.3%"]), "rate": rates, "cap": money}
    enrolment["inputs"] = {name: draw(value) for name, value in given.items() if name == "share" or draw(st.integers(0, 3))}
    enrolment["standing"] = {name: draw(st.integers(0, 3000)) for name in ("won_seats", "won_mrr", "care_revenue") if draw(st.booleans())}
    if draw(st.integers(0, 3)) == 3:
        enrolment["tier"] = draw(st.sampled_from(["Silver", "Gold"]))
    later = []
    for n in range(draw(st.integers(0, 2))):
        head = {**program["program"], "version": str(n + 2), "applies_to": draw(st.sampled_from(["all-deals", "all-deals", "new-deals"]))}
        head["effective_from"] = draw(st.dates(date(2028, 1, 1), date(2029, 12, 28)))
        changed = {**plan, "pays": [{**pays, **({"rate": draw(rates)} if "rate" in pays else {"amount": draw(amounts)})} for pays in plan["pays"]]}
        later.append({**program, "program": head, "plan": [changed]})
    if len({v["program"]["effective_from"] for v in later}) < len(later):
        later = later[:1]
    return program, draw(deals(kinds, count=2)), partner_of(**enrolment), tuple(later)


def partner_of(churn: str = "0.3%", discount_rate: str = "8%", **enrolment: Any) -> Data:
    return {
        "partner": {"name": "Partner", "company_size": 12},
        "enrolment": [{"program": "prog", "certified": True, **enrolment}],
        "assume": {"discount_rate": discount_rate, "churn": churn},
    }


def check(program: Data, deal: Data, partner: Data, later: tuple[Data, ...] = ()) -> None:
    found = engine(program, deal, partner, later)["plan"]
    assert_same(found, reference.estimate(program, "plan", deal, partner, later))
