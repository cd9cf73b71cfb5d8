"""The desktop app's composition root: checks that a window can open, then puts the parts together and runs them."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from dealbook.gui.display import missing_at_import, obstacle


def main(argv: Sequence[str]) -> int:
    """Open the window: `[BOOK] [--sample]`; returns the exit status.

    Where no window can open on this system, says why and what to install, and returns 1.
    """
    arguments = _arguments(argv)
    if (reason := obstacle()) is not None:
        print(reason, file=sys.stderr)  # noqa: T201  # there is no window to say it in
        return 1
    try:
        from dealbook.gui.run import run
    except ImportError as error:
        if (reason := missing_at_import(error)) is None:
            raise
        print(reason, file=sys.stderr)  # noqa: T201  # there is no window to say it in
        return 1
    return run(arguments.book, sample=arguments.sample)


def pictures(folder: Path) -> Sequence[Path]:
    """Take a picture of every page into `folder` and return the files; none, with the reason said, where Qt cannot run."""
    try:
        from dealbook.gui.shots import take_shots
    except ImportError as error:
        if (reason := missing_at_import(error)) is None:
            raise
        print(reason, file=sys.stderr)  # noqa: T201  # there is no window to say it in
        return ()
    return take_shots(folder)


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="dealbook", description="Open the window on a book.")
    parser.add_argument("book", nargs="?", type=Path, metavar="BOOK", help="the book to open")
    parser.add_argument("--sample", action="store_true", help="open the sample book, made on its first use")
    return parser.parse_args(list(argv))
