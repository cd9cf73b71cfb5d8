"""Tables of what the engine worked out, kept so that other programs can read it without the engine.

What each deal pays as runs of equal months, where the partner stands in each program, and a row that says as of which
day and after which step that was. They follow from the book, so they are no part of the history; `book.figures` writes
them. Rows of a deal go with the deal.
"""

from typing import Final

#: The tables that `book.figures` writes.
FIGURE_TABLES: Final = frozenset({"figure_state", "figure_deal", "figure_payment", "figure_standing", "figure_month"})

# One row. `steps`, `last_step` and `last_at` say how the history stood: how many steps were not undone, and the last of
# them; steps -1: the tables are being written. `version` is that of the Dealbook that worked them out.
_STATE: Final = """
CREATE TABLE figure_state (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    as_of TEXT NOT NULL,
    at TEXT NOT NULL,
    version TEXT NOT NULL,
    steps INTEGER NOT NULL,
    last_step INTEGER NOT NULL,
    last_at TEXT NOT NULL
) STRICT
"""

# The plan under which a deal counts, or the reason why it counts under none. `digest` tells whether anything changed.
_DEAL: Final = """
CREATE TABLE figure_deal (
    id TEXT PRIMARY KEY REFERENCES deal (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    program TEXT NOT NULL,
    vendor TEXT NOT NULL,
    program_name TEXT NOT NULL,
    version TEXT NOT NULL,
    plan TEXT NOT NULL,
    plan_name TEXT NOT NULL,
    offer_id TEXT NOT NULL,
    currency TEXT NOT NULL,
    reason TEXT NOT NULL,
    digest TEXT NOT NULL
) STRICT, WITHOUT ROWID
"""

# A run of equal payments in minor units, in the months `month`, `month` + `every`, … up to and including `last`. Months
# are counted as year × 12 + month − 1, so that they can be reckoned with.
_PAYMENT: Final = """
CREATE TABLE figure_payment (
    deal_id TEXT NOT NULL REFERENCES deal (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    position INTEGER NOT NULL,
    component TEXT NOT NULL,
    role TEXT NOT NULL,
    kind TEXT NOT NULL,
    month INTEGER NOT NULL,
    last INTEGER NOT NULL,
    every INTEGER NOT NULL,
    amount INTEGER NOT NULL,
    PRIMARY KEY (deal_id, position)
) STRICT, WITHOUT ROWID
"""

# The months in which payments are told one by one: from the first payment to the end of the outlook.
_MONTH: Final = """
CREATE TABLE figure_month (
    month INTEGER PRIMARY KEY,
    first_day TEXT NOT NULL
) STRICT
"""

_STANDING: Final = """
CREATE TABLE figure_standing (
    program TEXT NOT NULL,
    fact TEXT NOT NULL,
    vendor TEXT NOT NULL,
    program_name TEXT NOT NULL,
    day TEXT NOT NULL,
    first_day TEXT NOT NULL,
    last_day TEXT NOT NULL,
    tier TEXT,
    unit TEXT NOT NULL,
    opening TEXT,
    book TEXT NOT NULL,
    target TEXT,
    PRIMARY KEY (program, fact)
) STRICT, WITHOUT ROWID
"""

FIGURES: Final = (_STATE, _DEAL, _PAYMENT, _MONTH, _STANDING)
