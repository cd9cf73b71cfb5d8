"""The table that both sides work out: 4,000 deals under five plans over 60 months.

The deals are made by chance from a fixed seed, so every run has the same ones. A workbook has no other data than these:
what a program says is written a second time, as formulas, in `workbook`.
"""

import random
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from dealbook.domain.deal import Charge, Deal, Line, Offer
from dealbook.domain.months import add_months
from dealbook.domain.partner import Enrolment
from dealbook.programs.reader import read_program
from dealbook.programs.terms import Terms, terms_of

MONTHS: Final = 60
RENEWAL: Final = 12

PROGRAMS: Final = (
    """
format = 1

[program]
id = "agents"
vendor = "Agents"
name = "Agents"
version = "1"
effective_from = 2020-01-01
currency = "EUR"
covers = ["ucaas", "ccaas"]

[[plan]]
id = "residual"
name = "Residual by size"
model = "agent"

[[plan.pays]]
id = "residual"
basis = "mrr"
rate = { by = "mrr", "0" = "15%", "500" = "17.5%", "2000" = "20%", "5000" = "22%" }
every = "month"
months = "life"
confidence = "assumed"

[[plan]]
id = "bonus"
name = "Bonus at signature and residual"
model = "agent"

[[plan.pays]]
id = "bonus"
basis = "mrr"
rate = { by = "term", "12" = "1x", "24" = "2x", "36" = "3.5x", "60" = "5x" }
at = "signing"
clawback = { window = 12, share = "100%" }
confidence = "assumed"

[[plan.pays]]
id = "residual"
basis = "mrr"
rate = "8%"
every = "month"
months = "life"
confidence = "assumed"
""",
    """
format = 1

[program]
id = "distributor"
vendor = "Distributor"
name = "Distributor"
version = "1"
effective_from = 2020-01-01
currency = "EUR"
covers = ["ucaas", "ccaas"]

[[plan]]
id = "upfront"
name = "Commission of the term upfront"
model = "agent"
partner_share = "80%"

[[plan.pays]]
id = "commission"
basis = "mrr"
rate = "16%"
every = "month"
months = "life"
upfront = "term"
upfront_fee = "5%"
clawback = { window = 24, share = "prorated" }
confidence = "assumed"

[[plan]]
id = "resale"
name = "Resale"
model = "resale"

[plan.buy]
off_list = "30%"

[[plan.pays]]
id = "margin"
basis = "margin"
rate = "100%"
every = "month"
months = "life"
confidence = "assumed"
""",
    """
format = 1

[program]
id = "referrers"
vendor = "Referrers"
name = "Referrers"
version = "1"
effective_from = 2020-01-01
currency = "EUR"
covers = ["ucaas", "ccaas", "hardware"]

[[plan]]
id = "referral"
name = "Referral fee"
model = "referral"

[[plan.pays]]
id = "fee"
basis = "tcv"
rate = "4%"
at = "start"
vests_after = 6
requires = [ { fact = "seats", at_least = 25 } ]
confidence = "assumed"
""",
)


@dataclass(frozen=True, slots=True)
class Row:
    """One deal in figures: seats with a list price and a discount, agents' seats and devices with a price."""

    signed: date
    starts: date
    term: int
    free_months: int
    seats: int
    list_price: Decimal
    discount: Decimal
    agents: int
    agent_price: Decimal
    devices: int
    device_price: Decimal

    def deal(self, months: int = MONTHS) -> Deal:
        """Return the row as a deal that is renewed for as many months as are asked for."""
        lines = (
            Line(
                product="seat",
                category="ucaas",
                quantity=Decimal(self.seats),
                list_price=self.list_price,
                discount=self.discount,
                free_months=self.free_months,
            ),
            Line(
                product="agent",
                category="ccaas",
                quantity=Decimal(self.agents),
                unit_price=self.agent_price,
                free_months=self.free_months,
            ),
            Line(
                product="device",
                category="hardware",
                quantity=Decimal(self.devices),
                unit_price=self.device_price,
                charge=Charge.ONE_TIME,
            ),
        )
        offer = Offer(
            lines=lines,
            starts=self.starts,
            term=self.term,
            renewals=max(0, months - self.term) // RENEWAL,
            renewal_term=RENEWAL,
        )
        return Deal(customer="Customer", signed=self.signed, offers=(offer,))


def rows(count: int) -> list[Row]:
    """Return as many deals as are asked for; one in ten starts with free months."""
    chance = random.Random(60)
    return [_row(chance) for _ in range(count)]


def terms() -> list[Terms]:
    """Return the terms of the programs, with five plans in all, for a partner that is enrolled in each."""
    programs = [read_program(text) for text in PROGRAMS]
    return [terms_of(program, Enrolment(program=program.id, certified=True)) for program in programs]


def _row(chance: random.Random) -> Row:
    signed = date(2026, 1, 1).replace(month=chance.randint(1, 12), day=chance.randint(1, 28))
    return Row(
        signed=signed,
        starts=add_months(signed.replace(day=1), chance.randint(1, 3)),
        term=chance.choice((12, 24, 36, 36, 48, 60)),
        free_months=chance.randint(1, 3) if chance.random() < 0.1 else 0,
        seats=chance.randint(3, 400),
        list_price=Decimal(chance.randint(990, 2990)).scaleb(-2),
        discount=Decimal(chance.choice((0, 0, 5, 10, 15))).scaleb(-2),
        agents=chance.randint(1, 40),
        agent_price=Decimal(chance.randint(4900, 9900)).scaleb(-2),
        devices=chance.randint(1, 100),
        device_price=Decimal(chance.randint(3900, 19900)).scaleb(-2),
    )
