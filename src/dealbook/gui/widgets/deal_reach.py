"""“With this deal you reach Gold”: a line under the comparison; opened, it names the deals that gain by it."""

from typing import Final

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from dealbook.desk.reach import Reach
from dealbook.desk.reach_words import ReachWords, reach_words
from dealbook.domain.deal import Stage
from dealbook.gui.models.open_deal import OpenDeal
from dealbook.gui.models.reach import ReachQuestion, ReachSearch
from dealbook.gui.theme import GRID
from dealbook.gui.widgets.labels import ElidedButton, label
from dealbook.gui.words import literal, tr

MOST: Final = 2
"""So many programs have a line of their own; what they add less than others stands in their tooltip."""


class ReachLine(QFrame):
    """One program: what is reached; Space or Enter shows the deals that gain."""

    def __init__(self) -> None:
        super().__init__()
        self.head = ElidedButton("link")
        self.head.setCheckable(True)
        self.head.setAccessibleName(tr("What this deal reaches"))
        self.gain = label("", "good")
        self.details = label("", "small", wrap=True)
        self.details.hide()
        self.head.toggled.connect(self._open)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        row = QHBoxLayout()
        row.setSpacing(GRID)
        row.addWidget(self.head, 1)
        row.addWidget(self.gain)
        column.addLayout(row)
        column.addWidget(self.details)

    def say(self, words: ReachWords) -> None:
        """Show what is reached, and what opens below it."""
        details = words.details
        self.head.set_words(words.sentence, "")
        self.head.setToolTip(literal("\n".join(filter(None, (words.sentence, details)))))
        self.head.setAccessibleName(": ".join(filter(None, (words.sentence, words.gain))))
        self.head.setAccessibleDescription(details)
        self.gain.setText(words.gain)
        self.details.setText(details)
        self._open(self.head.isChecked())

    def _open(self, on: bool) -> None:
        self.details.setVisible(on and bool(self.details.text()))


class ReachStrip(QFrame):
    """What the open deal shown reaches; hidden while that is nothing."""

    def __init__(self, open_deal: OpenDeal) -> None:
        super().__init__()
        self.setObjectName("reach")
        self.setAccessibleName(tr("What this deal reaches"))
        self._open = open_deal
        self.search = ReachSearch(open_deal.session, self)
        self.search.found.connect(self._show)
        self.lines = [ReachLine() for _ in range(MOST)]
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID, GRID // 2, GRID, GRID // 2)
        column.setSpacing(0)
        for line in self.lines:
            column.addWidget(line)
        self.hide()

    def follow(self) -> None:
        """Look for what is shown reaches; what is found shows itself a moment later."""
        if self._open.comparison is None or self._open.deal.stage is not Stage.OPEN:
            self.search.forget()
            self.hide()
            return
        deal, offer = self._open.shown
        self.search.ask(ReachQuestion(deal, offer, self._open.comparison, self._open.assume, self._open.objective))

    def forget(self) -> None:
        """Look anew when something is shown next: the book has changed, or the page is left."""
        self.search.forget()

    def _show(self, found: tuple[Reach, ...]) -> None:
        words = self._open.words
        for place, line in enumerate(self.lines):
            line.setVisible(place < len(found))
            if place < len(found):
                line.say(reach_words(found[place], self._open.deal.currency, words))
        self.setVisible(bool(found))
