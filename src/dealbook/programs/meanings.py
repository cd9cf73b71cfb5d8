"""What each key of the language means, in the words of the reference: for editors and completion.

The reference is the one place where keys are explained; its tables are held against the grammar by a test.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from dealbook import paths
from dealbook.programs import grammar
from dealbook.programs.grammar import Section

HEADINGS: Final[Mapping[str, str]] = {
    "The program file": "FILE",
    "`[program]`": "PROGRAM",
    "`[[source]]`": "SOURCE",
    "`[inputs.NAME]`": "INPUT",
    "`[standing]`": "STANDING",
    "`[standing.quota]`": "QUOTA",
    "`[[standing.tier]]`": "TIER",
    "Conditions": "CONDITION",
    "`[[plan]]`": "PLAN",
    "`[plan.buy]`": "BUY",
    "`[[plan.pays]]`": "COMPONENT",
    "`clawback`": "CLAWBACK",
    "`instalments`": "INSTALMENT",
    "The deal file": "DEAL_FILE",
    "`[deal]`": "DEAL",
    "`[[line]]`": "LINE",
    "`ramp`": "RAMP",
    "`[[event]]`": "EVENT",
    "The partner file": "PARTNER_FILE",
    "`[partner]`": "PARTNER",
    "`[[enrolment]]`": "ENROLMENT",
    "`[assume]`": "ASSUME",
    "`[[rate]]`": "EXCHANGE",
}
"""The heading of the reference above each table of keys, and the grammar's name for that section."""

_HEADING: Final = re.compile(r"#+ (.+)")
_ROW: Final = re.compile(r"\| `([a-z_]+)`(?:, [^|]*)? \|.*\| ([^|]+) \|\s*$")
_LINK: Final = re.compile(r"\[([^\]]+)\]\([^)]*\)")


def section_name(section: Section) -> str:
    """Return the grammar's name of a section; raises KeyError for one that it does not have."""
    found = next((name for name in HEADINGS.values() if getattr(grammar, name) is section), None)
    if found is None:
        raise KeyError("section")
    return found


def meaning(section: str, key: str) -> str:
    """Return what a key of a section (`"COMPONENT"`) means, in English without markup; "" where nobody says so."""
    return _meanings().get((section, key), "")


def fact_meaning(fact: str) -> str:
    """Return what a fact means, in English without markup; "" where nobody says so."""
    return _meanings().get(("FACTS", fact), "")


@cache
def _meanings() -> Mapping[tuple[str, str], str]:
    text = paths.resource("help", "reference.md").read_text(encoding="utf-8")
    return dict(_rows(text))


def _rows(text: str) -> Iterator[tuple[tuple[str, str], str]]:
    section = ""
    for line in text.splitlines():
        if heading := _HEADING.match(line):
            section = "FACTS" if heading[1] == "Facts" else HEADINGS.get(heading[1], "")
        elif section and (row := _ROW.match(line)):
            yield (section, row[1]), _LINK.sub(r"\1", row[2]).replace("`", "").strip()
