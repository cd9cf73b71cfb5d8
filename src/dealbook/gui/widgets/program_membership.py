"""The membership in a program: since when and until when, which version and tier, and what the program is about."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Final

from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from dealbook.book.errors import BookError
from dealbook.desk.programs import (
    ProgramRow,
    change_enrolment,
    deals_under,
    doubts,
    enrolment_of,
    remove_enrolment,
)
from dealbook.desk.wording import problem_text
from dealbook.domain.partner import Enrolment
from dealbook.gui.book_words import refusal, said
from dealbook.gui.context import Context
from dealbook.gui.models.days import optional_day
from dealbook.gui.models.program_words import scope_lines, title_text
from dealbook.gui.models.reading import WrongInputError
from dealbook.gui.theme import GRID
from dealbook.gui.widgets.fields import Field
from dealbook.gui.widgets.labels import button, label
from dealbook.gui.widgets.program_section import Section, empty_layout, today
from dealbook.gui.words import mark, plural, tr

SINCE: Final = mark("Change day of enrolment")
UNTIL: Final = mark("Change day of leaving")
CERTIFIED: Final = mark("Change certification")
VERSION: Final = mark("Change program version")
TIER: Final = mark("Change tier")
_DAY_WIDTH: Final = 13 * GRID


class MembershipSection(Section):
    """Shows a membership and changes it, each change a step of its own."""

    def __init__(self, context: Context) -> None:
        super().__init__(tr("Membership"))
        self._context = context
        self._row: ProgramRow | None = None
        self.state = label("", "", wrap=True)
        self.since = Field(tr("Enrolled since"), QLineEdit(), self._save_since)
        self.until = Field(tr("Left on"), QLineEdit(), self._save_until)
        self.version = Field(tr("Version"), QComboBox(), self._save_version)
        self.tier = Field(tr("Tier"), QComboBox(), self._save_tier)
        self.certified = QCheckBox(tr("Certified"))
        self.certified.clicked.connect(self._save_certified)
        self.remove = button(tr("Remove membership"), "quiet")
        self.remove.clicked.connect(self._remove)
        self._fields = self._laid_out()
        self._about = QVBoxLayout()
        self._about.setSpacing(GRID // 2)
        self.column.addWidget(self.state)
        self.column.addWidget(self._fields)
        self.column.addLayout(self._about)
        self.column.addStretch(1)

    def show_program(self, row: ProgramRow, *, moved: bool) -> None:
        self._row = row
        self._show_state(row)
        self._show_fields(row, afresh=moved)
        empty_layout(self._about)
        for problem in doubts(self._context.session, row.id, today()):
            self._about.addWidget(label(problem_text(problem, self._context.words), "warning", wrap=True))
        for line in scope_lines(row.program, self._context.words):
            self._about.addWidget(label(line, "muted", wrap=True))

    def start(self) -> None:
        if self._row is not None and self._row.enrolment is not None:
            self.since.control.setFocus()
        else:
            self.setFocus()

    # --- building

    def _laid_out(self) -> QWidget:
        for field, hint in ((self.since, tr("not known")), (self.until, tr("still in it"))):
            control = field.control
            if isinstance(control, QLineEdit):
                control.setPlaceholderText(hint)
                control.setMinimumWidth(_DAY_WIDTH)
        for field in (self.version, self.tier):
            if isinstance(field.control, QComboBox):
                field.control.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
                field.control.setMinimumContentsLength(4)
        whole = QWidget()
        grid = QGridLayout(whole)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(GRID)
        grid.setVerticalSpacing(GRID)
        for place, field in enumerate((self.since, self.until, self.version, self.tier)):
            grid.addWidget(field, place // 2, place % 2)
        last = QHBoxLayout()
        last.addWidget(self.certified)
        last.addStretch(1)
        last.addWidget(self.remove)
        grid.addLayout(last, 2, 0, 1, 2)
        return whole

    # --- showing

    def _show_state(self, row: ProgramRow) -> None:
        enrolment, words = row.enrolment, self._context.words
        if enrolment is None:
            text = tr("You are not enrolled: no plan of this program is open to your deals.")
        elif enrolment.until is not None:
            form = tr("You left on {day}.") if row.has_left else tr("You leave on {day}.")
            deals = deals_under(self._context.session, row.id)
            under = plural(
                "{n} deal is placed under it; what it still pays is worked out with the values kept here.",
                "{n} deals are placed under it; what they still pay is worked out with the values kept here.",
                deals,
            )
            text = f"{form.format(day=words.short_date(enrolment.until))} {under if deals else ''}".strip()
        else:
            text = ""
        self.state.setText(text)
        self.state.setVisible(bool(text))

    def _show_fields(self, row: ProgramRow, *, afresh: bool) -> None:
        enrolment = row.enrolment
        self._fields.setVisible(enrolment is not None)
        if enrolment is None:
            return
        versions = [one.version for one in self._context.session.catalog.versions.get(row.id, ())]
        tiers = [one.name for one in row.program.standing.tiers]
        _fill(self.version, tr("the one in force"), versions, enrolment.version)
        _fill(self.tier, tr("worked out"), tiers, enrolment.tier)
        self.tier.setVisible(bool(tiers) or enrolment.tier is not None)
        for field, day in ((self.since, enrolment.since), (self.until, enrolment.until)):
            text = self._day(day)
            (field.show_text if afresh else field.follow)(text)
        self.version.show_text(enrolment.version or "")
        self.tier.show_text(enrolment.tier or "")
        self.certified.setChecked(enrolment.certified)

    def _day(self, day: date | None) -> str:
        return self._context.words.short_date(day) if day is not None else ""

    # --- saving

    def _enrolment(self) -> Enrolment | None:
        return enrolment_of(self._context.session, self._row.id) if self._row is not None else None

    def _change(self, name: str, **changes: object) -> str:
        """Save a change of the membership as a step; return what is wrong, in words."""
        enrolment = self._enrolment()
        if enrolment is None:
            return ""
        changed = replace(enrolment, **changes)  # type: ignore[arg-type]
        if changed.since is not None and changed.until is not None and changed.until <= changed.since:
            return tr("The day of leaving must come after the day of enrolment.")
        try:
            change_enrolment(self._context.session, changed, name)
        except BookError as error:
            return refusal(error)
        return ""

    def _save_since(self, text: str) -> str:
        return self._save_day(self.since, text, SINCE, "since")

    def _save_until(self, text: str) -> str:
        return self._save_day(self.until, text, UNTIL, "until")

    def _save_day(self, field: Field, text: str, step: str, name: str) -> str:
        try:
            day = optional_day(text, self._context.words)
        except WrongInputError as wrong:
            return str(wrong)
        problem = self._change(step, **{name: day})
        if not problem:
            field.show_text(self._day(day))
        return problem

    def _save_version(self, version: str) -> str:
        return self._change(VERSION, version=version or None)

    def _save_tier(self, tier: str) -> str:
        return self._change(TIER, tier=tier or None)

    def _save_certified(self, on: bool) -> None:
        self._change(CERTIFIED, certified=on)

    def _remove(self) -> None:
        if self._row is None or self._row.enrolment is None:
            return
        session, name = self._context.session, title_text(self._row.program)
        with said(self._context.notify):
            remove_enrolment(session, self._row.id)
            text = tr("The membership in {program} was removed; the values of your contract went with it.")
            self._context.notify(text.format(program=name), action=tr("Undo"), then=session.undo)


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
