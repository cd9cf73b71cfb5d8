"""What `dealbook check` finds in programs that read well: each check finds its case and leaves a near miss alone."""

from decimal import Decimal
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealbook.programs.checks import CHECKS, check_program
from dealbook.programs.checks.reach import Reach
from dealbook.programs.reader import read_program

HEAD = """\
format = 1
[program]
id = "p"
vendor = "V"
name = "P"
version = "1"
effective_from = 2020-01-01
covers = ["ucaas", "ccaas"]
[[source]]
id = "s"
title = "S"
"""
PLAN = """
[[plan]]
id = "agent"
model = "agent"
"""
END = 'source = "s"\n'
SOURCE = '[[source]]\nid = "s"\ntitle = "S"\n'
BONUS = f'[[plan.pays]]\nid = "bonus"\nbasis = "mrr"\nat = "signing"\n{END}'
RESIDUAL = f'[[plan.pays]]\nid = "residual"\nlabel = "Residual"\nbasis = "mrr"\nevery = "month"\n{END}'
OTHER = RESIDUAL.replace("residual", "trail").replace("Residual", "Trail")


def bonus(keys: str, plan: str = "", inputs: str = "") -> str:
    """Return a program with a bonus at signing."""
    return f"{HEAD}{inputs}{PLAN}{plan}\n{BONUS}{keys}\n"


def rate(table: str, requires: str = "", inputs: str = "") -> str:
    """Return a program whose bonus is a table, with conditions of the plan."""
    return bonus(f"rate = {table}", f"requires = [{requires}]", inputs)


def residual(keys: str, plan: str = "") -> str:
    """Return a program with a residual."""
    return f"{HEAD}{PLAN}{plan}\n{RESIDUAL}{keys}\n"


def two(keys: str, others: str, plan: str = "") -> str:
    """Return a program with a residual and a trail beside it."""
    return residual(keys, plan) + f"{OTHER}{others}\n"


def tiers(*conditions: str) -> str:
    """Return a program with a tier for each list of conditions."""
    names = ("Silver", "Gold", "Platinum")
    written = "".join(f'[[standing.tier]]\nname = "{n}"\n{c}\n' for n, c in zip(names, conditions, strict=False))
    return bonus('rate = "2x"', inputs=written)


def head(keys: str) -> str:
    """Return a sound program with more keys in its head."""
    return bonus('rate = "2x"').replace("covers", f"{keys}\ncovers", 1)


TERM = 'fact = "term"'
KINDS = 'by = "customer_kind"'
TOP = '[inputs.r]\nat_most = "8x"\nsource = "s"\n'
QUOTA = '[standing.quota]\nfact = "won_mrr"\ntarget = 5000\n'
SEATS = 'fact = "won_seats"'


class Example(NamedTuple):
    """A program in which a check finds something at `where`, and one much like it that is right."""

    code: str
    where: str
    wrong: str
    right: str


