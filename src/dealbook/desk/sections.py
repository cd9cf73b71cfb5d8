"""Which section of the language a place in a program's text belongs to, and what its keys mean.

The keys are those of the grammar's own tables; what they mean is read out of the reference that ships with Dealbook, so
that the editor never says anything else than the reference does. Like the reference, that is in English.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

from dealbook import paths
from dealbook.programs import grammar
from dealbook.programs.grammar import Key, Section
from dealbook.programs.spans import KeyPath

TABLES: Final[Mapping[tuple[str, ...], Section]] = {
    (): grammar.FILE,
    ("program",): grammar.PROGRAM,
    ("source",): grammar.SOURCE,
    ("inputs", "*"): grammar.INPUT,
    ("standing",): grammar.STANDING,
    ("standing", "quota"): grammar.QUOTA,
    ("standing", "tier"): grammar.TIER,
    ("plan",): grammar.PLAN,
    ("plan", "buy"): grammar.BUY,
    ("plan", "pays"): grammar.COMPONENT,
}
"""The sections that have a header of their own, by the names in it; * is any name."""

SPLIT: Final[Section] = {"acquisition": Key("fraction"), "care": Key("fraction")}
INSIDE: Final[Mapping[str, Section]] = {
    "conditions": grammar.CONDITION,
    "clawback": grammar.CLAWBACK,
    "instalments": grammar.INSTALMENT,
    "split": SPLIT,
}
"""The sections inside a key, by the key's kind."""

VALUES: Final = frozenset({"rate", "number", "limit", "input value", "clawback share"})
"""The kinds that can be a figure, an input or a table."""

LENGTHS: Final[Mapping[str, tuple[str, ...]]] = {
    "months": ("term", "life"),
    "upfront": ("term",),
    "life or count": ("life",),
}
"""The kinds that are a number of months or one of a few words."""

_HEADINGS: Final[Mapping[str, Section]] = {
    "The program file": grammar.FILE,
    "`[program]`": grammar.PROGRAM,
    "`[[source]]`": grammar.SOURCE,
    "`[inputs.NAME]`": grammar.INPUT,
    "`[standing]`": grammar.STANDING,
    "`[standing.quota]`": grammar.QUOTA,
    "`[[standing.tier]]`": grammar.TIER,
    "Conditions": grammar.CONDITION,
    "`[[plan]]`": grammar.PLAN,
    "`[plan.buy]`": grammar.BUY,
    "`[[plan.pays]]`": grammar.COMPONENT,
    "`clawback`": grammar.CLAWBACK,
    "`instalments`": grammar.INSTALMENT,
}
_HEADING: Final = re.compile(r"#+ +(.*)")
_ROW: Final = re.compile(r"\| `([^`]+)` \|(.*)\|")
_LINK: Final = re.compile(r"\[(.+?)\]\(#[^)]*\)")


def section_of(path: KeyPath) -> Section | None:
    """Return the section whose keys stand directly inside a path; None where there are none.

    ("plan", 0, "pays", 1, "requires", 0) is a condition.
    """
    names = [part for part in path if isinstance(part, str)]
    for size in range(len(names), -1, -1):
        section = _table(tuple(names[:size]))
        if section is not None:
            return _inside(section, names[size:])
    return None


def key_of(path: KeyPath) -> Key | None:
    """Return the key that a path ends with; None where the language has none there."""
    section = section_of(path[:-1]) if path else None
    return section.get(str(path[-1])) if section is not None else None


def _table(names: tuple[str, ...]) -> Section | None:
    if len(names) == 2 and names[0] == "inputs":  # noqa: PLR2004 - inputs.NAME
        return grammar.INPUT
    return TABLES.get(names)


def _inside(section: Section, names: list[str]) -> Section | None:
    found: Section | None = section
    for name in names:
        key = found.get(name) if found is not None else None
        found = INSIDE.get(key.kind) if key is not None else None
    return found


# --- what it means


def meaning(section: Section, key: str) -> str:
    """Return what a key means, as the reference says it; nothing where it says nothing."""
    heading = next((name for name, one in _HEADINGS.items() if one is section), "")
    return _meanings().get((heading, key), "")


def fact_meaning(fact: str) -> str:
    """Return what a fact is, as the reference says it."""
    return _meanings().get(("Facts", fact), "")


def category_meaning(category: str) -> str:
    """Return what a category is, as the reference says it."""
    return _meanings().get(("Categories", category), "")


@cache
def _meanings() -> Mapping[tuple[str, str], str]:
    """Return the last cell of every row of the reference's tables, by heading and first cell."""
    found: dict[tuple[str, str], str] = {}
    heading = ""
    for line in paths.resource("help", "reference.md").read_text(encoding="utf-8").splitlines():
        if head := _HEADING.fullmatch(line):
            heading = head[1]
        elif row := _ROW.fullmatch(line):
            found.setdefault((heading, row[1]), _plain(row[2].rpartition(" | ")[2]))
    return found


def _plain(cell: str) -> str:
    return _LINK.sub(r"\1", cell).replace("`", "").strip()
