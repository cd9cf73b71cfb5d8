"""The commands as a user types them: output, exit status, one clear line for what is wrong."""

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dealbook.book.cipher import Key
from dealbook.book.connection import create_book
from dealbook.book.protecting import Change, protect
from dealbook.cli import main
from dealbook.desk.deals import new_deal, save_deal
from dealbook.desk.session import Session
from dealbook.domain.deal import Stage
from tests.support import ROOT
from tests.test_help import table_under

DEAL = """\
[deal]
customer = "Müller & Söhne GmbH"
signed = 2026-03-10
starts = 2026-04-01
term = 36
country = "DE"

[[line]]
product = "seat"
category = "ucaas"
quantity = 60
unit_price = 9.82
"""
NFON = str(ROOT / "resources/catalog/nfon-ngage/2022-01-01.toml")


@pytest.fixture
def deal(tmp_path: Path) -> Path:
    file = tmp_path / "deal.toml"
    file.write_text(DEAL, encoding="utf-8")
    return file


def run(*arguments: object) -> Result:
    return CliRunner(env={"LANG": "C", "LC_ALL": "", "LC_MESSAGES": ""}).invoke(main, [str(a) for a in arguments])


def test_estimate_json(deal: Path) -> None:
    result = run("estimate", deal, "--program", NFON, "--json")
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert found["deal"] == "Müller & Söhne GmbH"
    assert found["assume"] == {"discount_rate": "0.08", "churn": "0.003"}
    (estimate,) = found["estimates"]
    assert list(estimate) == [
        "program",
        "version",
        "plan",
        "model",
        "currency",
        "status",
        "tier",
        "problems",
        "payments",
        "totals",
    ]
    assert estimate["totals"]["monthly"] == "88.38"
    assert [p["role"] for p in estimate["payments"]] == ["acquisition", "care"]
    assert {p["amount"] for p in estimate["payments"]} == {"44.19"}
    assert estimate["payments"][0] == {
        "component": "commission",
        "role": "acquisition",
        "kind": "recurring",
        "month": "2026-04",
        "count": 36,
        "every": 1,
        "amount": "44.19",
    }


def test_estimates_are_sorted_by_expected_value(deal: Path, tmp_path: Path) -> None:
    partner = tmp_path / "partner.toml"
    partner.write_text(
        '[partner]\nname = "P"\n[[enrolment]]\nprogram = "nfon-ngage"\ncertified = true\n'
        '[[enrolment]]\nprogram = "nec-univerge-blue"\ninputs = { commission = "18%", spiff = "2x" }\n'
        '[[rate]]\nday = 2026-01-01\nbase = "EUR"\nquote = "USD"\nrate = 1.1\n',
        encoding="utf-8",
    )
    found = json.loads(run("estimate", deal, "--partner", partner, "--json").stdout)["estimates"]
    worth = [Decimal(e["totals"]["expected_value"]) for e in found if e["status"] == "payable"]
    assert len(worth) > 2
    assert worth == sorted(worth, reverse=True)
    ranks = [["payable", "incomplete", "ineligible"].index(e["status"]) for e in found]
    assert ranks == sorted(ranks)
    assert all(e["totals"] is None for e in found if e["status"] == "incomplete")
    assert all(e["payments"] == [] for e in found if e["status"] == "ineligible")


def test_assume_changes_the_worth(deal: Path) -> None:
    found = json.loads(
        run("estimate", deal, "--program", NFON, "--assume", "churn=0%", "--assume", "discount_rate=0", "--json").stdout
    )
    totals = found["estimates"][0]["totals"]
    assert found["assume"] == {"discount_rate": "0", "churn": "0"}
    assert totals["expected_value"] == totals["total"]


def test_estimate_as_table(deal: Path) -> None:
    result = run("estimate", deal)
    assert result.exit_code == 0
    assert "NFON · Commission" in result.stdout
    assert "Country: DE; needed: FR." in result.stdout


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("quantity = 60", "quantity = -1"), "negative"),
        (("term = 36", "term = 0"), "line 5"),
        (("starts = 2026-04-01", "starts = 2025-04-01"), "before the signing day"),
        (("term = 36", "terms = 36"), "Did you mean term?"),
        (("[deal]", "[deal"), "not TOML"),
        (("unit_price = 9.82", ""), "no price"),
        (('"Müller & Söhne GmbH"', '" "'), "customer"),
    ],
)
def test_wrong_deal_is_one_line_and_status_2(deal: Path, change: tuple[str, str], said: str) -> None:
    deal.write_text(DEAL.replace(*change), encoding="utf-8")
    result = run("estimate", deal, "--program", NFON, "--json")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert str(deal) in result.stderr
    if said != "line 5":
        assert said in result.stderr


@pytest.mark.parametrize("customer", ['<b>&\\"Müller', "x" * 500])
def test_odd_customers_are_right(deal: Path, customer: str) -> None:
    deal.write_text(DEAL.replace("Müller & Söhne GmbH", customer), encoding="utf-8")
    result = run("estimate", deal, "--program", NFON, "--json")
    assert json.loads(result.stdout)["deal"] == customer.replace('\\"', '"')


def test_no_lines_is_ineligible_and_no_error(deal: Path) -> None:
    deal.write_text(DEAL.split("[[line]]", maxsplit=1)[0], encoding="utf-8")
    (estimate,) = json.loads(run("estimate", deal, "--program", NFON, "--json").stdout)["estimates"]
    assert estimate["status"] == "ineligible"
    assert estimate["problems"][0]["code"] == "nothing-covered"


