"""Editing the text of a program's version: where a text comes from, its drafts, and how it is put in force.

A draft governs nothing. Only a text that reads without an error takes the place of a version, as one step that can be
undone. What is wrong with a text stands in `text_check`, what it would pay in `trial`.
"""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final

from dealbook.book.drafts import Draft
from dealbook.book.programs import ProgramText
from dealbook.desk.session import Session
from dealbook.programs.catalog import shipped
from dealbook.programs.model import Program
from dealbook.programs.reader import read_program
from dealbook.programs.scanner import scan
from dealbook.programs.spans import Spans, path_of, string
from dealbook.programs.textedit import UnchangeableError, set_value

START: Final = "Begin program text"
CHANGE_TEXT: Final = "Change program text"
PUT_IN_FORCE: Final = "Put program text in force"
DISCARD: Final = "Discard program text"

MOST: Final = 2_000_000
"""As many characters as the reader takes; a longer text is not kept."""


class Effect(StrEnum):
    """What putting a text in force does."""

    NEW_PROGRAM = "new program"
    NEW_VERSION = "new version"
    REPLACES_OWN = "replaces own"
    REPLACES_SHIPPED = "replaces shipped"
    NOTHING = "nothing"
    """The text is the one that is in force already."""


@dataclass(frozen=True, slots=True)
class Consequence:
    """What putting a text in force does, and to which deals: signed from `day` on, and before `until`.

    `for_all`: what is paid over time for older deals follows it too.
    """

    effect: Effect
    day: date
    until: date | None
    for_all: bool


@dataclass(frozen=True, slots=True)
class Opened:
    """What the editor opens: a draft, which may not be in the book yet (then it has no id), and the text it began as.

    `base_text` is empty where the draft began from nothing.
    """

    draft: Draft
    base_text: str


# --- where a text comes from


def version_text(session: Session, program_id: str, day: date) -> str:
    """Return the text of the version in force from `day`: the partner's own, else the one shipped with Dealbook.

    Raises KeyError where no version of the program begins on that day.
    """
    name = ProgramText(program_id, day, "").name
    own = {one.name: one.text for one in session.book.programs.texts()}
    return own[name] if name in own else dict(shipped())[name]


def open_text(session: Session, program_id: str, day: date) -> Opened:
    """Return the newest draft of a version, else the version itself. Raises KeyError as `version_text`."""
    text, name = version_text(session, program_id, day), ProgramText(program_id, day, "").name
    drafts = [draft for draft in session.book.drafts.all() if draft.base == name]
    return Opened(drafts[-1] if drafts else Draft(program=program_id, base=name, text=text), text)


def base_text(session: Session, draft: Draft) -> str:
    """Return the text that a draft began from; empty where there is none, or none any more."""
    program_id, _, file = draft.base.partition("/")
    try:
        return version_text(session, program_id, date.fromisoformat(file.removesuffix(".toml")))
    except (KeyError, ValueError):
        return ""


def new_text(today: date, currency: str) -> str:
    """Return the frame of a new program, with comments that say what belongs where."""
    return FRAME.format(day=f"{date(today.year, 1, 1)}", year=today.year, currency=currency)


def succeeding_text(text: str, day: date) -> str:
    """Return a version's text as that of the version after it, in force from `day`.

    Its name becomes the year, with the month where that is taken. A text that cannot be changed stays as it is.
    """
    node = scan(text).get(("program", "version"))
    taken = node is not None and text[node.value.start : node.value.end] == string(f"{day.year}")
    name = f"{day:%Y-%m}" if taken else f"{day.year}"
    try:
        later = set_value(text, ("program", "effective_from"), day.isoformat())
        return set_value(later, ("program", "version"), string(name))
    except UnchangeableError:
        return text


def version_in(text: str) -> tuple[str, date | None]:
    """Return the name and the first day of a version, as far as a text that may be wrong tells them."""
    nodes = scan(text[:MOST])
    try:
        day = date.fromisoformat(_value(nodes, text, "program.effective_from"))
    except ValueError:
        day = None
    return _value(nodes, text, "program.version"), day


# --- drafts


