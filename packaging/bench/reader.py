"""How long the catalogue takes to read, and a file that means harm to refuse, beside the bare TOML parser."""

import contextlib
import statistics
import time
import tomllib
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

from dealbook.domain.problem import ProblemsError
from dealbook.programs.catalog import Catalog, shipped
from dealbook.programs.limits import LONGEST_FILE
from dealbook.programs.reader import read_program

RUNS: Final = 7
HEAD: Final = """format = 1
[program]
id = "p"
vendor = "V"
name = "P"
version = "1"
effective_from = 2020-01-01
covers = ["ucaas"]
"""
PLAN: Final = '[[plan]]\nid = "agent"\nmodel = "agent"\n[[plan.pays]]\nid = "spiff"\nbasis = "mrr"\n'


def bench() -> list[tuple[str, str]]:
    """Measure the shipped catalogue, and the file of each sort that takes longest to refuse."""
    texts = shipped()
    ours = seconds(lambda: Catalog.load(texts))
    bare = seconds(lambda: [tomllib.loads(text, parse_float=Decimal) for _, text in texts])
    times = {name: seconds(lambda text=text: refused(text)) for name, text in hostile().items()}
    worst = max(times, key=lambda name: times[name])
    return [
        (
            f"the catalogue, {len(texts)} files",
            f"{ours * 1000:.0f} ms; tomllib alone {bare * 1000:.0f} ms: {ours / bare:.1f} ×",
        ),
        (f"slowest of {len(times)} hostile files to refuse", f"{worst}: {times[worst]:.2f} s (1 s is allowed)"),
    ]


def seconds(task: Callable[[], object]) -> float:
    """Return the median seconds of a task."""
    found = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        task()
        found.append(time.perf_counter() - begun)
    return statistics.median(found)


def refused(text: str) -> None:
    """Read a file that is refused."""
    with contextlib.suppress(ProblemsError):
        read_program(text)
        message = "a hostile file was read"
        raise AssertionError(message)


def hostile() -> Mapping[str, str]:
    """Return files as long as a file may be, each full of one thing."""
    return {
        "50 MB": "a" * 50_000_000,
        "deep arrays": "a=" + "[" * (LONGEST_FILE - 2),
        "a dotted key": ".".join("a" * (LONGEST_FILE // 2)) + "=1",
        "rows": filled(f"{HEAD}{PLAN}rate = {{by='seats',", lambda i: f'"{i}"=1,', "'a'=1}\n"),
        "plans": filled("plan=[", lambda _: "{},", f"]\n{HEAD}"),
        "components": filled(HEAD + '[[plan]]\nid="a"\nmodel="agent"\n', lambda _: "[[plan.pays]]\n", ""),
        "inputs": filled(HEAD + PLAN, lambda i: f"[inputs.a{i}]\nvalue='$a{i + 1}'\n", ""),
        "unknown keys": filled(HEAD + PLAN, lambda i: f"key{i}=1\n", ""),
        "conditions": filled(f"{HEAD}{PLAN}requires=[", lambda _: '{fact="term",is=1},', "]\n"),
    }


def filled(head: str, item: Callable[[int], str], tail: str) -> str:
    """Return a text of many items, as long as a file may be."""
    room = (LONGEST_FILE - len(head) - len(tail)) // len(item(1_000_000))
    return head + "".join(item(i) for i in range(room)) + tail
