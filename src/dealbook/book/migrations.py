"""The tables of a book, as steps from every past form to the present one. A step that has shipped is never edited.

Every table is STRICT. Money is INTEGER minor units of the deal's currency, rates and quantities are exact decimals as
TEXT, days are ISO TEXT, yes and no are 1 and 0. Every record has a TEXT id of its own. Foreign keys are checked at the
end of a step, so that undo can write rows back in any order.

A step that renames or drops a column of a table in UNDOABLE also rewrites or deletes the history in `step_row`.
"""

from typing import Final

from sqlite_utils import Database, Migrations

from dealbook.book.schema3 import THIRD

MIGRATIONS: Final = Migrations("dealbook")

#: "DBOK": tells a book from any other SQLite file.
APPLICATION_ID: Final = 0x44424F4B

#: The tables whose rows a named change may write, and undo brings back. Of `quote_file` only a merge writes rows that
#: can be undone: what the book itself issues stays.
UNDOABLE: Final = frozenset(
    {"partner", "enrolment", "exchange_rate", "program", "draft", "deal", "offer", "line", "event", "quote"}
    | {"quote_file"}
)

_PARTNER: Final = """
CREATE TABLE partner (
    id TEXT PRIMARY KEY CHECK (id = 'partner'),
    name TEXT NOT NULL,
    country TEXT,
    company_size INTEGER,
    certificates TEXT NOT NULL CHECK (json_valid(certificates)),
    address TEXT NOT NULL,
    contact TEXT NOT NULL,
    phone TEXT NOT NULL,
    email TEXT NOT NULL,
    vat_id TEXT NOT NULL,
    register TEXT NOT NULL,
    bank TEXT NOT NULL,
    currency TEXT NOT NULL,
    vat_rate TEXT NOT NULL,
    language TEXT NOT NULL,
    terms TEXT NOT NULL,
    logo BLOB NOT NULL,
    discount_rate TEXT NOT NULL,
    churn TEXT NOT NULL
) STRICT, WITHOUT ROWID
"""

_ENROLMENT: Final = """
CREATE TABLE enrolment (
    id TEXT PRIMARY KEY,
    program TEXT NOT NULL,
    since TEXT,
    version TEXT,
    tier TEXT,
    certified INTEGER NOT NULL CHECK (certified IN (0, 1)),
    inputs TEXT NOT NULL CHECK (json_valid(inputs)),
    assumed TEXT NOT NULL CHECK (json_valid(assumed)),
    standing TEXT NOT NULL CHECK (json_valid(standing))
) STRICT, WITHOUT ROWID
"""

_EXCHANGE_RATE: Final = """
CREATE TABLE exchange_rate (
    id TEXT PRIMARY KEY,
    day TEXT NOT NULL,
    base TEXT NOT NULL,
    quote TEXT NOT NULL,
    rate TEXT NOT NULL
) STRICT, WITHOUT ROWID
"""

_PROGRAM: Final = """
CREATE TABLE program (
    id TEXT PRIMARY KEY,
    program TEXT NOT NULL,
    effective_from TEXT NOT NULL,
    text TEXT NOT NULL
) STRICT, WITHOUT ROWID
"""

_DEAL: Final = """
CREATE TABLE deal (
    id TEXT PRIMARY KEY,
    customer TEXT NOT NULL,
    title TEXT NOT NULL,
    signed TEXT NOT NULL,
    stage TEXT NOT NULL CHECK (stage IN ('open', 'won', 'lost')),
    probability TEXT NOT NULL,
    currency TEXT NOT NULL,
    country TEXT,
    customer_kind TEXT NOT NULL CHECK (customer_kind IN ('new', 'existing', 'migration')),
    segment TEXT,
    registered INTEGER NOT NULL CHECK (registered IN (0, 1)),
    has_acquisition INTEGER NOT NULL CHECK (has_acquisition IN (0, 1)),
    has_care INTEGER NOT NULL CHECK (has_care IN (0, 1)),
    chosen_offer TEXT REFERENCES offer (id) DEFERRABLE INITIALLY DEFERRED,
    chosen_program TEXT,
    chosen_version TEXT,
    chosen_plan TEXT,
    contact TEXT NOT NULL,
    address TEXT NOT NULL,
    note TEXT NOT NULL,
    CHECK ((chosen_offer IS NULL) = (chosen_program IS NULL)),
    CHECK ((chosen_offer IS NULL) = (chosen_version IS NULL)),
    CHECK ((chosen_offer IS NULL) = (chosen_plan IS NULL))
) STRICT, WITHOUT ROWID
"""

_OFFER: Final = """
CREATE TABLE offer (
    id TEXT PRIMARY KEY,
    deal_id TEXT NOT NULL REFERENCES deal (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    position INTEGER NOT NULL,
    title TEXT NOT NULL,
    term INTEGER NOT NULL,
    starts TEXT NOT NULL,
    renewals INTEGER NOT NULL,
    renewal_term INTEGER NOT NULL
) STRICT, WITHOUT ROWID
"""

