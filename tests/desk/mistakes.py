"""Every problem that the engine can find, found in earnest: wrong files, wrong deals, offers that a plan is not for."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from dealbook.domain.checks import check_deal
from dealbook.domain.deal import Charge, Deal, Event, EventKind, Line, Offer, RampStep
from dealbook.domain.partner import Assumptions, Enrolment, Partner
from dealbook.domain.problem import Problem, ProblemsError
from dealbook.earnings.compare import estimates, in_catalog
from dealbook.programs.across import Version, check_versions
from dealbook.programs.catalog import Catalog
from dealbook.programs.checks import check_program
from dealbook.programs.reader import read_program
from dealbook.programs.terms import all_terms

HEAD = """\
format = 1

[program]
id = "p"
vendor = "V"
name = "P"
version = "1"
effective_from = 2020-01-01
covers = ["ucaas", "hardware"]
"""
PLAN = '[[plan]]\nid = "agent"\nmodel = "agent"\n'
PAYS = '[[plan.pays]]\nid = "spiff"\nbasis = "mrr"\n'


def component(keys: str, inputs: str = "", plan: str = "") -> str:
    """Return a program of one plan with one component on the monthly revenue."""
    return f"{HEAD}{inputs}\n{PLAN}{plan}\n{PAYS}{keys}\n"


def table(rows: str) -> str:
    """Return a program whose rate is a table."""
    return component(f"rate = {{ {rows} }}")


WRONG_PROGRAMS = [
    '[deal]\ncustomer = "Müller"',
    "not = = toml",
    "#" * 500_001,
    ".".join(["a"] * 17) + " = 1",
    component('rate = "1x"').replace('"V"', '"V\\u202e"'),
    component('rate = "1x"').replace("covers", "countries = [" + '"DE", ' * 501 + "]\ncovers"),
    component("rate = " + '{ by = "term", "1" = ' * 20 + '"1x"' + " }" * 20),
    component('rate = "1x"\nlag = "two"'),
    component('rate = "1x"\nclawback = "12 months"'),
    component('rate = "1x"').replace('["ucaas", "hardware"]', '"ucaas"'),
    table('Gold = "1x"'),
    component('rate = "1x"\nlagg = 2'),
    component('rate = "1x"').replace('version = "1"\n', ""),
    component('rate = "1x"').replace('"mrr"', '"mrx"'),
    table('by = "seats", of = "ucass", "1" = "1x"'),
    component('rate = "15 per cent"'),
    component('rate = "1x"\ncap = "much"'),
    component('rate = "1x"').replace("format = 1", "format = 2"),
    component('rate = "1x"\nsource = "nowhere"'),
    component('rate = "$residul"', "[inputs.residual]"),
    component('rate = "1x"', plan='otherwise = "reseller"'),
    table('by = "trem", "1" = "1x"'),
    component('rate = "$a"', '[inputs.a]\nvalue = "$a"'),
    component(f'rate = "1x"\n{PAYS}rate = "1x"'),
    table('by = "term", "12" = "1x", "12.0" = "2x"'),
    component('rate = "1x"').replace("2020-01-01\n", "2020-01-01\neffective_until = 2019-01-01\n"),
    table('by = "elapsed", "1" = "1x"'),
    table('by = "discount", of = "ucaas", "0" = "1x"'),
    component('rate = "1x"\nrequires = [ { fact = "term", includes = "x" } ]'),
    component('rate = "1x"\nrequires = [ { fact = "term" } ]'),
    component('rate = "1x"\nat = "start"\nevery = "month"'),
    component('rate = "1x"\nevery = "month"').replace('"mrr"', '"tcv"'),
    component('rate = "1x"\nmonths = 12'),
    component('rate = "1x"\namount = 3'),
    table('by = "term", mode = "marginal", "1" = "1x"'),
    component('rate = "1x"\nsplit = { acquisition = "50%", care = "62.5%" }'),
    table('by = "categories", ucaas = "1x"'),
    table('by = "term"'),
    table('by = "term", ' + ", ".join(f'"{row}" = "1x"' for row in range(2001))),
    table('by = "term", a = "1x"'),
    table('by = "customer_kind", old = "1x"'),
    component('rate = "1x"\nclawback = { window = 12, share = "150%" }'),
]

TIER = '[[standing.tier]]\nname = "Gold"\n'
LASTING = '[[plan.pays]]\nid = "residual"\nbasis = "mrr"\nrate = "5%"\nevery = "month"\n'

NINE = ", ".join(f'"{row}" = "$next"' for row in range(9))
MULTIPLIED = "".join(
    f'[inputs.a{i}]\nvalue = {{ by = "term", {NINE.replace("$next", row)} }}\n'
    for i, row in enumerate(("$a1", "$a2", "$a3", "$a4", "1x"))
)
"""Inputs that come to 9 × 9 × 9 × 9 × 9 rows."""

DOUBTFUL_PROGRAMS = [
    component('rate = "$a"', '[inputs.a]\nvalue = "10%"\nconfidence = "published"'),
    component('rate = "$a"', '[inputs.a]\nvalue = "10%"\nconfidence = "disputed"'),
    component('rate = "$a"', '[[source]]\nid = "s"\ntitle = "S"\n[inputs.a]\nat_most = "8x"'),
    component('rate = "1x"\nconfidence = "published"'),
    component('rate = "1x"\nconfidence = "disputed"'),
    component('rate = "1x"', "[inputs.a]"),
    component('rate = "$a"', '[inputs.a]\nvalue = "8x"\nat_most = "8x"'),
    component('rate = "$a0"', MULTIPLIED),
    component('rate = "75x"'),
    component('rate = { by = "seats", "1750" = "1x" }\nrequires = [ { fact = "seats", at_least = 1500.5 } ]'),
    component('rate = "1x"\nclawback = { share = { by = "elapsed", "6" = "50%", "12" = "0%" } }'),
    component('rate = { by = "customer_kind", new = "1x", existing = "0.5x" }'),
    component(
        'rate = { by = "discount", "0" = "1x", "10%" = "2x" }',
        plan='requires = [ { fact = "discount", at_least = "20%" } ]',
    ),
    component(
        'rate = { by = "mrr", "0" = "1x", "500" = "2x", "1000" = "3x" }\n'
        'requires = [ { fact = "mrr", at_least = 200, below = 700 } ]'
    ),
    component(
        'rate = { by = "customer_kind", new = "1x", existing = "1x", migration = "1x" }\n'
        'requires = [ { fact = "customer_kind", one_of = ["new", "existing"] }, { fact = "registered", is = true } ]'
    ),
    component('rate = { by = "term", "12" = "1x", "24" = "2x" }\nrequires = [ { fact = "term", below = 24 } ]'),
    component(
        'rate = { by = "term", "12" = "1x", "24" = "2x", "36" = "3x" }\nrequires = [ { fact = "term", is = 12 } ]'
    ),
    component('rate = { by = "discount", "0" = "1x", "10" = "2x" }'),
    component('every = "month"\nrate = { by = "renewal", "0" = "8%", "1" = "4%" }'),
    component('rate = "1x"\nclawback = { window = 6, share = { by = "elapsed", "0" = "90%", "6" = "50%" } }'),
    component('rate = "1x"\ncap = { by = "seats", "10" = 1000 }'),
    component('rate = "1x"', plan='requires = [ { fact = "country", is = "AT" } ]').replace(
        "covers", 'countries = ["DE"]\ncovers'
    ),
    component('rate = "0%"'),
    component('rate = "1x"\n' + PAYS.replace("spiff", "bonus") + 'rate = "1x"\non = ["sip"]'),
    component(f'rate = "5%"\nevery = "month"\n{LASTING}'),
    component('rate = "1x"') + f'[[plan]]\nid = "other"\nmodel = "agent"\n{PAYS}rate = "1x"\n',
    component('rate = "5%"\nevery = "month"\nmonths = 12\nupfront = 24'),
    component('rate = "1x"\nfloor = 1500\ncap = 1000'),
    *(
        component(f'rate = "5%"\n{keys}')
        for keys in (
            'every = "month"\nvests_after = 3',
            'renewal = "50%"',
            'every = "month"\nrenewal = "50%"',
            'upfront_fee = "5%"',
            'growth = "ignored"\ngrowth_rate = "current"',
            'markup = "excluded"',
            'clawback = { window = 0, share = "100%" }',
            'vests_after = 6\nclawback = { window = 6, share = "100%" }',
            'exclusive_group = "a"',
        )
    ),
    component('rate = "1x"', '[standing]\nlasts = "next-period"\nstarts_month = 4\n'),
    component('rate = "1x"', f'[standing]\nlasts = "next-period"\ntakes_effect = "next-period"\n{TIER}'),
    component("amount = 5\ngrowth = 'ignored'\nmarkup = 'excluded'").replace('"mrr"', '"deal"'),
    component('rate = "1x"', plan='buy = { off_list = "20%" }'),
    component('rate = "1x"', plan='requires = [ { fact = "term", at_least = 24 }, { fact = "term", below = 12 } ]'),
    component('rate = "1x"', plan='requires = [ { fact = "term", at_least = 24, below = 12 } ]'),
    component('rate = "1x"', plan='requires = [ { fact = "term", is = 24, one_of = ["12", "36"] } ]'),
    component('rate = "1x"', plan='requires = [ { fact = "signed", until = 2019-01-01 } ]'),
    component('rate = "1x"', plan='requires = [ { fact = "discount", at_least = 20 } ]'),
    component('rate = "1x"', plan='requires = [ { fact = "customer_kind", is = "Neukunde" } ]'),
    component('rate = "1x"', plan='requires = [ { fact = "attainment", at_least = 100 } ]'),
    component('rate = "1x"', plan='requires = [ { fact = "country", is = "Germany" } ]'),
    component('rate = "1x"', plan='requires = [ { fact = "seats", of = "ccaas", at_least = 5 } ]'),
    table('by = "tier", Gold = "2x"'),
    component('rate = { by = "tier", Gold = "2x", Silver = "1x", else = "0%" }', TIER),
    component(
        'rate = "1x"',
        f'{TIER}requires = [ {{ fact = "won_seats", at_least = 300 }} ]\n'
        f'{TIER.replace("Gold", "Platinum")}requires = [ {{ fact = "won_seats", at_least = 200 }} ]\n',
    ),
    component('rate = "1x"', TIER + TIER.replace("Gold", "Platinum")),
]

SECOND = component(f'rate = "1x"\n{LASTING}').replace('version = "1"', 'version = "2"').replace("2020-01", "2022-01")
FOR_ALL = SECOND.replace("covers", 'applies_to = "all-deals"\ncovers')
FIRST = component(f'rate = "1x"\n{LASTING}')

DOUBTFUL_VERSIONS = [
    (FIRST, FIRST.replace('version = "1"', 'version = "1a"')),
    (FIRST.replace("covers", "effective_until = 2023-01-01\ncovers"), SECOND),
    (FIRST.replace("covers", "effective_until = 2021-01-01\ncovers"), SECOND),
    (FIRST, SECOND.replace('version = "2"', 'version = "1"')),
    (FIRST, SECOND.replace('"V"', '"W"').replace("covers", 'currency = "USD"\ncovers')),
    (FIRST, FOR_ALL.replace('id = "agent"', 'id = "agency"')),
    (FIRST, FOR_ALL.replace("residual", "trail")),
    (FIRST, FOR_ALL.replace('every = "month"\n', "")),
    (FIRST, FOR_ALL.replace(LASTING, LASTING.replace('"mrr"', '"margin"'))),
]

DEAL = Deal(
    customer="Müller & Söhne GmbH",
    signed=date(2026, 3, 10),
    offers=(
        Offer(
            starts=date(2026, 4, 1),
            lines=(Line(product="seat", category="ucaas", quantity=Decimal(85), unit_price=Decimal("22.00")),),
        ),
    ),
    country="DE",
)
OFFER = DEAL.offers[0]
SEAT = OFFER.lines[0]


def _lines(**changed: object) -> Deal:
    return _offer(lines=(replace(SEAT, **changed),))  # type: ignore[arg-type]


def _offer(**changed: object) -> Deal:
    return replace(DEAL, offers=(replace(OFFER, **changed),))  # type: ignore[arg-type]


def _event(**changed: object) -> Deal:
    return _offer(events=(replace(Event(month=3, kind=EventKind.ADD, product="seat"), **changed),))  # type: ignore[arg-type]


PRICE = Event(month=13, kind=EventKind.PRICE, product="seat", unit_price=Decimal("24.00"))
WRONG_DEALS = [
    replace(DEAL, customer=" "),
    replace(DEAL, customer="x" * 1501),
    replace(DEAL, probability=Decimal("1.5")),
    replace(DEAL, offers=()),
    _offer(term=1200),
    _offer(starts=date(2026, 2, 1)),
    _offer(lines=()),
    _lines(product=""),
    _lines(quantity=Decimal("-1234.5")),
    _lines(unit_price=None),
    _lines(product="", unit_price=None),
    _lines(discount=Decimal("-0.05")),
    _lines(ramp=(RampStep(7, Decimal(20)), RampStep(1, Decimal(40)))),
    _event(product="headset"),
    _event(product=""),
    _offer(lines=(replace(SEAT, charge=Charge.ONE_TIME),), events=(PRICE,)),
    _offer(events=(replace(PRICE, unit_price=None),)),
    _offer(events=(Event(month=38, kind=EventKind.RENEWAL),)),
    _offer(events=(Event(month=25, kind=EventKind.RENEWAL, term=601),)),
    _offer(events=(Event(month=13, kind=EventKind.SUCCESSOR, program="q"),)),
    _offer(events=(Event(month=9, kind=EventKind.CANCEL), replace(PRICE, month=9))),
    _event(month=37),
    replace(_event(product="headset"), offers=(replace(_event(product="headset").offers[0], lines=()),)),
]

NOT_OPEN = [
    component('rate = "1x"', plan=f"requires = [ {{ {condition} }} ]")
    for condition in (
        'fact = "term", at_least = 48',
        'fact = "mrr", at_least = 2000',
        'fact = "discount", at_least = "20%"',
        'fact = "seats", of = "ucaas", below = 50',
        'fact = "term", is = 24',
        'fact = "term", one_of = ["24", "48"]',
        'fact = "customer_kind", one_of = ["existing", "migration"]',
        'fact = "customer_kind", is = "migration"',
        'fact = "categories", includes = ["ucaas", "ccaas"]',
        'fact = "certificates", includes = "sales"',
        'fact = "registered", is = true',
        'fact = "signed", from = 2026-04-01',
        'fact = "signed", until = 2026-03-10',
        'fact = "signed", from = 2025-01-01, until = 2026-03-10',
        'fact = "tier", is = "Gold"',
        'fact = "segment", one_of = ["health", "education"]',
        'fact = "company_size", at_least = 10',
    )
]

UNPAID = [
    component('rate = "$a"', '[inputs.a]\nlabel = "Commission of your contract"'),
    table('by = "mrr", "5000" = "1x"'),
    table('by = "discount", "10%" = "1x"'),
    table('by = "signed", "2026-04-01" = "1x"'),
    table('by = "customer_kind", existing = "1x"'),
    table('by = "registered", true = "1x"'),
    table('by = "tier", Gold = "1x"'),
    component('rate = "1x"\ndiscounts = "void"'),
    component('rate = "100%"\nevery = "month"').replace('"mrr"', '"margin"'),
    component('rate = "1x"').replace('["ucaas", "hardware"]', '["ccaas", "sip"]'),
    component('rate = "1x"').replace("2020-01-01", "2026-04-01"),
    component('rate = "1%"', plan="minimum_payout = 50"),
    component('rate = "1%"', plan='minimum_payout = 50\nbelow_minimum = "forfeited"'),
    component('rate = "1x"').replace("covers", 'countries = ["CH"]\ncovers'),
    component('rate = "1x"').replace("covers", 'currency = "CHF"\ncovers'),
]


def from_files() -> Iterator[Problem]:
    """Yield what is wrong with files."""
    for text in WRONG_PROGRAMS:
        try:
            read_program(text, "p.toml")
        except ProblemsError as error:
            yield from error.problems
        else:
            raise AssertionError(text[:2000])
    for text in DOUBTFUL_PROGRAMS:
        found = check_program(read_program(text), text)
        assert found, text
        yield from found
    for texts in DOUBTFUL_VERSIONS:
        found = check_versions(Version(read_program(text), text, f"{i}.toml") for i, text in enumerate(texts))
        assert found, texts
        yield from found


def from_deals() -> Iterator[Problem]:
    """Yield what is wrong with deals."""
    for deal in WRONG_DEALS:
        found = check_deal(deal)
        assert found, deal
        yield from found


def from_estimates() -> Iterator[Problem]:
    """Yield why plans do not pay for an offer, and what else an estimate says."""
    deal = _lines(list_price=Decimal("24.00"))
    for text in (*NOT_OPEN, *UNPAID):
        found = list(_estimated(text, Enrolment(program="p"), deal))
        assert found, text
        yield from found
    by_seat = component("amount = 8").replace('"mrr"', '"seats"').replace('"hardware"', '"saas"')
    yield from _estimated(by_seat, Enrolment(program="p"), _lines(category="saas"))
    plain = component('rate = "$a"', '[inputs.a]\nvalue = "1x"\nat_most = "8.5x"')
    yield from _estimated(plain, None)
    yield from _estimated(plain, Enrolment(program="p", version="1999"))
    yield from _estimated(plain, Enrolment(program="p", inputs={"a": "9.5x"}))
    for program, plan in (("r", "agent"), ("q", "reseller"), ("q", "agent")):
        event = Event(month=13, kind=EventKind.SUCCESSOR, program=program, plan=plan)
        other = plain.replace('id = "p"', 'id = "q"').replace("covers", 'countries = ["CH"]\ncovers')
        yield from _estimated(plain, Enrolment(program="p"), _offer(events=(event,)), other, Enrolment(program="q"))
    exclusive = plain.replace('id = "p"', 'id = "q"').replace("covers", "exclusive = true\ncovers")
    yield from _estimated(plain, Enrolment(program="p"), DEAL, exclusive, Enrolment(program="q"))


def _estimated(text: str, enrolment: Enrolment | None, deal: Deal = DEAL, *more: str | Enrolment) -> Iterator[Problem]:
    texts = [text, *(one for one in more if isinstance(one, str))]
    enrolments = [one for one in (enrolment, *more) if isinstance(one, Enrolment)]
    catalog = Catalog.of([read_program(one) for one in texts])
    terms = all_terms(catalog, Partner(name="Nord"), enrolments, deal.signed)
    succeeding = in_catalog(catalog, Partner(name="Nord"), enrolments)
    for estimate in estimates(deal, deal.offers[0], terms, Assumptions(), succeeding=succeeding):
        yield from estimate.problems