def test_wrong_deal_names_line_and_key_of_the_file(deal: Path) -> None:
    deal.write_text(DEAL.replace("unit_price = 9.82", "unit_price = -9.82"), encoding="utf-8")
    number = DEAL.splitlines().index("unit_price = 9.82") + 1
    assert run("estimate", deal).stderr.startswith(f"{deal}:{number}: line[0].unit_price: ")


@pytest.mark.parametrize(
    ("enrolments", "said"),
    [
        ('program = "x"\nsince = 2021-01-01\nuntil = 2021-01-01', "enrolment[0].until: It ends on 1 Jan 2021"),
        ('program = "x"\n[[enrolment]]\nprogram = "x"', "enrolment[1].program: The name x is used twice."),
    ],
)
def test_wrong_partner_is_one_line_and_status_2(deal: Path, tmp_path: Path, enrolments: str, said: str) -> None:
    partner = tmp_path / "partner.toml"
    partner.write_text(f'[partner]\nname = "P"\n[[enrolment]]\n{enrolments}\n', encoding="utf-8")
    result = run("estimate", deal, "--program", NFON, "--partner", partner)
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stderr.count("\n") == 1


def test_missing_file_is_status_2(tmp_path: Path) -> None:
    result = run("estimate", tmp_path / "none.toml")
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)


def test_check_lists_every_problem(tmp_path: Path) -> None:
    file = tmp_path / "wrong.toml"
    file.write_text(
        Path(NFON).read_text(encoding="utf-8").replace('"15%"', '"15 per cent"').replace("vendor", "vendro"),
        encoding="utf-8",
    )
    result = run("check", file)
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert any("program.vendro" in line and "Did you mean vendor?" in line for line in lines)
    assert any("inputs.commission.value" in line and "is no rate" in line for line in lines)
    number = next(i for i, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1) if "vendro" in line)
    assert any(line.startswith(f"{file}:{number}:") for line in lines)


def test_check_as_json(tmp_path: Path) -> None:
    file = tmp_path / "wrong.toml"
    text = Path(NFON).read_text(encoding="utf-8").replace('"15%"', '"15 per cent"')
    file.write_text(text, encoding="utf-8")
    result = run("check", file, "--json")
    (found,) = json.loads(result.stdout)
    assert result.exit_code == 1
    assert (found["file"], found["code"], found["where"]) == (str(file), "not-a-rate", "inputs.commission.value")
    assert found["line"] == text.splitlines().index('value = "15 per cent"') + 1
    assert found["facts"] == {"found": "'15 per cent'"}
    assert found["what"].startswith("'15 per cent' is no rate")
    assert found["mend"].startswith("Put it in quotes")
    assert set(found) == set(table_under("JSON of a check"))
    clean = run("check", NFON, "--json")
    assert (clean.exit_code, json.loads(clean.stdout)) == (0, [])


def test_check_of_the_catalogue_finds_nothing() -> None:
    result = run("check", ROOT / "resources/catalog")
    assert (result.exit_code, result.stdout) == (0, "No problems.\n")


def test_a_demo_that_cannot_be_written_says_so_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "sample.dealbook").write_text("no book", encoding="utf-8")
    done = run("demo", tmp_path)
    assert done.exit_code == 2
    assert done.stderr.count("\n") == 1
    assert "is not a Dealbook book" in done.stderr
    taken = tmp_path / "file"
    taken.touch()
    done = run("demo", taken)
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    assert str(taken) in done.stderr


# --- protected books


@pytest.fixture
def protected(tmp_path: Path) -> Path:
    """A closed protected book."""
    path = tmp_path / "a.dealbook"
    create_book(path).close()
    protect(Change(path, None, Key("first passphrase")))
    return path


def test_a_command_asks_for_the_passphrase(protected: Path) -> None:
    done = CliRunner().invoke(main, ["figures", str(protected)], input="first passphrase\n")
    assert (done.exit_code, "0 payments of 0 deals" in done.stdout) == (0, True)
    assert done.stderr == "Passphrase of a: \n"


def test_a_command_takes_the_passphrase_from_the_environment(protected: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEALBOOK_PASSPHRASE", "first passphrase")
    done = CliRunner().invoke(main, ["figures", str(protected)])
    assert (done.exit_code, done.stderr) == (0, "")


@pytest.mark.parametrize("wrong", ["second", ""])
def test_a_wrong_passphrase_is_one_line_and_status_2(protected: Path, wrong: str) -> None:
    done = CliRunner().invoke(main, ["figures", str(protected)], input=f"{wrong}\n")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == "Passphrase of a: \nThat is not the passphrase of this book.\n"


# --- the history of a book


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A closed book with three steps, one of them undone."""
    session = Session(create_book(tmp_path / "b.dealbook"))
    deal = new_deal(session, "Müller")
    new_deal(session, "Hansen")
    save_deal(session, replace(deal, stage=Stage.WON), "Change title")
    session.undo()
    session.close()
    return session.book.path


def test_history_newest_first(book: Path) -> None:
    result = run("history", book)
    assert result.exit_code == 0
    assert [line.split("  ", 1)[1] for line in result.stdout.splitlines()] == [
        "Change title | Müller | undone",
        "New deal | Hansen",
        "New deal | Müller",
    ]
    assert run("history", book, "--find", "hans new").stdout.count("\n") == 1


def test_history_in_json(book: Path) -> None:
    first, *_ = found = json.loads(run("history", book, "--json").stdout)
    assert [step["state"] for step in found] == ["undone", "done", "done"]
    (change,) = first["changes"]
    assert (change["of"], change["what"], change["before"], change["after"]) == ("Müller", "Stage", "open", "won")


def test_history_of_no_book(tmp_path: Path) -> None:
    result = run("history", tmp_path / "none.dealbook")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "There is no file" in result.stderr
