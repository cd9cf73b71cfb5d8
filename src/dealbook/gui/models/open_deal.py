"""The deal that the page shows: what is saved, what is being typed or tried, and the comparison of it.

Every change goes through here as one step; what cannot be saved comes back in words. The page follows by `refresh`, the
same way for a step of its own, for undo, and for a change that another page made.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final, NamedTuple

from PySide6.QtCore import QObject, Signal

from dealbook.book.errors import BookError
from dealbook.book.steps import Touched
from dealbook.desk.compare import Comparison, Objective, compare, explain, input_form, objectives_of, set_input
from dealbook.desk.deals import save_deal
from dealbook.desk.event_effects import Effect, Effects, effects_of, plan_for_effects
from dealbook.desk.gap import Gaps, gaps
from dealbook.desk.nearest import NextStep
from dealbook.desk.plan_names import PlanKey
from dealbook.desk.session import Session
from dealbook.desk.stages import signed_on
from dealbook.desk.wording import problem_text
from dealbook.domain.checks import check_deal, check_offer, errors
from dealbook.domain.deal import Deal, Event, Line, Offer
from dealbook.domain.partner import Assumptions
from dealbook.domain.problem import Problem, Severity
from dealbook.earnings.estimate import Estimate
from dealbook.gui.book_words import refusal
from dealbook.gui.models import step_names as names
from dealbook.gui.models.events import OF_A_LINE, EventProblem
from dealbook.gui.models.reading import WrongInputError, contract_value
from dealbook.gui.models.trial import Trial
from dealbook.language import Language

_OF_EVENT: Final = re.compile(r"events\[(\d+)\]\.(\w+)")
_OF_ANY_EVENT: Final = re.compile(r"offers\[(\d+)\]\.events\[(\d+)\]")


class EventEffects(NamedTuple):
    """What events do to the payments: under which plan, and by the events' ids."""

    told: Effects
    of: Mapping[str, Effect]


