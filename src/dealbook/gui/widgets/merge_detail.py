"""One record of two books side by side, and the buttons that choose a side for it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout

from dealbook.desk.merging import Entry, Side
from dealbook.gui.models.merge import Cell, DetailModel
from dealbook.gui.theme import GRID
from dealbook.gui.widgets.card import Card
from dealbook.gui.widgets.labels import Elided, button, label, set_tip
from dealbook.gui.widgets.merge_tables import DetailTable
from dealbook.gui.words import tr


class MergeDetail(Card):
    """The selected record; choosing is told, and shown once the page has decided it."""

    side_chosen = Signal(object)
    """The whole record is to be as on this side; MIXED: both changes together."""
    part_chosen = Signal(str, object)
    """A part of the record is to be as on this side."""

    def __init__(self) -> None:
        super().__init__()
        self.heading = Elided(role="heading")
        self.news = label("", "muted", wrap=True)
        self.model = DetailModel(self)
        self.table = DetailTable(self.model)
        self.table.chosen.connect(self._choose_part)
        self.ours = button(tr("As here"))
        self.theirs = button(tr("As there"))
        self.both = button(tr("Both changes"))
        for side, one, keys in ((Side.OURS, self.ours, "Left"), (Side.THEIRS, self.theirs, "Right")):
            one.setCheckable(True)
            one.clicked.connect(lambda _=False, side=side: self.side_chosen.emit(side))
            set_tip(one, tr("The whole record; in the table the same key takes a single part"), keys)
        self.both.setCheckable(True)
        self.both.clicked.connect(lambda: self.side_chosen.emit(Side.MIXED))
        set_tip(self.both, tr("What was changed there, on top of what was changed here"))
        self.hint = label("", "small", wrap=True)
        row = QHBoxLayout()
        row.setSpacing(GRID)
        for one in (self.ours, self.theirs, self.both):
            row.addWidget(one)
        row.addStretch(1)
        for part in (self.heading, self.news):
            self.body.addWidget(part)
        self.body.addWidget(self.table, 1)
        self.body.addWidget(self.hint)
        self.body.addLayout(row)

    def follow(self, entry: Entry | None) -> None:
        """Show what is decided about the record, and what can be."""
        sides = entry.sides if entry else ()
        for one, words in zip((self.ours, self.theirs), _side_names(entry), strict=True):
            one.setText(words)
        both = entry.both if entry else None
        for side, one in ((Side.OURS, self.ours), (Side.THEIRS, self.theirs)):
            one.setEnabled(side in sides and len(sides) > 1)
            one.setChecked(entry is not None and entry.is_decided and entry.side is side)
        self.both.setVisible(both is not None)
        self.both.setChecked(entry is not None and entry.side is Side.MIXED and entry.parts == both)
        self.hint.setText(_hint(entry) if entry else "")
        self.hint.setVisible(bool(self.hint.text()))
        if entry is not None:
            self.model.follow(entry)
            self.table.setColumnHidden(Cell.HERE, entry.twin.ours is None)
            self.table.setColumnHidden(Cell.THERE, entry.twin.theirs is None)
            self.table.fit_labels()

    def _choose_part(self, side: Side) -> None:
        index = self.table.currentIndex()
        part = self.model.part(index.row()) if index.isValid() else ""
        if part:
            self.part_chosen.emit(part, side)
        else:
            self.side_chosen.emit(side)


def _side_names(entry: Entry | None) -> tuple[str, str]:
    """Return what it means for a record to be as here, and as there."""
    if entry is not None and entry.twin.ours is None:
        return tr("Stays out"), tr("Comes in")
    if entry is not None and entry.twin.theirs is None:
        return tr("Stays"), tr("Is removed")
    return tr("As here"), tr("As there")


def _hint(entry: Entry) -> str:
    if not entry.is_decided:
        return tr("To decide. Until then it stays as it is here.")
    if len(entry.sides) == 1 and entry.twin.news != "new":
        return tr("There is nothing to choose.")
    return ""