RATE = "plan[0].pays[0].rate"
PAYS = "plan[0].pays[0]"
EXAMPLES = [
    # --- figures and sources
    Example(
        "input-without-source",
        "inputs.r",
        bonus('rate = "$r"', inputs='[inputs.r]\nvalue = "5x"\nconfidence = "published"\n'),
        bonus('rate = "$r"', inputs='[inputs.r]\nvalue = "5x"\nconfidence = "assumed"\n'),
    ),
    Example(
        "input-without-source",
        "inputs.r",
        bonus('rate = "$r"', inputs='[inputs.r]\nat_most = "5x"\n'),
        bonus('rate = "$r"', inputs='[inputs.r]\nat_most = "5x"\nsource = "s"\n'),
    ),
    Example(
        "component-without-source",
        PAYS,
        bonus('rate = "5x"\nconfidence = "disputed"').replace(f'at = "signing"\n{END}', 'at = "signing"\n'),
        bonus('rate = "5x"\nconfidence = "disputed"'),
    ),
    Example(
        "figure-without-source",
        RATE,
        bonus('rate = "5x"').replace(END, ""),
        bonus('rate = "5x"\nconfidence = "contract"').replace(END, "").replace(SOURCE, ""),
    ),
    Example(
        "figure-without-source",
        RATE,
        bonus('rate = "99%"').replace(END, "").replace('"mrr"', '"margin"'),
        bonus('rate = "100%"').replace(END, "").replace('"mrr"', '"margin"').replace(SOURCE, ""),
    ),
    Example("unused-input", "inputs.r", bonus('rate = "5x"', inputs="[inputs.r]\n"), bonus('rate = "5x"')),
    Example(
        "unused-source",
        "source[0].id",
        bonus('rate = "5x"\nconfidence = "assumed"').replace(END, ""),
        bonus('rate = "5x"\nconfidence = "assumed"'),
    ),
    Example(
        "ceiling-as-value",
        "inputs.r.value",
        bonus('rate = "$r"', inputs=f'{TOP}value = "8x"\n'),
        bonus('rate = "$r"', inputs=f'{TOP}value = "7x"\n'),
    ),
    Example(
        "ceiling-as-value",
        "inputs.r.value",
        bonus('rate = "$r"', inputs=f'{TOP}value = {{ by = "term", "12" = "2x", "36" = "8x" }}\n'),
        bonus('rate = "$r"', inputs=f'{TOP}value = {{ by = "term", "12" = "2x", "36" = "5x" }}\n'),
    ),
    Example(
        "ceiling-as-value",
        "inputs.r.value",
        bonus('rate = "$r"', inputs=f'{TOP}value = "$q"\n[inputs.q]\nvalue = "8x"\n'),
        bonus('rate = "$r"', inputs=f'{TOP}value = "$q"\n[inputs.q]\nvalue = "6x"\n'),
    ),
    Example(
        "ceiling-as-value",
        RATE,
        bonus('rate = "8x"\nrequires = [{ fact = "seats", at_least = "$n" }]', inputs=TOP.replace("r]", "n]")),
        bonus('rate = "8x"', inputs=""),
    ),
    Example("much", RATE, bonus('rate = "150x"'), bonus('rate = "15x"')),
    # --- gaps
    Example(
        "gap",
        RATE,
        rate('{ by = "term", "36" = "8x" }', f"{{ {TERM}, at_least = 24 }}"),
        rate('{ by = "term", "24" = "8x" }', f"{{ {TERM}, at_least = 24 }}"),
    ),
    Example(
        "gap",
        RATE,
        rate('{ by = "term", "36" = "8x" }', f'{{ {TERM}, one_of = ["24", "36"] }}'),
        rate('{ by = "term", "36" = "8x" }', f'{{ {TERM}, one_of = ["36", "48"] }}'),
    ),
    Example(
        "gap",
        "inputs.r.value",
        rate('"$r"', f"{{ {TERM}, at_least = 12 }}", '[inputs.r]\nvalue = { by = "term", "36" = "8x" }\n'),
        rate('"$r"', "", '[inputs.r]\nvalue = { by = "term", "36" = "8x" }\n'),
    ),
    Example(
        "gap",
        f'{RATE}."10"',
        rate('{ by = "seats", "10" = { by = "seats", "25" = "2x" } }'),
        rate('{ by = "seats", "10" = { by = "term", "25" = "2x" } }'),
    ),
    Example(
        "gap",
        RATE,
        rate('{ by = "signed", "2021-01-01" = "2x" }'),
        rate('{ by = "signed", "2020-01-01" = "2x" }'),
    ),
    Example(
        "gap",
        RATE,
        rate(f'{{ {KINDS}, new = "2x", existing = "1x" }}'),
        rate(f'{{ {KINDS}, new = "2x", else = "0%" }}'),
    ),
    Example(
        "gap",
        RATE,
        rate(f'{{ {KINDS}, new = "2x", existing = "1x" }}', '{ fact = "registered", is = true }'),
        rate(f'{{ {KINDS}, new = "2x", existing = "1x" }}', '{ fact = "customer_kind", one_of = ["new", "existing"] }'),
    ),
    Example(
        "gap",
        RATE,
        rate('{ by = "category", ucaas = "2x" }'),
        bonus('rate = { by = "category", ucaas = "2x" }\non = ["ucaas"]'),
    ),
    Example(
        "gap",
        f"{PAYS}.cap",
        bonus('rate = "2x"\ncap = { by = "seats", "10" = 1000 }'),
        bonus('rate = { by = "seats", "10" = "2x" }\ncap = { by = "seats", "10" = 1000 }'),
    ),
    Example(
        "gap",
        f"{PAYS}.renewal",
        residual('rate = "5%"\nmonths = "life"\nrenewal = { by = "renewal", "2" = "50%" }'),
        residual('rate = "5%"\nmonths = "life"\nrenewal = { by = "renewal", "1" = "50%" }'),
    ),
    Example(
        "gap",
        f"{PAYS}.clawback.share",
        bonus('rate = "2x"\nclawback = { share = { by = "elapsed", "3" = "50%", "12" = "0%" } }'),
        bonus('rate = "2x"\nclawback = { share = { by = "elapsed", "0" = "50%", "12" = "0%" } }'),
    ),
    # --- rows that never hold
    Example(
        "unreachable-row",
        f'{RATE}."6"',
        rate('{ by = "term", "6" = "1x", "24" = "2x", "36" = "8x" }', f"{{ {TERM}, at_least = 24 }}"),
        rate('{ by = "term", "6" = "1x", "25" = "2x", "36" = "8x" }', f"{{ {TERM}, at_least = 24 }}"),
    ),
    Example(
        "unreachable-row",
        f'{RATE}."36"',
        rate('{ by = "term", "6" = "1x", "24" = "2x", "36" = "8x" }', f"{{ {TERM}, below = 36 }}"),
        rate('{ by = "term", "6" = "1x", "24" = "2x", "36" = "8x" }', f"{{ {TERM}, below = 37 }}"),
    ),
    Example(
        "unreachable-row",
        f'{RATE}."500"',
        rate('{ by = "mrr", mode = "marginal", "0" = "1x", "500" = "2x" }', '{ fact = "mrr", below = 500 }'),
        rate('{ by = "mrr", mode = "marginal", "0" = "1x", "500" = "2x" }', '{ fact = "mrr", at_least = 600 }'),
    ),
    Example(
        "unreachable-row",
        RATE,
        rate('{ by = "term", "12" = "1x", "24" = "2x", "36" = "3x" }', f"{{ {TERM}, is = 24 }}"),
        rate('{ by = "term", "12" = "1x", "24" = "2x" }', f'{{ {TERM}, one_of = ["12", "24"] }}'),
    ),
    Example(
        "unreachable-row",
        f'{RATE}."existing"',
        rate(f'{{ {KINDS}, new = "2x", existing = "1x" }}', '{ fact = "customer_kind", is = "new" }'),
        rate(f'{{ {KINDS}, new = "2x" }}', '{ fact = "customer_kind", is = "new" }'),
    ),
    Example(
        "unreachable-row",
        f'{RATE}."new"."existing"',
        rate(f'{{ {KINDS}, new = {{ {KINDS}, new = "2x", existing = "1x" }}, else = "0%" }}'),
        rate(f'{{ {KINDS}, new = {{ by = "registered", true = "2x", false = "1x" }}, else = "0%" }}'),
    ),
    Example(
        "unreachable-row",
        f'{RATE}."20"."0"',
        rate('{ by = "seats", "0" = "1x", "20" = { by = "seats", "0" = "1x", "20" = "2x", "30" = "3x" } }'),
        rate('{ by = "seats", "0" = "1x", "20" = { by = "seats", "20" = "2x", "30" = "3x" } }'),
    ),
    Example(
        "row-never-so",
        f'{RATE}."10"',
        rate('{ by = "discount", "0" = "2x", "10" = "1x" }'),
        rate('{ by = "discount", "0" = "2x", "10%" = "1x" }'),
    ),
    Example(
        "row-never-so",
        f'{RATE}."1"',
        residual('rate = { by = "renewal", "0" = "5%", "1" = "3%" }'),
        residual('rate = { by = "renewal", "0" = "5%", "1" = "3%" }\nmonths = "life"'),
    ),
    Example(
        "unreachable-row",
        f'{RATE}."1"',
        bonus(
            'rate = { by = "term", "1" = "1x", "36" = "2x", "48" = "3x" }',
            f"requires = [{{ {TERM}, at_least = 36 }}]",
        ),
        bonus(
            'rate = { by = "term", "1" = "1x", "36" = "2x", "48" = "3x" }\ngrowth_rate = "current"',
            f"requires = [{{ {TERM}, at_least = 36 }}]",
        ),
    ),
    Example(
        "table-ends",
        RATE,
        rate('{ by = "term", "12" = "1x", "24" = "2x" }', f"{{ {TERM}, at_least = 36 }}"),
        rate('{ by = "term", "12" = "1x", "24" = "2x" }', f"{{ {TERM}, at_least = 23 }}"),
    ),
    # --- what plans pay
    Example("never-pays", "plan[0]", bonus('rate = "0%"'), bonus('rate = "1%"')),
    Example("never-pays", "plan[0]", bonus('rate = "5%"\non = ["sip"]'), bonus('rate = "5%"\non = ["ccaas"]')),
    Example(
        "never-pays",
        "plan[0]",
        rate('{ by = "term", "12" = "1x", "24" = "0%" }', f"{{ {TERM}, at_least = 24 }}"),
        rate('{ by = "term", "12" = "1x", "24" = "0%" }', f"{{ {TERM}, at_least = 12 }}"),
    ),
    Example(
        "never-pays",
        "plan[0]",
        bonus('rate = "2x"', 'partner_share = "0%"'),
        bonus('rate = "2x"', 'partner_share = "10%"'),
    ),
    Example(
        "never-pays",
        "plan[0]",
        bonus('rate = "0%"\npoints = "0%"'),
        bonus('rate = "0%"\npoints = { by = "attainment", "0" = "0%", "1" = "2%" }', inputs=QUOTA),
    ),
    Example(
        "gap",
        f"{PAYS}.points",
        bonus('rate = "5%"\npoints = { by = "attainment", "50%" = "-1%", "1" = "0%" }', inputs=QUOTA),
        bonus('rate = "5%"\npoints = { by = "attainment", "0" = "-1%", "1" = "0%" }', inputs=QUOTA),
    ),
    Example(
        "component-never-pays",
        "plan[0].pays[1]",
        residual('rate = "5%"') + f'{BONUS}rate = "1x"\non = ["sip"]\n',
        residual('rate = "5%"') + f'{BONUS}rate = "0%"\n',
    ),
    Example(
        "paid-twice",
        "plan[0].pays[1]",
        two('rate = "5%"', 'rate = "2%"'),
        residual('rate = "5%"') + BONUS + 'rate = "2x"',
    ),
    Example(
        "paid-twice",
        "plan[0].pays[1]",
        two('rate = "5%"\nupfront = "term"', 'rate = "2%"'),
        two('rate = "5%"\nupfront = "term"', 'rate = "2%"\nnote = "On top of the residual."'),
    ),
    Example(
        "paid-twice",
        "plan[0].pays[1]",
        two('rate = "5%"', 'rate = "2%"\non = ["ccaas"]'),
        two('rate = "5%"\non = ["ucaas"]', 'rate = "2%"\non = ["ccaas"]'),
    ),
    Example(
        "paid-twice",
        "plan[0].pays[1]",
        two(
            'rate = "5%"\nrequires = [{ fact = "seats", below = 50 }]',
            'rate = "6%"\nrequires = [{ fact = "seats", at_least = 49 }]',
        ),
        two(
            'rate = "5%"\nrequires = [{ fact = "seats", below = 50 }]',
            'rate = "6%"\nrequires = [{ fact = "seats", at_least = 50 }]',
        ),
    ),
    Example(
        "paid-twice",
        "plan[0].pays[1]",
        two('rate = { by = "seats", "0" = "5%", "50" = "0%" }', 'rate = { by = "seats", "40" = "6%" }'),
        two('rate = { by = "seats", "0" = "5%", "50" = "0%" }', 'rate = { by = "seats", "50" = "6%" }'),
    ),
    Example(
        "paid-twice",
        "plan[0].pays[1]",
        two('rate = "5%"\nexclusive_group = "a"', 'rate = "6%"').replace('exclusive_group = "a"\n', ""),
        two('rate = "5%"\nexclusive_group = "a"', 'rate = "6%"\nexclusive_group = "a"'),
    ),
    Example(
        "paid-twice",
        "plan[0].pays[1]",
        two('rate = "5%"\nsplit = { acquisition = "50%", care = "50%" }', 'rate = "6%"\nsplit = { care = "100%" }'),
        two('rate = "5%"\nsplit = { acquisition = "100%" }', 'rate = "6%"\nsplit = { care = "100%" }'),
    ),
    Example(
        "paid-twice",
        "plan[0].pays[1]",
        two('rate = "5%"', 'rate = "1%"\ncash = "50%"'),
        two('rate = "5%"', 'rate = "1%"\ncash = "0%"'),
    ),
    Example(
        "paid-twice",
        "plan[0].pays[1]",
        two('rate = "5%"', 'rate = "2%"\nnote = "Paid by the 15th."'),
        two('rate = "5%"\nnote = "Beside trail."', 'rate = "2%"'),
    ),
    Example(
        "same-plan",
        "plan[1]",
        bonus('rate = "2x"')
        + PLAN.replace("agent", "other").replace('model = "other"', 'model = "agent"')
        + BONUS
        + 'rate = "2x"\n',
        bonus('rate = "2x"')
        + PLAN.replace("agent", "other").replace('model = "other"', 'model = "agent"')
        + BONUS
        + 'rate = "3x"\n',
    ),
    # --- keys
    Example(
        "no-effect",
        f"{PAYS}.vests_after",
        residual('rate = "5%"\nvests_after = 3'),
        bonus('rate = "5%"\nvests_after = 3'),
    ),
    Example(
        "no-effect",
        f"{PAYS}.renewal",
        residual('rate = "5%"\nrenewal = "50%"'),
        residual('rate = "5%"\nrenewal = "50%"\nmonths = 60'),
    ),
    Example(
        "no-effect",
        f"{PAYS}.upfront_fee",
        residual('rate = "5%"\nupfront_fee = "2%"'),
        residual('rate = "5%"\nupfront_fee = "2%"\nupfront = 12'),
    ),
    Example(
        "no-effect",
        f"{PAYS}.clawback.window",
        bonus('rate = "5%"\nclawback = { window = 0, share = "100%" }'),
        bonus('rate = "5%"\nclawback = { window = 1, share = "100%" }'),
    ),
    Example(
        "no-effect",
        f"{PAYS}.clawback",
        bonus('rate = "5%"\nvests_after = 6\nclawback = { window = 6, share = "100%" }'),
        bonus('rate = "5%"\nvests_after = 5\nclawback = { window = 6, share = "100%" }'),
    ),
    Example(
        "no-effect",
        f"{PAYS}.growth_rate",
        bonus('rate = "5%"\ngrowth = "ignored"\ngrowth_rate = "current"'),
        residual('rate = "5%"\ngrowth_rate = "current"'),
    ),
    Example(
        "no-effect",
        f"{PAYS}.exclusive_group",
        residual('rate = "5%"\nexclusive_group = "a"') + f"{BONUS}rate = '1x'\n",
        residual('rate = "5%"\nexclusive_group = "a"') + f"{BONUS}rate = '1x'\nexclusive_group = 'a'\n",
    ),
    Example(
        "no-effect",
        "plan[0].buy",
        bonus('rate = "2x"', 'buy = { off_list = "20%" }'),
        bonus('rate = "100%"', 'buy = { off_list = "20%" }').replace('"mrr"', '"margin"'),
    ),
    Example(
        "no-effect",
        "standing.lasts",
        bonus('rate = "5%"', inputs='[standing]\nlasts = "next-period"\n'),
        bonus('rate = "5%"', inputs='[standing]\nlasts = "next-period"\n[[standing.tier]]\nname = "Gold"\n'),
    ),
    Example(
        "no-effect",
        "standing.starts_month",
        bonus('rate = "5%"', inputs="[standing]\nstarts_month = 4\n"),
        bonus('rate = "5%"', inputs='[standing]\nstarts_month = 4\nperiod = "fiscal-year"\n'),
    ),
    Example(
        "upfront-beyond",
        f"{PAYS}.upfront",
        residual('rate = "5%"\nmonths = 24\nupfront = 25'),
        residual('rate = "5%"\nmonths = 24\nupfront = 24'),
    ),
    Example(
        "floor-above-cap",
        f"{PAYS}.floor",
        bonus('rate = "2x"\nfloor = 3\ncap = 2'),
        bonus('rate = "2x"\nfloor = 2\ncap = 2'),
    ),
    # --- conditions
    Example(
        "never-holds",
        f"{PAYS}.requires[0]",
        bonus(f'rate = "1x"\nrequires = [{{ {TERM}, below = 12 }}]', f"requires = [{{ {TERM}, at_least = 12 }}]"),
        bonus(f'rate = "1x"\nrequires = [{{ {TERM}, below = 13 }}]', f"requires = [{{ {TERM}, at_least = 12 }}]"),
    ),
    Example(
        "never-holds",
        "plan[0].requires[1]",
        rate('"1x"', f'{{ {TERM}, one_of = ["12", "24"] }}, {{ {TERM}, is = 36 }}'),
        rate('"1x"', f'{{ {TERM}, one_of = ["12", "36"] }}, {{ {TERM}, is = 36 }}'),
    ),
    Example(
        "never-holds",
        "plan[0].requires[0]",
        rate('"1x"', '{ fact = "signed", until = 2020-01-01 }'),
        rate('"1x"', '{ fact = "signed", until = 2020-01-02 }'),
    ),
    Example(
        "never-holds",
        "plan[0].requires[0]",
        head('countries = ["DE"]').replace(f"{PLAN}", f'{PLAN}requires = [{{ fact = "country", is = "AT" }}]\n'),
        head('countries = ["DE", "AT"]').replace(f"{PLAN}", f'{PLAN}requires = [{{ fact = "country", is = "AT" }}]\n'),
    ),
    Example(
        "never-holds",
        "plan[0].requires[1]",
        rate('"1x"', '{ fact = "registered", is = true }, { fact = "registered", is = false }'),
        rate('"1x"', '{ fact = "registered", is = true }, { fact = "certified", is = false }'),
    ),
    Example(
        "never-so",
        "plan[0].requires[0]",
        rate('"1x"', '{ fact = "discount", at_least = 20 }'),
        rate('"1x"', '{ fact = "discount", at_least = "20%" }'),
    ),
    Example(
        "never-so",
        "plan[0].requires[0]",
        rate('"1x"', '{ fact = "customer_kind", one_of = ["new", "renewal"] }'),
        rate('"1x"', '{ fact = "customer_kind", one_of = ["new", "migration"] }'),
    ),
    Example(
        "much-asked",
        "plan[0].requires[0]",
        rate('"1x"', '{ fact = "attainment", at_least = 80 }', QUOTA),
        rate('"1x"', '{ fact = "attainment", at_least = "80%" }', QUOTA),
    ),
    Example("odd-country", "program.countries", head('countries = ["Germany"]'), head('countries = ["DE"]')),
    Example(
        "unknown-tier",
        RATE,
        bonus(
            'rate = { by = "tier", Gold = "1x", Bronze = "2x", else = "0%" }',
            inputs='[[standing.tier]]\nname = "Gold"\n',
        ),
        bonus('rate = { by = "tier", Gold = "1x", else = "0%" }', inputs='[[standing.tier]]\nname = "Gold"\n'),
    ),
    Example(
        "no-quota",
        RATE,
        rate('{ by = "attainment", "0" = "1x" }'),
        rate('{ by = "attainment", "0" = "1x" }', "", QUOTA),
    ),
    Example(
        "not-covered",
        "plan[0].requires[0]",
        rate('"1x"', '{ fact = "categories", includes = ["ucaas", "sip"] }'),
        rate('"1x"', '{ fact = "categories", includes = ["ucaas", "ccaas"] }'),
    ),
    Example(
        "not-covered",
        RATE,
        rate('{ by = "seats", of = "sip", "0" = "1x" }'),
        rate('{ by = "seats", of = "ccaas", "0" = "1x" }'),
    ),
    Example(
        "tier-order",
        "standing.tier[1]",
        tiers(f"requires = [{{ {SEATS}, at_least = 300 }}]", f"requires = [{{ {SEATS}, at_least = 200 }}]"),
        tiers(f"requires = [{{ {SEATS}, at_least = 300 }}]", f"requires = [{{ {SEATS}, at_least = 400 }}]"),
    ),
    Example(
        "tier-order",
        "standing.tier[2]",
        tiers(
            f"requires = [{{ {SEATS}, at_least = 300 }}]",
            f'requires = [{{ {SEATS}, at_least = 300 }}, {{ fact = "certified", is = true }}]',
            f"requires = [{{ {SEATS}, at_least = 299 }}]",
        ),
        tiers(
            f"requires = [{{ {SEATS}, at_least = 300 }}]",
            f'requires = [{{ {SEATS}, at_least = 300 }}, {{ fact = "certified", is = true }}]',
        ),
    ),
    Example(
        "tier-never",
        "standing.tier[1]",
        tiers('requires = [{ fact = "certified", is = true }]', ""),
        tiers("", 'requires = [{ fact = "certified", is = true }]'),
    ),
    Example(
        "tier-never",
        "standing.tier[1]",
        tiers(
            f'requires = [{{ fact = "certified", is = true }}, {{ {SEATS}, at_least = 100 }}]',
            f'requires = [{{ fact = "certified", is = true }}]\nany_of = [{{ {SEATS}, at_least = 100 }}]',
        ),
        tiers(
            'requires = [{ fact = "certified", is = true }]',
            f'requires = [{{ fact = "certified", is = true }}]\nany_of = [{{ {SEATS}, at_least = 100 }}]',
        ),
    ),
]


