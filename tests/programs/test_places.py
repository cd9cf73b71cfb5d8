"""A key path's line is found wherever a person may write it."""

from dealbook.programs.places import lines_of

TEXT = """\
[[plan]]
requires = [
  { fact = "term", at_least = 36 },   # [[ a comment
  { fact = "x]", one_of = ["a", "b"] }, { fact = "seats" },
  {
    fact = "mrr" },
]
duties = ["a",
  'b]', "c" ]
note = "["
[plan.buy.price]
by = "product"
"0.5" = 3
[[plan.pays]]
rate = { by = "term", "12" = "1x" }
"""


def test_lines() -> None:
    lines = lines_of(TEXT)
    wanted = {
        "plan[0].requires": 2,
        "plan[0].requires[0].at_least": 3,
        "plan[0].requires[1].one_of[1]": 4,
        "plan[0].requires[2]": 4,
        "plan[0].requires[3].fact": 5,
        "plan[0].duties[0]": 8,
        "plan[0].duties[1]": 9,
        "plan[0].duties[2]": 9,
        "plan[0].note": 10,
        'plan[0].buy.price."0.5"': 13,
        'plan[0].buy.price."1.5"': 11,
        'plan[0].pays[0].rate."12"."24"': 15,
        "inputs.r": None,
    }
    assert {path: lines.find(path) for path in wanted} == wanted
