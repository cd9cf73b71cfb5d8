"""The card of the text: the text itself with its completion, the find field above it, and below where the cursor is."""

from dealbook.gui.models.editor_findings import finding_words
from dealbook.gui.widgets.card import Card
from dealbook.gui.widgets.editor_completer import Completer
from dealbook.gui.widgets.editor_find import FindBar
from dealbook.gui.widgets.editor_text import ProgramText
from dealbook.gui.widgets.labels import Elided, button, set_tip
from dealbook.gui.words import tr
from dealbook.language import Language


class TextCard(Card):
    """Holds a program's text with all that belongs to writing in it."""

    def __init__(self, words: Language) -> None:
        super().__init__(tr("Text"), tr("F6: next pane · F8: next problem · Ctrl+Space: complete"))
        self._words = words
        self.text = ProgramText(lambda finding: finding_words(finding, words))
        self.text.setObjectName("source")
        self.completer = Completer(self.text)
        self.find_bar = FindBar(self.text)
        self.here = Elided(role="small")
        find = button(tr("Find"), "quiet")
        set_tip(find, tr("Find in the text"), "Ctrl+F")
        find.clicked.connect(self.find_bar.start)
        self.tools.addWidget(find)
        for part in (self.find_bar, self.text, self.here):
            self.body.addWidget(part, 1 if part is self.text else 0)

    def show_here(self) -> int:
        """Say where the cursor is, and what is wrong there; return how many characters stand before it."""
        cursor, position = self.text.textCursor(), self.text.position()
        form = tr("Line {line}, column {column}")
        place = form.format(line=cursor.blockNumber() + 1, column=cursor.positionInBlock() + 1)
        finding = self.text.finding_at(position)
        self.here.setText(f"{place} · {finding_words(finding, self._words)}" if finding else place)
        return position
