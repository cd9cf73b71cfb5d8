"""Editing the text of a program's version: where a text comes from, what it would do, and how it is put in force.

Works on texts only; the editor's window shows what is worked out here.
"""

from datetime import date

from dealbook.book.programs import ProgramText
from dealbook.desk.session import Session
from dealbook.programs.catalog import shipped


def version_text(session: Session, program_id: str, day: date) -> str:
    """Return the text of the version in force from `day`: the partner's own, else the one shipped with Dealbook.

    Raises KeyError where no version of the program begins on that day.
    """
    name = ProgramText(program_id, day, "").name
    own = {one.name: one.text for one in session.book.programs.texts()}
    return own[name] if name in own else dict(shipped())[name]