def findings(text: str) -> set[tuple[str, str]]:
    return {(problem.code, problem.where) for problem in check_program(read_program(text), text)}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: f"{one.code}-{EXAMPLES.index(one)}")
def test_a_check_finds_its_case_and_no_near_miss(example: Example) -> None:
    assert (example.code, example.where) in findings(example.wrong)
    assert not findings(example.right)


def test_every_check_has_an_example() -> None:
    programs = [read_program(example.wrong) for example in EXAMPLES]
    finders = {check for check in CHECKS if any(list(check(program)) for program in programs)}
    assert finders == set(CHECKS)


def test_findings_name_their_line_and_stand_in_the_order_of_lines() -> None:
    text = bonus('rate = "150x"', inputs="[inputs.r]\n").replace(END, "")
    found = check_program(read_program(text), text)
    wanted = ('id = "s"', "[inputs.r]", 'rate = "150x"')
    assert [int(one.facts["line"]) for one in found] == sorted(int(one.facts["line"]) for one in found)
    assert {int(one.facts["line"]) for one in found} == {text.splitlines().index(line) + 1 for line in wanted}


def test_a_table_in_an_input_is_dead_only_where_nothing_gets_to_it() -> None:
    table = '[inputs.r]\nvalue = { by = "seats", "0" = "1x", "50" = "2x" }\nsource = "s"\n'
    small = bonus('rate = "$r"\nrequires = [{ fact = "seats", below = 50 }]', inputs=table)
    assert ("unreachable-row", 'inputs.r.value."50"') in findings(small)
    both = small + BONUS.replace("bonus", "large") + 'rate = "$r"\n'
    assert "unreachable-row" not in {code for code, _ in findings(both)}


