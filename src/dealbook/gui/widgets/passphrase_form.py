"""A card in which a passphrase is set, changed or removed: what it means, its fields, and the button that does it."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QHBoxLayout, QLabel

from dealbook.desk.passphrases import SHORT, Key, is_short
from dealbook.gui.widgets.card import Card
from dealbook.gui.widgets.labels import button
from dealbook.gui.widgets.passphrase import PassphraseField
from dealbook.gui.words import tr


@dataclass(frozen=True, slots=True)
class FormWords:
    """What a form says: its title, the button, the name of the new passphrase ("" where none is asked for)."""

    title: str
    action: str
    new: str
    meaning: tuple[QLabel, ...]


class PassphraseForm(Card):
    """Asks for the present passphrase, for a new one twice, or for both, and hands over the new one."""

    def __init__(self, words: FormWords, present: Key | None, change: Callable[[Key | None], object]) -> None:
        """`present` is the passphrase that has to be known; `change` takes the new one."""
        super().__init__(words.title)
        self._present = present
        self._change = change
        self.old = PassphraseField(tr("Present passphrase")) if present is not None else None
        self.new = PassphraseField(words.new) if words.new else None
        self.again = PassphraseField(tr("Once more")) if words.new else None
        self.act = button(words.action)
        self.act.clicked.connect(self._go)
        row = QHBoxLayout()
        row.addWidget(self.act)
        row.addStretch(1)
        for part in (*words.meaning, *self.fields()):
            self.body.addWidget(part)
        self.body.addLayout(row)
        for field in self.fields():
            field.entered.connect(self._next)
        if self.new is not None:
            self.new.changed.connect(self._hint)

    def fields(self) -> tuple[PassphraseField, ...]:
        """Return the fields, from top to bottom."""
        return tuple(field for field in (self.old, self.new, self.again) if field is not None)

    def clear(self) -> None:
        """Forget what was typed."""
        for field in self.fields():
            field.clear()

    def _hint(self) -> None:
        if self.new is not None and self.new.text() and is_short(self.new.text()):
            text = tr("Short ones are guessed by trying. Four or five words, {n} characters or more, are better.")
            self.new.say(text.format(n=SHORT), is_hint=True)

    def _next(self) -> None:
        """Go to the next field that is empty; from the last one, do it."""
        empty = next((field for field in self.fields() if not field.text()), None)
        if empty is None or empty is self.sender():
            self._go()
        else:
            empty.setFocus()

    def _go(self) -> None:
        if self._present is not None and self.old is not None:
            if not self.old.text():
                self.old.refuse(tr("Type the passphrase."))
                return
            if not Key(self.old.text()).is_same(self._present):
                self.old.refuse(tr("That is not the passphrase of this book."))
                return
        if self.new is None or self.again is None:
            self._change(None)
        elif not self.new.text():
            self.new.refuse(tr("Type the passphrase."))
        elif self.new.text() != self.again.text():
            self.again.refuse(tr("The two are not the same."))
        else:
            self._change(Key(self.new.text()))
