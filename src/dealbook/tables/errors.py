"""Why a file is no table that can be read: a code and facts, each with a sentence.

The sentences are message ids: whoever shows one to a person translates it.
"""

from collections.abc import Mapping
from typing import Final

SENTENCES: Final[Mapping[str, str]] = {
    "too-big": "{file} is too big: {found} MB, and at most {most} MB are read.",
    "too-much": "{file} would unpack to more than {most} MB; that is no table of deals.",
    "too-many-rows": "{file} has too many rows: at most {most} are read. Divide the file.",
    "too-many-columns": "{file} has too many columns: at most {most} are read. Delete those that nobody needs.",
    "too-many-cells": "{file} has too many cells: at most {most} are read. Delete rows and columns that nobody needs.",
    "damaged": "{file} is damaged or no table: {reason}.",
    "old-excel": "{file} is an old or a protected Excel file. Save it as XLSX without a password, or as CSV.",
    "no-text": "{file} is neither text nor an XLSX file.",
    "empty": "{file} holds no rows.",
}


class TableError(Exception):
    """A file that cannot be read as a table: `code` names the kind, `facts` the file and what was found."""

    def __init__(self, code: str, **facts: str) -> None:
        """Keep the code and its facts; the sentence comes from the code."""
        super().__init__(SENTENCES[code].format(**facts))
        self.code = code
        self.facts: Mapping[str, str] = facts