_LINE: Final = """
CREATE TABLE line (
    id TEXT PRIMARY KEY,
    offer_id TEXT NOT NULL REFERENCES offer (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    position INTEGER NOT NULL,
    product TEXT NOT NULL,
    category TEXT NOT NULL,
    quantity TEXT NOT NULL,
    charge TEXT NOT NULL CHECK (charge IN ('monthly', 'annual', 'one-time')),
    unit_price INTEGER,
    list_price INTEGER,
    discount TEXT,
    buy_price INTEGER,
    free_months INTEGER NOT NULL,
    ramp TEXT NOT NULL CHECK (json_valid(ramp)),
    seats_each TEXT,
    description TEXT NOT NULL,
    optional INTEGER NOT NULL CHECK (optional IN (0, 1))
) STRICT, WITHOUT ROWID
"""

_EVENT: Final = """
CREATE TABLE event (
    id TEXT PRIMARY KEY,
    offer_id TEXT NOT NULL REFERENCES offer (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    position INTEGER NOT NULL,
    month INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('add', 'remove', 'cancel', 'handover')),
    product TEXT NOT NULL,
    quantity TEXT NOT NULL,
    role TEXT CHECK (role IN ('acquisition', 'care')),
    to_us INTEGER NOT NULL CHECK (to_us IN (0, 1))
) STRICT, WITHOUT ROWID
"""

# A quote's deal cannot be removed: no cascade.
_QUOTE: Final = """
CREATE TABLE quote (
    id TEXT PRIMARY KEY,
    deal_id TEXT NOT NULL REFERENCES deal (id) DEFERRABLE INITIALLY DEFERRED,
    number TEXT NOT NULL,
    revision INTEGER NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('issued', 'sent', 'accepted', 'declined', 'replaced')),
    issued_at TEXT NOT NULL,
    content TEXT NOT NULL CHECK (json_valid(content)),
    digest TEXT NOT NULL,
    programs TEXT NOT NULL CHECK (json_valid(programs)),
    UNIQUE (number, revision)
) STRICT, WITHOUT ROWID
"""

# The big parts of a quote stand apart, so that the list of quotes does not read them.
_QUOTE_FILE: Final = """
CREATE TABLE quote_file (
    id TEXT PRIMARY KEY REFERENCES quote (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    pdf BLOB NOT NULL,
    logo BLOB NOT NULL
) STRICT
"""

_SETTING: Final = "CREATE TABLE setting (id TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID"

_STEP: Final = """
CREATE TABLE step (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    name TEXT NOT NULL,
    undone INTEGER NOT NULL DEFAULT 0 CHECK (undone IN (0, 1)),
    lasting INTEGER NOT NULL CHECK (lasting IN (0, 1))
) STRICT
"""

_STEP_ROW: Final = """
CREATE TABLE step_row (
    step_id INTEGER NOT NULL REFERENCES step (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    tbl TEXT NOT NULL,
    row_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    record TEXT NOT NULL,
    before TEXT CHECK (before IS NULL OR json_valid(before)),
    after TEXT CHECK (after IS NULL OR json_valid(after)),
    PRIMARY KEY (step_id, position)
) STRICT, WITHOUT ROWID
"""

# What somebody is writing: `base` names the version it started from, "" for none. It governs nothing.
_DRAFT: Final = """
CREATE TABLE draft (
    id TEXT PRIMARY KEY,
    program TEXT NOT NULL,
    base TEXT NOT NULL,
    text TEXT NOT NULL
) STRICT, WITHOUT ROWID
"""

_TABLES: Final = (
    *(_PARTNER, _ENROLMENT, _EXCHANGE_RATE, _PROGRAM, _DEAL, _OFFER, _LINE, _EVENT),
    *(_QUOTE, _QUOTE_FILE, _SETTING, _STEP, _STEP_ROW),
)

_INDEXES: Final = (
    "CREATE INDEX offer_of_deal ON offer (deal_id, position)",
    "CREATE INDEX line_of_offer ON line (offer_id, position)",
    "CREATE INDEX event_of_offer ON event (offer_id, position)",
    "CREATE INDEX deal_chosen_offer ON deal (chosen_offer)",
    "CREATE INDEX quote_of_deal ON quote (deal_id)",
    "CREATE INDEX step_undone ON step (id) WHERE undone = 1",
    "CREATE INDEX step_lasting ON step (id) WHERE lasting = 1",
)


@MIGRATIONS()
def first(db: Database) -> None:
    """Partner, enrolments, rates, programs, deals, quotes, settings, history."""
    for statement in (*_TABLES, *_INDEXES):
        db.execute(statement)


@MIGRATIONS()
def second(db: Database) -> None:
    """When a partner left a program, what it stood at in the period before; drafts of program versions."""
    db.execute("ALTER TABLE enrolment ADD COLUMN until TEXT")
    db.execute("ALTER TABLE enrolment ADD COLUMN before TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(before))")
    db.execute(_DRAFT)


@MIGRATIONS()
def third(db: Database) -> None:
    """The story of a deal, own sales force and work; what is worked out of deals and offers; search; views."""
    for statement in THIRD:
        db.execute(statement)


def version() -> int:
    """Return the number of the present schema: how many steps there are."""
    return len(names())


def names() -> list[str]:
    """Return the names of all steps, oldest first."""
    return [step.name for step in MIGRATIONS._migrations]  # noqa: SLF001 - sqlite-utils has no public list


def migrate(db: Database) -> None:
    """Bring a book to the present schema: everything or nothing."""
    with db.atomic():
        MIGRATIONS.apply(db)
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute(f"PRAGMA user_version = {version()}")
