"""The desktop app's composition root: checks that a window can open, then puts the parts together and runs them."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from dealbook.gui.display import missing_at_import, obstacle

T = TypeVar("T")


def main(argv: Sequence[str]) -> int:
    """Open the window: `[BOOK] [--sample]`; returns the exit status.

    Where no window can open on this system, says why and what to install, and returns 1.
    """
    arguments = _arguments(argv)
    status = _with_qt(lambda: _run(arguments.book, sample=arguments.sample))
    return 1 if status is None else status


def take_shots(folder: Path) -> list[Path]:
    """Write pictures of every page into `folder`, without a display, and return the files.

    Where Qt cannot be loaded, says what to install and returns no files.
    """
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    return _with_qt(lambda: _take_shots(folder)) or []


def _with_qt(work: Callable[[], T]) -> T | None:
    """Do what needs Qt; where Qt cannot work here, say why and return None."""
    reason = obstacle()
    if reason is None:
        try:
            return work()
        except ImportError as error:
            reason = missing_at_import(error)
            if reason is None:
                raise
    print(reason, file=sys.stderr)  # noqa: T201  # there is no window to say it in
    return None


def _run(book: Path | None, *, sample: bool) -> int:
    from dealbook.gui.run import run

    return run(book, sample=sample)


def _take_shots(folder: Path) -> list[Path]:
    from dealbook.gui.shots import take_shots as take

    return list(take(folder))


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="dealbook", description="Open the window on a book.")
    parser.add_argument("book", nargs="?", type=Path, metavar="BOOK", help="the book to open")
    parser.add_argument("--sample", action="store_true", help="open the sample book, made on its first use")
    return parser.parse_args(list(argv))
