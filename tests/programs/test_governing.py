"""Which version of a program governs a deal (programs.md §7)."""

from datetime import date

import pytest

from dealbook.programs.catalog import Catalog

TEXT = """\
format = 1

[program]
id = "p"
vendor = "V"
name = "P"
version = "{version}"
effective_from = {since}
{more}
currency = "EUR"
covers = ["ucaas"]

[[plan]]
id = "a"
name = "A"
model = "agent"

[[plan.pays]]
id = "c"
label = "C"
basis = "mrr"
rate = "10%"
at = "signing"
"""


def catalog(*versions: tuple[str, str, str]) -> Catalog:
    """Return a catalogue of versions: name, first day, more keys."""
    made = Catalog.load([(f"p/{v}.toml", TEXT.format(version=v, since=s, more=m)) for v, s, m in versions])
    assert not made.problems
    return made


OLD = ("old", "2020-01-01", "")
NEW = ("new", "2022-01-01", 'applies_to = "all-deals"\neffective_until = 2023-01-01')


@pytest.mark.parametrize(
    ("day", "version", "nearest"),
    [
        (date(2019, 12, 31), None, "old"),
        (date(2020, 1, 1), "old", "old"),
        (date(2021, 12, 31), "old", "old"),
        (date(2022, 1, 1), "new", "new"),
        (date(2022, 12, 31), "new", "new"),
    ],
)
def test_the_version_in_force_governs(day: date, version: str | None, nearest: str) -> None:
    for made in (catalog(OLD, NEW), catalog(NEW, OLD)):
        found = made.governing("p", day)
        assert (found and found.version) == version
        assert made.nearest("p", day).version == nearest


def test_a_version_ends_before_its_last_day() -> None:
    made = catalog(NEW)
    assert made.governing("p", date(2022, 12, 31)) is made.versions["p"][0]
    assert made.governing("p", date(2023, 1, 1)) is None


def test_a_pinned_version_governs_on_any_day() -> None:
    made = catalog(OLD, NEW)
    found = made.governing("p", date(2024, 1, 1), "new")
    assert found is not None
    assert found.version == "new"
    assert made.governing("p", date(2024, 1, 1), "1999") is None
    assert made.governing("q", date(2024, 1, 1)) is None


def test_only_later_versions_for_all_deals_reach_older_ones() -> None:
    made = catalog(OLD, NEW, ("newer", "2024-01-01", ""), ("newest", "2025-01-01", 'applies_to = "all-deals"'))
    old, new = made.versions["p"][:2]
    assert [program.version for program in made.later_for_all(old)] == ["new", "newest"]
    assert [program.version for program in made.later_for_all(new)] == ["newest"]


def test_a_successors_versions_for_all_deals_reach_the_old_programs_deals() -> None:
    texts = [
        TEXT.format(version=version, since=since, more=more).replace('id = "p"', f'id = "{name}"', 1)
        for name, version, since, more in [
            ("a", "a1", "2020-01-01", 'succeeds = ["c"]'),
            ("b", "b1", "2021-01-01", 'applies_to = "all-deals"\nsucceeds = ["a"]'),
            ("b", "b2", "2025-01-01", ""),
            ("c", "c1", "2022-01-01", 'applies_to = "all-deals"\nsucceeds = ["b", "gone"]'),
            ("d", "d1", "2023-01-01", 'applies_to = "all-deals"'),
        ]
    ]
    made = Catalog.load((str(i), text) for i, text in enumerate(texts))
    assert not made.problems
    assert made.succeeded == {"a": {"b", "c", "gone"}, "b": {"a", "c", "gone"}, "c": {"a", "b", "gone"}}
    first, second = made.versions["a"][0], made.versions["b"][0]
    assert [program.version for program in made.later_for_all(first)] == ["b1", "c1"]
    assert [program.version for program in made.later_for_all(second)] == ["c1"]


def test_a_version_of_ones_own_takes_the_shipped_ones_place() -> None:
    made = catalog(OLD, ("own", "2020-01-01", ""))
    assert [program.version for program in made.versions["p"]] == ["own"]
