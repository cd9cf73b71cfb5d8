"""What a program is called on the screen: its models, its duties, where the partner stands in it."""

from collections.abc import Mapping
from typing import Final

from dealbook.desk.forms import CATEGORIES, DUTIES
from dealbook.desk.programs import ProgramRow
from dealbook.gui.words import mark, plural, tr
from dealbook.language import Language
from dealbook.programs.model import Plan, Program

MODELS: Final[Mapping[str, str]] = {
    "agent": mark("agent"),
    "resale": mark("resale"),
    "wholesale": mark("wholesale"),
    "referral": mark("referral"),
    "affiliate": mark("affiliate"),
}


def title_text(program: Program) -> str:
    """Return the vendor and the program's name."""
    return f"{program.vendor} · {program.name}"


def model_text(model: str) -> str:
    """Return what a model of a plan is called."""
    return tr(MODELS.get(model, model))


def models_text(row: ProgramRow) -> str:
    """Return the models of a program's plans."""
    return ", ".join(model_text(model) for model in row.models)


def standing_text(row: ProgramRow) -> str:
    """Say in a few words where the partner stands in a program."""
    if row.enrolment is None:
        return tr("Not enrolled")
    if row.has_left:
        return tr("Left")
    return missing_text(row.missing) if row.missing else tr("Enrolled")


def missing_text(count: int) -> str:
    """Say how many contract values are missing."""
    return plural("{n} value missing", "{n} values missing", count)


def plan_about(plan: Plan) -> str:
    """Return the model and the duties of a plan."""
    parts = [model_text(plan.model)]
    if plan.duties:
        duties = ", ".join(tr(DUTIES.get(duty, duty)) for duty in plan.duties)
        parts.append(tr("your part: {duties}").format(duties=duties))
    return " · ".join(parts)


def scope_lines(program: Program, words: Language) -> list[str]:
    """Say what a program pays on, where, and what it forbids, a line each."""
    covers = ", ".join(words.text(name) for key, name in CATEGORIES.items() if key in program.covers)
    lines = [tr("Pays on: {categories}").format(categories=covers)]
    if program.countries:
        countries = ", ".join(sorted(program.countries))
        lines.append(tr("Customers in: {countries}").format(countries=countries))
    if program.succeeds:
        lines.append(tr("Took over: {names}").format(names=", ".join(sorted(program.succeeds))))
    if program.exclusive:
        lines.append(tr("Exclusive: forbids selling a competing program while you are in it."))
    if program.applies_to == "all-deals":
        lines.append(tr("This version also changes what older deals are paid over time."))
    return lines
