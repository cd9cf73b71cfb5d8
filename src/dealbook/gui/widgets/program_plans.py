"""The plans of a program in words: what each asks for and pays; and where the figures come from."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from dealbook.desk.compare import terms_of_day
from dealbook.desk.plan_words import PlanWords
from dealbook.desk.programs import ProgramRow
from dealbook.desk.wording import CONFIDENCE
from dealbook.gui.context import Context
from dealbook.gui.models.program_words import plan_about
from dealbook.gui.theme import GRID
from dealbook.gui.widgets.labels import hairline, label
from dealbook.gui.widgets.program_section import Section, empty_layout, today
from dealbook.gui.words import tr
from dealbook.programs.model import Component, Plan, Program


class PlansSection(Section):
    """Each plan with its conditions, its price and its components, as sentences."""

    def __init__(self, context: Context) -> None:
        super().__init__(tr("Plans"))
        self._context = context
        self._plans = QVBoxLayout()
        self._plans.setSpacing(GRID + GRID // 2)
        self.column.addLayout(self._plans)
        self.column.addStretch(1)

    def show_program(self, row: ProgramRow, *, moved: bool) -> None:
        empty_layout(self._plans)
        terms = next((one for one in terms_of_day(self._context.session, today()) if one.program.id == row.id), None)
        if terms is None:
            return
        words = PlanWords(terms, self._context.words)
        for number, plan in enumerate(row.program.plans):
            if number:
                self._plans.addWidget(hairline())
            self._plans.addWidget(_plan_box(plan, words))
        if moved:
            self.verticalScrollBar().setValue(0)


class SourcesSection(Section):
    """What the figures of a program rest on: sources, the notes of its inputs."""

    def __init__(self, context: Context) -> None:
        super().__init__(tr("Sources"))
        self._context = context
        self._list = QVBoxLayout()
        self._list.setSpacing(GRID)
        self.column.addLayout(self._list)
        self.column.addStretch(1)

    def show_program(self, row: ProgramRow, *, moved: bool) -> None:
        empty_layout(self._list)
        program = row.program
        for source in program.sources:
            self._list.addWidget(_selectable(source.title, source.where, *_resting(program, source.id)))
        if not program.sources:
            self.say_nothing(self._list, tr("This version names no source."))
        for one in program.inputs.values():
            if one.note:
                confidence = self._context.words.text(CONFIDENCE.get(one.confidence, one.confidence))
                self._list.addWidget(_selectable(f"{one.label or one.name} ({confidence})", one.note))


def _resting(program: Program, source_id: str) -> list[str]:
    """Return what rests on a source, as one line, or no line."""
    names = [one.label or one.name for one in program.inputs.values() if one.source == source_id]
    pays = (component for plan in program.plans for component in plan.pays)
    names += dict.fromkeys(one.label or one.id for one in pays if one.source == source_id)
    return [tr("says: {names}").format(names=" · ".join(names))] if names else []


def _plan_box(plan: Plan, words: PlanWords) -> QWidget:
    box, column = _box()
    column.addWidget(label(plan.name, "strong", wrap=True))
    column.addWidget(label(plan_about(plan), "small", wrap=True))
    for line in words.plan(plan):
        column.addWidget(label(line, "", wrap=True))
    for component in plan.pays:
        column.addWidget(_component_box(component, words.component(plan, component)))
    if plan.note:
        column.addWidget(label(plan.note, "muted", wrap=True))
    box.setAccessibleName(plan.name)
    return box


def _component_box(component: Component, sentence: str) -> QWidget:
    box, column = _box(indent=True)
    column.addWidget(label(component.label or component.id, "small", wrap=True))
    told = label(f"{sentence}.", "", wrap=True)
    told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    column.addWidget(told)
    if component.note:
        column.addWidget(label(component.note, "muted", wrap=True))
    return box


def _selectable(first: str, *rest: str) -> QWidget:
    box, column = _box()
    for text, role in ((first, ""), *((line, "muted") for line in rest if line)):
        line = label(text, role, wrap=True)
        line.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column.addWidget(line)
    return box


def _box(*, indent: bool = False) -> tuple[QWidget, QVBoxLayout]:
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(2 * GRID if indent else 0, GRID // 2 if indent else 0, 0, 0)
    column.setSpacing(2)
    return box, column
