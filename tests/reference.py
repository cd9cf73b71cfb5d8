"""The program language once more, naively: month by month, in fractions, straight from sections 2 to 8.

It takes the data of TOML files as they are and knows nothing of the engine, which it is to check. It is slow and
plain on purpose: no runs, no caches, one small function for each rule, with the number of the section that says it.
Where the text leaves room, it reads as the help does.
"""

from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Context, Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

Value = Any  # what a key of a TOML file stands for, a figure, or a fact
Data = Mapping[str, Value]
LINE_FACTS = ("product", "category")
LENGTH = {"month": 1, "quarter": 3, "year": 12}
FINE = Context(prec=60)


class Missing(Exception):  # noqa: N818 - it stands for a gap, not for an error
    """An input has no value (section 1): until the partner enters one, the estimate is incomplete."""


class NoRow(Exception):  # noqa: N818 - the same
    """A table has no row for the fact: the component is not paid (section 2)."""


# --- figures and months


def round_to(amount: Fraction, digits: int) -> Fraction:
    """Round half up, away from zero (section 8.1)."""
    units = abs(amount) * 10**digits
    return (1 if amount >= 0 else -1) * Fraction(int(units + Fraction(1, 2)), 10**digits)


def figure(text: Value) -> Fraction:
    """Read a figure: 15 % is 0.15, 8x is 8 (section 2)."""
    text = str(text)
    if text.endswith("%"):
        return Fraction(text[:-1]) / 100
    return Fraction(text.removesuffix("x"))


def month_of(day: date) -> int:
    """Return a day's calendar month, counted from year 0."""
    return day.year * 12 + day.month - 1


