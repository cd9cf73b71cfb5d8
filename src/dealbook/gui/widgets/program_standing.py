"""Where the partner stands in a program: the ladder of tiers, the quota, and the opening figures, typed in place."""

from decimal import Decimal
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from dealbook.book.errors import BookError
from dealbook.desk.compare import terms_of_day
from dealbook.desk.forms import FACT_NAMES
from dealbook.desk.ladder import FigureRow, Ladder, TierRow, ladder, set_opening
from dealbook.desk.programs import ProgramRow
from dealbook.desk.value_words import ValueWords
from dealbook.domain.money import ZERO
from dealbook.gui.book_words import refusal
from dealbook.gui.context import Context
from dealbook.gui.models.ladder_words import (
    RungLine,
    figure_text,
    part_of,
    quota_lines,
    standing_lines,
    tier_lines,
    tier_state,
)
from dealbook.gui.models.reading import WrongInputError, number, price
from dealbook.gui.theme import GRID, tokens
from dealbook.gui.widgets.fields import Field
from dealbook.gui.widgets.labels import hairline, label
from dealbook.gui.widgets.program_section import Section, empty_layout, today
from dealbook.gui.words import tr

_MONEY: Final = frozenset({"won_mrr", "won_tcv", "won_paid", "care_revenue"})
_BAR: Final = QSize(10 * GRID, 6)


class Progress(QWidget):
    """A bar of what is there of what is needed; its words stand beside it."""

    def __init__(self, part: Decimal, words: str) -> None:
        super().__init__()
        self.part = part
        self.setAccessibleName(words)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return _BAR

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.hairline))
        whole = QRectF(self.rect())
        painter.drawRoundedRect(whole, 3, 3)
        if self.part > 0:
            whole.setWidth(max(whole.width() * float(self.part), whole.height()))
            painter.setBrush(QColor(colours.accent))
            painter.drawRoundedRect(whole, 3, 3)
        painter.end()


class StandingSection(Section):
    """The ladder, the quota, the period, and the figures they rest on."""

    def __init__(self, context: Context) -> None:
        super().__init__(tr("Standing"))
        self._context = context
        self._row: ProgramRow | None = None
        self.fields: dict[tuple[str, bool], Field] = {}
        """The fields of opening figures, by fact and whether they are of the period before."""
        self._notes: dict[str, QLabel] = {}
        self._about = _column()
        self._about.setSpacing(2)
        self._ladder = _column()
        self._figures = QVBoxLayout()
        self._figures.setSpacing(GRID)
        for part in (self._about, self._ladder, self._figures):
            self.column.addLayout(part)
        self.column.addStretch(1)

    def show_program(self, row: ProgramRow, *, moved: bool) -> None:
        self._row = row
        known = ladder(self._context.session, row.id, today())
        terms = next((one for one in terms_of_day(self._context.session, today()) if one.program.id == row.id), None)
        empty_layout(self._about)
        empty_layout(self._ladder)
        if known is None or terms is None:
            return
        if not known.tiers and known.quota is None and not known.figures:
            self.say_nothing(self._about, tr("This program has no tiers and no quota, and asks for no figures."))
        else:
            self._show_period(known)
            self._show_quota(known)
            values = ValueWords(self._context.words, terms.program, terms.inputs)
            for tier in known.tiers:
                self._ladder.addWidget(_tier_box(tier, known, values))
        self._show_figures(known, afresh=moved)
        if moved:
            self.verticalScrollBar().setValue(0)

    def start(self) -> None:
        first = next(iter(self.fields.values()), None)
        (first.control if first is not None else self).setFocus()

    # --- showing

    def _show_period(self, known: Ladder) -> None:
        for line in standing_lines(known, self._context.words):
            self._about.addWidget(label(line, "muted", wrap=True))

    def _show_quota(self, known: Ladder) -> None:
        if known.quota is None:
            return
        box, column = _box(tr("Quota"))
        column.addWidget(label(tr("Quota"), "strong"))
        lines = quota_lines(known.quota, known, self._context.words)
        column.addWidget(label(lines[0], "", wrap=True))
        if known.quota.target:
            column.addWidget(Progress(part_of(known.quota.won, known.quota.target), lines[0]))
        for line in lines[1:]:
            column.addWidget(label(line, "muted", wrap=True))
        self._ladder.addWidget(box)

    def _show_figures(self, known: Ladder, *, afresh: bool) -> None:
        """Show the opening figures; fields that are there stay, with what is being typed into them."""
        editable = self._row is not None and self._row.enrolment is not None
        wanted = [(row.fact, before) for row in known.figures for before in _periods(known)] if editable else []
        if afresh or wanted != list(self.fields) or not editable:
            self._build_figures(known, editable=editable)
        for row in known.figures if editable else ():
            for before in _periods(known):
                figure = row.before if before else row.opening
                text = "" if figure is None else figure_text(row.fact, figure, self._context.words)
                self.fields[row.fact, before].follow(text)
        self._tell(known)

    def _build_figures(self, known: Ladder, *, editable: bool) -> None:
        empty_layout(self._figures)
        self.fields = {}
        self._notes = {}
        if not known.figures:
            return
        self._figures.addWidget(hairline())
        self._figures.addWidget(label(tr("Figures it rests on"), "strong"))
        if not editable:
            self._figures.addWidget(label(tr("Enrol to enter the figures from before this book."), "muted", wrap=True))
        grid = QGridLayout()
        grid.setHorizontalSpacing(GRID)
        grid.setVerticalSpacing(GRID)
        grid.setColumnStretch(0, 3)
        for place, row in enumerate(known.figures):
            grid.addWidget(self._figure_words(row), place, 0)
            for column, before in enumerate(_periods(known) if editable else (), 1):
                field = self._field(row.fact, before=before)
                self.fields[row.fact, before] = field
                grid.addWidget(field, place, column)
                grid.setColumnStretch(column, 2)
        self._figures.addLayout(grid)

    def _figure_words(self, row: FigureRow) -> QWidget:
        box, column = _box(self._context.words.text(FACT_NAMES[row.fact]))
        name = self._context.words.text(FACT_NAMES[row.fact])
        column.addWidget(label(name[:1].upper() + name[1:], "", wrap=True))
        note = label("", "small", wrap=True)
        column.addWidget(note)
        column.addStretch(1)
        self._notes[row.fact] = note
        return box

    def _tell(self, known: Ladder) -> None:
        """Say what the book adds to each opening figure."""
        words = self._context.words
        for row in known.figures:
            note = self._notes.get(row.fact)
            if note is None:
                continue
            book = figure_text(row.fact, row.book, words)
            total = figure_text(row.fact, row.book + (row.opening or ZERO), words)
            text = tr("{book} from this book, {total} in all").format(book=book, total=total)
            if known.needs_before:
                then = figure_text(row.fact, row.book_before + (row.before or ZERO), words)
                text = f"{text} · {tr('{total} in the period before').format(total=then)}"
            note.setText(text)

    def _field(self, fact: str, *, before: bool) -> Field:
        name = tr("Period before") if before else tr("Opening figure")
        control = QLineEdit()
        control.setAlignment(Qt.AlignmentFlag.AlignRight)
        field = Field(name, control, lambda text: self._save(fact, text, before=before))
        control.setAccessibleName(f"{self._context.words.text(FACT_NAMES[fact])}: {name}")
        return field

    # --- saving

    def _save(self, fact: str, text: str, *, before: bool) -> str:
        if self._row is None:
            return ""
        words, currency = self._context.words, self._row.program.currency
        try:
            figure = None
            if text.strip():
                figure = price(text, words, currency) if fact in _MONEY else number(text, words)
            if figure is not None and figure < 0:
                return tr("A figure is 0 or more.")
            set_opening(self._context.session, self._row.id, fact, figure, before=before)
        except WrongInputError as wrong:
            return str(wrong)
        except BookError as error:
            return refusal(error)
        if (field := self.fields.get((fact, before))) is not None:  # it may have gone with its figure
            field.show_text("" if figure is None else figure_text(fact, figure, words))
        return ""


