"""Words for the parts of a program: what its keys are called, and how values, tables and conditions read.

Only words; which parts differ is `programs.difference`, and the sentences are `desk.differences`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from dealbook.desk.forms import CATEGORIES, NO, ROLES, YES, fill, is_ordered, rate_text, shown
from dealbook.desk.wording import CONFIDENCE, STEPS
from dealbook.language import Language
from dealbook.programs.conditions import Condition
from dealbook.programs.difference import Row, rows_of
from dealbook.programs.model import Buy, Clawback, Component, Instalment, Plan, Program, Quota, Tier
from dealbook.programs.values import Bands, Choices, Fixed, Ref, Value, parts

ABSENT: Final = "–"
KEYS: Final[Mapping[str, str]] = {
    # the head
    "id": "Name in the files",
    "vendor": "Vendor",
    "name": "Name",
    "version": "Version",
    "effective_from": "In force from",
    "effective_until": "In force until",
    "applies_to": "Governs",
    "currency": "Currency",
    "countries": "Countries",
    "covers": "Pays on",
    "exclusive": "Forbids competing programs",
    "succeeds": "Takes over",
    "summary": "Summary",
    "title": "Title",
    "where": "Place",
    # inputs
    "label": "called",
    "kind": "form of the figure",
    "confidence": "confidence",
    "source": "source",
    "value": "",
    "at_most": "published ceiling",
    "note": "note",
    # standing
    "period": "Period that counts",
    "starts_month": "First month of the fiscal year",
    "counts_this_deal": "The deal itself counts",
    "takes_effect": "A new tier holds",
    "lasts": "A tier lasts",
    "quota": "Quota",
    "fact": "what counts",
    "target": "target",
    "grows": "growth a year",
    "tiers": "Tiers",
    "requires": "condition",
    "any_of": "one of several conditions",
    # plans
    "inputs": "Contract values",
    "plans": "Plans",
    "model": "kind of plan",
    "otherwise": "shown in its place",
    "partner_share": "your share",
    "duties": "your part",
    "buy": "buy price",
    "off_list": "off list",
    "price": "of a unit",
    "minimum_payout": "smallest payment",
    "below_minimum": "what is below the smallest payment",
    "pays": "components",
    # components
    "basis": "paid on",
    "rate": "",
    "amount": "",
    "points": "points on the rate",
    "on": "categories",
    "at": "paid at",
    "every": "how often",
    "months": "how long",
    "upfront": "paid upfront",
    "upfront_fee": "fee for paying upfront",
    "lag": "paid later by",
    "vests_after": "paid if the customer stays",
    "after_leaving": "after leaving the program",
    "instalments": "instalments",
    "split": "split",
    "renewal": "factor at renewal",
    "renewal_bonus": "paid again at renewal",
    "growth": "seats added later",
    "growth_rate": "rate for seats added later",
    "clawback": "clawback",
    "window": "time window",
    "share": "share taken back",
    "on_shrink": "when the customer shrinks",
    "discounts": "discounts",
    "markup": "price above list",
    "cap": "at most",
    "cap_per": "the most counts for",
    "floor": "at least",
    "exclusive_group": "only the best of the group",
    "cash": "share in money",
    "sources": "Sources",
}
"""Every field of a program in the user's words; an empty one is the thing's own figure and needs none."""

TEXTS: Final[Mapping[tuple[str, str], str]] = {
    ("applies_to", "new-deals"): "new deals",
    ("applies_to", "all-deals"): "new deals, and what older ones are paid over time",
    ("kind", "rate"): "a rate",
    ("kind", "money"): "an amount of money",
    ("kind", "number"): "a plain number",
    **{("confidence", name): words for name, words in CONFIDENCE.items()},
    ("period", "calendar-year"): "calendar year",
    ("period", "calendar-quarter"): "calendar quarter",
    ("period", "rolling-3-months"): "the last 3 months",
    ("period", "rolling-12-months"): "the last 12 months",
    ("period", "fiscal-year"): "fiscal year",
    ("takes_effect", "at-once"): "at once",
    ("takes_effect", "next-period"): "in the next period",
    ("lasts", "period"): "to the end of the period",
    ("lasts", "next-period"): "to the end of the next period",
    ("model", "agent"): "agent",
    ("model", "resale"): "resale",
    ("model", "wholesale"): "wholesale",
    ("model", "referral"): "referral",
    ("model", "affiliate"): "affiliate",
    ("duties", "billing"): "billing",
    ("duties", "collection"): "collection",
    ("duties", "first-level-support"): "first-level support",
    ("duties", "own-brand"): "own brand",
    ("below_minimum", "carried"): "is carried over",
    ("below_minimum", "forfeited"): "is lost",
    **{("basis", name): STEPS[f"basis {name}"] for name in ("mrr", "nrc", "tcv", "margin", "seats", "deal")},
    ("at", "signing"): "at signing",
    ("at", "start"): "at the start of service",
    ("every", "0"): "once",
    ("every", "1"): "every month",
    ("every", "3"): "every quarter",
    ("every", "12"): "every year",
    ("months", "term"): "over the term",
    ("months", "life"): "as long as the customer stays",
    ("upfront", "term"): "over the term",
    ("after_leaving", "life"): "as long as the customer stays",
    ("growth", "pays"): "are paid",
    ("growth", "ignored"): "are not paid",
    ("growth_rate", "original"): "that of the signed deal",
    ("growth_rate", "current"): "that of the grown deal",
    ("discounts", "base"): "lower the basis",
    ("discounts", "rate"): "lower the rate too",
    ("discounts", "void"): "nothing is paid",
    ("markup", "counts"): "counts",
    ("markup", "excluded"): "does not count",
    ("cap_per", "deal"): "a deal",
    ("cap_per", "year"): "a year",
}
"""What a text of a field means, in the user's words."""