def test_residuals_of_older_deals_get_to_rows_that_new_deals_do_not() -> None:
    """A version for all deals rules those that were signed under other conditions."""
    text = residual('rate = { by = "term", "1" = "3%", "24" = "5%" }', f"requires = [{{ {TERM}, at_least = 24 }}]")
    assert "table-ends" in {code for code, _ in findings(text)}
    assert not findings(text.replace("covers", 'applies_to = "all-deals"\ncovers'))


def test_a_row_on_a_line_of_its_own_is_found_there() -> None:
    text = rate("'1x'").replace("rate = '1x'", '[plan.pays.rate]\nby = "discount"\n"0" = "2x"\n"10" = "1x"\n')
    (found,) = check_program(read_program(text), text)
    assert (found.code, found.facts["line"]) == ("row-never-so", str(text.splitlines().index('"10" = "1x"') + 1))


def test_what_a_plan_contradicts_is_said_once() -> None:
    text = rate('"1x"', f"{{ {TERM}, at_least = 24 }}, {{ {TERM}, below = 12 }}, {{ {TERM}, at_least = 6 }}")
    assert [problem.where for problem in check_program(read_program(text), text)] == ["plan[0].requires[1]"]


def test_a_limit_that_the_contract_fixes_is_not_guessed_at() -> None:
    text = rate('{ by = "term", "36" = "8x" }', f'{{ {TERM}, at_least = "$n" }}', '[inputs.n]\nkind = "number"\n')
    assert not findings(text)
    assert ("gap", RATE) in findings(text.replace('kind = "number"', 'kind = "number"\nvalue = 12'))


