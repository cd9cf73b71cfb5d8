"""What opens when a deal is won or lost: the day, and what goes with it; in place, and all of it by keyboard.

Enter saves, Escape leaves everything as it was.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QCompleter, QHBoxLayout, QLineEdit, QVBoxLayout

from dealbook.book.errors import BookError
from dealbook.desk.plan_names import plan_names
from dealbook.desk.program_terms import pinned_now
from dealbook.desk.stages import lose, moved_start, reasons, signed_on, win
from dealbook.domain.deal import Choice, Deal, Stage
from dealbook.domain.months import add_months
from dealbook.gui.book_words import refusal
from dealbook.gui.models import reading
from dealbook.gui.models.open_deal import OpenDeal
from dealbook.gui.models.reading import WrongInputError
from dealbook.gui.theme import GRID
from dealbook.gui.widgets.deal_fields import Field
from dealbook.gui.widgets.deal_offers import offer_title
from dealbook.gui.widgets.deal_strips import Strip
from dealbook.gui.widgets.labels import button, label, set_role, set_tip
from dealbook.gui.words import tr

BEST_KEY: Final = "Ctrl+B"
_REASON_WIDTH: Final = 300
_DAY_WIDTH: Final = 130


class StageBox(QComboBox):
    """The stages; arrows open the list, so that a stage is passed over without being asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Stage"))
        self.setProperty("look", "flat")
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        for stage, text in ((Stage.OPEN, tr("open")), (Stage.WON, tr("won")), (Stage.LOST, tr("lost"))):
            self.addItem(text, stage.value)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.showPopup()
            return
        super().keyPressEvent(event)


