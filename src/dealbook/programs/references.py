"""How inputs refer to one another: circles, and chains that are too long to follow (programs.md §1, §2)."""

from collections.abc import Iterator, Mapping
from typing import Final

from dealbook.programs.values import Value, references

FARTHEST: Final = 16
"""Through how many inputs a figure may be looked up."""

Values = Mapping[str, Value | None]


def reference_cycles(values: Values) -> list[list[str]]:
    """Return the circles of inputs that refer to one another, each as names with the first one repeated.

    Breaking all of them leaves none.
    """
    targets = _targets(values)
    found: list[list[str]] = []
    done: set[str] = set()
    for name in targets:
        found += _cycles_from(name, targets, done)
    return found


def too_far(values: Values) -> list[str]:
    """Return the inputs whose figures are looked up through more than `FARTHEST` others; circles are left out."""
    targets = _targets(values)
    reached = dict.fromkeys(targets, 0)
    for _ in range(FARTHEST + 1):
        reached = {
            name: max((reached[target] + 1 for target in after if target in reached), default=0)
            for name, after in targets.items()
        }
    on_circles = {name for cycle in reference_cycles(values) for name in cycle}
    return [] if on_circles else [name for name, steps in reached.items() if steps > FARTHEST]


def _targets(values: Values) -> dict[str, list[str]]:
    return {name: sorted(references(value)) if value is not None else [] for name, value in values.items()}


def _cycles_from(start: str, targets: Mapping[str, list[str]], done: set[str]) -> Iterator[list[str]]:
    """Yield the circles met on the way from `start`; a loop, for a chain can be longer than Python's stack."""
    if start in done:
        return
    trail = [start]
    left = [iter(targets[start])]
    while left:
        target = next(left[-1], None)
        if target is None:
            left.pop()
            done.add(trail.pop())
        elif target in trail:
            yield [*trail[trail.index(target) :], target]
        elif target in targets and target not in done:
            trail.append(target)
            left.append(iter(targets[target]))
