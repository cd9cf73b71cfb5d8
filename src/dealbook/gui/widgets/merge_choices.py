"""The row above the two books: which file, how much is alike, what to do with the rest, which records are shown."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from dealbook.desk.merging import Plan, Side
from dealbook.gui.models.merge import Filter
from dealbook.gui.theme import GRID
from dealbook.gui.widgets.labels import Elided, button, label, set_tip
from dealbook.gui.words import plural, tr
from dealbook.language import Language


class MergeChoices(QWidget):
    """What is said and chosen about all records together."""

    rest_decided = Signal(object)
    """All that is not decided yet is to be as on this side."""
    filtered = Signal()

    def __init__(self, words: Language) -> None:
        super().__init__()
        self._words = words
        self.file = Elided()
        self.same = label("", "muted")
        self.rest_ours = button(tr("The rest as here"))
        self.rest_theirs = button(tr("The rest as there"))
        for side, one in ((Side.OURS, self.rest_ours), (Side.THEIRS, self.rest_theirs)):
            one.clicked.connect(lambda _=False, side=side: self.rest_decided.emit(side))
            set_tip(one, tr("All that is still to be decided"))
        self.filter = QComboBox()
        self.filter.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.filter.setAccessibleName(tr("Which records are shown"))
        self.filter.activated.connect(self.filtered)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        row.addWidget(self.file, 1)
        for part in (self.same, self.rest_ours, self.rest_theirs, self.filter):
            row.addWidget(part)

    def which(self) -> Filter:
        """Return which records are shown."""
        return Filter(self.filter.currentData() or Filter.ALL)

    def show_all(self) -> None:
        """Show all records, as another book was read."""
        self.filter.setCurrentIndex(0)

    def follow(self, plan: Plan) -> None:
        """Offer what there is to show of a plan, each with its number, and to decide the rest where there is one."""
        chosen = self.which()
        fates = [plan.fate(entry).value for entry in plan.entries]
        numbers: dict[Filter, int] = {
            Filter.ALL: len(fates),
            Filter.TO_SEE: sum(entry.is_to_see for entry in plan.entries),
            **{which: fates.count(which.value) for which in Filter if which not in {Filter.ALL, Filter.TO_SEE}},
        }
        self.filter.clear()
        for which, name in _filters().items():
            if numbers[which] or which in {Filter.ALL, chosen}:
                self.filter.addItem(f"{name} ({self._words.number(numbers[which])})", which)
        self.filter.setCurrentIndex(max(self.filter.findData(chosen), 0))
        for one in (self.rest_ours, self.rest_theirs):
            one.setVisible(bool(plan.undecided))
        same = sum(plan.same.values())
        self.same.setText(plural("{n} record is alike", "{n} records are alike", same) if same else "")


def _filters() -> dict[Filter, str]:
    return {
        Filter.ALL: tr("All that differs"),
        Filter.TO_SEE: tr("To decide or look at"),
        Filter.COMES: tr("Comes in"),
        Filter.CHANGES: tr("Changes"),
        Filter.GOES: tr("Is removed"),
        Filter.STAYS: tr("Stays as it is"),
    }
