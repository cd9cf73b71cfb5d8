"""One program: the membership, the contract's values, the plans and where the figures come from."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLayout,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from dealbook.book.errors import BookError
from dealbook.desk.compare import clear_input, set_input
from dealbook.desk.programs import ProgramRow, change_enrolment, enrolment_of, input_rows, mark_assumed
from dealbook.desk.wording import problem_text
from dealbook.domain.partner import Enrolment
from dealbook.gui.book_words import refusal, said
from dealbook.gui.context import Context
from dealbook.gui.models.days import optional_day
from dealbook.gui.models.program_inputs import InputsModel
from dealbook.gui.models.programs import missing_text
from dealbook.gui.models.reading import WrongInputError
from dealbook.gui.theme import GRID
from dealbook.gui.widgets.card import Card
from dealbook.gui.widgets.fields import Field
from dealbook.gui.widgets.labels import Elided, button, label, set_role
from dealbook.gui.widgets.program_inputs import InputsTable
from dealbook.gui.words import mark, tr
from dealbook.programs.model import Plan, Program

LEAST_WIDTH: Final = 62 * GRID
"""What the fields and the table of values need; the list beside them gives way."""
_DAY_WIDTH: Final = 13 * GRID
SINCE: Final = mark("Change day of enrolment")
CERTIFIED: Final = mark("Change certification")
VERSION: Final = mark("Change program version")
TIER: Final = mark("Change tier")
ASSUMED: Final = mark("Change assumption")
MODELS: Final[Mapping[str, str]] = {
    "agent": mark("agent"),
    "resale": mark("resale"),
    "wholesale": mark("wholesale"),
    "referral": mark("referral"),
    "affiliate": mark("affiliate"),
}
DUTIES: Final[Mapping[str, str]] = {
    "billing": mark("billing"),
    "collection": mark("collection"),
    "first-level-support": mark("first-level support"),
    "own-brand": mark("own brand"),
}


class ProgramDetails(QScrollArea):
    """Shows one program and changes the membership in it, each change a step of its own."""

    enrol_wanted = Signal()
    leave_wanted = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._row: ProgramRow | None = None
        self.setAccessibleName(tr("Program"))
        self.setMinimumWidth(LEAST_WIDTH)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inner = QWidget()
        inner.setObjectName("page")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, GRID, 0)
        column.setSpacing(GRID + GRID // 2)
        for card in (self._standing_card(), self._inputs_card(), self._plans_card(), self._sources_card()):
            column.addWidget(card)
        column.addStretch(1)
        self._inner = inner
        self.setWidget(inner)

    def show_program(self, row: ProgramRow) -> None:
        """Show a program, or what has changed in it."""
        is_other = self._row is None or self._row.program != row.program
        moved = self._row is None or self._row.id != row.id
        self._row = row
        self._show_head(row)
        self._show_membership(row, afresh=moved)
        inputs = input_rows(self._context.session, row.id, today())
        enrolled = row.enrolment is not None
        self.inputs.show_inputs(row.id, inputs, row.program.currency, is_open=enrolled)
        self._inputs_box.setVisible(bool(inputs))
        self._inputs_box.note.setText(self._inputs_note(row))
        if is_other:
            self._show_plans(row.program)
            self._show_sources(row.program)
        if moved:
            self.verticalScrollBar().setValue(0)

    def start(self) -> None:
        """Put the focus where work starts: on "Enrol", on the values, or on the day where there are none."""
        if self._row is None or self._row.enrolment is None:
            self.join.setFocus()
        elif self.inputs.rowCount():
            self.table.start()
        else:
            self.since.control.setFocus()

    # --- building

    def _standing_card(self) -> Card:
        card = Card()
        self.heading = Elided(role="heading")
        self.join = button(tr("Enrol"), "primary")
        self.join.clicked.connect(self._join_or_leave)
        head = QHBoxLayout()
        head.setSpacing(GRID)
        head.addWidget(self.heading, 1)
        head.addWidget(self.join)
        card.body.addLayout(head)
        self.about_version = label("", "small", wrap=True)
        card.body.addWidget(self.about_version)
        self.summary = label("", "muted", wrap=True)
        self.closed = label("", "warning", wrap=True)
        card.body.addWidget(self.summary)
        card.body.addWidget(self.closed)
        self.since = Field(tr("Enrolled since"), QLineEdit(), self._save_since)
        self.version = Field(tr("Version"), QComboBox(), self._save_version)
        self.tier = Field(tr("Tier"), QComboBox(), self._save_tier)
        self.certified = QCheckBox(tr("Certified"))
        self.certified.clicked.connect(self._save_certified)
        since = self.since.control
        if isinstance(since, QLineEdit):
            since.setPlaceholderText(tr("not known"))
            since.setMinimumWidth(_DAY_WIDTH)
        for field in (self.version, self.tier):
            if isinstance(field.control, QComboBox):
                field.control.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
                field.control.setMinimumContentsLength(4)
        self._membership = QWidget()
        row = QHBoxLayout(self._membership)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        for field, share in ((self.since, 3), (self.version, 4), (self.tier, 4)):
            row.addWidget(field, share)
        box = QVBoxLayout()
        box.setSpacing(2)
        box.addWidget(label(" ", "small"))
        box.addWidget(self.certified)
        box.addStretch(1)
        self.certified.setMinimumHeight(32)
        row.addLayout(box, 3)
        card.body.addWidget(self._membership)
        return card

    def _inputs_card(self) -> Card:
        card = Card(tr("Contract values"), " ")
        self._inputs_box = card
        self.inputs = InputsModel(self._context.words, self._save_input, self._clear_input, self._mark_assumed, self)
        self.table = InputsTable(self.inputs)
        self.table.selectionModel().currentChanged.connect(self._reveal)
        card.body.addWidget(self.table)
        return card

    def _plans_card(self) -> Card:
        card = Card(tr("Plans"), tr("what a deal can be placed under"))
        self._plans = QGridLayout()
        self._plans.setHorizontalSpacing(2 * GRID)
        self._plans.setVerticalSpacing(GRID)
        self._plans.setColumnStretch(0, 2)
        self._plans.setColumnStretch(1, 3)
        card.body.addLayout(self._plans)
        return card

    def _sources_card(self) -> Card:
        card = Card(tr("Sources"))
        self._sources_box = card
        self._sources = QVBoxLayout()
        self._sources.setSpacing(GRID // 2)
        card.body.addLayout(self._sources)
        return card

    # --- showing

    def _show_head(self, row: ProgramRow) -> None:
        program = row.program
        self.heading.setText(f"{program.vendor} · {program.name}")
        since = self._context.words.short_date(program.effective_from)
        form = tr("version {version}, in force from {day} · {currency}")
        values = form.format(version=program.version, day=since, currency=program.currency)
        self.about_version.setText(values[:1].upper() + values[1:])
        self.summary.setText(program.summary)
        self.summary.setVisible(bool(program.summary))
        pinned = row.enrolment.version if row.enrolment else None
        closed = tr("This program has no version {version}.") if pinned else tr("No version is in force today.")
        self.closed.setText("" if row.is_in_force else closed.format(version=pinned))
        self.closed.setVisible(not row.is_in_force)

    def _show_membership(self, row: ProgramRow, *, afresh: bool) -> None:
        enrolment, words = row.enrolment, self._context.words
        self.join.setText(tr("Leave") if enrolment else tr("Enrol"))
        set_role(self.join, "" if enrolment else "primary")
        self._membership.setVisible(enrolment is not None)
        if enrolment is None:
            return
        versions = [one.version for one in self._context.session.catalog.versions.get(row.id, ())]
        tiers = [one.name for one in row.program.standing.tiers]
        _fill(self.version, tr("the one in force"), versions, enrolment.version)
        _fill(self.tier, tr("worked out"), tiers, enrolment.tier)
        self.tier.setVisible(bool(tiers) or enrolment.tier is not None)
        since = words.short_date(enrolment.since) if enrolment.since else ""
        (self.since.show_text if afresh else self.since.follow)(since)
        self.version.show_text(enrolment.version or "")
        self.tier.show_text(enrolment.tier or "")
        self.certified.setChecked(enrolment.certified)

    def _inputs_note(self, row: ProgramRow) -> str:
        if row.enrolment is None:
            return tr("enrol to enter those of your contract")
        return missing_text(row.missing) if row.missing else tr("complete")

    def _show_plans(self, program: Program) -> None:
        _empty(self._plans)
        for position, plan in enumerate(program.plans):
            name = label(plan.name, "strong", wrap=True)
            name.setAlignment(Qt.AlignmentFlag.AlignTop)
            self._plans.addWidget(name, position, 0)
            about = label("\n".join(_about(plan)), "muted", wrap=True)
            about.setAlignment(Qt.AlignmentFlag.AlignTop)
            self._plans.addWidget(about, position, 1)

    def _show_sources(self, program: Program) -> None:
        _empty(self._sources)
        for source in program.sources:
            self._sources.addWidget(label(source.title, "muted", wrap=True))
        self._sources_box.setVisible(bool(program.sources))

    def _reveal(self, index: QModelIndex) -> None:
        """Scroll to the row that is current: the table itself is as tall as its rows."""
        where = self.table.viewport().mapTo(self._inner, self.table.visualRect(index).center())
        self.ensureVisible(where.x(), where.y(), 0, 4 * GRID)

    # --- saving

    def _join_or_leave(self) -> None:
        if self._row is not None:
            (self.leave_wanted if self._row.enrolment else self.enrol_wanted).emit()

    def _change(self, name: str, **changes: object) -> str:
        """Save a change of the membership as a step; return what is wrong, in words."""
        enrolment = self._enrolment()
        if enrolment is None:
            return ""
        try:
            change_enrolment(self._context.session, replace(enrolment, **changes), name)  # type: ignore[arg-type]
        except BookError as error:
            return refusal(error)
        return ""

    def _save_since(self, text: str) -> str:
        words = self._context.words
        try:
            since = optional_day(text, words)
        except WrongInputError as wrong:
            return str(wrong)
        problem = self._change(SINCE, since=since)
        if not problem:
            self.since.show_text(words.short_date(since) if since else "")
        return problem

    def _save_version(self, version: str) -> str:
        return self._change(VERSION, version=version or None)

    def _save_tier(self, tier: str) -> str:
        return self._change(TIER, tier=tier or None)

    def _save_certified(self, on: bool) -> None:
        self._change(CERTIFIED, certified=on)

    def _save_input(self, name: str, text: str, assumed: bool) -> str:
        if self._row is None:
            return ""
        try:
            problems = set_input(self._context.session, self._row.id, name, text, assumed=assumed)
        except BookError as error:
            return refusal(error)
        return " ".join(problem_text(problem, self._context.words) for problem in problems)

    def _clear_input(self, name: str) -> None:
        if self._row is not None:
            with said(self._context.notify):
                clear_input(self._context.session, self._row.id, name)

    def _mark_assumed(self, name: str, assumed: bool) -> None:
        if self._row is not None:
            with said(self._context.notify):
                mark_assumed(self._context.session, self._row.id, name, assumed, ASSUMED)

    def _enrolment(self) -> Enrolment | None:
        return enrolment_of(self._context.session, self._row.id) if self._row is not None else None


def today() -> date:
    """Return the day on which programs are looked at."""
    return date.today()  # noqa: DTZ011 - the user's own day


def _about(plan: Plan) -> list[str]:
    """Return the model, the duties and the note of a plan."""
    parts = [tr(MODELS.get(plan.model, plan.model))]
    if plan.duties:
        duties = ", ".join(tr(DUTIES.get(duty, duty)) for duty in plan.duties)
        parts.append(tr("your part: {duties}").format(duties=duties))
    return [" · ".join(parts), *([plan.note] if plan.note else [])]


def _fill(field: Field, first: str, values: Iterable[str], held: str | None) -> None:
    """Offer what leaves it to the program, the values there are, and the one held, should it be another."""
    box = field.control
    if not isinstance(box, QComboBox):
        return
    offered = [*values]
    if held is not None and held not in offered:
        offered.append(held)
    wanted = [(first, ""), *((value, value) for value in offered)]
    if [(box.itemText(i), box.itemData(i)) for i in range(box.count())] != wanted:
        box.clear()
        for text, data in wanted:
            box.addItem(text, data)


def _empty(layout: QLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
