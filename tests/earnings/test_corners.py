"""Corners of the language where rules meet: each was wrong once, or is easily got wrong."""

from decimal import Decimal

import pytest

from dealbook.domain.months import month_text
from dealbook.domain.partner import Assumptions
from dealbook.earnings.compare import estimates
from dealbook.earnings.estimate import Estimate, Status
from dealbook.programs.catalog import Catalog
from dealbook.programs.dealfile import read_deal, read_partner
from dealbook.programs.terms import all_terms

HEAD = """\
format = 1
[program]
id = "p"
vendor = "V"
name = "P"
version = "{version}"
effective_from = {since}
applies_to = "{applies}"
covers = ["ucaas", "hardware"]
{extra}
[[plan]]
id = "a"
model = "agent"
{plan}
[[plan.pays]]
id = "c"
{pays}
"""
DEAL = """\
[deal]
customer = "C"
signed = 2026-01-10
term = {term}
renewals = {renewals}
renewal_term = {renewal_term}
[[line]]
product = "seat"
category = "ucaas"
quantity = 10
unit_price = 20.00
{more}
"""
PARTNER = '[partner]\nname = "P"\n[[enrolment]]\nprogram = "p"\ncertified = true\n'


def program(pays: str, *, plan: str = "", extra: str = "", version: str = "1", since: str = "2020-01-01") -> str:
    applies = "new-deals" if version == "1" else "all-deals"
    return HEAD.format(pays=pays, plan=plan, extra=extra, version=version, since=since, applies=applies)


def estimate(
    *programs: str,
    term: int = 12,
    renewals: int = 0,
    renewal_term: int = 12,
    more: str = "",
    partner: str = PARTNER,
    assume: Assumptions | None = None,
) -> Estimate:
    deal = read_deal(DEAL.format(term=term, renewals=renewals, renewal_term=renewal_term, more=more))
    catalog = Catalog.load((f"{i}.toml", text) for i, text in enumerate(programs))
    assert not catalog.problems, catalog.problems
    file = read_partner(partner)
    terms = all_terms(catalog, file.partner, file.enrolments, deal.signed)
    (found,) = estimates(deal, deal.offers[0], terms, assume or Assumptions())
    return found


def paid(found: Estimate) -> list[tuple[str, str, int, str]]:
    return [(p.kind, month_text(p.month), p.count, str(p.amount)) for p in found.payments]


def test_renewal_factor_right_after_one_prepaid_month() -> None:
    pays = 'basis = "mrr"\nrate = "10%"\nevery = "month"\nmonths = "life"\nupfront = "term"\nrenewal = "50%"'
    found = estimate(program(pays), term=1, renewals=1, renewal_term=1)
    assert paid(found) == [("upfront", "2026-01", 1, "20.00"), ("recurring", "2026-02", 1, "10.00")]


def test_expected_clawback_of_a_table_goes_to_its_end() -> None:
    pays = (
        'basis = "deal"\namount = 1000\nat = "signing"\n'
        'clawback = { share = { by = "elapsed", "0" = "100%", "6" = "50%", "12" = "0%" } }'
    )
    found = estimate(program(pays), term=6, assume=Assumptions(discount_rate=Decimal(0), churn=Decimal("0.01")))
    assert found.totals is not None
    assert found.totals.expected_value == Decimal("923.16")


def test_nothing_is_paid_on_what_the_program_does_not_cover() -> None:
    pays = 'basis = "mrr"\nrate = "10%"\nat = "signing"\non = ["ccaas"]'
    more = '[[line]]\nproduct = "cc"\ncategory = "ccaas"\nunit_price = 90'
    assert paid(estimate(program(pays), more=more)) == []


def test_renewal_without_a_row_leaves_the_rest_paid() -> None:
    pays = 'basis = "mrr"\nrate = "10%"\nevery = "month"\nmonths = "life"\nrenewal = { by = "renewal", "2" = "20%" }'
    found = estimate(program(pays), renewals=1)
    assert paid(found) == [("recurring", "2026-01", 12, "20.00")]
    assert [p.code for p in found.problems] == ["no-row"]
    assert found.status is Status.PAYABLE


