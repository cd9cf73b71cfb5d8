#!/usr/bin/env python3
"""The one door to everything done with this project: run, test, check, bench, shots, build.

It works from a fresh copy with nothing but Python 3.11 or newer: `prepare` makes `.venv` first. This module only knows
what each command does; the work itself is done by the app, by pytest, by the checkers.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036  # an older Python gets this far, and should hear why it goes no further
    sys.exit(
        "Dealbook needs Python 3.11 or newer, and this is %d.%d. Start it with a newer one: python3.12 %s"  # noqa: UP031
        % (sys.version_info[0], sys.version_info[1], sys.argv[0])
    )

import argparse
import os
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

from prepare import LINUX, ROOT, CannotPrepareError, command, prepare, python

OUT = ROOT / "out"
"""Where everything goes that is made to be looked at; git leaves it alone."""

Arguments = Sequence[str]


def run(arguments: Arguments) -> int:
    """Open the window on the sample book; without a display, write the demo into out/demo."""
    if has_display():
        return dealbook("--sample", *arguments)
    folder = OUT / "demo"
    print(f"There is no display here, so no window can open. Instead the demo is written into {folder}:", flush=True)
    status = dealbook("demo", str(folder), *arguments, offscreen=True)
    list_files(folder)
    return status


def test(arguments: Arguments) -> int:
    """Run the tests; what follows goes to pytest: `test -k money`."""
    return start([python(), "-m", "pytest", *arguments], offscreen=True)


def check(arguments: Arguments) -> int:
    """Run every checker: style, format, types, layers. All of them, so that one run says all there is to mend."""
    if arguments:
        sys.exit("dev.py check takes no arguments: it checks everything.")
    checks: list[tuple[str, list[str | Path]]] = [
        ("style (ruff check)", [python(), "-m", "ruff", "check", "."]),
        ("format (ruff format)", [python(), "-m", "ruff", "format", "--check", "."]),
        ("types (mypy)", [python(), "-m", "mypy"]),
        ("types of packaging (mypy)", [python(), "-m", "mypy", "--no-explicit-package-bases", *scripts()]),
        ("layers (lint-imports)", [command("lint-imports"), "--no-logo"]),
    ]
    failed = []
    for name, line in checks:
        print(f"--- {name}", flush=True)
        if start(line) != 0:
            failed.append(name)
    print(f"\nFailed: {', '.join(failed)}." if failed else "\nAll checks passed.")
    return 1 if failed else 0


def bench(arguments: Arguments) -> int:
    """Measure: run the benchmarks; what follows goes to packaging/bench/run.py."""
    return start([python(), ROOT / "packaging" / "bench" / "run.py", *arguments], offscreen=True)


def shots(arguments: Arguments) -> int:
    """Make pictures of all pages, light and dark, English and German; into out/shots or the folder given."""
    folder, *rest = arguments or [str(OUT / "shots")]
    status = dealbook("shots", folder, *rest, offscreen=True)
    list_files(Path(folder))
    return status


def build(arguments: Arguments) -> int:
    """Build the wheel and the source archive into dist/."""
    return start([python(), "-m", "hatchling", "build", "-d", ROOT / "dist", *arguments])


def has_display() -> bool:
    """Tell whether a window can open: always on Windows and macOS, elsewhere with X11 or Wayland."""
    return not LINUX or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def scripts() -> list[Path]:
    """List what stands in packaging/ itself."""
    return sorted((ROOT / "packaging").glob("*.py"))


def list_files(folder: Path) -> None:
    """Print what was written."""
    for file in sorted(file for file in folder.rglob("*") if file.is_file()):
        print(f"  {file}  ({file.stat().st_size:,} bytes)")


def dealbook(*arguments: str, offscreen: bool = False) -> int:
    """Run the app, in the folder that the caller is in: the paths among the arguments are the caller's."""
    return start([python(), "-m", "dealbook", *arguments], offscreen=offscreen, folder=None)


def start(line: Sequence[str | Path], *, offscreen: bool = False, folder: Path | None = ROOT) -> int:
    """Run a command and give its exit status; offscreen lets Qt draw without a display, unless the caller said how."""
    environment = dict(os.environ)
    if offscreen:
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    return subprocess.run(line, cwd=folder, env=environment, check=False).returncode


COMMANDS: dict[str, Callable[[Arguments], int]] = {
    function.__name__: function for function in (run, test, check, bench, shots, build)
}


def main() -> int:
    """Read the command, make sure that all is installed, and carry the command out."""
    parser = argparse.ArgumentParser(
        description="Everything done with this project goes through here.",
        epilog="\n".join(f"  {name:6} {function.__doc__}" for name, function in COMMANDS.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        usage=f"python3 packaging/dev.py {'|'.join(COMMANDS)} [arguments]",
    )
    parser.add_argument("command", choices=COMMANDS, help=argparse.SUPPRESS)
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    given = parser.parse_args()
    try:
        prepare()
        return COMMANDS[given.command](given.arguments)
    except CannotPrepareError as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