class OpenDeal(QObject):
    """Holds the deal shown; the page's parts read it and ask it for changes."""

    changed = Signal()
    """The saved deal, or the offer shown, is another."""
    compared = Signal()
    """What is typed, tried or saved was compared anew."""

    def __init__(self, session: Session, words: Language, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.words = words
        self.objective = Objective.EXPECTED
        self.trial = Trial()
        self._before_step = Trial()
        self.comparison: Comparison | None = None
        self._gaps: tuple[Comparison, Gaps] | None = None
        self.saved_comparison: Comparison | None = None
        self._deal: Deal | None = None
        self._offer_id = ""
        self._typed: Offer | None = None
        self._compared_as: tuple[object, ...] | None = None
        self._products: Mapping[str, Line] | None = None

    # --- what is shown

    @property
    def is_open(self) -> bool:
        """Whether a deal with an offer is shown."""
        return self._deal is not None and bool(self._deal.offers)

    @property
    def deal(self) -> Deal:
        """The saved deal; only while one is open."""
        if self._deal is None:
            msg = "no deal is shown"
            raise LookupError(msg)
        return self._deal

    @property
    def position(self) -> int:
        """Where the offer shown stands among the deal's offers."""
        ids = [offer.id for offer in self.deal.offers]
        return ids.index(self._offer_id) if self._offer_id in ids else 0

    @property
    def offer(self) -> Offer:
        """The offer shown, as it is saved."""
        return self.deal.offers[self.position]

    @property
    def shown_offer(self) -> Offer:
        """The offer shown, with what is being typed and tried."""
        return self.trial.offer(self._typed or self.offer, self.deal.currency)

    @property
    def asked(self) -> tuple[Deal, Offer]:
        """What the next steps start from: the deal and the offer with what is typed and what the levers try."""
        offer = self._levers.offer(self._typed or self.offer, self.deal.currency)
        return self._with(offer), offer

    @property
    def shown(self) -> tuple[Deal, Offer]:
        """The deal and the offer that are compared: with what is typed, what the levers try and a step taken."""
        offer = self.shown_offer
        return self._tried(offer), offer

    @property
    def assume(self) -> Assumptions:
        """The partner's assumptions, with what is tried."""
        return self.trial.assumptions(self.session.partner.assume)

    def show(self, deal_id: str) -> None:
        """Show a deal, its chosen offer first; raises KeyError when there is none of that id."""
        deal = self.session.deal(deal_id)
        self._deal = deal
        self._offer_id = deal.chosen.offer_id if deal.chosen else deal.offers[0].id if deal.offers else ""
        self._typed, self.trial = None, Trial()
        self._compared_as = None
        self._announce()

    def show_offer(self, position: int) -> None:
        """Show another offer of the deal."""
        if self.is_open and 0 <= position < len(self.deal.offers) and position != self.position:
            self._offer_id = self.deal.offers[position].id
            self._typed, self.trial = None, Trial()
            self._announce()

    def refresh(self, touched: Touched) -> None:
        """Follow the book after a step or undo; a deal that is no longer there is no longer shown."""
        if self._deal is None:
            return
        before = self.position
        try:
            self._deal = self.session.deal(self._deal.id)
        except KeyError:
            self._deal = None
            return
        if touched.records != {("deal", self._deal.id)}:
            self._compared_as = None  # a rate, an enrolment or another won deal may count for this one
            if self.objective not in self.objectives:
                self.objective = Objective.EXPECTED
        if self._offer_id not in {offer.id for offer in self._deal.offers} and self._deal.offers:
            self._offer_id = self._deal.offers[min(before, len(self._deal.offers) - 1)].id
        self._typed = self._products = None
        self.trial = self._levers  # a step that was tried started from another offer
        self._announce()

    def close(self) -> None:
        """Show no deal."""
        self._deal = None

    # --- trying

    def type(self, offer: Offer | None) -> None:
        """Compare what is being typed; None goes back to what is saved."""
        possible = offer is not None and not self._wrong(self._with(offer))
        typed = offer if possible else None
        if typed != self._typed:
            self._typed = typed
            self.trial = self._levers
            self.compare()

    def type_lines(self, lines: Sequence[Line] | None) -> None:
        """Compare lines that are being typed."""
        self.type(None if lines is None else replace(self.offer, lines=tuple(lines)))

    def type_events(self, events: Sequence[Event] | None) -> None:
        """Compare events that are being typed."""
        self.type(None if events is None else replace(self.offer, events=tuple(events)))

    def try_out(self, trial: Trial) -> None:
        """Compare the deal as the levers would have it."""
        if trial != self.trial:
            self.trial = trial
            self.compare()

    def try_step(self, step: NextStep | None) -> None:
        """Compare the deal as it would be with a step taken; None goes back."""
        self._before_step = self._levers
        if step is None:
            self.try_out(self._before_step)
        else:
            self.try_out(Trial(churn=self.trial.churn, taken=step.offer, registers=step.deal.registered))

    def set_objective(self, objective: Objective) -> None:
        """Rank the plans by another figure."""
        if objective is not self.objective:
            self.objective = objective
            if self.is_open:
                self.compare()

    def compare(self) -> None:
        """Compare the offer under all plans, with what is typed and tried; what was just compared is not again."""
        offer = self.shown_offer
        tried_on = None if self.trial.is_idle else self.offer
        compared_as = (self._tried(offer), offer.id, tried_on, self.trial, self.session.partner.assume, self.objective)
        if compared_as != self._compared_as or self.comparison is None:
            self.comparison = self._compared(self._tried(offer), offer, self.assume)
            is_tried = not self.trial.is_idle
            partner = self.session.partner
            saved = self._compared(self.deal, self.offer, partner.assume) if is_tried else None
            self.saved_comparison = saved or self.comparison
            self._compared_as = compared_as
        self.compared.emit()

    def explain(self, program: str, plan: str) -> Estimate:
        """Return the arithmetic of a plan for what is shown."""
        offer = self.shown_offer
        return explain(self.session, self._tried(offer), offer, program, plan, assume=self.assume)

    def effects(self, ticked: Sequence[PlanKey]) -> EventEffects | None:
        """Return what the events of the offer shown do to the payments, by their ids; None without events or plan."""
        offer = self.shown_offer
        if not offer.events or self.comparison is None:
            return None
        plan = plan_for_effects(self.comparison, self.deal.chosen, offer, ticked)
        if plan is None:
            return None
        found = effects_of(self.session, self._tried(offer), offer, plan, assume=self.assume)
        return EventEffects(found, {offer.events[place].id: effect for place, effect in found.of.items()})

    def event_problems(self) -> Mapping[tuple[str, str], EventProblem]:
        """Return what is wrong with the saved events of the offer shown, by their ids and fields."""
        found: dict[tuple[str, str], EventProblem] = {}
        for problem in check_offer(self.deal, self.offer):
            if match := _OF_EVENT.fullmatch(problem.where):
                said = EventProblem(problem_text(problem, self.words), problem.severity is Severity.ERROR)
                found.setdefault((self.offer.events[int(match[1])].id, match[2]), said)
        return found

    @property
    def objectives(self) -> tuple[Objective, ...]:
        """What plans can be ranked by under the settings of the book."""
        return objectives_of(self.session.partner.work)

    def gaps(self) -> Gaps | None:
        """Return the plans' cash after paying the own people, for what is shown; None while nothing is compared."""
        comparison = self.comparison
        if comparison is None or not self.is_open:
            return None
        if self._gaps is None or self._gaps[0] is not comparison:
            offer = self.shown_offer
            found = gaps(self.session, self._tried(offer), offer, comparison, assume=self.assume)
            self._gaps = comparison, found
        return self._gaps[1]

    def products(self) -> Mapping[str, Line]:
        """Return the latest line of every product in the book, by its folded name."""
        if self._products is None:
            self._products = {line.product.casefold(): line for line in self.session.products}
        return self._products

    # --- changing

    def change(self, deal: Deal, name: str) -> str:
        """Save the deal as one step; or save nothing and say what is wrong."""
        if deal == self.deal:
            return ""
        wrong = self._wrong(deal)
        if wrong:
            return wrong
        try:
            save_deal(self.session, deal, name)
        except BookError as error:
            return refusal(error)
        return ""

    def change_offer(self, offer: Offer, name: str) -> str:
        """Save the offer shown as one step."""
        return self.change(self._with(offer), name)

    def change_lines(self, lines: Sequence[Line], name: str) -> str:
        """Save the lines as one step; events follow a product's new name, and go with a product that goes."""
        renamed = {line.id: line.product for line in lines}
        follow = {line.product: renamed.get(line.id) for line in reversed(self.offer.lines)}
        kept = {line.product for line in lines}
        events = []
        for event in self.offer.events:
            product = event.product if event.product in kept else follow.get(event.product)
            if event.kind not in OF_A_LINE:
                events.append(event)
            elif product is not None:
                events.append(replace(event, product=product))
        return self.change_offer(replace(self.offer, lines=tuple(lines), events=tuple(events)), name)

    def change_events(self, events: Sequence[Event], name: str) -> str:
        """Save the events as one step, in the order of their months."""
        ordered = sorted(events, key=lambda event: event.month)
        return self.change_offer(replace(self.offer, events=tuple(ordered)), name)

    def change_signed(self, day: date) -> str:
        """Save another signing day; a start that would come before it moves along."""
        return self.change(signed_on(self.session, self.deal, day), names.CLOSING)

    def change_lost(self, day: date, reason: str) -> str:
        """Save another day on which the deal was lost, and why."""
        return self.change(replace(self.deal, lost_on=day, lost_reason=reason.strip()), names.LOSS)

    def set_input(self, program: str, name: str, text: str, assumed: bool) -> str:
        """Save a contract value; or save nothing and say what is wrong with it."""
        form = input_form(self.session, program, name)
        try:
            raw = contract_value(text, form.kind, self.words, form.currency) if form else text
            problems = set_input(self.session, program, name, raw, assumed=assumed)
        except WrongInputError as wrong:
            return str(wrong)
        except BookError as error:
            return refusal(error)
        return problem_text(problems[0], self.words) if problems else ""

    def apply_trial(self) -> str:
        """Save what the levers try, the assumed churn too, as one step; or save nothing and say what is wrong."""
        deal, partner = self._tried(self.shown_offer), replace(self.session.partner, assume=self.assume)
        if wrong := self._wrong(deal):
            return wrong
        trial, self.trial = self.trial, Trial()  # what is saved is no longer tried when the step is announced
        try:
            with self.session.step(names.APPLY):
                self.session.book.partner.save(partner)
                save_deal(self.session, deal, names.APPLY)
        except BookError as error:
            self.trial = trial
            return refusal(error)
        return ""

    def take_step(self, step: NextStep) -> str:
        """Save the deal with a step taken, as one step of the book; or save nothing and say what is wrong."""
        trial, self.trial = self.trial, Trial()
        wrong = self.change(replace(self._with(step.offer), registered=step.deal.registered), names.TAKE_STEP)
        if wrong:
            self.trial = trial
        return wrong

    # --- inside

    @property
    def _levers(self) -> Trial:
        """What is tried, a step aside."""
        return self.trial if self.trial.taken is None else self._before_step

    def _announce(self) -> None:
        if self.is_open:
            self.changed.emit()
            self.compare()

    def _compared(self, deal: Deal, offer: Offer, assume: Assumptions) -> Comparison:
        return compare(self.session, deal, offer, assume=assume, objective=self.objective)

    def _tried(self, offer: Offer) -> Deal:
        """Return the deal with another offer, and with what is tried of the deal itself."""
        return self.trial.deal(self._with(offer))

    def _with(self, offer: Offer) -> Deal:
        offers = list(self.deal.offers)
        offers[self.position] = offer
        return replace(self.deal, offers=tuple(offers))

    def _wrong(self, deal: Deal) -> str:
        """Say what is wrong with a deal that was not wrong before; what was wrong before must not stop anybody."""
        before = {(problem.code, _place(self.deal, problem)) for problem in check_deal(self.deal)}
        found = [p for p in errors(check_deal(deal)) if (p.code, _place(deal, p)) not in before]
        return problem_text(found[0], self.words) if found else ""


def _place(deal: Deal, problem: Problem) -> str:
    """Return where a problem is, with an event's id for its place: events change places when one is added."""

    def named(match: re.Match[str]) -> str:
        return f"events[{deal.offers[int(match[1])].events[int(match[2])].id}]"

    return _OF_ANY_EVENT.sub(named, problem.where)