MONTHS: Final = ("{n} month", "{n} months")
_MONEY: Final = frozenset({"amount", "cap", "floor", "price", "minimum_payout"})
_LENGTHS: Final = frozenset({"months", "upfront", "lag", "vests_after", "after_leaving", "window"})

NO_VALUE: Final = "set by the contract"
OTHERWISE: Final = "otherwise"
REFERRED: Final = "{label} ({figure})"
TABLE_ROW: Final = "{row} {figure}"
TABLE_FROM: Final = "from {row}"
TABLE: Final = "by {fact}: {rows}"
SLICES: Final = "by {fact}, each slice at its own rate: {rows}"
ANY_OF: Final = "one of: {conditions}"
ROWS: Final[Mapping[str, str]] = {
    "seats": "from {row} seats",
    "term": "from {row} months of term",
    "renewal": "from renewal {row}",
}
"""A row of a table by its fact; other facts are named before."""
ROW_FROM: Final = "{fact} from {row}"
ROW_IS: Final = "{fact} {row}"
AT_LEAST: Final = "{fact}: at least {figure}"
BELOW: Final = "{fact}: below {figure}"
MUST: Final = "{fact}: {must}"
ONE_OF: Final = "{fact}: one of {must}"
PRORATED: Final = "{share} over {months}"
PRORATED_SHARE: Final = "the part not served"
AFTER: Final = "{share} after {months}"
PER: Final = "{figure} · {basis}"


