"""A field for a passphrase: hidden while it is typed, shown on demand, and what is wrong with it below."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from dealbook.gui.theme import GRID
from dealbook.gui.widgets.labels import button, keep_room_for_bold, label, set_look, set_role
from dealbook.gui.words import tr


class PassphraseField(QWidget):
    """One passphrase; nothing remembers what was typed once the field is cleared."""

    entered = Signal()
    """Enter was pressed."""
    changed = Signal()
    """Something was typed."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.line = QLineEdit()
        self.line.setEchoMode(QLineEdit.EchoMode.Password)
        self.line.setAccessibleName(name)
        self.line.returnPressed.connect(self.entered)
        self.line.textEdited.connect(lambda _: self._typed())
        self.show_it = button(tr("Show"), "quiet", name=tr("Show the passphrase"))
        self.show_it.setCheckable(True)
        self.show_it.toggled.connect(self._show)
        keep_room_for_bold(self.show_it)
        self.problem = label(role="bad-small", wrap=True)
        self.problem.hide()
        caption = label(name, "small")
        caption.setBuddy(self.line)
        row = QHBoxLayout()
        row.setSpacing(GRID // 2)
        row.addWidget(self.line, 1)
        row.addWidget(self.show_it)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(caption)
        column.addLayout(row)
        column.addWidget(self.problem)
        self.setFocusProxy(self.line)

    def text(self) -> str:
        """Return what was typed."""
        return self.line.text()

    def clear(self) -> None:
        """Forget what was typed and what was wrong with it."""
        self.line.clear()
        self.show_it.setChecked(False)
        self.say("")

    def say(self, problem: str, *, is_hint: bool = False) -> None:
        """Say what is wrong with the passphrase, or only give a hint; "" takes it away."""
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
        set_role(self.problem, "small" if is_hint else "bad-small")
        self.line.setAccessibleDescription(problem)
        set_look(self.line, "wrong", "true" if problem and not is_hint else "")

    def refuse(self, problem: str) -> None:
        """Say what is wrong, and have the passphrase typed anew: it stays, selected."""
        self.say(problem)
        self.line.setFocus(Qt.FocusReason.OtherFocusReason)
        self.line.selectAll()

    def _typed(self) -> None:
        self.say("")
        self.changed.emit()

    def _show(self, is_shown: bool) -> None:
        self.line.setEchoMode(QLineEdit.EchoMode.Normal if is_shown else QLineEdit.EchoMode.Password)
