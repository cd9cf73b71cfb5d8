"""The names of the facts and where each comes from (programs.md §3), and the facts of one evaluation.

`FACTS` is the one table of names: the reader checks against it, the reference is written from it. `Facts` answers
`get` for values and conditions; what is dear to work out (a tier) is worked out on the first question.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

Fact = Decimal | str | bool | date | frozenset[str] | None


class Kind(StrEnum):
    """What sort of value a fact has; it decides which tests and tables can use it."""

    NUMBER = "number"
    TEXT = "text"
    FLAG = "flag"
    DAY = "day"
    SET = "set"


@dataclass(frozen=True, slots=True)
class FactSpec:
    """One fact: its kind, what it belongs to, whether `of` can narrow it to a category, the texts it can have."""

    kind: Kind
    belongs: str
    narrows: bool = False
    choices: tuple[str, ...] = ()


def _specs(belongs: str, kind: Kind, *names: str, narrows: bool = False) -> dict[str, FactSpec]:
    return {name: FactSpec(kind, belongs, narrows) for name in names}


FACTS: Final[Mapping[str, FactSpec]] = {
    **_specs("deal", Kind.NUMBER, "term", "discount"),
    **_specs("deal", Kind.NUMBER, "seats", "mrr", "nrc", "tcv", narrows=True),
    "customer_kind": FactSpec(Kind.TEXT, "deal", choices=("new", "existing", "migration")),
    **_specs("deal", Kind.TEXT, "country", "segment"),
    "registered": FactSpec(Kind.FLAG, "deal"),
    "signed": FactSpec(Kind.DAY, "deal"),
    "categories": FactSpec(Kind.SET, "deal"),
    **_specs("line", Kind.TEXT, "product", "category"),
    **_specs("partner", Kind.FLAG, "certified", "enrolled"),
    "certificates": FactSpec(Kind.SET, "partner"),
    "company_size": FactSpec(Kind.NUMBER, "partner"),
    **_specs(
        "standing",
        Kind.NUMBER,
        "won_deals",
        "won_seats",
        "won_mrr",
        "won_tcv",
        "won_paid",
        "care_revenue",
        "attainment",
    ),
    "tier": FactSpec(Kind.TEXT, "standing"),
    **_specs("time", Kind.NUMBER, "elapsed", "renewal"),
}

STANDING_FIGURES: Final = ("won_deals", "won_seats", "won_mrr", "won_tcv", "won_paid", "care_revenue")
LINE_FACTS: Final = frozenset({"product", "category"})


Known = dict[str | tuple[str, str], Fact]
"""Facts by name, or by name and category."""


class Facts:
    """The facts of one offer under one program, with the program's inputs.

    `known` maps a name, or a (name, category) pair, to the fact; `late` works out what is not there yet.
    """

    __slots__ = ("inputs", "known", "late")

    def __init__(
        self,
        known: Known,
        inputs: Mapping[str, Any],
        late: "Callable[[Facts, str, str | None], Fact]",
    ) -> None:
        """Take the cheap facts, the inputs' values (None: not given) and the function for the dear ones.

        An input is a `values.Value`; its type is not named here, for values stand on facts.
        """
        self.known = known
        self.inputs = inputs
        self.late = late

    def get(self, name: str, of: str | None = None) -> Fact:
        """Return a fact; None where nobody knows it."""
        key = name if of is None else (name, of)
        if key in self.known:
            return self.known[key]
        found = self.known[key] = self.late(self, name, of)
        return found

    def but(self, **changed: Fact) -> "Facts":
        """Return the same facts with some changed."""
        known: Known = {**self.known}
        known.update(changed)
        return Facts(known, self.inputs, self.late)
