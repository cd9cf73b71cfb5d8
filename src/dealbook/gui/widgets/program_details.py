"""One program: its head, and its sections behind tabs: membership, values, standing, plans, versions, sources."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QTabBar

from dealbook.desk.programs import ProgramRow
from dealbook.gui.context import Context
from dealbook.gui.models.program_words import models_text, title_text
from dealbook.gui.theme import GRID
from dealbook.gui.widgets.card import Card
from dealbook.gui.widgets.labels import Elided, button, label, set_role
from dealbook.gui.widgets.program_membership import MembershipSection
from dealbook.gui.widgets.program_plans import PlansSection, SourcesSection
from dealbook.gui.widgets.program_section import Section
from dealbook.gui.widgets.program_standing import StandingSection
from dealbook.gui.widgets.program_values import ValuesSection
from dealbook.gui.widgets.program_versions import VersionsSection
from dealbook.gui.words import tr

LEAST_WIDTH: Final = 62 * GRID
"""What the fields and the table of values need; the list beside them gives way."""


class ProgramDetails(Card):
    """Shows one program and changes the membership in it, each change a step of its own."""

    enrol_wanted = Signal()
    leave_wanted = Signal()
    rejoin_wanted = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._row: ProgramRow | None = None
        self._stale: set[Section] = set()
        self._behind: set[Section] = set()
        self.setAccessibleName(tr("Program"))
        self.setMinimumWidth(LEAST_WIDTH)
        self._add_head()
        self.membership = MembershipSection(context)
        self.values = ValuesSection(context)
        self.standing = StandingSection(context)
        self.plans = PlansSection(context)
        self.versions = VersionsSection(context)
        self.sources = SourcesSection(context)
        self.sections: tuple[Section, ...] = (
            self.membership,
            self.values,
            self.standing,
            self.plans,
            self.versions,
            self.sources,
        )
        self._add_tabs()

    # --- what is shown

    def show_program(self, row: ProgramRow) -> None:
        """Show a program, or what has changed in it."""
        moved = self._row is None or self._row.id != row.id
        self._row = row
        self._show_head(row)
        if moved:
            self._stale = set(self.sections)
        self._behind = set(self.sections)
        self._show_section()

    def show_section(self, section: Section) -> None:
        """Show one of the sections."""
        self.tabs.setCurrentIndex(self.sections.index(section))

    def start(self) -> None:
        """Put the focus where work starts: on "Enrol", on the values, or on the day where there are none."""
        if self._row is None or self._row.enrolment is None:
            self.join.setFocus()
            return
        section = self.values if self._row.program.inputs else self.membership
        self.show_section(section)
        section.start()

    # --- building

    def _add_head(self) -> None:
        self.heading = Elided(role="heading")
        self.join = button(tr("Enrol"), "primary")
        self.join.clicked.connect(self._join_or_leave)
        head = QHBoxLayout()
        head.setSpacing(GRID)
        head.addWidget(self.heading, 1)
        head.addWidget(self.join)
        self.about_version = label("", "small", wrap=True)
        self.summary = label("", "muted", wrap=True)
        self.closed = label("", "warning", wrap=True)
        self.body.addLayout(head)
        for line in (self.about_version, self.summary, self.closed):
            self.body.addWidget(line)

    def _add_tabs(self) -> None:
        self.tabs = QTabBar()
        self.tabs.setAccessibleName(tr("Sections of the program"))
        self.tabs.setUsesScrollButtons(True)  # where the window is narrow
        self.tabs.setExpanding(False)
        self.tabs.setElideMode(Qt.TextElideMode.ElideNone)
        self._stack = QStackedWidget()
        for section in self.sections:
            self.tabs.addTab(section.name)
            self._stack.addWidget(section)
        self.tabs.currentChanged.connect(self._show_section)
        self.body.addWidget(self.tabs)
        self.body.addWidget(self._stack, 1)
        for keys, by in (("Ctrl+PgDown", 1), ("Ctrl+PgUp", -1)):
            turn = QShortcut(QKeySequence(keys), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
            turn.activated.connect(lambda by=by: self._turn(by))

    # --- showing

    def _turn(self, by: int) -> None:
        self.tabs.setCurrentIndex((self.tabs.currentIndex() + by) % self.tabs.count())
        self.sections[self.tabs.currentIndex()].start()

    def _show_section(self) -> None:
        """Show the section whose tab is current; those behind it are brought up to date when their turn comes."""
        section = self.sections[self.tabs.currentIndex()]
        if self._row is not None and section in self._behind:
            section.show_program(self._row, moved=section in self._stale)
            self._stale.discard(section)
            self._behind.discard(section)
        self._stack.setCurrentWidget(section)

    def _show_head(self, row: ProgramRow) -> None:
        program = row.program
        self.heading.setText(title_text(program))
        since = self._context.words.short_date(program.effective_from)
        form = tr("version {version}, in force from {day} · {currency}")
        values = form.format(version=program.version, day=since, currency=program.currency)
        self.about_version.setText(f"{values[:1].upper()}{values[1:]} · {models_text(row)}")
        self.summary.setText(program.summary)
        self.summary.setVisible(bool(program.summary))
        pinned = row.enrolment.version if row.enrolment else None
        closed = tr("This program has no version {version}.") if pinned else tr("No version is in force today.")
        self.closed.setText("" if row.is_in_force else closed.format(version=pinned))
        self.closed.setVisible(not row.is_in_force)
        words = tr("Enrol") if row.enrolment is None else tr("Rejoin") if row.has_left else tr("Leave")
        self.join.setText(words)
        set_role(self.join, "" if row.is_member else "primary")

    # --- doing

    def _join_or_leave(self) -> None:
        if self._row is None:
            return
        if self._row.enrolment is None:
            self.enrol_wanted.emit()
        elif self._row.has_left:
            self.rejoin_wanted.emit()
        else:
            self.leave_wanted.emit()
