"""What the page on the impact of a new version may show, as frozen values; cheap to import: no ReportLab here."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from dealbook.domain.quote import Sender


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpactFigures:
    """What is earned under the old and the new version, in the book's currency; None where it cannot be told."""

    old: Decimal | None
    new: Decimal | None

    @property
    def change(self) -> Decimal | None:
        """What the new version brings more."""
        return None if self.old is None or self.new is None else self.new - self.old


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpactDeal:
    """A deal under both versions, with its plan and what there is to say about it, in words."""

    customer: str
    title: str
    plan: str
    figures: ImpactFigures
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpactGroup:
    """Deals that are added up together: won ones, open ones. Those that stay the `same` are one line, if any.

    `is_counted`: the group is part of the book's sums, and its deals of the chart.
    """

    name: str
    deals: tuple[ImpactDeal, ...]
    sums: ImpactFigures
    same: ImpactFigures | None = None
    same_name: str = ""
    is_counted: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpactContent:
    """Everything that the page shows; texts are in its language already.

    `subject` names the program and its versions; `differences` are lines; `totals` are named sums, the book's last, and
    `weighted` the change of the open deals by their probability. `untouched` says how many deals are not shown.
    """

    subject: str
    in_force: date
    day: date
    language: str
    currency: str
    objective: str
    sender: Sender
    differences: tuple[str, ...] = ()
    groups: tuple[ImpactGroup, ...] = ()
    totals: tuple[tuple[str, ImpactFigures], ...] = ()
    weighted: Decimal | None = None
    untouched: str = ""
    notes: tuple[str, ...] = ()
    paper: str = "A4"
