"""What would change the winner: each step reaches what it says, is worth what it says, and is the least that does."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealbook.domain.deal import Charge, Deal, Line, Offer, RampStep
from dealbook.domain.money import minor_unit
from dealbook.domain.partner import Assumptions, Enrolment, ExchangeRate
from dealbook.earnings.asks import Reason
from dealbook.earnings.case import all_failures
from dealbook.earnings.compare import estimates
from dealbook.earnings.estimate import Status
from dealbook.earnings.nearest import MOST, Move, moves
from dealbook.earnings.standing import NOTHING_WON
from dealbook.earnings.world import Change, World
from dealbook.earnings.worth import worth_of
from dealbook.programs.catalog import Catalog
from dealbook.programs.dealfile import read_deal, read_partner
from dealbook.programs.terms import Terms, all_terms, terms_of
from tests import test_reference as random
from tests.test_reference import Data, examples, file

EXPECTED = "expected_value"
NO_WORTH = Assumptions(discount_rate=Decimal(0), churn=Decimal(0))
SEAT = Line(product="Seat", category="ucaas", quantity=Decimal(23), unit_price=Decimal(30))


def program(*plans: Data, of: str = "prog", **more: Any) -> Data:  # noqa: ANN401
    """Return a program's data with these plans."""
    head = {"id": of, "vendor": of.upper(), "name": "N", "version": "1", "effective_from": date(2020, 1, 1)}
    head |= {"applies_to": "new-deals", "currency": more.pop("currency", "EUR"), "covers": ["ucaas", "ccaas"]}
    return {"format": 1, "program": head, "plan": list(plans), **more}


def plan(*pays: Data, of: str = "agent", **more: Any) -> Data:  # noqa: ANN401
    return {"id": of, "name": of, "model": "agent", **more, "pays": list(pays)}


def bonus(rate: Any, **more: Any) -> Data:  # noqa: ANN401
    return {"id": "bonus", "label": "Bonus", "basis": "mrr", "rate": rate, "at": "signing", **more}


def world(
    *programs: Data,
    lines: Iterable[Line] = (SEAT,),
    term: int = 36,
    registered: bool = False,
    **enrolment: Any,  # noqa: ANN401
) -> World:
    """Return a deal under programs in which the partner is enrolled."""
    catalog = Catalog.load((f"{data['program']['id']}.toml", file(data)) for data in programs)
    assert not catalog.problems, catalog.problems
    offer = Offer(lines=tuple(lines), starts=date(2026, 5, 1), term=term)
    deal = Deal(customer="C", signed=date(2026, 4, 30), offers=(offer,), country="DE", registered=registered)
    enrolments = [Enrolment(program=data["program"]["id"], **{"certified": True, **enrolment}) for data in programs]
    terms = all_terms(catalog, None, enrolments, deal.signed)
    rates = (ExchangeRate(day=date(2026, 1, 1), base="EUR", quote="USD", rate=Decimal(2)),)
    return World(deal, offer, {one.program.id: one for one in terms}, {}, rates)


def found(given: World, objective: str = "upfront") -> list[Move]:
    return moves(given, objective, worth_of(NO_WORTH))


def only(given: World, objective: str = "upfront") -> Any:  # noqa: ANN401 - a Move, compared with plain numbers
    [move] = found(given, objective)
    return move


def figures(move: Move) -> list[tuple[str, Any]]:
    return [(change.fact, change.by) for change in move.changes]


BANDS = {"by": "seats", "10": "2x", "25": "3x", "50": "4x"}


# --- worked by hand


def test_two_seats_more_reach_the_row_of_25() -> None:
    move = only(world(program(plan(bonus(BANDS)))))
    assert (move.reason, move.program, move.plan, move.component) == (Reason.ROW, "prog", "agent", "bonus")
    assert move.changes == (Change("seats", None, Decimal(23), Decimal(25), Decimal(2), "Seat"),)
    assert move.gain == 25 * 30 * 3 - 23 * 30 * 2
    assert move.own == 25 * 30 * 3 - 25 * 30 * 2  # not what two seats more bring under the old row
    assert move.after == 2250
    assert move.world.offer.lines[0].quantity == 25
    assert move.is_for_deal


