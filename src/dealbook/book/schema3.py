"""The third form of a book: the story of a deal, what is worked out beside the records, search, views.

`offer_sum`, `offer_part` and `deal_text` are derived: written with the records that they are worked out from
(`book.derived`), never part of the history, and gone with their records.
"""

from typing import Final

from dealbook.book.history_schema import HISTORY
from dealbook.book.search_schema import SEARCH
from dealbook.book.views import VIEWS

_STORY: Final = (
    "ALTER TABLE deal ADD COLUMN opened TEXT",
    "ALTER TABLE deal ADD COLUMN lost_on TEXT",
    "ALTER TABLE deal ADD COLUMN lost_reason TEXT NOT NULL DEFAULT ''",
)

# SQLite cannot widen a CHECK, so the table is made anew.
_EVENT: Final = (
    """
CREATE TABLE new_event (
    id TEXT PRIMARY KEY,
    offer_id TEXT NOT NULL REFERENCES offer (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    position INTEGER NOT NULL,
    month INTEGER NOT NULL,
    kind TEXT NOT NULL
        CHECK (kind IN ('add', 'remove', 'cancel', 'handover', 'price', 'renewal', 'successor')),
    product TEXT NOT NULL,
    quantity TEXT NOT NULL,
    role TEXT CHECK (role IN ('acquisition', 'care')),
    to_us INTEGER NOT NULL CHECK (to_us IN (0, 1)),
    unit_price INTEGER,
    term INTEGER,
    program TEXT NOT NULL DEFAULT '',
    plan TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID
""",
    """
INSERT INTO new_event (id, offer_id, position, month, kind, product, quantity, role, to_us)
SELECT id, offer_id, position, month, kind, product, quantity, role, to_us FROM event
""",
    "DROP TABLE event",
    "ALTER TABLE new_event RENAME TO event",
    "CREATE INDEX event_of_offer ON event (offer_id, position)",
)

_PARTNER: Final = (
    "ALTER TABLE partner ADD COLUMN sales_share TEXT NOT NULL DEFAULT '0'",
    "ALTER TABLE partner ADD COLUMN sales_of TEXT NOT NULL DEFAULT 'term'",
    "ALTER TABLE partner ADD COLUMN sales_at TEXT NOT NULL DEFAULT 'signing'",
    "ALTER TABLE partner ADD COLUMN reserve INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE partner ADD COLUMN hour_cost INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE partner ADD COLUMN sale_hours TEXT NOT NULL DEFAULT '0'",
    "ALTER TABLE partner ADD COLUMN duties TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(duties))",
)

# Minor units of the deal's currency; NULL where no such figure can be kept.
_DERIVED: Final = (
    """
CREATE TABLE offer_sum (
    id TEXT PRIMARY KEY REFERENCES offer (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    mrr INTEGER,
    nrc INTEGER,
    tcv INTEGER,
    seats TEXT
) STRICT, WITHOUT ROWID
""",
    # Twelfths of minor units by category, so that a program's standing needs no lines.
    """
CREATE TABLE offer_part (
    id TEXT NOT NULL REFERENCES offer (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    category TEXT NOT NULL,
    mrr12 INTEGER,
    tcv12 INTEGER,
    seats TEXT,
    PRIMARY KEY (id, category)
) STRICT, WITHOUT ROWID
""",
    """
CREATE TABLE deal_text (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE REFERENCES deal (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    words TEXT NOT NULL
) STRICT
""",
)

THIRD: Final = (*_STORY, *_EVENT, *_PARTNER, *_DERIVED, *HISTORY, *SEARCH, *VIEWS)
