"""What the deal shown reaches in its programs, found while nobody types."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from PySide6.QtCore import QObject

from dealbook.desk.compare import Comparison, Objective
from dealbook.desk.reach import Reach, each_reach
from dealbook.desk.session import Session
from dealbook.domain.deal import Deal, Offer
from dealbook.domain.partner import Assumptions
from dealbook.gui.models.idle import IdleSearch

AFTER: Final = 140
"""Milliseconds without a change after which the search begins: later than that for the steps, which are nearer."""


class ReachQuestion(NamedTuple):
    """An open deal with the offer shown and its comparison; what counts and under which assumptions."""

    deal: Deal
    offer: Offer
    comparison: Comparison
    assume: Assumptions
    objective: Objective


class ReachSearch(IdleSearch[ReachQuestion, Reach]):
    """Looks for what the deal reaches; what adds most comes first."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent, idle=AFTER)
        self._session = session

    def search(self, question: ReachQuestion) -> Iterator[Reach | None]:
        deal, offer, comparison, assume, objective = question
        return each_reach(self._session, deal, offer, comparison, assume=assume, objective=objective)

    def arranged(self, parts: list[Reach]) -> tuple[Reach, ...]:
        return tuple(sorted(parts, key=lambda reach: (-(reach.total + (reach.own or 0)), reach.vendor.casefold())))
