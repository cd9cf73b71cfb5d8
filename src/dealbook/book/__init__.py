"""The book: one SQLite file with everything of one reseller. The only place that speaks SQL."""

import sys


def _import_sqlite_utils() -> None:
    """Import sqlite-utils without numpy, which it would load for column types that a book has none of.

    numpy is there for the charts; loading it takes a tenth of a second of every start, of the command line's as well.
    """
    is_hidden = "numpy" not in sys.modules
    if is_hidden:
        sys.modules["numpy"] = None  # type: ignore[assignment]  # how Python marks what cannot be imported
    try:
        import sqlite_utils  # noqa: F401
    finally:
        if is_hidden:
            del sys.modules["numpy"]


_import_sqlite_utils()
