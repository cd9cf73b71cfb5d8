"""Asking for the customer of a new deal, in place."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from dealbook.gui.theme import GRID
from dealbook.gui.widgets.labels import button, label, set_look
from dealbook.gui.words import tr


class NewDeal(QWidget):
    """One line above the table: type the customer, Enter makes the deal, Escape gives up."""

    wanted = Signal(str)
    """Make a deal of this customer."""
    given_up = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.customer = QLineEdit()
        self.customer.setPlaceholderText(tr("Customer"))
        self.customer.setAccessibleName(tr("Customer of the new deal"))
        self.customer.setMaximumWidth(360)
        self.customer.returnPressed.connect(self._create)
        self.problem = label(role="bad")
        create = button(tr("Create the deal"), "primary")
        create.clicked.connect(self._create)
        cancel = button(tr("Cancel"), "quiet")
        cancel.clicked.connect(self._give_up)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, GRID // 2, 0, GRID // 2)
        row.setSpacing(GRID)
        row.addWidget(label(tr("New deal for"), "strong"))
        row.addWidget(self.customer, 1)
        row.addWidget(create)
        row.addWidget(cancel)
        row.addWidget(self.problem)
        row.addStretch(1)
        self.hide()

    def ask(self) -> None:
        """Show the line and wait for a name."""
        self._say("")
        self.show()
        self.customer.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._give_up()
            return
        super().keyPressEvent(event)

    def _create(self) -> None:
        customer = self.customer.text().strip()
        if not customer:
            self._say(tr("Who is the customer?"))
            return
        self.customer.clear()
        self.hide()
        self.wanted.emit(customer)

    def _give_up(self) -> None:
        self.customer.clear()
        self.hide()
        self.given_up.emit()

    def _say(self, problem: str) -> None:
        self.problem.setText(problem)
        set_look(self.customer, "wrong", "true" if problem else "")
