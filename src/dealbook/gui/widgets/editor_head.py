"""The head of the editor: which program, what became of its text, what putting it in force would do, the buttons."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QMenu, QVBoxLayout, QWidget

from dealbook.book.drafts import Draft
from dealbook.desk.editing import Consequence, Effect
from dealbook.gui.models.editor_words import draft_name
from dealbook.gui.theme import GRID
from dealbook.gui.widgets.header import Header
from dealbook.gui.widgets.labels import Elided, button, set_role, set_tip
from dealbook.gui.words import plural, tr
from dealbook.language import Language

Start = tuple[str, bool, Callable[[], object]]
"""An entry of the menu of starting points: its words, whether it can be chosen, what it does."""


class EditorHead(QWidget):
    """Says what the page shows; what its buttons do, the page gives them."""

    def __init__(self, title: str, words: Language) -> None:
        super().__init__()
        self._words = words
        self.begin = button(tr("Start from"))
        self.begin.setProperty("menu", "true")
        self.menu = QMenu(self.begin)
        self.begin.setMenu(self.menu)
        self.discard = button(tr("Discard draft"))
        set_tip(self.discard, tr("Go back to the version; Undo brings the draft back"))
        self.force = button(tr("Put in force"), "primary")
        set_tip(self.force, tr("Save the text as your own version of the program"), "Ctrl+Return")
        header = Header(title, self.begin, self.discard, self.force)
        self._about = header.count
        self._heading = next(each for each in header.findChildren(QLabel) if each.property("role") == "title")
        self._heading.setTextFormat(Qt.TextFormat.PlainText)
        self.state = Elided(role="muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addWidget(header)
        column.addWidget(self.state)

    def name(self, name: str) -> None:
        """Show which program it is."""
        self._heading.setText(name)

    def show_kind(self, *, is_new: bool, is_changed: bool) -> None:
        """Show whether the text is that of a version, a draft of one, or a new program."""
        if is_new:
            self._about.setText(tr("new program, kept as you type") if is_changed else tr("new program"))
        else:
            self._about.setText(tr("draft, kept as you type") if is_changed else tr("unchanged"))

    def show_state(self, errors: int, found: Consequence | None) -> None:
        """Say what keeps the text from being put in force, or what that would do; nothing keeps what was said."""
        set_role(self.state, "warning" if errors else "muted")
        if errors:
            form = plural(
                "{n} error keeps the text from being put in force. What is in force stays as it is.",
                "{n} errors keep the text from being put in force. What is in force stays as it is.",
                errors,
            )
            self.state.setText(form)
        elif found is not None:
            self.state.setText(consequence_words(found, self._words))

    def fill_menu(self, starts: Sequence[Start], drafts: Sequence[Draft], choose: Callable[[Draft], object]) -> None:
        """Offer the ways to begin, and the drafts that there are."""
        self.menu.clear()
        for words, is_open, do in starts:
            action = self.menu.addAction(words)
            action.setEnabled(is_open)
            action.triggered.connect(partial(_call, do))
        if drafts:
            self.menu.addSeparator()
        for draft in drafts:
            action = self.menu.addAction(draft_name(draft, self._words))
            action.triggered.connect(partial(_call, partial(choose, draft)))


def consequence_words(found: Consequence, words: Language) -> str:
    """Return what putting a text in force would do, in words."""
    forms = {
        Effect.NEW_PROGRAM: tr("Put in force, it becomes a new program of yours."),
        Effect.NEW_VERSION: tr("Put in force, it becomes a new version from {day}."),
        Effect.REPLACES_OWN: tr("Put in force, it replaces your own version of {day}."),
        Effect.REPLACES_SHIPPED: tr("Put in force, it takes the place of the shipped version of {day}."),
        Effect.NOTHING: tr("This is the version of {day} as it stands."),
    }
    day = words.short_date(found.day)
    said = [forms[found.effect].format(day=day)]
    if found.effect is Effect.NOTHING:
        return said[0]
    if found.until is None:
        said.append(tr("It governs deals signed from {day} on.").format(day=day))
    else:
        form = tr("It governs deals signed from {day} to before {until}.")
        said.append(form.format(day=day, until=words.short_date(found.until)))
    if found.for_all:
        said.append(tr("Its rates also hold for existing deals."))
    return " ".join(said)


def _call(do: Callable[[], object], _checked: object = None) -> None:
    do()