@dataclass(frozen=True, slots=True)
class Parts:
    """Puts the parts of one version into words."""

    program: Program
    words: Language

    # --- fields

    def field(self, key: str, kind: str, found: object) -> str:  # noqa: PLR0911 - one line a form
        """Return the value of a field; `kind` is the grammar's form of it."""
        words = self.words
        match found:
            case None:
                return words.text(NO_VALUE) if key == "value" else ABSENT
            case bool():
                return words.text(YES if found else NO)
            case date():
                return words.short_date(found)
            case Fixed() | Ref() | Bands() | Choices():
                return self.value(found, self._form(key, kind))
            case Condition():
                return self.condition(found)
            case int() | str():
                return self._plain(key, found)
            case Decimal():
                return self._figure(found, "rate" if kind == "fraction" else self._form(key, kind))
            case Clawback():
                return self.clawback(found)
            case tuple() | frozenset():
                return self.several(key, found)
        return self.thing(found)

    def _plain(self, key: str, found: int | str) -> str:
        if (key, str(found)) in TEXTS:
            return self.words.text(TEXTS[key, str(found)])
        if isinstance(found, str):
            return found
        return self.words.plural(*MONTHS, found) if key in _LENGTHS else self.words.number(found)

    def several(self, key: str, found: Iterable[Any]) -> str:
        """Return several things as a list; `–` where there are none."""
        items = sorted(found) if isinstance(found, frozenset) else list(found)
        return ", ".join(self._item(key, item) for item in items) or ABSENT

    def _item(self, key: str, item: Any) -> str:  # noqa: ANN401 - an element of any of the model's lists
        words = self.words
        match item:
            case Instalment():
                share = words.percent(item.share)
                later = {"share": share, "months": words.plural(*MONTHS, item.lag)}
                return fill(words.text(AFTER), later) if item.lag else share
            case (str() as role, Decimal() as share):
                return f"{words.text(ROLES.get(role, role))} {words.percent(share)}"
            case str():
                return words.text(CATEGORIES.get(item) or TEXTS.get((key, item), item)) if item else ABSENT
        return self.field(key, "", item)

    def exact(self, found: object) -> str:
        """Return a value as the file has it, where the words do not tell it from another one."""
        match found:
            case Ref():
                return f"${found.name}"
            case Fixed():
                return f"{found.figure:f}"
            case Decimal():
                return f"{found:f}"
        return ""

    # --- values

    def _form(self, key: str, kind: str) -> str:
        """Return how a figure is written: "rate", "money" or "number"; a quota's target goes by its fact."""
        quota = self.program.standing.quota
        if key == "target":
            return "money" if quota is not None and quota.fact in ("won_mrr", "won_tcv", "care_revenue") else "number"
        return "money" if key in _MONEY else kind

    def value(self, value: Value, form: str) -> str:
        """Return a value: its figure, what it refers to, or its rows."""
        match value:
            case Fixed():
                return self._figure(value.figure, form)
            case Ref():
                return self._reference(value, form)
        return self._table(value, form)

    def _table(self, table: Bands | Choices, form: str) -> str:
        form = form_of(form, table)
        rows = [
            fill(self.words.text(TABLE_ROW), {"row": self._key(row), "figure": self._row_value(one, form)})
            for row, one in rows_of(table)
        ]
        is_marginal = isinstance(table, Bands) and table.marginal
        of = (table.of if isinstance(table, Bands) else None) or ""
        facts = {**shown({"fact": table.by, "of": of}, self.words), "rows": ", ".join(rows)}
        return fill(self.words.text(SLICES if is_marginal else TABLE), facts)

    def _key(self, row: Row) -> str:
        """Return a row's key where the table's fact has been named."""
        if row.key is None:
            return self.words.text(OTHERWISE)
        key = shown({"fact": row.by, "row": str(row.key)}, self.words)["row"]
        return fill(self.words.text(TABLE_FROM), {"row": key}) if is_ordered(row.by) else key

    def _row_value(self, value: Value, form: str) -> str:
        text = self.value(value, form)
        return f"({text})" if isinstance(value, Bands | Choices) else text

    def _reference(self, value: Ref, form: str) -> str:
        one = self.program.inputs.get(value.name)
        if one is None:
            return value.name
        label = one.label or one.name
        if one.value is None:
            return fill(self.words.text(REFERRED), {"label": label, "figure": self.words.text(NO_VALUE)})
        own = self.value(one.value, form if form in ("money", "multiple") else one.kind)
        return fill(self.words.text(REFERRED), {"label": label, "figure": own})

    def _figure(self, figure: Decimal, form: str) -> str:
        if form == "money":
            return self.words.money(figure, self.program.currency)
        if form == "multiple":
            return f"{self.words.number(figure.normalize())}×"
        return rate_text(figure, self.words) if form == "rate" else self.words.number(figure)

    def row(self, row: Row) -> str:
        """Return for which deals a row of a table holds."""
        if row.key is None:
            return self.words.text(OTHERWISE)
        facts = shown({"fact": row.by, "row": str(row.key), **({"of": row.of} if row.of else {})}, self.words)
        if not is_ordered(row.by):
            return fill(self.words.text(ROW_IS), facts)
        return fill(self.words.text(ROWS.get(row.by, ROW_FROM) if not row.of else ROW_FROM), facts)

    # --- conditions and things

    def condition(self, condition: Condition) -> str:
        """Return what a condition asks for."""
        tests = [
            (AT_LEAST, condition.at_least),
            (BELOW, condition.below),
            (MUST, condition.exactly),
        ]
        found = [self._limit(form, condition, value) for form, value in tests if value is not None]
        must = condition.must_text()
        if must:
            several = len(condition.one_of or ()) > 1
            facts = shown({"fact": condition.fact, "of": condition.of or "", "must": must}, self.words)
            found.append(fill(self.words.text(ONE_OF if several else MUST), facts))
        return ", ".join(found)

    def _limit(self, form: str, condition: Condition, value: Value) -> str:
        base = {"fact": condition.fact, "of": condition.of or ""}
        if isinstance(value, Fixed):
            facts = shown({**base, "limit": f"{value.figure:f}"}, self.words)
            return fill(self.words.text(form), {**facts, "figure": facts["limit"], "must": facts["limit"]})
        figure = self.value(value, "number")
        return fill(self.words.text(form), {**shown(base, self.words), "figure": figure, "must": figure})

    def clawback(self, clawback: Clawback) -> str:
        """Return what is taken back, and for how long."""
        share = self.words.text(PRORATED_SHARE) if clawback.share is None else self.value(clawback.share, "rate")
        if clawback.window is None:
            return share
        months = self.words.plural(*MONTHS, clawback.window)
        return fill(self.words.text(PRORATED), {"share": share, "months": months})

    def thing(self, thing: object) -> str:
        """Return what a new or lost thing is about: what a component pays, what a tier asks for."""
        describe: dict[type, Callable[[Any], str]] = {
            Component: self.component,
            Plan: lambda plan: "; ".join(f"{called(one)} {self.component(one)}" for one in plan.pays),
            Tier: self.tier,
            Quota: self.quota,
            Buy: lambda buy: self.value(buy.off_list or buy.price, "rate" if buy.off_list else "money"),
        }
        return describe[type(thing)](thing) if type(thing) in describe else ""

    def quota(self, quota: Quota) -> str:
        """Return what a quota counts and asks for."""
        target = self.value(quota.target, self._form("target", "number"))
        facts = {**shown({"fact": quota.fact}, self.words), "must": target}
        text = fill(self.words.text(MUST), facts)
        return f"{text}, +{self.words.percent(quota.grows)}" if quota.grows else text

    def tier(self, tier: Tier) -> str:
        """Return what a tier asks for."""
        parts = [self.condition(one) for one in tier.requires]
        if tier.any_of:
            either = "; ".join(self.condition(one) for one in tier.any_of)
            parts.append(fill(self.words.text(ANY_OF), {"conditions": either}) if len(tier.any_of) > 1 else either)
        return ", ".join(parts)

    def component(self, component: Component) -> str:
        """Return what a component pays, on what and when."""
        form = "rate" if component.rate is not None else "money"
        basis = self._plain("basis", component.basis)
        paid = fill(self.words.text(PER), {"figure": self.value(component.figure, form), "basis": basis})
        when = self._plain("at" if not component.every else "every", component.every or component.at)
        return f"{paid}, {when}"


def form_of(form: str, *several: object) -> str:
    """Return how figures that stand beside each other are written: rates as multiples where one of them is above 1."""
    figures = [
        part.figure for one in several if isinstance(one, Value) for part in parts(one) if isinstance(part, Fixed)
    ]
    return "multiple" if form == "rate" and any(figure > 1 for figure in figures) else form


def called(thing: Any) -> str:  # noqa: ANN401 - anything of a program that has a name
    """Return what a thing of a program is called."""
    return next((str(text) for key in ("label", "title", "name", "id") if (text := getattr(thing, key, ""))), "")