def add_months(day: date, months: int) -> date:
    """Count from the anchor day, never chained: 31 January + 1 month is the end of February (section 8.3)."""
    year, month = divmod(month_of(day) + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def decide(verdicts: Sequence[bool | None]) -> bool:
    """All must hold; what fails decides, whatever else is not known."""
    if None in verdicts and False not in verdicts:
        raise Missing("a condition")
    return False not in verdicts


def one_of_them(verdicts: Sequence[bool | None]) -> bool | None:
    """One must hold, where there are any."""
    return True if not verdicts or True in verdicts else None if None in verdicts else False


# --- what comes out


@dataclass(frozen=True)
class Entry:
    """What a component pays at one time, before anything is settled."""

    kind: str  # once | upfront | recurring | clawback
    served: int  # the service month it is earned in; 0 and less: before the service starts
    month: int  # the calendar month it is dated in, without lag
    exact: Fraction
    odds: int  # how many months of churn it has to outlive (section 8.6)
    whole: Fraction = Fraction(0)  # what it pays after cap, partner's share and rounding


@dataclass(frozen=True)
class Row:
    """What the partner gets in one role at one time: money, and credit beside it."""

    component: str
    role: str
    kind: str
    month: int
    money: Fraction
    coop: Fraction
    entry: Entry
    source: Entry | None = None  # of a clawback: what it takes back
    waits: bool = False  # it was not paid when it was due, but later …
    is_lost: bool = False  # … or never


@dataclass
class Outcome:
    """An estimate: status, payments by component, role, kind and calendar month, the eight totals."""

    status: str
    tier: str | None = None
    payments: Counter[tuple[str, str, str, int]] = field(default_factory=Counter)
    totals: dict[str, Fraction] | None = None


# --- the deal: what is billed


class Case:
    """One deal under one plan: the facts, what is billed, what is paid. `later` are newer versions of the program."""

    def __init__(
        self,
        program: Data,
        plan: str,
        deal: Data,
        partner: Data | None = None,
        later: Sequence[Data] = (),
        others: Sequence[Data] = (),
    ) -> None:
        """Take the data of the files; `others` are the programs that could take the deal over."""
        self.program, self.later, self.others = program, later, others
        self.files: tuple[Data, Data | None] = deal, partner
        self.asked: date = deal["deal"]["signed"]  # the day on which the program is asked; a successor's is a later one
        self.span: tuple[int, int] | None = None  # of a successor: the service months that it pays for
        self.plan: Data = next(p for p in program["plan"] if p["id"] == plan)
        self.deal: Data = {"customer_kind": "new", **deal["deal"]}  # section 7
        covers = program["program"]["covers"]
        products = [line["product"] for line in deal["line"]]
        lines = [  # seats come to the first line of their product
            {"charge": "monthly", **line, "takes_seats": line["product"] not in products[:i]}
            for i, line in enumerate(deal["line"])
        ]
        self.lines: list[Data] = [line for line in lines if line["category"] in covers and not line.get("optional")]
        self.events: list[Data] = sorted(deal.get("event", []), key=lambda event: event["month"])
        self.partner = (partner or {}).get("partner", {})
        everyone = {"program": program["program"]["id"], "certified": True}  # section 9: without a partner
        enrolments = partner["enrolment"] if partner else [everyone]
        self.enrolments = {e["program"]: e for e in enrolments}
        self.enrolment: Data = self.enrolments[program["program"]["id"]]
        self.looks_back = False
        assume = (partner or {}).get("assume", {})
        self.discount_rate = figure(assume.get("discount_rate", "8%"))
        self.churn = figure(assume.get("churn", "0.3%"))
        self.term: int = self.deal["term"]
        self.renewals: int = self.deal.get("renewals", 0)
        self.renewal_term: int = self.deal.get("renewal_term", 12)
        cancels = [event["month"] for event in self.events if event["kind"] == "cancel"]
        self.cancel: int | None = min(cancels, default=None)
        happened = [e for e in self.events if e["month"] < (self.cancel or 10**6)]
        self.changes = [e for e in happened if e["kind"] in {"add", "remove", "price"}]
        self.renewed = [e for e in happened if e["kind"] == "renewal"]
        self.planned = self.end_of(10**6)
        self.last = self.planned if self.cancel is None else min(self.planned, self.cancel - 1)
        self.signing = month_of(self.deal["signed"])
        takes_over = {e["month"]: e for e in self.events if e["kind"] == "successor" and e["month"] <= self.last}
        self.successors = list(takes_over.values())
        while self.successors and self.is_this(self.successors[0]):  # that is no change
            self.successors.pop(0)
        self.stops = self.successors[0]["month"] if self.successors else 10**6
        self.digits = 0 if program["program"].get("currency") == "JPY" else 2

    def is_this(self, event: Data) -> bool:
        """Say whether a successor is this plan itself."""
        return (event["program"], event["plan"]) == (self.program["program"]["id"], self.plan["id"])

    def rounded(self, amount: Fraction) -> Fraction:
        """Round to the minor unit of the program's currency (section 8.1)."""
        return round_to(amount, self.digits)

    def month(self, served: int) -> int:
        """Return the calendar month of a service month (section 8.3)."""
        return month_of(add_months(self.deal["starts"], served - 1))

    def terms(self, until: int) -> list[tuple[int, int]]:
        """Return (first month, months as agreed) of the initial term and of each renewal, as known in a month.

        A renewal that happened takes the place of an assumed one; it may begin before the term before it is over.
        """
        found = [(1, self.term)]
        for event in self.renewed:
            if event["month"] <= until:
                found.append((event["month"], event.get("term", found[-1][1])))
        while len(found) <= self.renewals:
            found.append((sum(found[-1]), self.renewal_term))
        return found

    def end_of(self, until: int) -> int:
        """Return the last service month of the last term, as known in a month (0: at signing)."""
        return sum(self.terms(until)[-1]) - 1

    def renewal_of(self, served: int, until: int = 10**6) -> int:
        """Return 0 in the initial term, then 1, 2, … (section 3)."""
        return max(i for i, (first, _) in enumerate(self.terms(until)) if first <= served)

    def priced(self, line: Data, served: int | None, known: Iterable[Data]) -> Data:
        """Return a line at its price of a service month; None: after all that is known. A price charged once stays."""
        prices = [
            event["unit_price"]
            for event in known
            if event["kind"] == "price" and event["product"] == line["product"]
            if served is None or event["month"] <= served
        ]
        return {**line, "unit_price": prices[-1]} if prices and line["charge"] != "one-time" else line

    def quantity(self, line: Data, served: int | None, known: Iterable[Data]) -> Fraction:
        """Return a line's quantity in a service month, ramped; None: the full quantity. Only known events count."""
        quantity = line["quantity"]
        if served is not None and "ramp" in line:
            quantity = [step["quantity"] for step in line["ramp"] if step["from_month"] <= served][-1]
        for event in known:
            is_of_it = event["kind"] != "price" and event["product"] == line["product"] and line["takes_seats"]
            if is_of_it and (served is None or event["month"] <= served):
                change = event["quantity"] if event["kind"] == "add" else -event["quantity"]
                quantity = max(quantity + change, 0)
        return Fraction(quantity)

    @staticmethod
    def list_price(line: Data) -> Fraction:
        """Return the list price; a line without one is sold at list."""
        return figure(line.get("list_price", line.get("unit_price")))

    def bills(self, line: Data, quantity: Fraction) -> Fraction:
        """What a line bills is rounded once, before it enters any basis (section 8.1)."""
        if "unit_price" in line:
            return self.rounded(quantity * figure(line["unit_price"]))
        return self.rounded(quantity * self.list_price(line) * (1 - figure(line.get("discount", 0))))

    def lists(self, line: Data, quantity: Fraction) -> Fraction:
        """What the line would bill at list."""
        return self.rounded(quantity * self.list_price(line))

    def buys(self, line: Data, quantity: Fraction) -> Fraction:
        """The rounded quantity × buy price: the line's own, else the plan's (sections 6 and 8.1)."""
        if "buy_price" in line:
            return self.rounded(quantity * figure(line["buy_price"]))
        buy = self.plan.get("buy", {})
        if not buy:
            raise Missing("buy_price")
        found = self.look(buy["off_list" if "off_list" in buy else "price"], line=line)
        if found is None:
            raise NoRow
        return self.rounded(quantity * (self.list_price(line) * (1 - found) if "off_list" in buy else found))

    def basis_of(self, line: Data, quantity: Fraction, pays: Data, now: Data, *, free: bool = False) -> Fraction:
        """What a quantity of a line brings into a component's basis, in a month or once; `now` is it at its price."""
        if pays["basis"] == "seats":
            is_seat = line["charge"] != "one-time" and line["category"] in {"ucaas", "ccaas"}
            return quantity * line.get("seats_each", int(is_seat)) * (not free)
        quantity = Fraction(0) if free else quantity
        amount = self.bills(now, quantity)
        if pays.get("markup") == "excluded":  # the basis takes at most the list price
            amount = min(amount, self.lists(now, quantity))
        if pays["basis"] == "margin":
            amount -= self.buys(line, quantity)
        return amount / 12 if line["charge"] == "annual" else amount  # the twelfth is not rounded again (section 8.1)

    def steady(self, pays: Data, known: Iterable[Data] = (), *, one_time: bool = False) -> dict[int, Fraction]:
        """Return by line what is in a basis at full quantities, free months and ramps aside (section 3)."""
        return {
            i: self.basis_of(line, self.quantity(line, None, known), pays, self.priced(line, None, known))
            for i, line in enumerate(self.lines)
            if self.is_on(line, pays) and (line["charge"] == "one-time") == one_time
        }

    def billed(self, pays: Data, served: int, known: Iterable[Data]) -> dict[int, Fraction]:
        """Return by line what is billed in a service month, free months and ramps included."""
        known = list(known)
        return {
            i: self.basis_of(
                line,
                self.quantity(line, served, known),
                pays,
                self.priced(line, served, known),
                free=served <= line.get("free_months", 0),
            )
            for i, line in enumerate(self.lines)
            if self.is_on(line, pays) and line["charge"] != "one-time"
        }

    @staticmethod
    def is_on(line: Data, pays: Data) -> bool:
        """`on`: the categories of the basis."""
        return "on" not in pays or line["category"] in pays["on"]

    # --- facts (section 3)

    def fact(
        self, name: str, of: str | None = None, counted: Sequence[Data] = (), line: Data | None = None, **now: Value
    ) -> Value:
        """Return a fact; `counted` are the events it counts, `now` what only holds at the time it is asked for."""
        if name in now:
            return now[name]
        if line is not None and name in LINE_FACTS:
            return line[name]
        if name == "tcv" and "term" in now:  # after growth: of the months that are left
            return self.amount("mrr", of, counted) * now["term"] + self.amount("nrc", of, counted)
        if name in {"mrr", "seats", "nrc", "tcv"}:
            return self.amount(name, of, counted)
        if name.startswith("won_") or name in {"care_revenue", "attainment", "tier"}:
            return self.standing(name)
        known = {
            "discount": self.discount(),
            "categories": {line["category"] for line in self.lines},
            "renewal": 0,
            "certified": self.enrolment.get("certified", False),
            "enrolled": self.is_enrolled(),
            "certificates": self.partner.get("certificates", []),
            "company_size": self.partner.get("company_size"),
        }
        return known[name] if name in known else self.deal.get(name)

    def amount(self, name: str, of: str | None, known: Sequence[Data] = ()) -> Fraction:
        """Return seats, MRR, NRC or TCV of the lines that the program covers, or of one category."""
        pays: Data = {"basis": name, **({"on": [of]} if of else {})}
        if name == "nrc":
            return sum(self.steady(pays, known, one_time=True).values(), Fraction(0))
        if name == "tcv":
            months = [sum(self.billed(pays, k, known).values()) for k in range(1, self.term + 1)]
            return sum(months, Fraction(0)) + self.amount("nrc", of, known)
        steady = self.steady(pays, known)
        if name == "seats":  # seats of one-time lines count where they say so
            steady = {**steady, **self.steady(pays, known, one_time=True)}
        return sum(steady.values(), Fraction(0))

    def discount(self) -> Fraction:
        """Return the share off list over the covered recurring lines, at signing."""
        net = self.amount("mrr", None)
        recurring = [line for line in self.lines if line["charge"] != "one-time"]
        at_list = Fraction(0)
        for line in recurring:
            at_list += self.lists(line, self.quantity(line, None, ())) / (12 if line["charge"] == "annual" else 1)
        return max(Fraction(0), 1 - net / at_list) if at_list else Fraction(0)

    def has_discount(self) -> bool:
        """Say whether any covered recurring line is sold below list."""
        quantity = [(line, Fraction(line["quantity"])) for line in self.lines if line["charge"] != "one-time"]
        return any(self.bills(line, n) < self.lists(line, n) for line, n in quantity)

    # --- standing (section 5)

    def standing(self, name: str) -> Value:
        """Return where the partner stands at signing."""
        standing = self.program.get("standing", {})
        if name == "tier":
            return self.enrolment["tier"] if "tier" in self.enrolment else self.tier(standing)
        if name == "attainment":
            quota = standing["quota"]
            first, signed = self.program["program"]["effective_from"], self.deal["signed"]
            years = max(n for n in range(100) if add_months(first, 12 * n) <= signed)
            target = self.look(quota["target"]) * (1 + figure(quota.get("grows", 0))) ** years
            return self.standing(quota["fact"]) / target
        so_far = figure(self.enrolment.get("standing", {}).get(name, 0))
        if not standing.get("counts_this_deal", True) or self.looks_back:
            return so_far
        of_this = {"won_deals": lambda: 1, "care_revenue": lambda: 0, "won_paid": lambda: 0}
        return so_far + of_this.get(name, lambda: self.amount(name.removeprefix("won_"), None))()

    def tier(self, standing: Data) -> str | None:
        """Return the highest tier that holds by this period's figures, by those of the one before, or by either."""
        counted = [self.before()] if standing.get("takes_effect") == "next-period" else [self]
        if standing.get("lasts") == "next-period":
            counted.append(self.before())
        for tier in reversed(standing.get("tier", [])):
            held = one_of_them([case.holds_tier(tier) for case in counted])
            if held is None:
                raise Missing("a tier")
            if held:
                return str(tier["name"])
        return None

    def before(self) -> "Case":
        """Return the case as the period before saw it: its opening figures, and this deal was not there yet."""
        case = copy(self)
        case.enrolment = {**self.enrolment, "standing": self.enrolment.get("before", {})}
        case.looks_back = True
        return case

    def holds_tier(self, tier: Data) -> bool | None:
        """All of `requires`, and one of `any_of`; None: it turns on an input that has no value."""
        one_of = [self.verdict(condition) for condition in tier.get("any_of", [])]
        try:
            return decide([*map(self.verdict, tier.get("requires", [])), one_of_them(one_of)])
        except Missing:
            return None

    def is_enrolled(self) -> bool:
        """Say whether the partner was in the program at signing, or as it takes over: since ≤ day < until."""
        return bool(self.enrolment.get("since", self.asked) <= self.asked < self.enrolment.get("until", date.max))

    def is_gone(self, pays: Data, served: int) -> bool:
        """Say whether the partner has left, and what a component pays after that is over, when a month begins."""
        months = pays.get("after_leaving", "life")
        if served < 1 or months == "life" or "until" not in self.enrolment or not self.is_enrolled():
            return False
        return add_months(self.deal["starts"], served - 1) >= add_months(self.enrolment["until"], months)

    # --- conditions (section 4)

    def all_hold(self, conditions: Iterable[Data]) -> bool:
        """Say whether all conditions hold."""
        return decide([self.verdict(condition) for condition in conditions])

    def verdict(self, condition: Data) -> bool | None:
        """Say whether a condition holds; None: it turns on an input that has no value."""
        try:
            return self.holds(condition)
        except Missing:
            return None

    def holds(self, condition: Data) -> bool:
        """Say whether one condition holds."""
        fact = self.fact(condition["fact"], condition.get("of"))
        tests = {
            "at_least": lambda bound: fact is not None and fact >= self.look(bound),
            "below": lambda bound: fact is not None and fact < self.look(bound),
            "is": lambda wanted: fact == wanted,
            "one_of": lambda wanted: fact in wanted,
            "includes": lambda wanted: {*(wanted if isinstance(wanted, list) else [wanted])} <= {*fact},
            "from": lambda day: fact >= day,
            "until": lambda day: fact < day,
        }
        return all(tests[key](bound) for key, bound in condition.items() if key in tests)

    # --- values (section 2)

    def look(self, value: Value, program: Data | None = None, **now: Value) -> Value:
        """Return the figure of a value; None: there is no row for the fact."""
        value = self.given(value, program)
        if isinstance(value, Mapping):
            row = self.row(value, **now)
            return None if row is None else self.look(row, program, **now)
        return figure(value)

    def given(self, value: Value, program: Data | None = None) -> Value:
        """Return what an input stands for; the enrolment's value wins over the file's (section 1)."""
        if not isinstance(value, str) or not value.startswith("$"):
            return value
        name, program = value[1:], program or self.program
        enrolment = self.enrolments.get(program["program"]["id"], self.enrolment)  # a successor's, where there is one
        found = enrolment.get("inputs", {}).get(name, program["inputs"][name].get("value"))
        if found is None:
            raise Missing(name)
        return found

    def row(self, table: Data, **now: Value) -> Value:
        """On a number a row holds from its key up to the next; on a text it matches exactly, `else` is the rest."""
        fact = self.fact(table["by"], table.get("of"), **now)
        rows = {key: row for key, row in table.items() if key not in {"by", "of", "mode", "else"}}
        if isinstance(fact, str | bool | None):
            return rows.get(fact if isinstance(fact, str) else str(fact).lower(), table.get("else"))
        size = date.fromisoformat if isinstance(fact, date) else figure
        below = [key for key in rows if size(key) <= fact]
        return rows[max(below, key=size)] if below else table.get("else")

    def paid_on(
        self, value: Value, basis: Fraction, program: Data | None = None, points: Value = None, **now: Value
    ) -> Fraction | None:
        """Return what a rate with its points, or an amount, pays on a basis; None: nothing, there is no row."""
        value = self.given(value, program)
        if not isinstance(value, Mapping):
            if points is None:
                return basis * figure(value)
            added = self.look(points, program, **now)
            return None if added is None else basis * max(figure(value) + added, Fraction(0))
        if value.get("mode") != "marginal":
            row = self.row(value, **now)
            return None if row is None else self.paid_on(row, basis, program, points, **now)
        starts = sorted((key for key in value if key not in {"by", "of", "mode", "else"}), key=figure)
        paid = None  # marginal: each slice of the basis at its own row
        for key, following in pairwise([*starts, None]):
            top = basis if following is None else min(basis, figure(following))
            if key is not None and top > figure(key):
                part = self.paid_on(value[key], top - figure(key), program, points, **now)
                paid = (paid or Fraction(0)) + (part or 0)
        return paid

    @staticmethod
    def value_of(pays: Data) -> Value:
        """Return a component's rate or amount."""
        return pays.get("rate", pays.get("amount"))

    def is_by_line(self, value: Value, program: Data | None = None) -> bool:
        """Say whether a value is taken line by line: a table by product or category (section 3)."""
        value = self.given(value, program)
        return isinstance(value, Mapping) and (
            value["by"] in LINE_FACTS or any(self.is_by_line(row, program) for row in value.values())
        )

    # --- components (section 6)

    def pay(
        self, pays: Data, basis: Mapping[int, Fraction], program: Data | None = None, **now: Value
    ) -> Fraction | None:
        """Return what a component pays on a basis given by line; None: nothing, there is no row."""
        value, points = self.value_of(pays), pays.get("points")
        if pays["basis"] == "deal":
            paid = self.paid_on(value, Fraction(1), program, points, **now)
        elif self.is_by_line(value, program) or self.is_by_line(points, program):
            parts = [self.paid_on(value, part, program, points, line=self.lines[i], **now) for i, part in basis.items()]
            paid = None if all(part is None for part in parts) else sum((p or Fraction(0) for p in parts), Fraction(0))
        else:
            paid = self.paid_on(value, sum(basis.values(), Fraction(0)), program, points, **now)
        if paid is not None and pays.get("discounts") == "rate":
            paid *= 1 - self.discount()
        return paid

    def entries(self, pays: Data) -> list[Entry]:
        """Return what a component pays, in the order of time; nothing where its own conditions fail."""
        if not self.all_hold(pays.get("requires", [])):
            return []
        if pays.get("discounts") == "void" and self.has_discount():
            return []
        if self.span is not None:  # a successor pays over time, and nothing else
            return self.recurring(pays) if "every" in pays or "upfront" in pays else []
        if "every" not in pays and "upfront" not in pays:
            return sorted(self.once(pays), key=lambda entry: entry.month)
        return sorted([*self.upfront(pays), *self.recurring(pays)], key=lambda entry: entry.month)

    def in_hand(
        self, pays: Data, kind: str, served: int, exact: Fraction | None, *, signing: bool = False
    ) -> list[Entry]:
        """Make the entry of something paid once: at signing, or in a service month; it may have to vest first."""
        if exact is None:
            return []
        vests = pays.get("vests_after", 0)
        month = (self.signing if signing else self.month(served)) + vests
        odds = vests if signing else served - 1 + vests
        if vests and self.cancel is not None and month >= self.month(self.cancel):
            return []  # only if the customer is then still in service
        if not signing and served > self.last:
            return []
        if signing and not vests:
            return [Entry(kind, 0, month, exact, odds)]
        entry = Entry(kind, month - self.month(1) + 1, month, exact, odds)
        return [] if self.is_gone(pays, entry.served) else [entry]

    def at(self, pays: Data, kind: str, exact: Fraction | None) -> list[Entry]:
        """Pay once at signing, or in the first service month."""
        return self.in_hand(pays, kind, 1, exact, signing=pays.get("at", "signing") == "signing")

    def basis_once(self, pays: Data, known: Sequence[Data] = ()) -> dict[int, Fraction]:
        """Return what is paid on once: steady MRR, the one-time lines' NRC or margin, TCV, seats."""
        if pays["basis"] in {"nrc", "margin"}:
            return self.steady(pays, known, one_time=True)
        if pays["basis"] == "tcv":
            months = [self.billed(pays, k, known) for k in range(1, self.term + 1)]
            return {
                **self.steady(pays, known, one_time=True),
                **{i: sum((month[i] for month in months), Fraction(0)) for i in self.steady(pays)},
            }
        if pays["basis"] == "seats":
            return {**self.steady(pays, known), **self.steady(pays, known, one_time=True)}
        return self.steady(pays, known)

    def once(self, pays: Data) -> list[Entry]:
        """Return what an `at` component pays: at its time, on growth, and again at renewals."""
        entries = self.at(pays, "once", self.pay(pays, self.basis_once(pays)))
        if not entries and not self.is_marginal(self.value_of(pays)):
            return []  # no row for the signed deal: the component is not paid (section 2)
        if pays["basis"] != "deal" and pays.get("growth", "pays") == "pays":
            for before, month, after in self.steps(self.stops):
                old, new = self.basis_once(pays, before), self.basis_once(pays, after)
                entries += self.in_hand(pays, "once", month, self.on_growth(pays, old, new, month, after))
        if "renewal_bonus" in pays and pays["basis"] not in {"nrc", "margin"}:
            for r, (first, months) in enumerate(self.terms(10**6)):
                entries += self.again(pays, r, first, months) if r and first < self.stops else []
        return entries

    def again(self, pays: Data, renewal: int, first: int, months: int) -> list[Entry]:
        """Pay again at a renewal, on what goes into it: one-time lines are not sold again, growth is paid by itself."""
        known = [event for event in self.changes if event["month"] < first]
        if pays["basis"] == "tcv":
            basis = {i: mrr * months for i, mrr in self.steady({**pays, "basis": "mrr"}, known).items()}
        else:
            basis = self.basis_once(pays, known)
        factor, paid = self.look(pays["renewal_bonus"], renewal=renewal), self.pay(pays, basis, renewal=renewal)
        return self.in_hand(pays, "once", first, None if factor is None or paid is None else factor * paid)

    def steps(self, stops: int = 10**6) -> list[tuple[list[Data], int, list[Data]]]:
        """Return the months before `stops` in which something changes, with the events known before and after it."""
        months = sorted({e["month"] for e in self.changes if 0 <= e["month"] < stops and e["month"] <= self.last})
        return [
            ([e for e in self.changes if e["month"] < m], m, [e for e in self.changes if e["month"] <= m])
            for m in months
        ]

    def now(self, pays: Data, month: int, after: Sequence[Data]) -> dict[str, Any]:
        """Return what growth is paid by: the row of the signed deal, or the facts after it and the months left."""
        if pays.get("growth_rate") != "current":
            return {}
        first, months = self.terms(month)[self.renewal_of(month)]
        return {"counted": after, "term": first + months - month}

    def on_growth(
        self, pays: Data, old: Mapping[int, Fraction], new: Mapping[int, Fraction], month: int, after: list[Data]
    ) -> Fraction | None:
        """Pay on what was added."""
        added = {i: new[i] - old[i] for i in new}
        if sum(added.values()) <= 0:
            return None
        now = self.now(pays, month, after)
        if self.is_marginal(self.value_of(pays)):
            before, later = self.pay(pays, old, **now), self.pay(pays, new, **now)
            return None if later is None else later - (before or 0)
        return self.pay(pays, added, **now)

    def is_marginal(self, value: Value) -> bool:
        """Say whether a value is paid slice by slice."""
        value = self.given(value)
        return isinstance(value, Mapping) and (
            value.get("mode") == "marginal" or any(self.is_marginal(row) for row in value.values())
        )

    def length(self, pays: Data, end: int) -> int:
        """Return how many service months `every` runs, where the deal ends with the month `end`."""
        months = pays.get("months", "term")
        return min(end, self.term if months == "term" else end if months == "life" else int(months))

    def prepaid(self, pays: Data) -> int:
        """Return how many service months are paid upfront: as the deal was signed."""
        upfront = pays.get("upfront", 0)
        return min(self.length(pays, self.end_of(0)), self.term if upfront == "term" else upfront)

    def upfront(self, pays: Data) -> list[Entry]:
        """Return the first n service months as one sum, and the added revenue of those that are left."""
        if "upfront" not in pays:
            return []
        kept = 1 - self.look(pays.get("upfront_fee", 0))

        def total(
            first: int, until: int, known: Sequence[Data], less: Sequence[Data] | None = None, **now: Value
        ) -> Fraction | None:
            ks = range(first, self.prepaid(pays) + 1)
            months = [self.monthly(pays, k, known, less, renewal=self.renewal_of(k, until), **now) for k in ks]
            paid = [month for month in months if month is not None]
            return sum(paid, Fraction(0)) * kept if paid else None

        entries = self.at(pays, "upfront", total(1, 0, []))
        is_paid = entries or self.is_marginal(self.value_of(pays))
        for before, month, after in self.steps(self.stops) if pays.get("growth", "pays") == "pays" and is_paid else ():
            added = total(month, month, after, before, **self.now(pays, month, after))
            if added is not None and added > 0:
                entries += self.in_hand(pays, "upfront", month, added)
        return entries

    def monthly(
        self, pays: Data, served: int, known: Sequence[Data], less: Sequence[Data] | None = None, **now: Value
    ) -> Fraction | None:
        """Return what `every` pays for one service month, or only on what is billed more than with less known."""
        renewal = now.setdefault("renewal", self.renewal_of(served))
        factor = self.look(pays["renewal"], renewal=renewal) if renewal and "renewal" in pays else Fraction(1)
        basis = self.billed(pays, served, known)
        if less is None:
            paid = self.pay(pays, basis, **now)
        elif pays["basis"] == "deal":
            paid = None
        elif self.is_marginal(self.value_of(pays)):
            with_it, without = self.pay(pays, basis, **now), self.pay(pays, self.billed(pays, served, less), **now)
            paid = None if with_it is without is None else (with_it or Fraction(0)) - (without or 0)
        else:
            fewer = self.billed(pays, served, less)
            paid = self.pay(pays, {i: basis[i] - fewer[i] for i in basis}, **now)
        return None if factor is None or paid is None else factor * paid

    def recurring(self, pays: Data) -> list[Entry]:
        """Return what is paid over time, a block with its last service month."""
        size, blocks = LENGTH[pays.get("every", "month")], Counter[int]()
        lasts: dict[int, int] = {}
        is_paid = False
        first, last = self.span or (self.prepaid(pays) + 1, self.stops - 1)
        for k in range(first, min(self.length(pays, self.planned), self.last, last) + 1):
            if self.is_gone(pays, k):
                break
            program, now = self.version_for(pays, k)
            steps = [step for step in self.steps() if step[1] <= k]
            if pays.get("growth_rate") == "current" and steps:  # each growth at the row of its time
                parts = [
                    self.monthly(now, k, top, less, program=program, **(self.now(pays, m, after) if m else {}))
                    for m, after, less, top in self.layers(pays, steps)
                ]
                marginal = self.is_marginal(self.value_of(pays))
                paid = None if parts[0] is None and not marginal else sum((part or 0 for part in parts), Fraction(0))
            else:
                paid = self.monthly(now, k, self.changes, program=program)
            block = (k - 1) // size
            lasts[block] = k  # a block is paid with its last service month
            blocks[block] += paid or 0  # type: ignore[assignment]
            is_paid |= paid is not None
        if not is_paid:
            return []
        return [Entry("recurring", k, self.month(k), Fraction(blocks[block]), k - 1) for block, k in lasts.items()]

    def layers(
        self, pays: Data, steps: Sequence[tuple[list[Data], int, list[Data]]]
    ) -> list[tuple[int, list[Data], list[Data] | None, list[Data]]]:
        """Return the signed part and each growth that is left: what is removed goes off what was added last.

        Each with its month, the events known then, and those that leave what is below it and what is at its top.
        """
        known = [(0, []), *((m, after) for _, m, after in steps)]
        sizes = [sum(self.steady(pays, events).values()) for _, events in known]
        found: list[tuple[int, list[Data], list[Data] | None, list[Data]]] = []
        below = None
        for i, (month, events) in enumerate(known):
            if i == 0 or sizes[i] > sizes[i - 1]:
                least = min(sizes[i:])
                top = next(known[j][1] for j in reversed(range(i, len(known))) if sizes[j] == least)
                found.append((month, events, below, top))
                below = top
        return found

    def version_for(self, pays: Data, served: int) -> tuple[Data, Data]:
        """A later version for all deals gives the rate of the service months that begin in its time (section 7)."""
        begins = add_months(self.deal["starts"], served - 1)
        found, now = self.program, pays
        for version in sorted(self.later, key=lambda v: v["program"]["effective_from"]):
            head = version["program"]
            is_later = self.program["program"]["effective_from"] < head["effective_from"] <= begins
            if head.get("applies_to") != "all-deals" or not is_later:
                continue
            plans = [plan["pays"] for plan in version["plan"] if plan["id"] == self.plan["id"]]
            for component in [one for paid in plans for one in paid if one["id"] == pays["id"]]:
                rates = {key: component[key] for key in ("rate", "amount", "points") if key in component}
                found, now = version, {**{key: pays[key] for key in pays if key != "points"}, **rates}
        return found, now

    # --- from entries to what the partner gets (section 8.2)

    def settled(self, pays: Data) -> list[Entry]:
        """Cap and floor on the running sum of what the vendor pays, then the partner's share, then rounding."""
        entries = self.entries(pays)
        if not entries:
            return []
        share = self.look(self.plan.get("partner_share", "100%"))
        cap = self.look(pays["cap"]) if "cap" in pays else None
        floor = self.look(pays["floor"]) if "floor" in pays else None
        if pays.get("cap_per") == "year":
            return self.settled_by_year(pays, entries, cap, floor, share)
        running, before, settled = Fraction(0), Fraction(0), []
        for entry in entries:
            running += entry.exact
            bounded = running if floor is None or not running else max(running, floor)
            bounded = bounded if cap is None else min(bounded, cap)
            settled.append(replace(entry, whole=self.rounded((bounded - before) * share)))
            before = bounded
        return settled

    def settled_by_year(
        self, pays: Data, entries: Iterable[Entry], cap: Value, floor: Fraction | None, share: Fraction
    ) -> list[Entry]:
        """The floor is the deal's; the cap is on what the partner is paid in a year, less what was paid before."""
        standing = self.program.get("standing", {})
        first = standing.get("starts_month", 1) if standing.get("period") == "fiscal-year" else 1
        running = lifted = Fraction(0)
        owed, paid = Counter[int](), Counter[int]()
        settled = []
        for entry in entries:
            running += entry.exact
            due = running if floor is None or not running else max(running, floor)
            year = (entry.month + pays.get("lag", 0) - first + 1) // 12
            is_now = year == (self.signing - first + 1) // 12
            room = max(cap - self.standing("won_paid"), Fraction(0)) if is_now else cap
            owed[year] += (due - lifted) * share  # type: ignore[assignment]
            so_far = min(Fraction(owed[year]), room)
            settled.append(replace(entry, whole=self.rounded(so_far - paid[year])))
            paid[year] = so_far
            lifted = due
        return settled

    def rows(self, pays: Data) -> list[Row]:
        """Return what the partner gets of one component, clawbacks included."""
        entries = self.settled(pays)
        rows = []
        for entry in entries:
            at_once = [{"share": "100%"}]
            instalments = at_once if entry.kind == "recurring" else pays.get("instalments", at_once)
            backwards = self.shared(entry.whole, [i["share"] for i in reversed(instalments)])
            for amount, instalment in zip(reversed(backwards), instalments, strict=True):  # the last takes what is over
                lag = pays.get("lag", 0) + instalment.get("lag", 0)
                rows += self.split(pays, entry, amount, entry.month + lag)
        for entry, whole, paid in self.clawbacks(pays, entries):
            rows += [replace(row, source=paid) for row in self.split(pays, entry, whole, entry.month, paid.served)]
        return rows

    def shared(self, whole: Fraction, shares: Sequence[Any]) -> list[Fraction]:
        """Divide to the minor unit; what is over goes to the first."""
        units = abs(whole) * 10**self.digits
        parts = [int(units * figure(share)) for share in shares]
        parts[0] += int(units) - sum(parts)
        return [Fraction(n, 10**self.digits) * (1 if whole >= 0 else -1) for n in parts]

    def split(self, pays: Data, entry: Entry, amount: Fraction, month: int, served: int | None = None) -> list[Row]:
        """Divide a payment among the roles, keep what the partner holds in that month, take money and credit apart.

        A clawback is taken back from the roles that were paid.
        """
        role = "care" if entry.kind == "recurring" else "acquisition"
        split = pays.get("split", {role: "100%"})
        rows = []
        for name, part in zip(split, self.shared(amount, list(split.values())), strict=True):
            if name in self.held(entry.served if served is None else served):
                money = self.rounded(part * self.look(pays.get("cash", "100%")))
                rows.append(Row(pays["id"], name, entry.kind, month, money, part - money, entry))
        return rows

    def held(self, served: int) -> set[str]:
        """Return the roles that the partner holds in a service month."""
        roles = set(self.deal.get("roles", ["acquisition", "care"]))
        for event in self.events:
            if event["kind"] == "handover" and event["month"] <= served:
                (roles.add if event["to"] == "us" else roles.discard)(event["role"])
        return roles

    # --- clawback (section 6)

    def share_back(self, clawback: Data, elapsed: int) -> Fraction:
        """Return the share that is taken back after so many full service months."""
        share = clawback["share"]
        if isinstance(share, Mapping):
            return self.look(share, elapsed=elapsed) or Fraction(0)
        if elapsed >= clawback["window"]:
            return Fraction(0)
        if share == "prorated":
            return Fraction(clawback["window"] - elapsed, clawback["window"])
        return Fraction(self.look(share))

    def losses(self, pays: Data) -> list[tuple[int, Fraction]]:
        """Return the months in which a part of the MRR is lost, with that part; all of it when the customer leaves."""
        losses = []
        for before, month, after in self.steps() if pays["clawback"].get("on_shrink", True) else ():
            old, new = self.mrr_of(pays, before), self.mrr_of(pays, after)
            if new < old:
                losses.append((month, (old - new) / old))
        if self.cancel is not None:
            losses.append((self.cancel, Fraction(1)))
        return losses

    def mrr_of(self, pays: Data, known: Sequence[Data]) -> Fraction:
        """Return the MRR of the categories that a component is paid on; where these have none, of all."""
        mrr: Data = {"basis": "mrr", **({"on": pays["on"]} if "on" in pays else {})}
        here = self.steady(mrr)
        return sum(self.steady(mrr if sum(here.values()) else {"basis": "mrr"}, known).values(), Fraction(0))

    def clawbacks(self, pays: Data, entries: Iterable[Entry]) -> list[tuple[Entry, Fraction, Entry]]:
        """Take back what was paid once or upfront, as far as it has not been taken into account before."""
        found = []
        for entry in entries if "clawback" in pays else ():
            standing = Fraction(1)
            for month, part in self.losses(pays):
                if entry.kind == "recurring" or entry.served > month:
                    continue
                back = self.rounded(entry.whole * standing * part * self.share_back(pays["clawback"], month - 1))
                standing *= 1 - part
                if back:
                    found.append((Entry("clawback", month, self.month(month), -back, month - 1), -back, entry))
        return found

    # --- worth (section 8.4 to 8.6)

    def discounted(self, amount: Fraction, month: int) -> Decimal:
        """Divide by (1 + a year's rate)^(1/12) for each calendar month since signing."""
        exponent = FINE.divide(Decimal(month - self.signing), Decimal(12))
        factor = FINE.power(self.decimal(1 + self.discount_rate), exponent)
        return FINE.divide(self.decimal(amount), factor)

    @staticmethod
    def decimal(amount: Fraction) -> Decimal:
        """Return a fraction to sixty places."""
        return FINE.divide(Decimal(amount.numerator), Decimal(amount.denominator))

    def expected(self, rows: Sequence[Row], components: Mapping[str, Data]) -> Decimal:
        """Weigh each payment with the odds that it comes, less what is expected to be taken back."""
        churn = Fraction(0) if self.cancel is not None else self.churn
        worth = Decimal(0)
        for row in rows:
            worth = FINE.add(worth, self.discounted(row.money * (1 - churn) ** row.entry.odds, row.month))
            clawback = components.get(row.component, {}).get("clawback")
            if clawback and churn and not row.is_lost and row.kind in {"once", "upfront"}:
                worth = FINE.subtract(worth, self.expected_back(row, components[row.component], churn))
        return worth

    def expected_back(self, row: Row, pays: Data, churn: Fraction) -> Decimal:
        """Sum up, for every month in which the customer may leave, what is taken back then."""
        worth, clawback = Decimal(0), pays["clawback"]
        table = clawback["share"] if isinstance(clawback["share"], Mapping) else None
        rows = [] if table is None else sorted((k for k in table if k != "by"), key=figure)
        open_end = table is not None and self.look(table[rows[-1]]) != 0
        window = clawback["window"] if table is None else self.planned if open_end else int(figure(rows[-1]))
        first = max(1, row.entry.served, row.entry.odds + 1) if row.waits else max(1, row.entry.served)
        for k in range(first, window):
            standing = Fraction(1)
            for month, part in self.losses(pays):
                standing *= (1 - part) if row.entry.served <= month <= k else 1
            cash = self.look(pays.get("cash", "100%"))
            taken = (row.money + row.coop) * cash * standing * self.share_back(clawback, k)
            back = taken * churn * (1 - churn) ** (k - 1)
            worth = FINE.add(worth, self.discounted(back, self.month(k + 1)))
        return worth

    def totals(self, rows: Sequence[Row], components: Mapping[str, Data]) -> dict[str, Fraction]:
        """Add up (section 8.4)."""

        def added(chosen: Iterable[Row]) -> Fraction:
            return sum((row.money for row in chosen), Fraction(0))

        firsts: dict[str, int] = {}
        for row in rows:
            if row.kind == "recurring" and row.money and row.component in components:
                firsts[row.component] = min(row.month, firsts.get(row.component, row.month))
        present = sum((self.discounted(row.money, row.month) for row in rows), Decimal(0))
        return {
            "upfront": added(row for row in rows if row.kind != "recurring"),
            "monthly": added(r for r in rows if r.kind == "recurring" and r.month == firsts.get(r.component)),
            "first_year": added(row for row in rows if row.month - self.signing < 12),
            "term": added(row for row in rows if row.entry.served <= self.term),
            "total": added(rows),
            "present_value": self.rounded(Fraction(present)),
            "expected_value": self.rounded(Fraction(self.expected(rows, components))),
            "coop": sum((row.coop for row in rows), Fraction(0)),
        }

    # --- minimum payout (section 6)

    def paid_out(self, rows: list[Row]) -> list[Row]:
        """What a month pays below the minimum waits until the sum reaches it, or is lost."""
        minimum = None if "minimum_payout" not in self.plan else self.look(self.plan["minimum_payout"])
        if minimum is None:
            return rows
        paid: dict[int, int] = {}  # the month something is due in, and the month it is paid in
        waiting: list[int] = []
        due = [row for row in rows if row.kind != "clawback" and row.money]
        for month in sorted({row.month for row in due}):
            waiting.append(month)
            if sum(row.money for row in due if row.month in waiting) >= minimum:
                paid |= dict.fromkeys(waiting, month)
                waiting = []
            elif self.plan.get("below_minimum") == "forfeited":
                waiting = []
        never = {row.month for row in due} - paid.keys()
        found: list[Row] = []
        for row in rows:
            if row.kind == "clawback":
                found += self.still_taken_back(row, [one for one in rows if one.entry is row.source], never, found)
            elif row.month in never:
                found.append(replace(row, money=Fraction(0), is_lost=True))
            elif paid.get(row.month, row.month) > row.month:
                with_it = max(one.entry.odds for one in due if one.month == paid[row.month])
                entry = replace(row.entry, odds=max(row.entry.odds, with_it))
                found.append(replace(row, month=paid[row.month], waits=True, entry=entry))
            else:
                found.append(row)
        return found

    @staticmethod
    def still_taken_back(back: Row, sources: list[Row], never: set[int], before: list[Row]) -> list[Row]:
        """What was never paid is not taken back: at most what was paid of it, in the same role."""
        if not any(one.month in never and one.money for one in sources):
            return [back]
        was_paid = [one.money for one in sources if one.month not in never and one.role == back.role]
        is_back = [one.money for one in before if one.source is back.source and one.role == back.role]
        return [replace(back, money=max(back.money, -sum(was_paid + is_back, Fraction(0))))]

    # --- the estimate

    def best_of_groups(self, found: Mapping[str, list[Row]]) -> list[Row]:
        """Return the rows of the components that are paid."""
        return [row for name in self.kept(found) for row in found[name]]

    def kept(self, found: Mapping[str, list[Row]]) -> list[str]:
        """Of the components that share an exclusive group, keep the one that pays most; a tie: the first."""
        components = {pays["id"]: pays for pays in self.plan["pays"]}
        best: dict[str, str] = {}

        def paid(name: str) -> Fraction:
            return sum((row.money + row.coop for row in found[name] if row.kind != "clawback"), Fraction(0))

        for name in found:
            group = components[name].get("exclusive_group")
            if group and (group not in best or paid(name) > paid(best[group])):
                best[group] = name
        return [name for name in found if best.get(components[name].get("exclusive_group", ""), name) == name]

    def is_open(self) -> bool:
        """Say whether the plan is open to the deal; raises Missing where nobody can tell."""
        countries = self.program["program"].get("countries", [])
        here = not countries or self.deal.get("country") in countries
        requires = self.plan.get("requires", [])
        is_member = self.is_enrolled() or any(condition["fact"] == "enrolled" for condition in requires)
        return bool(is_member and here and self.lines and self.all_hold(requires))

    # --- successors (section 7)

    def rate(self, base: str, quote: str) -> Fraction:
        """Return how many `quote` one `base` is, at the latest rate on or before the signing day."""
        if base == quote:
            return Fraction(1)
        rows = (self.files[1] or {}).get("rate", [])
        known = [
            row for row in rows if {row["base"], row["quote"]} == {base, quote} and row["day"] <= self.deal["signed"]
        ]
        if not known:
            raise Missing("a rate")
        latest = max(known, key=lambda row: row["day"])
        return figure(latest["rate"]) if latest["base"] == base else 1 / figure(latest["rate"])

    def currency(self) -> str:
        """Return the program's currency."""
        return str(self.program["program"].get("currency", "EUR"))

    def succeeding(self, event: Data, span: tuple[int, int]) -> "Case | None":
        """Return the deal as a successor sees it: its version of the day, prices in its currency; None: it has none."""
        day = add_months(self.deal["starts"], event["month"] - 1)
        own = [one for one in (self.program, *self.later, *self.others) if one["program"]["id"] == event["program"]]
        begun = [one for one in own if one["program"]["effective_from"] <= day]
        program = max(begun, key=lambda one: one["program"]["effective_from"], default=None)
        asked = program or next(iter(own), None)  # of one that is not in force yet, the first version says its plans
        if asked is None or event["plan"] not in [plan["id"] for plan in asked["plan"]]:
            raise Missing("a successor")
        if program is None or day >= program["program"].get("effective_until", date.max):
            return None
        deal, partner = self.files
        base = deal["deal"].get("currency", self.currency())
        rate = self.rate(base, program["program"].get("currency", "EUR"))

        def converted(one: Data) -> Data:
            prices = ("unit_price", "list_price", "buy_price")
            return {key: figure(value) * rate if key in prices else value for key, value in one.items()}

        priced = {**deal, "line": list(map(converted, deal["line"])), "event": list(map(converted, self.events))}
        later = [one for one in own if one is not program]
        case = Case(program, event["plan"], priced, partner, later, self.others)
        case.asked, case.span = day, span
        return case

    def after(self, prepaid: int) -> tuple[list[Row], bool]:
        """Return what the successors pay in the currency of this plan, and whether something is missing.

        Months that were prepaid are not paid again.
        """
        lasts = [*(event["month"] - 1 for event in self.successors[1:]), self.last]
        found: list[Row] = []
        missing = False
        for event, last in zip(self.successors, lasts, strict=True):
            try:
                found += self.taken_over(event, (max(event["month"], prepaid + 1), last))
            except Missing:
                missing = True
        return found, missing

    def taken_over(self, event: Data, span: tuple[int, int]) -> list[Row]:
        """Return what one successor pays, each payment converted and rounded."""
        case = self.succeeding(event, span)
        if case is None or not case.is_open():
            return []
        rate = self.rate(case.currency(), self.currency())
        by_component, missing = case.by_component()
        if missing:
            raise Missing("an input")
        rows = case.paid_out(case.best_of_groups(by_component))
        name = f"{event['program']}/{event['plan']}"
        money = [
            replace(row, component=f"{name}/{row.component}", money=self.rounded(row.money * rate)) for row in rows
        ]
        coop = self.rounded(sum((row.coop for row in rows), Fraction(0)) * rate)
        return [replace(row, coop=Fraction(0) if i else coop) for i, row in enumerate(money)]

    def by_component(self) -> tuple[dict[str, list[Row]], bool]:
        """Return what each component pays, and whether an input is missing."""
        found: dict[str, list[Row]] = {}
        missing = False
        for pays in self.plan["pays"]:
            try:
                found[pays["id"]] = self.rows(pays)
            except NoRow:
                found[pays["id"]] = []
            except Missing:
                missing = True
        return found, missing

    def prepays(self, found: Mapping[str, list[Row]]) -> int:
        """Return the last service month that any of the components that are paid is paid for upfront."""
        kept = self.kept(found)
        upfront = [pays for pays in self.plan["pays"] if "upfront" in pays and pays["id"] in kept]
        paid = [pays for pays in upfront if any(e.exact for e in self.entries(pays) if e.kind == "upfront")]
        return max((self.prepaid(pays) for pays in paid), default=0)

    def estimate(self) -> Outcome:
        """Evaluate the plan."""
        components = {pays["id"]: pays for pays in self.plan["pays"]}
        missing = False
        try:
            tier = self.standing("tier")
        except Missing:
            tier = None  # whatever asks for it is incomplete
        try:
            if not self.is_open():
                return Outcome("ineligible", tier, totals=self.totals([], components))
        except Missing:
            missing = True
        found, lacks_input = self.by_component()
        rows = self.best_of_groups(found)
        try:
            rows = self.paid_out(rows)
        except Missing:
            missing = True
        after, lacks_more = self.after(self.prepays(found)) if self.successors else ([], False)
        rows, missing = [*rows, *after], missing or lacks_input or lacks_more
        payments: Counter[tuple[str, str, str, int]] = Counter()
        for row in rows:
            payments[row.component, row.role, row.kind, row.month] += row.money  # type: ignore[assignment]
        payments = Counter({key: amount for key, amount in payments.items() if amount})
        return Outcome(
            "incomplete" if missing else "payable", tier, payments, None if missing else self.totals(rows, components)
        )


def estimate(program: Data, plan: str, deal: Data, partner: Data | None = None, later: Sequence[Data] = ()) -> Outcome:
    """Return what a deal earns under one plan of a program."""
    return Case(program, plan, deal, partner, later).estimate()
