"""What the offer pays under each plan, as a table: ranked, the best one marked, reasons in words where nothing is paid.

A plan keeps its identity (program and plan) while its figures and its rank change, so that selection, ticks and a half
typed contract value stay with it. Plans of programs that the partner is not enrolled in are folded into one row at the
end. The arithmetic is the desk's; this model only says what is shown.
"""

from collections.abc import Callable, Hashable
from decimal import Decimal
from enum import IntEnum
from typing import Final, NamedTuple

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor

from dealbook.desk.compare import Comparison, Objective
from dealbook.desk.compare import Row as Compared
from dealbook.desk.wording import problem_text
from dealbook.domain.money import ZERO
from dealbook.earnings.compare import instead_of
from dealbook.earnings.estimate import Status, Totals
from dealbook.gui.models.grid import Draft
from dealbook.gui.models.keyed import ROOT, Index, KeyedModel
from dealbook.gui.theme import tokens
from dealbook.gui.words import literal, mark, plural, tr
from dealbook.language import Language

Role = Qt.ItemDataRole
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
TICKED_AT_FIRST: Final = 3

PlanKey = tuple[str, str]
"""Program id and plan id."""
FOLDED: Final[PlanKey] = ("", "")
"""The key of the row that stands for several plans."""
FOLD_FROM: Final = 2
"""So many plans are folded; a single one stands for itself."""
NOT_KNOWN: Final = "–"
SetInput = Callable[[str, str, str, bool], str]
"""Saves a contract value (program, input, text, only assumed) and returns an empty text; or says what is wrong."""


class Figure(IntEnum):
    """The columns of the comparison."""

    PLAN = 0
    NOW = 1
    FIRST_YEAR = 2
    TERM = 3
    EXPECTED = 4


class Fold(NamedTuple):
    """The plans that one row stands for: those of programs that the partner is not enrolled in."""

    plans: int
    programs: int
    is_open: bool

    @property
    def text(self) -> str:
        """How many they are, in words."""
        plans = plural("{n} plan", "{n} plans", self.plans)
        programs = plural(
            "of {n} program you are not enrolled in", "of {n} programs you are not enrolled in", self.programs
        )
        return f"{plans} {programs}"


class Shown(NamedTuple):
    """A row as it is painted: `now` and `later` are the bar's parts as fractions, `series` the line in the chart.

    With `fold`, the row stands for several plans, of which `row` is only the first.
    """

    row: Compared
    reason: str = ""
    now: float = 0
    later: float = 0
    is_chosen: bool = False
    series: int | None = None
    fold: Fold | None = None

    @property
    def key(self) -> PlanKey:
        """What stays the same while the figures change."""
        return FOLDED if self.fold else (self.row.estimate.program, self.row.estimate.plan)

    @property
    def name(self) -> str:
        """Vendor and plan; of a fold, how many plans it stands for."""
        return self.fold.text if self.fold else f"{self.row.estimate.vendor} · {self.row.estimate.plan_name}"

    @property
    def totals(self) -> Totals | None:
        """The figures, where the plan pays and they could be converted."""
        return self.row.totals if self.row.estimate.status is Status.PAYABLE else None

    @property
    def is_closed(self) -> bool:
        """Whether the plan does not pay because the partner is not enrolled in its program."""
        return self.fold is None and any(p.code == "not-enrolled" for p in self.row.estimate.problems)

    @property
    def lacks_rate(self) -> bool:
        """Whether the plan cannot be worked out for want of an exchange rate."""
        return self.fold is None and bool(self.currencies)

    @property
    def currencies(self) -> tuple[str, ...]:
        """The two currencies between which a rate is missing; nothing where none is."""
        problems = self.row.estimate.problems
        return next(((p.facts["from"], p.facts["to"]) for p in problems if p.code == "no-exchange-rate"), ())

    @property
    def asks(self) -> str:
        """The name of the contract value to be typed; empty where none is missing."""
        waits = self.row.estimate.status is Status.INCOMPLETE
        return self.row.missing[0] if waits and self.row.missing else ""