def test_below_the_first_row_the_component_is_not_paid_yet() -> None:
    move = only(world(program(plan(bonus(BANDS))), lines=[replace(SEAT, quantity=Decimal(7))]))
    assert move.reason is Reason.COMPONENT
    assert (figures(move), move.gain, move.own) == ([("seats", 3)], 600, 600)


def test_a_line_that_counts_several_seats_is_rounded_up() -> None:
    packs = replace(SEAT, quantity=Decimal(5), seats_each=Decimal(4))
    move = only(world(program(plan(bonus(BANDS))), lines=[packs]))
    assert move.changes == (Change("seats", None, Decimal(20), Decimal(28), Decimal(2), "Seat"),)


def test_seats_of_one_category_are_added_to_its_largest_line() -> None:
    agents = Line(product="Agent", category="ccaas", quantity=Decimal(8), unit_price=Decimal(95))
    few = replace(agents, product="Supervisor", quantity=Decimal(1))
    table = {"by": "seats", "of": "ccaas", "10": "4x"}
    move = only(world(program(plan(bonus(table, on=["ccaas"]))), lines=[SEAT, few, agents]))
    assert move.changes == (Change("seats", "ccaas", Decimal(9), Decimal(10), Decimal(1), "Agent"),)
    assert move.gain == 10 * 95 * 4


def test_a_ramp_ends_with_the_seats_that_were_added() -> None:
    ramp = (RampStep(1, Decimal(10)), RampStep(7, Decimal(23)))
    move = only(world(program(plan(bonus(BANDS))), lines=[replace(SEAT, ramp=ramp)]))
    assert move.world.offer.lines[0].ramp == (RampStep(1, Decimal(10)), RampStep(7, Decimal(25)))


def test_a_longer_term_opens_a_plan_and_makes_it_the_winner() -> None:
    cash = plan(bonus("10x"), of="cash", requires=[{"fact": "term", "at_least": 36}])
    given = world(program(cash), program(plan(bonus("5x")), of="other"), term=24)
    move = only(given)
    assert (move.reason, figures(move)) == (Reason.ELIGIBLE, [("term", 12)])
    assert (move.gain, move.own, move.world.offer.term) == (6900, 6900, 36)
    assert (move.wins, move.best, move.second, move.lead) == (True, ("prog", "cash"), ("other", "agent"), 3450)


def test_another_plan_can_be_best_at_a_step() -> None:
    small = program(plan(bonus({"by": "term", "12": "5.1x", "36": "5.2x"})), of="small")
    large = program(plan({**bonus("15%"), "every": "month", "basis": "mrr"}), of="large")
    del large["plan"][0]["pays"][0]["at"]
    move = only(world(small, large, term=30), "term")
    assert move.program == "small"
    assert (move.best, move.wins) == (("large", "agent"), True)  # 15 % of 36 months are more than 5.2 months


def test_everything_that_fails_is_asked_for_together() -> None:
    requires = [{"fact": "term", "at_least": 36}, {"fact": "registered", "is": True}, {"fact": "mrr", "at_least": 700}]
    move = only(world(program(plan(bonus("1x"), requires=requires)), term=24))
    assert {change.fact for change in move.changes} == {"term", "registered", "mrr"}
    assert move.world.deal.registered
    assert move.gain == 24 * 30


def test_an_open_plan_that_would_pay_nothing_yet_asks_for_the_rest_as_well() -> None:
    given = program(plan(bonus(BANDS), requires=[{"fact": "term", "at_least": 36}]))
    move = only(world(given, lines=[replace(SEAT, quantity=Decimal(8))], term=24))
    assert (move.reason, figures(move), move.gain) == (Reason.ELIGIBLE, [("term", 12), ("seats", 2)], 600)


def test_a_component_asks_for_what_blocks_it_and_no_more() -> None:
    also = bonus(BANDS, id="also", requires=[{"fact": "term", "at_least": 36}])
    move = only(world(program(plan(bonus("1x"), also)), term=24))
    assert (move.reason, move.component, figures(move)) == (Reason.COMPONENT, "also", [("term", 12)])
    assert (move.gain, move.own) == (2 * 690, 2 * 690)


def test_what_nobody_can_change_is_no_step() -> None:
    given = program(plan(bonus("1x"), requires=[{"fact": "country", "is": "FR"}, {"fact": "term", "at_least": 48}]))
    assert found(world(given)) == []