def test_upfront_sum_keeps_its_rate_when_a_later_version_cuts_it() -> None:
    pays = 'basis = "mrr"\nrate = "{}"\nevery = "month"\nupfront = 12\nmonths = 24'
    old = program(pays.format("10%"))
    new = program(pays.format("5%"), version="2", since="2026-07-01")
    found = estimate(old, new, term=24)
    assert paid(found) == [("upfront", "2026-01", 1, "240.00"), ("recurring", "2027-01", 12, "10.00")]


def test_later_version_may_pay_line_by_line() -> None:
    pays = 'basis = "mrr"\nevery = "month"\nrate = '
    old = program(pays + '"10%"')
    new = program(pays + '{ by = "category", ucaas = "5%", else = "1%" }', version="2", since="2026-07-01")
    assert [row[2:] for row in paid(estimate(old, new))] == [(6, "20.00"), (6, "10.00")]


def test_next_periods_tier_is_not_that_of_the_current_attainment() -> None:
    extra = (
        '[standing]\ntakes_effect = "next-period"\n[standing.quota]\nfact = "won_mrr"\ntarget = 100\n'
        '[[standing.tier]]\nname = "Gold"\nrequires = [ { fact = "attainment", at_least = "100%" } ]\n'
    )
    plan = 'requires = [ { fact = "attainment", at_least = "100%" } ]'
    found = estimate(program('basis = "mrr"\nrate = "10%"\nat = "signing"', plan=plan, extra=extra))
    assert (found.status, found.tier) == (Status.PAYABLE, None)


def test_current_growth_rate_reads_narrowed_facts_anew() -> None:
    pays = (
        'basis = "mrr"\nat = "signing"\ngrowth_rate = "current"\n'
        'rate = { by = "seats", of = "ucaas", "1" = "1x", "15" = "2x" }'
    )
    more = '[[event]]\nmonth = 4\nkind = "add"\nproduct = "seat"\nquantity = 5'
    assert [row[3] for row in paid(estimate(program(pays), more=more))] == ["200.00", "200.00"]


def test_current_growth_of_a_prepaid_marginal_table() -> None:
    pays = (
        'basis = "mrr"\nevery = "month"\nupfront = "term"\ngrowth_rate = "current"\n'
        'rate = { by = "mrr", mode = "marginal", "0" = "10%", "250" = "50%" }'
    )
    more = '[[event]]\nmonth = 7\nkind = "add"\nproduct = "seat"\nquantity = 5'
    found = [row[3] for row in paid(estimate(program(pays), more=more))]
    assert found == ["240.00", str(Decimal("0.10") * 50 * 6 + Decimal("0.50") * 50 * 6)]


@pytest.mark.parametrize(
    "text",
    [
        program(
            'basis = "mrr"\nrate = "1x"\nat = "signing"\nclawback = { share = "$x", window = 12 }',
            extra="[inputs.x]",
        ),
        program(
            'basis = "mrr"\nrate = { by = "tier", Gold = "2x", else = "1x" }\nat = "signing"',
            extra='[inputs.x]\nkind = "number"\n[standing]\n'
            '[[standing.tier]]\nname = "Gold"\nrequires = [ { fact = "won_seats", at_least = "$x" } ]',
        ),
    ],
)
def test_missing_input_is_never_taken_for_nothing(text: str) -> None:
    found = estimate(text)
    assert (found.status, found.totals) == (Status.INCOMPLETE, None)
    assert [p.facts["input"] for p in found.problems] == ["x"]


def test_without_exchange_rate_no_payment_is_listed() -> None:
    text = program('basis = "mrr"\nrate = "10%"\nat = "signing"').replace("covers", 'currency = "USD"\ncovers')
    deal_currency = DEAL.replace("signed", 'currency = "EUR"\nsigned').format(
        term=12, renewals=0, renewal_term=12, more=""
    )
    deal = read_deal(deal_currency)
    terms = all_terms(Catalog.load([("p", text)]), None, None, deal.signed)
    (found,) = estimates(deal, deal.offers[0], terms, Assumptions())
    assert (found.status, found.payments) == (Status.INCOMPLETE, ())
    assert [p.code for p in found.problems] == ["no-exchange-rate"]


