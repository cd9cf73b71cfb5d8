"""What `dealbook check` finds in programs that read well: each finds its case and leaves a sound program alone."""

from collections.abc import Callable, Iterator

import pytest

from dealbook.domain.problem import Problem
from dealbook.programs import checks
from dealbook.programs.model import Program
from dealbook.programs.reader import read_program

HEAD = """\
format = 1
[program]
id = "p"
vendor = "V"
name = "P"
version = "1"
effective_from = 2020-01-01
covers = ["ucaas"]
[[source]]
id = "s"
title = "S"
"""
PLAN = """
[[plan]]
id = "agent"
model = "agent"
"""
PAYS = """
[[plan.pays]]
id = "bonus"
basis = "mrr"
at = "signing"
"""
LASTING = '[[plan.pays]]\nid = "residual"\nbasis = "mrr"\nrate = "5%"\nevery = "month"\n'
FROM_24 = 'requires = [ { fact = "term", at_least = 24 } ]\n'
SOUND = f"{HEAD}{PLAN}{FROM_24}{PAYS}" + 'rate = { by = "term", "24" = "5x", "36" = "8x" }\n'


@pytest.mark.parametrize(
    ("check", "text"),
    [
        (
            checks.inputs_without_source,
            HEAD + '[inputs.r]\nvalue = "5x"\nconfidence = "published"\n' + PLAN + PAYS + 'rate = "$r"\n',
        ),
        (checks.unused_inputs, HEAD + "[inputs.r]\n" + PLAN + PAYS + 'rate = "5x"\n'),
        (checks.gaps_at_the_bottom, HEAD + PLAN + FROM_24 + PAYS + 'rate = { by = "term", "36" = "8x" }\n'),
        (
            checks.unreachable_rows,
            HEAD + PLAN + FROM_24 + PAYS + 'rate = { by = "term", "6" = "1x", "12" = "2x", "36" = "8x" }\n',
        ),
        (checks.plans_that_never_pay, HEAD + PLAN + PAYS + 'rate = "0%"\n'),
        (checks.plans_that_never_pay, HEAD + PLAN + PAYS + 'rate = "5%"\non = ["ccaas"]\n'),
        (checks.rates_beyond_belief, HEAD + PLAN + PAYS + 'rate = "150x"\n'),
        (
            checks.ceilings_as_values,
            HEAD + '[inputs.r]\nvalue = "8x"\nat_most = "8x"\n' + PLAN + PAYS + 'rate = "$r"\n',
        ),
        (checks.keys_without_effect, HEAD + PLAN + LASTING + "vests_after = 3\n"),
        (
            checks.conditions_that_never_hold,
            HEAD + PLAN + FROM_24 + PAYS + 'rate = "1x"\nrequires = [ { fact = "term", below = 12 } ]\n',
        ),
        (checks.unknown_tiers, HEAD + PLAN + PAYS + 'rate = { by = "tier", Gold = "1x" }\n'),
    ],
)
def test_check_finds_its_case_only(check: Callable[[Program], Iterator[Problem]], text: str) -> None:
    assert list(check(read_program(text)))
    assert not list(check(read_program(SOUND)))


def test_findings_name_their_line() -> None:
    text = HEAD + "[inputs.r]\n" + PLAN + PAYS + 'rate = "5x"\n'
    (found,) = checks.check_program(read_program(text), text)
    assert found.facts["line"] == str(text.splitlines().index("[inputs.r]") + 1)