def test_what_is_less_and_costs_more_is_no_step() -> None:
    """Fewer seats would have another component paid; but one of the changes alone brings the plan more."""
    agents = Line(product="Agent", category="ccaas", quantity=Decimal(40), unit_price=Decimal(95))
    both = bonus({"by": "seats", "of": "ccaas", "10": "6x", "50": "8x"}, exclusive_group="g")
    fewer = {"fact": "seats", "of": "ucaas", "below": 10}
    alone = {**both, "id": "alone", "on": ["ccaas"], "requires": [fewer, {**fewer, "of": "ccaas", "at_least": 50}]}
    del alone["requires"][1]["below"]
    move = only(world(program(plan(both, alone)), lines=[SEAT, agents]))
    assert figures(move) == [("seats", 10)]


def test_a_program_without_enrolment_has_no_steps() -> None:
    given = world(program(plan(bonus(BANDS))))
    [terms] = given.terms.values()
    assert found(replace(given, terms={"prog": replace(terms, enrolment=None)})) == []


def test_a_condition_from_above_asks_for_less() -> None:
    given = program(plan(bonus("1x"), requires=[{"fact": "seats", "below": 20}]))
    move = only(world(given))
    assert (figures(move), move.gain) == ([("seats", -4)], 19 * 30)


def test_the_discount_goes_where_it_voids_a_bonus() -> None:
    line = Line(product="S", category="ucaas", quantity=Decimal(10), list_price=Decimal(40), discount=Decimal("0.05"))
    move = only(world(program(plan(bonus("1x", discounts="void"))), lines=[line]))
    assert (move.reason, move.gain) == (Reason.COMPONENT, 400)
    assert move.changes == (Change("discount", None, Decimal("0.05"), Decimal(0)),)


def test_the_discount_goes_where_it_cuts_the_rate() -> None:
    line = Line(product="S", category="ucaas", quantity=Decimal(10), list_price=Decimal(40), discount=Decimal("0.25"))
    move = only(world(program(plan(bonus("1x", discounts="rate"))), lines=[line]))
    assert (move.reason, move.gain, move.own) == (Reason.FULL_RATE, 400 - 300 * Decimal("0.75"), 100)


def test_a_row_of_the_discount_is_reached_from_above() -> None:
    line = Line(product="S", category="ucaas", quantity=Decimal(10), list_price=Decimal(40), discount=Decimal("0.15"))
    table = {"by": "discount", "0": "3x", "10%": "2x"}
    move = only(world(program(plan(bonus(table))), lines=[line]))
    assert move.changes[0].after == Decimal("0.099")
    assert move.world.offer.lines[0].price == Decimal("36.04")
    assert move.gain == 3 * Decimal("360.40") - 2 * 340


def test_a_nested_table_asks_for_both_facts() -> None:
    table = {"by": "term", "12": "1x", "36": {"by": "seats", "25": "9x"}}
    move = only(world(program(plan(bonus(table))), term=24))
    assert (figures(move), move.gain) == ([("term", 12), ("seats", 2)], 25 * 30 * 9 - 690)


def test_tables_are_found_through_inputs() -> None:
    given = program(plan(bonus("$rate")), inputs={"rate": {"label": "R", "kind": "rate", "confidence": "contract"}})
    move = only(world(given, inputs={"rate": {"by": "seats", "1": "1x", "30": "2x"}}))
    assert (figures(move), move.gain) == ([("seats", 7)], 30 * 30 * 2 - 690)


def test_slices_are_no_steps() -> None:
    table = {"by": "mrr", "mode": "marginal", "0": "1x", "1000": "2x"}
    assert found(world(program(plan(bonus(table))))) == []


def test_a_row_that_pays_no_more_is_passed_over() -> None:
    move = only(world(program(plan(bonus({"by": "seats", "1": "3x", "25": "2x", "50": "4x"})))))
    assert figures(move) == [("seats", 27)]


def test_a_row_above_a_cap_is_no_step() -> None:
    assert found(world(program(plan(bonus(BANDS, cap=1000))))) == []


