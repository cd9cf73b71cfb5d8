"""Something wrong or missing, as data: a code, the place, the facts.

Problems are collected and shown, never raised; their words in the user's language are the desk's business.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """How much a problem matters: an error stops the result, a warning does not, a note only tells."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Problem:
    """A finding: `code` names the kind, `where` the place (a key path), `facts` what was found and expected."""

    code: str
    where: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    severity: Severity = Severity.ERROR


class ProblemsError(Exception):
    """Carries problems out of a reader that can give no result; nothing was half-loaded."""

    def __init__(self, problems: list[Problem]) -> None:
        """Keep `problems`, at least one."""
        super().__init__("; ".join(f"{p.where}: {p.code}" for p in problems))
        self.problems = problems