class ComparisonModel(KeyedModel[Shown]):
    """Shows a comparison and takes missing contract values."""

    ticks_changed = Signal()
    """Other plans are to be drawn in the chart."""

    def __init__(self, words: Language, set_input: SetInput, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._set_input = set_input
        self._drafts: dict[PlanKey, Draft] = {}
        self._ticks: dict[PlanKey, int] | None = None
        self._assumed = False
        self._is_unfolded = False
        self._chosen: PlanKey | None = None
        self.comparison: Comparison | None = None
        self.objective = Objective.EXPECTED

    def key_of(self, row: Shown) -> Hashable:
        return row.key

    def set_comparison(self, comparison: Comparison, objective: Objective, chosen: PlanKey | None) -> None:
        """Show a comparison; `chosen` is the plan that was chosen for this offer."""
        heads_differ = objective is not self.objective or self.comparison is None
        heads_differ = heads_differ or comparison.currency != getattr(self.comparison, "currency", "")
        self.comparison, self.objective, self._chosen = comparison, objective, chosen
        shown = self._folded([Shown(row) for row in comparison.rows])
        if self._ticks is None and any(one.totals for one in shown):
            self._ticks = {one.key: n for n, one in enumerate([o for o in shown if o.totals][:TICKED_AT_FIRST])}
        longest = max((sum(_bar(one.totals)) for one in shown), default=ZERO)
        self.set_rows([self._completed(one, Decimal(longest), chosen) for one in shown])
        if heads_differ:
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(Figure) - 1)

    def unfold(self, index: Index) -> None:
        """Show the plans that a row stands for, or no longer."""
        shown = self.shown(index)
        if shown is not None and shown.fold is not None and self.comparison is not None:
            self._is_unfolded = not self._is_unfolded
            self.set_comparison(self.comparison, self.objective, self._chosen)

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(Figure)

    def shown(self, index: Index) -> Shown | None:
        """Return what a row shows."""
        return self._rows[index.row()] if index.isValid() and index.row() < len(self._rows) else None

    def place(self, key: PlanKey) -> int:
        """Return the row in which a plan stands; -1 where it is not in the comparison."""
        return next((place for place, shown in enumerate(self._rows) if shown.key == key), -1)

    def draft(self, index: Index) -> Draft | None:
        """Return a contract value that was typed and could not be saved."""
        shown = self.shown(index)
        return None if shown is None else self._drafts.get(shown.key)

    def figure_text(self, row: Compared, column: int) -> str:
        """Return a figure of a row that pays as it is read."""
        currency = self.comparison.currency if self.comparison else "EUR"
        figure = row.figure(shown_by(column, self.objective))
        if figure is None:  # nothing to do, or no rate for the cost of it
            return tr("no work") if self.objective is Objective.HOURLY else NOT_KNOWN
        return self._words.amount(figure, currency)

    def set_assumed(self, assumed: bool) -> None:
        """Take contract values typed from now on as assumptions, or as what the contract says."""
        self._assumed = assumed

    def flags(self, index: Index) -> Qt.ItemFlag:
        shown = self.shown(index)
        if shown is None:
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsEditable if shown.asks and index.column() == Figure.PLAN else flags

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Role.TextAlignmentRole:
            return _LEFT if section == Figure.PLAN else _RIGHT
        if role == Role.ToolTipRole:
            return self._header_tip(section)
        last = _LAST.get(self.objective, _LAST[Objective.EXPECTED])
        names = (tr("Plan"), tr("Once"), tr("Year 1"), tr("Term"), tr(last.name))
        return names[section] if role == Role.DisplayRole else None

    def _header_tip(self, section: int) -> str:
        """Return what a column counts (programs.md §8)."""
        last = _LAST.get(self.objective, _LAST[Objective.EXPECTED])
        return (
            "",
            tr("Everything that is paid once: at signing or start, for growth, at renewals, less what is taken back."),
            tr("What is paid in the twelve months from the month of signing on."),
            tr("What is earned in the initial term."),
            tr(last.tip),
        )[section]

    def data(self, index: Index, role: int = Role.DisplayRole) -> object:
        shown = self.shown(index)
        if shown is None:
            return None
        if role == Role.TextAlignmentRole:
            return _LEFT if index.column() == Figure.PLAN else _RIGHT
        totals = shown.totals
        if index.column() != Figure.PLAN:
            return self.figure_text(shown.row, index.column()) if role == Role.DisplayRole and totals else None
        draft = self._drafts.get(shown.key)
        answers: dict[int, Callable[[], object]] = {
            Role.DisplayRole: lambda: shown.name,
            Role.EditRole: lambda: draft.text if draft else "",
            Role.AccessibleTextRole: lambda: ", ".join(filter(None, (shown.name, *self.marks(shown), shown.reason))),
            Role.AccessibleDescriptionRole: lambda: draft.problem if draft else "",
            Role.ToolTipRole: lambda: literal(draft.problem if draft else shown.reason),
            Role.CheckStateRole: lambda: self._check_state(shown),
            Role.ForegroundRole: lambda: None if totals else QColor(tokens().muted),
        }
        return answers[role]() if role in answers else None

    def marks(self, shown: Shown) -> list[str]:
        """Return the words that mark a row: best, chosen, ineligible; of a fold, whether it is open."""
        if shown.fold is not None:
            return [tr("unfolded") if shown.fold.is_open else tr("folded")]
        status = shown.row.estimate.status
        return [
            *([tr("best")] if shown.row.is_best else []),
            *([tr("chosen")] if shown.is_chosen else []),
            *([tr("ineligible")] if status is Status.INELIGIBLE else []),
            *([tr("incomplete")] if status is Status.INCOMPLETE else []),
        ]

    def setData(self, index: Index, value: object, role: int = Role.EditRole) -> bool:
        shown = self.shown(index)
        if shown is None:
            return False
        if role == Role.CheckStateRole:
            self.toggle(index)
            return True
        if role != Role.EditRole or not shown.asks:
            return False
        self._drafts.pop(shown.key, None)
        text = str(value).strip()
        problem = self._set_input(shown.key[0], shown.asks, text, self._assumed) if text else ""
        if problem:
            self._drafts[shown.key] = Draft(text, problem)
        row = self.place(shown.key)
        if row >= 0:
            self.announce(row)
        return True

    def toggle(self, index: Index) -> None:
        """Draw a plan in the chart, or no longer."""
        shown = self.shown(index)
        if shown is None or shown.totals is None or shown.fold is not None:
            return
        ticks = dict(self._ticks or {})
        if ticks.pop(shown.key, None) is None:
            ticks[shown.key] = next(n for n in range(len(ticks) + 1) if n not in ticks.values())
        self._ticks = ticks
        self._rows[index.row()] = shown._replace(series=ticks.get(shown.key))
        self.announce(index.row())
        self.ticks_changed.emit()

    def forget_ticks(self) -> None:
        """Start again with the best plans ticked: another deal is shown."""
        self._ticks = None
        self._is_unfolded = False
        self._drafts.clear()

    @property
    def ticked(self) -> list[Shown]:
        """The plans that are drawn in the chart, in the order of the comparison."""
        return [shown for shown in self._rows if shown.series is not None]

    def _folded(self, shown: list[Shown]) -> list[Shown]:
        """Return the rows with those of programs without enrolment behind one row at the end, or left out."""
        closed = [one for one in shown if one.is_closed]
        if len(closed) < FOLD_FROM:
            return shown
        closed.sort(key=lambda one: (len(one.row.estimate.problems), one.name.casefold(), one.key))
        programs = len({one.row.estimate.program for one in closed})
        fold = Shown(closed[0].row, fold=Fold(len(closed), programs, self._is_unfolded))
        return [*(one for one in shown if not one.is_closed), fold, *(closed if self._is_unfolded else ())]

    def _completed(self, shown: Shown, longest: Decimal, chosen: PlanKey | None) -> Shown:
        if shown.fold is not None:
            return shown
        now, later = _bar(shown.totals)
        problems = () if shown.totals else shown.row.estimate.problems
        reasons = [problem_text(problem, self._words) for problem in problems]
        return shown._replace(
            reason=" ".join(dict.fromkeys(filter(None, (*reasons, self._instead(shown))))),
            now=round(float(now / longest), 3) if longest else 0,
            later=round(float(later / longest), 3) if longest else 0,
            is_chosen=shown.key == chosen,
            series=(self._ticks or {}).get(shown.key) if shown.totals else None,
        )

    def _instead(self, shown: Shown) -> str:
        """Say which plan is shown in the place of an ineligible one."""
        rows = self.comparison.rows if self.comparison else ()
        plan = instead_of(shown.row.estimate, [row.estimate for row in rows])
        return tr("{plan} instead.").format(plan=plan.plan_name) if plan else ""

    def _check_state(self, shown: Shown) -> object:
        if shown.totals is None:
            return None
        return Qt.CheckState.Unchecked if shown.series is None else Qt.CheckState.Checked


def shown_by(column: int, objective: Objective) -> Objective:
    """Return what a column shows; the last one follows the objective where no other column shows it."""
    last = objective if objective in _LAST else Objective.EXPECTED
    return (last, Objective.NOW, Objective.FIRST_YEAR, Objective.TERM, last)[column]


class _Last(NamedTuple):
    """The name and the tip of the last column."""

    name: str
    tip: str


_LAST: Final = {
    Objective.EXPECTED: _Last(
        mark("Expected"), mark("All payments, discounted and weighed with how likely the customer is still there.")
    ),
    Objective.PRESENT: _Last(mark("Present"), mark("All payments, discounted to the signing month.")),
    Objective.NET: _Last(
        mark("Net earnings"), mark("Expected value, less what the work that the plan leaves with you costs.")
    ),
    Objective.HOURLY: _Last(
        mark("An hour"), mark("Expected value for each hour of the work that the plan leaves with you.")
    ),
}


def _bar(totals: Totals | None) -> tuple[Decimal, Decimal]:
    """Return what the bar splits: paid now, and paid later within the term; a bar has no negative part."""
    if totals is None:
        return ZERO, ZERO
    now = max(totals.upfront, ZERO)
    return now, max(totals.term - now, ZERO)