def test_ceiling_holds_through_a_reference() -> None:
    extra = '[inputs.a]\nvalue = "$b"\nat_most = "8x"\n[inputs.b]\n'
    found = estimate(
        program('basis = "mrr"\nrate = "$a"\nat = "signing"', extra=extra),
        partner=PARTNER + 'inputs = { b = "9x" }\n',
    )
    assert [(p.code, p.facts["input"]) for p in found.problems] == [("above-ceiling", "a")]
    assert found.status is Status.PAYABLE


def test_vested_before_a_late_cancellation_stays_paid() -> None:
    more = '[[event]]\nmonth = 3\nkind = "cancel"'
    text = program('basis = "mrr"\nrate = "1x"\nat = "signing"\nvests_after = 1')
    assert paid(estimate(text, term=1, more=more)) == [("once", "2026-02", 1, "200.00")]


def test_shrinking_in_the_month_of_the_payment_takes_back() -> None:
    pays = 'basis = "seats"\namount = 1\nat = "start"\nclawback = { window = 12, share = "100%" }'
    more = '[[event]]\nmonth = 1\nkind = "remove"\nproduct = "seat"\nquantity = 5'
    found = estimate(program(pays), more=more)
    assert paid(found) == [("once", "2026-01", 1, "10.00"), ("clawback", "2026-01", 1, "-5.00")]


def test_cap_leaves_a_loss_a_loss() -> None:
    pays = 'basis = "margin"\nrate = "100%"\nevery = "month"\ncap = 1000'
    lines = 'buy_price = 22.00\n[[event]]\nmonth = 2\nkind = "add"\nproduct = "seat"\nquantity = 10'
    found = estimate(program(pays), term=6, more=lines)
    assert sum(p.total for p in found.payments) == -20 - 5 * 40


def test_current_growth_of_prepaid_months_has_the_renewal_factor() -> None:
    pays = (
        'basis = "seats"\namount = 1\nevery = "month"\nmonths = "life"\nupfront = 24\nrenewal = "50%"\n'
        'growth_rate = "current"'
    )
    more = '[[event]]\nmonth = 1\nkind = "add"\nproduct = "seat"\nquantity = 10'
    found = estimate(program(pays), renewals=1, more=more)
    assert [row[3] for row in paid(found)] == ["180.00", "180.00"]


def test_added_contract_value_leaves_free_months_out() -> None:
    pays = 'basis = "tcv"\nrate = "10%"\nat = "signing"'
    more = 'free_months = 6\n[[event]]\nmonth = 3\nkind = "add"\nproduct = "seat"\nquantity = 5'
    assert [row[3] for row in paid(estimate(program(pays), more=more))] == ["120.00", "60.00"]


def test_tier_is_known_where_the_known_conditions_decide() -> None:
    extra = (
        '[inputs.target]\nkind = "number"\n[standing]\ncounts_this_deal = false\n'
        '[standing.quota]\nfact = "won_mrr"\ntarget = "$target"\n'
        '[[standing.tier]]\nname = "Gold"\n'
        '[[standing.tier]]\nname = "Platinum"\nrequires = [ { fact = "won_seats", at_least = 20 } ]\n'
        'any_of = [ { fact = "attainment", at_least = "50%" } ]\n'
    )
    found = estimate(program('basis = "mrr"\nrate = "1x"\nat = "signing"', extra=extra))
    assert (found.status, found.tier) == (Status.PAYABLE, "Gold")


def test_plan_is_closed_where_a_known_condition_fails() -> None:
    extra = (
        '[inputs.target]\nkind = "number"\n[standing.quota]\nfact = "won_mrr"\ntarget = "$target"\n'
        '[[standing.tier]]\nname = "Gold"\nrequires = [ { fact = "attainment", at_least = "50%" } ]\n'
    )
    plan = 'requires = [ { fact = "tier", is = "Gold" }, { fact = "term", at_least = 24 } ]'
    found = estimate(program('basis = "mrr"\nrate = "1x"\nat = "signing"', extra=extra, plan=plan))
    assert found.status is Status.INELIGIBLE