# --- reaches

POINTS = st.integers(0, 6).map(Decimal)
REACHES = st.builds(
    Reach,
    st.none() | POINTS,
    st.none() | POINTS,
    st.none() | st.frozensets(POINTS, max_size=3),
)


def lets(reach: Reach, point: Decimal) -> bool:
    inside = (reach.low is None or point >= reach.low) and (reach.high is None or point < reach.high)
    return inside and (reach.only is None or point in reach.only)


@given(REACHES, REACHES, POINTS)
def test_what_gets_through_both_gets_through_their_meeting(one: Reach, other: Reach, point: Decimal) -> None:
    assert lets(one.meet(other), point) == (lets(one, point) and lets(other, point))
    if lets(one, point) and lets(other, point):
        assert one.meets(other)


@given(REACHES, REACHES, POINTS)
def test_what_is_within_gets_through_the_other(one: Reach, other: Reach, point: Decimal) -> None:
    met = one.meet(Reach())
    if met.is_within(other) and lets(one, point):
        assert lets(other, point)


@given(st.lists(st.integers(1, 60), min_size=1, max_size=5, unique=True), st.integers(1, 60), st.integers(1, 60))
def test_rows_that_are_called_dead_never_hold(keys: list[int], low: int, high: int) -> None:
    """Held against the table itself: a row that some term in the range picks is never called dead."""
    rows = ", ".join(f'"{key}" = "{key}x"' for key in sorted(keys))
    text = rate(f'{{ by = "term", {rows} }}', f"{{ {TERM}, at_least = {low}, below = {high} }}")
    named = [one for one in check_program(read_program(text), text) if one.code in ("unreachable-row", "table-ends")]
    dead = {int(row) for one in named for row in one.facts["row"].split(", ")}
    picked = {max(key for key in keys if key <= term) for term in range(low, high) if term >= min(keys)}
    if low < high:
        assert dead == set(keys) - picked