def drafts_of(session: Session, program_id: str) -> tuple[Draft, ...]:
    """Return what is being written of a program and is not in force, in the order in which it was begun."""
    return tuple(draft for draft in session.book.drafts.all() if draft.program == program_id)


def start(session: Session, text: str, *, program_id: str = "", base: str = "") -> Draft:
    """Save a text as a new draft, whatever is wrong with it, and return it. Raises BookError as the book."""
    with session.step(START):
        return session.book.drafts.save(Draft(program=program_id or _id_in(text), base=base, text=text))


def keep(session: Session, draft: Draft, text: str, began: str) -> Draft:
    """Save what was typed as one step; a draft that says again what its version says (`began`) is taken away.

    Returns the draft as it is now. Raises BookError for a text that the book cannot keep.
    """
    if text == draft.text and draft.id:
        return draft
    with session.step(CHANGE_TEXT):
        if text != began or not began:
            return session.book.drafts.save(replace(draft, text=text))
        if draft.id:
            session.book.drafts.remove(draft.id)
    return replace(draft, text=text, id="")


def discard(session: Session, draft: Draft) -> None:
    """Take a draft away, as one step; one that is not in the book stays out of it."""
    if draft.id:
        with session.step(DISCARD):
            session.book.drafts.remove(draft.id)


# --- in force


def consequence(session: Session, program: Program, text: str) -> Consequence:
    """Return what putting a program's text in force would do."""
    versions = session.catalog.versions.get(program.id, ())
    day = program.effective_from
    later = [one.effective_from for one in versions if one.effective_from > day]
    until = min([*later, *([program.effective_until] if program.effective_until else [])], default=None)
    own = {one.effective_from: one.text for one in session.book.programs.texts() if one.program == program.id}
    if not versions:
        effect = Effect.NEW_PROGRAM
    elif day not in {one.effective_from for one in versions}:
        effect = Effect.NEW_VERSION
    elif version_text(session, program.id, day) == text:
        effect = Effect.NOTHING
    else:
        effect = Effect.REPLACES_OWN if day in own else Effect.REPLACES_SHIPPED
    return Consequence(effect, day, until, program.applies_to == "all-deals")


def put_in_force(session: Session, draft: Draft) -> Program:
    """Save a draft's text as the partner's own version and take the draft away, as one step.

    Raises ProblemsError for a text with errors, and then every version stays as it is; BookError as the book.
    """
    program = read_program(draft.text, draft.base or "program")
    with session.step(PUT_IN_FORCE):
        session.book.programs.save(ProgramText(program.id, program.effective_from, draft.text))
        if draft.id:
            session.book.drafts.remove(draft.id)
    return program


def _id_in(text: str) -> str:
    """Return the program's id as far as a text that may be wrong tells it."""
    return _value(scan(text[:MOST]), text, "program.id")


def _value(nodes: Spans, text: str, key: str) -> str:
    node = nodes.get(path_of(key))
    return text[node.value.start : node.value.end].strip("\"'") if node else ""


FRAME: Final = """\
# One file is one version of a program. Ctrl+Space offers what can be written where you are; F1 opens the guide.
format = 1

[program]
id = "vendor-program"            # the same in every version of this program
vendor = "Vendor"
name = "Partner program"
version = "{year}"
effective_from = {day}      # governs deals signed on or after this day
currency = "{currency}"
covers = ["ucaas"]               # the categories that it pays on

# Where the figures were read: source = "agreement" refers to it.
[[source]]
id = "agreement"
title = "Partner agreement"

# A figure that the contract fixes. Without a value, the partner enters its own.
[inputs.residual]
label = "Residual"
kind = "rate"                    # rate | money | number
confidence = "contract"          # published | contract | assumed | disputed
source = "agreement"

# One way of being paid. A deal is placed under one plan.
[[plan]]
id = "agent"
name = "Agent"
model = "agent"                  # agent | resale | wholesale | referral | affiliate

# One thing that the plan pays: on what, how much, when and for how long.
[[plan.pays]]
id = "residual"
label = "Residual"
basis = "mrr"
rate = "$residual"
every = "month"
months = "life"
"""
"""What a new program starts from."""
