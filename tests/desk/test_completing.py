"""What can be written at the cursor (marked ‸), in a text that is being typed."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealbook.desk.completing import Completions, completions
from dealbook.desk.editing import FRAME
from dealbook.desk.sections import TABLES, meaning
from dealbook.programs import grammar
from tests.support import program_texts

TEXT = FRAME.format(day="2026-01-01", year=2026, currency="EUR")


def offered(typed: str, text: str = TEXT) -> Completions:
    """Return what is offered at the mark in what is typed below a text."""
    whole = text + typed
    place = whole.index("‸")
    return completions(whole.replace("‸", ""), place)


def names(typed: str, text: str = TEXT) -> list[str]:
    """Return the names of what is offered."""
    return [item.name for item in offered(typed, text).items]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("cl‸", "clawback"),
        ("exc‸", "exclusive_group"),
        ("every = ‸", "month"),
        ('every = "q‸"', "quarter"),
        ('requires = [{ fact = "se‸" }]', "seats"),
        ("requires = [\n  # why\n  { fact = 'certified', is = ‸ } ]", "true"),
        ('requires = [{ fact = "customer_kind", is = "e‸" }]', "existing"),
        ('requires = [{ fact = "mrr", o‸ }]', "of"),
        ("clawback = { w‸ }", "window"),
        ("instalments = [{ share = '50%' }, { l‸ }]", "lag"),
        ("split = { ‸ }", "acquisition"),
        ('on = ["ucaas", "cc‸"]', "ccaas"),
        ("cap = ‸", "$residual"),
        ('source = "‸"', "agreement"),
        ("counts = 1\n[standing]\ncounts_this_deal = ‸", "true"),
        ('rate = { by = "te‸" }', "term"),
        ('rate = { by = "customer_kind", n‸ }', "new"),
        ('rate = { by = "term", "12" = ‸ }', "$residual"),
        ('rate = { by = "mrr", mode = "m‸" }', "marginal"),
        ("[plan.buy]\no‸", "off_list"),
        ("[[plan.p‸", "plan.pays"),
        ("[[sta‸", "standing"),
        ('[[plan]]\notherwise = "‸"', "agent"),
        ("[inputs.x]\nconf‸", "confidence"),
    ],
)
def test_what_fits_comes_first(typed: str, first: str) -> None:
    assert names(typed)[0] == first


@pytest.mark.parametrize("typed", ["# a comment ‸", 'note = "‸"', "nothing_like_it‸", "[unknown]\nx‸"])
def test_nothing_is_offered_where_nothing_is_known(typed: str) -> None:
    assert names(typed) == []


def test_keys_that_are_there_are_not_offered_again() -> None:
    assert "lag" in names("‸")
    assert "lag" not in names("lag = 2\n‸")
    assert "basis" not in names("‸")


def test_the_word_that_is_begun_gives_way() -> None:
    found = offered('every = "q‸"')
    whole = f'{TEXT}every = "q"'
    item = found.items[0]
    new = whole[: found.start] + item.text + whole[found.end :]
    assert new.endswith('every = "quarter"')


def test_every_key_comes_with_the_meaning_of_the_reference() -> None:
    for names_, section in TABLES.items():
        for key in section:
            assert meaning(section, key), (names_, key)
    assert meaning(grammar.COMPONENT, "lag").startswith("months between")
    assert "](#" not in "".join(meaning(grammar.FILE, key) for key in grammar.FILE)


@pytest.mark.parametrize("key", grammar.COMPONENT)
def test_a_key_that_is_written_is_toml(key: str) -> None:
    (item,) = [item for item in offered(f"{key}‸", "[[plan]]\n[[plan.pays]]\n").items if item.name == key]
    line = item.text if not item.text.endswith("= ") else f"{item.text}1"
    assert list(tomllib.loads(line)) == [key]
    assert 0 <= item.back < len(item.text)


@given(st.sampled_from(sorted(program_texts())), st.data())
def test_nothing_that_is_typed_stops_it(name: str, data: st.DataObject) -> None:
    text = program_texts()[name]
    cut = data.draw(st.integers(0, len(text)))
    typed = data.draw(st.text(alphabet='[]{}=,."#a1\n$ ', max_size=8))
    found = completions(text[:cut] + typed + text[cut:], cut + len(typed))
    assert 0 <= found.start <= cut + len(typed) <= found.end