class StageStrip(Strip):
    """Asks for the signing day of a deal that was won, or for day and reason of one that was lost."""

    said = Signal(str)
    """It could not be saved; why, in words."""

    def __init__(self, open_deal: OpenDeal) -> None:
        super().__init__(tr("Stage"))
        self._open = open_deal
        self._stage = Stage.WON
        self.word = label("", "muted")
        self._day = date(2000, 1, 1)
        self._wrong = ""
        self.day = Field(tr("Day"), self._read_day, look="small")
        self.day.step = self._stepped
        self.day.followed.connect(self._follow_day)
        self.day.problem_changed.connect(lambda: self._say(self.day.problem))
        self.day.setFixedWidth(_DAY_WIDTH)
        self.because = label(tr("because"), "muted")
        self.reason = QLineEdit()
        self.reason.setProperty("look", "small")
        self.reason.setAccessibleName(tr("Why it was lost"))
        self.reason.setPlaceholderText(tr("Price, another vendor, no need …"))
        self.reason.setMinimumWidth(_REASON_WIDTH)
        self.note = label("", "small", wrap=True)
        self.best = button("", name=tr("Won with the best plan"))
        self.save = button(tr("Mark as won"), "primary")
        self.best.clicked.connect(self._win_with_best)
        self.save.clicked.connect(self.save_now)
        shortcut = QShortcut(QKeySequence(BEST_KEY), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(self.best.click)
        self._lay_out()

    def ask(self, stage: Stage, today: date) -> None:
        """Ask what goes with a stage, won or lost; the day is today until another is typed."""
        self._stage = stage
        self.day.give_up()  # it goes back to the day asked for before, and says so
        self._day = today
        self.day.show_value(self._open.words.short_date(today))
        self.reason.setText(self._open.deal.lost_reason)
        completer = QCompleter(reasons(self._open.session.deals.values()), self.reason)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.reason.setCompleter(completer)
        self.refresh()
        self.show()
        self.day.setFocus()
        self.day.selectAll()

    def refresh(self) -> None:
        """Say what will be saved with the day that stands there now."""
        is_won = self._stage is Stage.WON
        self.word.setText(tr("Signed on") if is_won else tr("Lost on"))
        self.day.setAccessibleName(tr("Signing day") if is_won else tr("Day on which it was lost"))
        for part in (self.because, self.reason):
            part.setVisible(not is_won)
        best = self._best() if is_won and self._open.is_open and self._open.deal.chosen is None else None
        self.best.setVisible(best is not None)
        if best is not None:
            words = tr("Won with {plan}").format(plan=self._plan_name(best))
            self.best.setText(words.replace("&", "&&"))
            set_tip(self.best, tr("Choose the plan that is best for the offer shown, and mark as won"), BEST_KEY)
        self.save.setText(tr("Mark as won") if is_won else tr("Mark as lost"))
        set_tip(self.save, self.save.text(), "Return")
        note = self._wrong or (self._won_note() if is_won and self._open.is_open else "")
        self.note.setText(note)
        self.note.setVisible(bool(note))
        warns = self._open.is_open and self._open.deal.chosen is None
        set_role(self.note, "bad-small" if self._wrong else "warning" if warns else "small")

    def save_now(self) -> None:
        """Save the stage with its day."""
        self._do(lambda deal: self._saved(deal, None))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            held = QApplication.focusWidget()
            (held if isinstance(held, QAbstractButton) else self.save).click()
            return
        super().keyPressEvent(event)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(GRID)
        for part in (self.word, self.day, self.because, self.reason):
            row.addWidget(part)
        row.addStretch(1)
        row.addWidget(self.best)
        row.addWidget(self.save)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        column.setSpacing(GRID // 2)
        column.addLayout(row)
        column.addWidget(self.note)

    # --- saving

    def _win_with_best(self) -> None:
        best = self._best()
        if best is not None:
            self._do(lambda deal: self._saved(deal, best))

    def _saved(self, deal: Deal, choice: Choice | None) -> Deal:
        session = self._open.session
        if self._stage is Stage.WON:
            return win(session, deal.id, self._day, choice)
        return lose(session, deal.id, self._day, self.reason.text())

    def _do(self, save: Callable[[Deal], object]) -> None:
        self.day.commit()  # what was typed and not left yet
        if self.day.problem:
            self.day.setFocus()
            return
        try:
            save(self._open.deal)
        except BookError as error:
            self.said.emit(refusal(error))
        else:
            self.closed.emit()

    # --- the day

    def _read_day(self, text: str) -> str:
        """Take over the day that was typed; or say what is wrong with it."""
        try:
            self._day = reading.day(text, self._open.words)
        except WrongInputError as wrong:
            return str(wrong)
        self.day.show_value(self._open.words.short_date(self._day))
        self.refresh()
        return ""

    def _follow_day(self, text: str) -> None:
        """Say what a day would mean while it is typed."""
        try:
            self._day = reading.day(text, self._open.words)
        except WrongInputError:
            return
        self._say("")

    def _say(self, wrong: str) -> None:
        self._wrong = wrong
        self.refresh()

    def _stepped(self, text: str, by: int) -> str:
        """Return the day before or after; by the larger keys, the same day of another month."""
        try:
            day = reading.day(text, self._open.words)
        except WrongInputError:
            return text
        stepped = day + timedelta(days=by) if abs(by) == 1 else add_months(day, 1 if by > 0 else -1)
        return self._open.words.short_date(stepped)

    # --- words

    def _best(self) -> Choice | None:
        """Return the best plan for the offer shown, as a choice."""
        comparison = self._open.saved_comparison or self._open.comparison
        best = comparison.best if comparison is not None else None
        if best is None:
            return None
        estimate = best.estimate
        return Choice(
            offer_id=self._open.offer.id, program=estimate.program, version=estimate.version, plan=estimate.plan
        )

    def _plan_name(self, choice: Choice) -> str:
        names = plan_names(self._open.session)
        return names.get((choice.program, choice.plan)) or f"{choice.program}/{choice.plan}"

    def _won_note(self) -> str:
        """Say what is pinned, or that no plan is chosen, and which start moves along."""
        deal, day = self._open.deal, self._day
        return " ".join(filter(None, (self._choice_note(deal, day), self._start_note(deal, day))))

    def _choice_note(self, deal: Deal, day: date) -> str:
        if deal.chosen is None:
            return tr(
                "No plan is chosen: the deal will count in no program’s standing, and the forecast takes the best plan."
            )
        chosen = pinned_now(self._open.session, signed_on(self._open.session, deal, day)).chosen or deal.chosen
        titles = {offer.id: offer_title(offer, place) for place, offer in enumerate(deal.offers)}
        return tr("This pins {offer} under {plan}, version {version}.").format(
            offer=titles.get(chosen.offer_id, ""), plan=self._plan_name(chosen), version=chosen.version
        )

    def _start_note(self, deal: Deal, day: date) -> str:
        moved = [start for offer in deal.offers if (start := moved_start(offer, deal, day)) is not None]
        if not moved:
            return ""
        return tr("The start moves along, to {day}.").format(day=self._open.words.short_date(min(moved)))
