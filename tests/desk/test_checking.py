"""What is found in program files says where, what, why and how to mend it; files of one program meet."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from dealbook.desk import checking, forms, wording
from dealbook.desk.advice import FOUND, MENDS
from dealbook.desk.checking import Text, advice, check_text, check_texts
from dealbook.desk.estimating import FileTrouble, check_files
from dealbook.language import LANGUAGES, language
from dealbook.programs.catalog import shipped
from dealbook.programs.reader import read_program
from tests.desk import mistakes
from tests.desk.mistakes import DOUBTFUL_VERSIONS, FIRST, FOR_ALL, SECOND
from tests.desk.test_wording import check_whole, fields, spoken
from tests.support import ROOT

NFON = (ROOT / "resources/catalog/nfon-ngage/2022-01-01.toml").read_text(encoding="utf-8")


def versions(*texts: str) -> list[tuple[str, str, str]]:
    """Return what is found across versions: file, code, key path."""
    named = [Text(f"{i}.toml", text.replace('"1x"', '"1x"\nconfidence = "contract"')) for i, text in enumerate(texts)]
    found = [p for p in check_texts(named) if p.code != "figure-without-source"]
    return [(p.facts["file"], p.code, p.where) for p in found]


# --- words


@pytest.mark.parametrize("code", LANGUAGES)
def test_everything_that_a_file_can_have_can_be_mended(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    said: set[str] = set()
    fill = forms.fill

    def strict(sentence: str, facts: dict[str, str]) -> str:
        assert not {name for name in fields(sentence) if not facts.get(name)}, (sentence, facts)
        said.add(sentence)
        return fill(sentence, facts)

    for module in (checking, forms, wording):
        monkeypatch.setattr(module, "fill", strict)
    words = spoken(code)
    for problem in mistakes.from_files():
        nameless = {name: fact for name, fact in problem.facts.items() if name != "nearest"}
        for one in (problem, replace(problem, facts=nameless)):
            what, mend = advice(one, words)
            check_whole(what)
            check_whole(mend)
    assert [code for code, mend in MENDS.items() if words.text(mend) not in said] == ["negative"]


def test_every_finding_has_both_sentences() -> None:
    assert not {code for code in FOUND if code not in MENDS and code.split(" ")[0] not in MENDS}
    for sentence in (*FOUND.values(), *MENDS.values()):
        assert re.search(r"[.?]\Z", sentence), sentence


def test_advice_in_german() -> None:
    said = {advice(problem, spoken("de")) for problem in mistakes.from_files()}
    texts = {f"{what} {mend}" for what, mend in said}
    assert texts >= set(IN_GERMAN)


IN_GERMAN = (
    (
        "Laufzeit in Monaten: Die Zeile 24 kann nie gelten, denn der Wert ist hier immer unter 24. Die Zeile "
        "herausnehmen, oder ihren Schlüssel, die Bedingungen oder die Zeile um die Staffel berichtigen."
    ),
    (
        "Art des Kunden: Die Zeile migration kann nie gelten, denn der Wert ist hier immer eines von existing, new. "
        "Die Zeile herausnehmen, oder ihren Schlüssel, die Bedingungen oder die Zeile um die Staffel berichtigen."
    ),
    (
        "Nichts kommt je durch: Abschlusstag müsste vor dem 01.01.2019 sein, effective_from verlangt aber ab "
        "01.01.2020. Die Bedingung oder effective_from im Kopf der Datei berichtigen."
    ),
    (
        "Die Fassung 1 endet am 01.01.2021, und 2 beginnt erst am 01.01.2022; Geschäfte, die dazwischen abgeschlossen "
        "werden, bringen nichts. effective_until aus 1 herausnehmen oder einen der beiden Tage berichtigen."
    ),
)


def test_a_name_that_is_nearly_right_is_asked_after() -> None:
    (found,) = check_text(FIRST.replace('"mrr"', '"mrx"', 1))
    assert advice(found, language("en")).mend == "Did you mean mrr?"


def test_a_text_that_is_not_toml_names_its_line() -> None:
    (found,) = check_text(FIRST.replace('model = "agent"', "model = agent"))
    line = FIRST.splitlines().index('model = "agent"') + 1
    assert (found.code, found.facts["line"]) == ("not-toml", str(line))


def test_what_follows_from_a_missing_section_is_not_told() -> None:
    assert [p.where for p in check_text("format = 1")] == ["program", "plan"]
    (found,) = check_text('[deal]\ncustomer = "C"\n')
    assert found.code == "no-program"


# --- versions

IN_WHICH = (
    ("1.toml", "same-day", "program.effective_from"),
    ("0.toml", "versions-overlap", "program.effective_until"),
    ("0.toml", "versions-hole", "program.effective_until"),
    ("1.toml", "same-version", "program.version"),
    ("1.toml", "vendor-changed", "program.vendor"),
    ("1.toml", "residual-lost", "program.applies_to"),
    ("1.toml", "residual-lost", "program.applies_to"),
    ("1.toml", "residual-lost", "program.applies_to"),
    ("1.toml", "residual-lost", "program.applies_to"),
)


@pytest.mark.parametrize(
    ("pair", "found"),
    list(zip(DOUBTFUL_VERSIONS, IN_WHICH, strict=True)),
)
def test_versions_that_do_not_fit(pair: tuple[str, str], found: tuple[str, str, str]) -> None:
    assert found in versions(*pair)
    assert {code for _, code, _ in versions(*pair)} == {code for _, code, _ in versions(*reversed(pair))}


@pytest.mark.parametrize(
    "pair",
    [
        (FIRST, SECOND),
        (FIRST, FOR_ALL),
        (FIRST.replace("covers", "effective_until = 2022-01-01\ncovers"), SECOND),
        (FIRST, FOR_ALL.replace("spiff", "bonus")),
        (FIRST, SECOND.replace("residual", "trail")),
        (FIRST, SECOND.replace('id = "p"', 'id = "q"').replace('"V"', '"W"')),
    ],
)
def test_versions_that_fit(pair: tuple[str, str]) -> None:
    assert not versions(*pair)


def test_a_successor_for_all_deals_keeps_what_the_former_program_pays() -> None:
    taken_over = FOR_ALL.replace('id = "p"', 'id = "q"').replace("covers", 'succeeds = ["p"]\ncovers')
    assert not versions(FIRST, taken_over)
    (found,) = versions(FIRST, taken_over.replace("residual", "trail"))
    assert found == ("1.toml", "residual-lost", "program.applies_to")
    assert not versions(FIRST, taken_over.replace("residual", "trail").replace("all-deals", "new-deals"))


def test_a_version_is_held_against_the_shipped_ones() -> None:
    later = NFON.replace("2022-01-01", "2024-01-01")
    (found,) = check_texts([Text("own.toml", later)])
    assert (found.code, found.where, found.facts["file"]) == ("same-version", "program.version", "own.toml")
    assert not check_texts([Text("own.toml", later.replace('version = "2022"', 'version = "2024"'))])
    assert not check_texts([Text("own.toml", NFON)]), "it takes the shipped one's place"


def test_the_editor_asks_for_one_text_beside_the_other_versions() -> None:
    others = [read_program(text) for name, text in shipped() if name.startswith("nfon-")]
    assert not check_text(NFON, "", others)
    (found,) = check_text(NFON.replace('vendor = "NFON"', 'vendor = "Nfon"'), "", others)
    assert (found.code, found.where) == ("vendor-changed", "program.vendor")
    assert found.facts["line"] == str(NFON.splitlines().index('vendor = "NFON"') + 1)


# --- files


def test_the_shipped_programs_have_no_problems() -> None:
    folders = [ROOT / "resources/catalog", ROOT / "resources/sample/programs"]
    assert check_files(folders, language("en")) == []


def test_a_line_says_where_what_and_how_to_mend_it(tmp_path: Path) -> None:
    file = tmp_path / "p.toml"
    file.write_text(FIRST.replace('rate = "1x"', 'rate = "150x"\nconfidence = "contract"'), encoding="utf-8")
    lines = check_files([tmp_path], language("en"))
    number = FIRST.splitlines().index('rate = "1x"') + 1
    assert lines[0] == (
        f"{file}:{number}: plan[0].pays[0].rate: A rate of 15,000% is very high; perhaps a percentage was written as a "
        'number. Write a share as "15%", a multiple of a month as "2x".'
    )


def test_a_folder_without_programs_cannot_be_checked(tmp_path: Path) -> None:
    with pytest.raises(FileTrouble, match="No program file"):
        check_files([tmp_path], language("en"))
