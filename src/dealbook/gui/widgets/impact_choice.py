"""Which program, which two of its versions, and by which figure: the choice at the top of the impact page."""

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSizePolicy, QWidget

from dealbook.desk.compare import Objective
from dealbook.desk.impact_rows import Question
from dealbook.desk.impact_versions import Version, pair_of
from dealbook.desk.impact_words import OBJECTIVES
from dealbook.gui.theme import GRID
from dealbook.gui.widgets.labels import label
from dealbook.gui.words import tr
from dealbook.language import Language

NO_VERSION = ""
"""The choice of no old version: a program that is new."""


class ImpactChoice(QWidget):
    """Offers the programs and their versions; says when another pair is chosen."""

    changed = Signal()

    def __init__(self, words: Language, today: Callable[[], date]) -> None:
        super().__init__()
        self._words = words
        self._today = today
        self._programs: dict[str, tuple[Version, ...]] = {}
        self.program = _box(tr("Program"))
        self.old = _box(tr("Old version"))
        self.new = _box(tr("New version"))
        self.objective = _box(tr("Ranked by"))
        for objective, text in OBJECTIVES.items():
            self.objective.addItem(tr(text), str(objective))
        self.program.activated.connect(self._choose_program)
        for box in (self.old, self.new, self.objective):
            box.activated.connect(self.changed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        row.addWidget(self.program, 5)
        row.addWidget(self.old, 3)
        row.addWidget(label("→", "muted"))
        row.addWidget(self.new, 3)
        self.objective.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        row.addWidget(self.objective)

    def offer(self, programs: dict[str, tuple[Version, ...]]) -> None:
        """Offer these programs; what is chosen stays chosen while it is there."""
        chosen = (self._data(self.program), self._data(self.old), self._data(self.new))
        self._programs = programs
        self.program.clear()
        for name, versions in programs.items():
            latest = versions[-1].program
            self.program.addItem(f"{latest.vendor} · {latest.name}", name)
        if chosen[0] in programs:
            self.choose(*chosen)
        elif programs:
            several = next((name for name, versions in programs.items() if len(versions) > 1), next(iter(programs)))
            self.choose(several)

    def choose(self, program: str, old: str | None = None, new: str = "") -> None:
        """Choose a program and two of its versions by their keys; what is not there is chosen for the person."""
        if program not in self._programs:
            return
        self.program.setCurrentIndex(self.program.findData(program))
        versions = self._programs[program]
        before, after = pair_of(versions)
        self.old.clear()
        self.new.clear()
        self.old.addItem(tr("no version before"), NO_VERSION)
        for version in versions:
            for box in (self.old, self.new):
                box.addItem(self._name(version), version.key)
        self.new.setCurrentIndex(max(self.new.findData(new or after.key), 0))
        wanted = (before.key if before else NO_VERSION) if old is None else old
        place = self.old.findData(wanted)
        self.old.setCurrentIndex(place if place >= 0 else self.old.findData(before.key if before else NO_VERSION))

    def chosen(self) -> dict[str, str]:
        """Return the keys of the program and of its versions that are chosen."""
        boxes = {"program": self.program, "old": self.old, "new": self.new}
        return {name: self._data(box) for name, box in boxes.items()}

    def question(self) -> Question | None:
        """Return what is asked; None while there is nothing to compare, or a version with itself."""
        versions = {version.key: version for version in self._programs.get(self._data(self.program), ())}
        old, new = versions.get(self._data(self.old)), versions.get(self._data(self.new))
        if new is None or old is new:
            return None
        return Question(
            new=new.program,
            old=old.program if old else None,
            objective=Objective(self._data(self.objective)),
            day=self._today(),
        )

    def _choose_program(self) -> None:
        self.choose(self._data(self.program))
        self.changed.emit()

    def _name(self, version: Version) -> str:
        day = self._words.short_date(version.program.effective_from)
        form = tr("{version}, draft, from {day}") if version.is_draft else tr("{version}, from {day}")
        return form.format(version=version.program.version, day=day)

    @staticmethod
    def _data(box: QComboBox) -> str:
        return str(box.currentData() or "")


def _box(name: str) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    box.setToolTip(name)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(8)
    box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    return box