@pytest.mark.parametrize(
    ("line", "by", "units"),
    [
        (SEAT, Decimal(330), 11),
        (replace(SEAT, charge=Charge.ANNUAL, unit_price=Decimal(360)), Decimal(330), 11),
        (replace(SEAT, unit_price=Decimal("29.99")), Decimal("329.89"), 11),
        (replace(SEAT, unit_price=Decimal("0.333"), quantity=Decimal(100)), Decimal("966.70"), 2903),
    ],
)
def test_revenue_comes_in_whole_units(line: Line, by: Decimal, units: int) -> None:
    move = only(world(program(plan(bonus({"by": "mrr", "0": "1x", "1000": "2x"}))), lines=[line]))
    assert (move.changes[0].units, move.changes[0].by) == (units, by)


def test_contract_value_counts_the_months_that_are_billed() -> None:
    line = replace(SEAT, free_months=6)
    given = program(plan({**bonus({"by": "tcv", "0": "1%", "25000": "2%"}), "basis": "tcv"}))
    move = only(world(given, lines=[line]))
    assert move.changes[0].units == 5  # 23 × 30 × 30 = 20,700; each seat more 900
    assert move.gain == 25200 * Decimal("0.02") - 207


def test_one_time_charges_grow_where_they_count() -> None:
    phone = Line(
        product="Setup", category="ucaas", quantity=Decimal(3), unit_price=Decimal(150), charge=Charge.ONE_TIME
    )
    move = only(world(program(plan(bonus("1x", requires=[{"fact": "nrc", "at_least": 500}]))), lines=[SEAT, phone]))
    assert move.changes == (Change("nrc", None, Decimal(450), Decimal(600), Decimal(1), "Setup"),)


LADDER = {
    "tier": [
        {"name": "Silver", "requires": [{"fact": "certified", "is": True}]},
        {
            "name": "Gold",
            "any_of": [{"fact": "won_seats", "at_least": 300}, {"fact": "care_revenue", "at_least": 250000}],
        },
    ]
}
BY_TIER = {"by": "tier", "Silver": "1x", "Gold": "2x"}


@pytest.mark.parametrize(
    ("standing", "change"),
    [
        ({"won_seats": 189}, ("won_seats", Decimal(88))),  # and 23 of this deal
        ({"won_seats": 189, "care_revenue": 249000}, ("care_revenue", Decimal(1000))),
    ],
)
def test_the_next_tier_by_what_is_nearest(standing: dict[str, int], change: tuple[str, Decimal]) -> None:
    opening = {name: Decimal(figure) for name, figure in standing.items()}
    move = only(world(program(plan(bonus(BY_TIER)), standing=LADDER), standing=opening))
    assert (move.reason, figures(move), move.gain, move.own) == (Reason.ROW, [change], 690, 690)
    assert not move.is_for_deal


def test_what_this_deal_can_bring_alone_is_asked_of_it() -> None:
    opening = {"won_seats": Decimal(275)}
    move = only(world(program(plan(bonus(BY_TIER)), standing=LADDER), standing=opening))
    assert (figures(move), move.gain, move.own) == ([("seats", 2)], 25 * 30 * 2 - 690, 750)


def test_a_tier_that_pays_nothing_more_is_told_without_a_gain() -> None:
    move = only(world(program(plan(bonus("1x")), standing=LADDER), standing={"won_seats": Decimal(100)}))
    assert (move.reason, figures(move), move.gain) == (Reason.TIER, [("won_seats", 177)], 0)


@pytest.mark.parametrize(
    "more", [{"standing": {**LADDER, "takes_effect": "next-period"}}, {"standing": LADDER, "tier": "Silver"}]
)
def test_a_tier_that_cannot_change_now_is_no_step(more: Data) -> None:
    given = program(plan(bonus(BY_TIER)), standing=more["standing"])
    assert found(world(given, tier=more.get("tier", None))) == []


def test_what_the_quota_lacks_is_won_elsewhere() -> None:
    standing = {"quota": {"fact": "won_tcv", "target": 50000, "grows": "10%"}, "counts_this_deal": False}
    given = program(plan(bonus("1x"), requires=[{"fact": "attainment", "at_least": "80%"}]), standing=standing)
    move = only(world(given, standing={"won_tcv": Decimal(46000)}))
    target = Decimal(50000) * Decimal("1.1") ** 6 * Decimal("0.8")  # six full years since the program began
    assert target == Decimal("70862.44")
    assert (figures(move), move.gain) == ([("won_tcv", target - 46000)], 690)