def _periods(known: Ladder) -> tuple[bool, ...]:
    return (False, True) if known.needs_before else (False,)


def _tier_box(row: TierRow, known: Ladder, values: ValueWords) -> QWidget:
    state = tier_state(row, known)
    box, column = _box(f"{row.tier.name}: {state}" if state else row.tier.name)
    head = QHBoxLayout()
    head.setSpacing(GRID)
    head.addWidget(label(row.tier.name, "strong"))
    if state:
        head.addWidget(label(state, "tag" if row.is_current else "muted"))
    head.addStretch(1)
    column.addLayout(head)
    lines = tier_lines(row, values)
    if not lines:
        column.addWidget(label(tr("Asks for nothing."), "muted"))
    grid = QGridLayout()
    grid.setHorizontalSpacing(GRID)
    grid.setVerticalSpacing(GRID // 2)
    for place, share in ((1, 6), (3, 7)):  # so that the bars of all tiers stand below one another
        grid.setColumnStretch(place, share)
    for place, line in enumerate(lines):
        _add_rung(grid, place, line)
    column.addLayout(grid)
    return box


def _add_rung(grid: QGridLayout, place: int, line: RungLine) -> None:
    word = "" if not line.is_choice else tr("one of:") if line.is_first_choice else tr("or")
    joint = label(word, "muted")
    joint.setMinimumWidth(6 * GRID)
    grid.addWidget(joint, place, 0)
    grid.addWidget(label(line.text, "", wrap=True), place, 1)
    if line.part is not None:
        grid.addWidget(Progress(line.part, f"{line.text}: {line.state}"), place, 2)
    role = "good" if line.holds else "warning" if line.holds is None else "muted"
    state = label(line.state, role, wrap=True)
    state.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    grid.addWidget(state, place, 3)


def _column() -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(GRID)
    return column


def _box(name: str) -> tuple[QWidget, QVBoxLayout]:
    box = QWidget()
    box.setAccessibleName(name)
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, GRID // 2)
    column.setSpacing(GRID // 2)
    return box, column
