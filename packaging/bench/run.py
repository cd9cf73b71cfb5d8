"""Runs the benchmarks of this folder: `dev.py bench`, or `dev.py bench engine` for one of them.

Every module here that has a function `bench` is one; it returns (what, figures) pairs, and its ratios come from one run
on one machine. One that cannot run says why, and the others go on. One that takes long says `ONLY_NAMED`, and is passed
over unless it is named.
"""

import importlib
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

HERE = Path(__file__).parent


def main(wanted: Sequence[str]) -> int:
    """Run the benchmarks wanted, all where none is named; the exit status says whether all of them ran."""
    names = [path.stem for path in sorted(HERE.glob("*.py")) if path != Path(__file__)]
    unknown = [name for name in wanted if name not in names]
    if unknown:
        sys.exit(f"There is no benchmark {', '.join(unknown)}; there are: {', '.join(names)}.")
    return 1 if [name for name in wanted or names if not _ran(name, is_named=bool(wanted))] else 0


def _ran(name: str, *, is_named: bool) -> bool:
    """Run a benchmark and print its figures; a module that is none counts as run."""
    try:
        module = importlib.import_module(name)
        if not hasattr(module, "bench") or (getattr(module, "ONLY_NAMED", False) and not is_named):
            return True
        print(f"{name}: {_title(module)}", flush=True)
        for what, figures in module.bench():
            print(f"  {what:42}  {figures}", flush=True)
    except Exception as problem:  # noqa: BLE001 - whatever stops one of them, the others still tell their figures
        print(f"  {name} could not run: {type(problem).__name__}: {problem}", flush=True)
        return False
    return True


def _title(module: ModuleType) -> str:
    return (module.__doc__ or "").split("\n", 1)[0]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