def test_a_penalty_in_points_is_a_step_as_well() -> None:
    standing = {"quota": {"fact": "won_mrr", "target": 5000}, "counts_this_deal": False}
    pays = bonus("15%", points={"by": "attainment", "0": "-2%", "1": "0%"})
    move = only(world(program(plan(pays), standing=standing), standing={"won_mrr": Decimal(4200)}))
    assert (move.reason, figures(move), move.gain) == (Reason.ROW, [("won_mrr", 800)], 690 * Decimal("0.02"))


def test_what_was_paid_is_nothing_to_strive_for() -> None:
    given = program(plan(bonus("1x", requires=[{"fact": "won_paid", "at_least": 100}])))
    assert found(world(given)) == []


def test_certification_and_certificates() -> None:
    requires = [{"fact": "certified", "is": True}, {"fact": "certificates", "includes": "sales"}]
    move = only(world(program(plan(bonus("1x"), requires=requires)), certified=False))
    assert [(change.fact, change.after) for change in move.changes] == [
        ("certified", True),
        ("certificates", frozenset({"sales"})),
    ]
    assert not move.is_for_deal


def test_a_registered_deal_can_have_a_better_rate() -> None:
    move = only(world(program(plan(bonus({"by": "registered", "true": "2x", "false": "1x"})))))
    assert (move.world.deal.registered, move.gain) == (True, 690)


def test_gains_are_in_the_deals_currency() -> None:
    move = only(world(program(plan(bonus(BANDS)), currency="USD")))
    assert move.gain == 870


def test_the_winner_goes_first_and_six_are_enough() -> None:
    rows = {"by": "seats", "1": "1x", "24": "1.01x"}
    programs = [program(plan(bonus(rows)), of=f"p{n}") for n in range(8)]
    winner = program(plan(bonus({"by": "term", "12": "1x", "48": "3x"})), of="winner")
    steps = found(world(*programs, winner))
    assert len(steps) == MOST
    assert (steps[0].program, steps[0].wins) == ("winner", True)


# --- programs, standings and deals made at random


def world_of(made: random.World) -> World:
    """Return the engine's world of a world as files; the terms of an enrolled partner."""
    catalog = Catalog.load((p["program"]["version"], file(p)) for p in (made.program, *made.later))
    deal, partner = read_deal(file(made.deal), "deal"), read_partner(file(made.partner), "partner")
    terms = all_terms(catalog, partner.partner, partner.enrolments, deal.signed)
    return World(deal, deal.offers[0], {one.program.id: one for one in terms}, {}, partner.rates)


def total(given: World, objective: str) -> Decimal | None:
    """Return what the one plan pays, as every screen works it out; the standing as the enrolment's opening figures."""
    terms = [with_opening(one, given) for one in given.terms.values()]
    [found] = estimates(given.deal, given.offer, terms, Assumptions(), rates=given.rates)
    return getattr(found.totals, objective) if found.status is Status.PAYABLE and found.totals else None


def with_opening(terms: Terms, given: World) -> Terms:
    enrolment, won = terms.enrolment, given.won.get(terms.program.id, NOTHING_WON).current
    if enrolment is None or not any(won.values()):
        return terms
    opening = {name: enrolment.standing.get(name, Decimal(0)) + figure for name, figure in won.items()}
    again = terms_of(
        terms.program,
        replace(enrolment, standing=opening),
        tuple(one.program for one in terms.later),
        terms.certificates,
        None if terms.company_size is None else int(terms.company_size),
    )
    return replace(again, closed=terms.closed)


def one_less(move: Move) -> World | None:
    """Return the world of a move in which its only change falls short by one unit; None where it has several."""
    if len(move.changes) != 1:
        return None
    [change] = move.changes
    given, step = move.world, 1 if (change.by or 0) > 0 else -1
    if change.units:
        lines = [
            replace(
                line,
                quantity=line.quantity - step,
                ramp=tuple(
                    replace(one, quantity=one.quantity - step) if one.quantity == line.quantity else one
                    for one in line.ramp
                ),
            )
            if line.product == change.product
            else line
            for line in given.offer.lines
        ]
        return replace(given, offer=replace(given.offer, lines=tuple(lines)))
    if change.fact == "term":
        return replace(given, offer=replace(given.offer, term=given.offer.term - step))
    won = given.won.get(move.program)
    if won is None or change.fact not in won.current:
        return None
    currency = given.terms[move.program].program.currency
    unit = 1 if change.fact in ("won_seats", "won_deals") else minor_unit(currency)
    current = {**won.current, change.fact: won.current[change.fact] - unit}
    return replace(given, won={**given.won, move.program: replace(won, current=current)})


RISING = {
    "seats": ["5", "25", "60", "150"],
    "mrr": ["100", "1000", "3000.55"],
    "tcv": ["5000", "50000"],
    "term": ["6", "12", "24", "36"],
    "nrc": ["0", "100", "999.99"],
    "won_seats": ["20", "100"],
    "attainment": ["0", "50%", "1"],
}
CONDITIONS = [
    {"fact": "term", "at_least": 24},
    {"fact": "seats", "at_least": 30},
    {"fact": "seats", "below": 40},
    {"fact": "mrr", "at_least": 2000, "of": "ucaas"},
    {"fact": "registered", "is": True},
    {"fact": "discount", "below": "3%"},
    {"fact": "tier", "is": "Gold"},
    {"fact": "attainment", "at_least": "80%"},
]


@st.composite
def rising(draw: st.DrawFn, deep: int = 1) -> Data:
    """Make a table whose rows pay more and more; a row may be such a table again."""
    by = draw(st.sampled_from(sorted(RISING)))
    keys = draw(st.lists(st.sampled_from(RISING[by]), min_size=1, unique=True).map(sorted))
    table: Data = {"by": by}
    for place, key in enumerate(sorted(keys, key=RISING[by].index), 1):
        table[key] = draw(rising(0)) if deep and draw(st.integers(0, 3)) == 3 else f"{place * draw(st.integers(1, 9))}%"
    if by in ("seats", "mrr") and draw(st.booleans()):
        table["of"] = draw(st.sampled_from(["ucaas", "ccaas"]))
    return table


@st.composite
def stepped(draw: st.DrawFn) -> random.World:
    """Make a program full of steps, and a deal at the foot of them."""
    made = draw(random.worlds("once"))
    pays = [
        bonus(draw(rising()), id=f"c{n}", **draw(st.sampled_from([{}, {"discounts": "void"}, {"discounts": "rate"}])))
        for n in range(draw(st.integers(1, 3)))
    ]
    for one in pays:
        one["requires"] = draw(st.lists(st.sampled_from(CONDITIONS), max_size=1))
    quota = {"fact": draw(st.sampled_from(["won_mrr", "won_tcv", "won_deals"])), "target": 5000}
    standing = {"counts_this_deal": draw(st.booleans()), "quota": quota, **LADDER}
    own = program(plan(*pays, requires=draw(st.lists(st.sampled_from(CONDITIONS), max_size=2))), standing=standing)
    own["program"] |= {"covers": list(random.CATEGORIES), "currency": draw(st.sampled_from(["EUR", "USD"]))}
    partner = random.partner_of(
        standing={"won_seats": draw(st.integers(0, 310)), "won_mrr": draw(st.integers(0, 4000))}
    )
    return random.World(own, made.deal, partner | {"rate": [RATE]})


RATE = {"day": date(2020, 1, 1), "base": "EUR", "quote": "USD", "rate": Decimal("1.171")}


@examples(120)
@given(stepped() | stepped() | random.worlds() | random.contracts(), st.sampled_from([EXPECTED, "upfront", "term"]))
def test_every_step_is_worth_what_it_says_reaches_it_and_is_the_least(made: random.World, objective: str) -> None:
    given = world_of(made)
    before = total(given, objective) or Decimal(0)
    for move in moves(given, objective, worth_of(Assumptions())):
        assert total(move.world, objective) == move.after
        assert move.gain == move.after - before >= 0
        assert move.own > 0 or move.reason is Reason.TIER
        assert not all_failures(move.goals, move.world.case(move.program).facts)
        short = one_less(move)
        if short is not None:
            assert all_failures(move.goals, short.case(move.program).facts), (move.changes, move.goals)
