"""The help texts, held against the code: every example is run, every table of keys is compared with the grammar's.

In `reference.md` a fence says what it holds: `toml program`, `toml partner` and `toml deal` are files or what differs
from the frame (the blocks `toml program frame` and `toml deal frame`); `expect` is what `dealbook estimate` must say,
`json` its answer in full, `table` its table, `check` the lines of `dealbook check`. A result belongs to the blocks
above it in the same section; a later block takes the place of an earlier one of its kind, and program blocks in a row
stand together.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import click
import pytest
from click.testing import CliRunner

from dealbook.cli import main
from dealbook.desk.estimating import Estimated, as_json, as_table, check_files
from dealbook.desk.wording import PROBLEMS
from dealbook.domain.deal import CATEGORIES
from dealbook.domain.money import minor_unit
from dealbook.domain.months import month_text
from dealbook.domain.partner import Assumptions
from dealbook.earnings.compare import estimates, in_catalog
from dealbook.earnings.estimate import Estimate, Totals
from dealbook.earnings.payments import merged
from dealbook.gui.actions import Entry, Menu, menus
from dealbook.language import language
from dealbook.programs import grammar
from dealbook.programs.catalog import Catalog
from dealbook.programs.dealfile import read_deal, read_partner
from dealbook.programs.facts import FACTS, STANDING_FIGURES
from dealbook.programs.grammar import Key, Section
from dealbook.programs.meanings import HEADINGS, section_name
from dealbook.programs.reader import read_program
from dealbook.programs.sections import Reader
from dealbook.programs.terms import all_terms
from tests.desk import mistakes
from tests.support import ROOT

HELP: Final = ROOT / "resources" / "help"
REFERENCE: Final = (HELP / "reference.md").read_text(encoding="utf-8")
GUIDE: Final = (HELP / "guide.md").read_text(encoding="utf-8")

RARE: Final = {
    "condition": {"of"},
    "missing-input": {"at_most"},
    "gap": {"of"},
    "unreachable-row": {"of"},
    "row-never-so": {"of"},
    "table-ends": {"of", "below"},
    "never-holds": {"of", "one_only", "other_only", "other_least"},
    "tier-order": {"of"},
}
"""Facts that a problem has only sometimes, and not always among those that the tests bring about."""


# --- reading the text -------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Part:
    """What stands under one heading: the rows of its tables and its fenced blocks, with their lines."""

    heading: str
    level: int
    line: int
    rows: list[list[str]] = field(default_factory=list)
    blocks: list[tuple[str, str, int]] = field(default_factory=list)


def parts_of(text: str) -> list[Part]:
    """Return the parts of a Markdown text; what stands in a fence is never a heading or a row."""
    found = [Part("", 0, 0)]
    fence: str | None = None
    held: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("```"):
            if fence is None:
                fence, held = line[3:].strip(), []
            else:
                found[-1].blocks.append((fence, "\n".join(held) + "\n", number - len(held)))
                fence = None
        elif fence is not None:
            held.append(line)
        elif heading := re.match(r"(#+) (.+)", line):
            found.append(Part(heading[2], len(heading[1]), number))
        elif line.startswith("|"):
            found[-1].rows.append([cell.strip() for cell in line.strip("|").split("|")])
    assert fence is None, f"a fence is open at the end: {fence}"
    return found


def table_under(heading: str, text: str = REFERENCE) -> dict[str, list[str]]:
    """Return the rows of all tables under a heading and its sub-headings, by the name in their first cell."""
    rows: dict[str, list[str]] = {}
    level = 0
    for part in parts_of(text):
        if part.heading == heading:
            level = part.level
        elif not level or part.level <= level:
            level = 0
            continue
        for row in part.rows:
            for name in re.findall(r"`([^`]+)`", row[0]):
                assert name not in rows, f"{heading}: {name} is documented twice"
                rows[name] = row
    assert rows, f"no table under {heading}"
    return rows


# --- the examples -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Example:
    """One result and the files above it."""

    kind: str
    result: str
    programs: tuple[str, ...]
    partner: str
    deal: str
    line: int


def examples() -> Iterator[Example]:
    """Yield every example of the reference, its blocks made whole by the frame."""
    frame = {kind: text for part in parts_of(REFERENCE) for kind, text, _ in part.blocks if kind.endswith(" frame")}
    head, deal = frame["toml program frame"], frame["toml deal frame"]
    for part in parts_of(REFERENCE):
        files: dict[str, list[str]] = {}
        before = ""
        for kind, text, line in part.blocks:
            if kind in ("expect", "json", "table", "check"):
                programs = tuple(whole_program(one, head) for one in files.get("toml program", [""]))
                partner = files.get("toml partner", [""])[-1]
                own = files.get("toml deal", [""])[-1]
                yield Example(kind, text, programs, partner, whole_deal(own, deal), line)
            elif kind == "toml program" and before == kind:
                files[kind].append(text)
            else:
                files[kind] = [text]
            before = kind


def whole_program(text: str, frame: str) -> str:
    """Return a program file: the text itself, or below the frame; a text with its own plans takes only the head."""
    if "format = 1" in text:
        return text
    return (frame.split("[[plan]]", maxsplit=1)[0] if "[[plan]]" in text else frame) + "\n" + text


def whole_deal(text: str, frame: str) -> str:
    """Return a deal file: the frame with other keys of [deal], with other lines where there are some, with events."""
    if "[deal]" in text:
        return text
    keys, tables = re.split(r"^(?=\[\[)|\Z", text, maxsplit=1, flags=re.MULTILINE)
    head, lines = frame.split("[[line]]", maxsplit=1)
    names = set(re.findall(r"^(\w+) *=", keys, re.MULTILINE))
    kept = [line for line in head.splitlines() if line.split("=")[0].strip() not in names]
    own = "" if "[[line]]" in tables else "[[line]]" + lines
    return "\n".join([*kept, keys, own, tables])


def estimated(example: Example) -> tuple[list[Estimate], Estimated]:
    """Return what an example's deal earns, as the command line works it out."""
    catalog = Catalog.load((f"program {i}", text) for i, text in enumerate(example.programs))
    assert not catalog.problems, catalog.problems
    deal = read_deal(example.deal)
    file = read_partner(example.partner) if example.partner else None
    assume = file.partner.assume if file else Assumptions()
    partner, enrolments = (file.partner, file.enrolments) if file else (None, None)
    terms = all_terms(catalog, partner, enrolments, deal.signed)
    succeeding, rates = in_catalog(catalog, partner, enrolments), file.rates if file else ()
    found = estimates(deal, deal.offers[0], terms, assume, rates=rates, succeeding=succeeding)
    return found, Estimated(deal, assume, found)


EXAMPLES: Final = list(examples())
PAYMENT: Final = re.compile(
    r"\S+ (once|upfront|recurring|clawback) (acquisition|care) \d{4}-\d\d "
    r"(\d+ × )?-?[\d,]+(\.\d+)?( every \d+ months)?\Z"
)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: f"line-{example.line}")
def test_example(example: Example, tmp_path: Path) -> None:
    if example.kind == "check":
        file = tmp_path / "program.toml"
        file.write_text(example.programs[-1], encoding="utf-8")
        lines = [line.removeprefix(f"{file}:").strip() for line in check_files([file], language("en"))]
        assert lines == [line for line in example.result.splitlines() if line != "No problems."]
        return
    found, answer = estimated(example)
    if example.kind == "json":
        assert as_json(answer) == json.loads(example.result)
        return
    if example.kind == "table":
        assert as_table(answer, language("en")) == example.result.rstrip("\n")
        return
    for plan, lines in by_plan(example.result, found):
        assert said_of(plan, lines) == lines


def by_plan(result: str, found: list[Estimate]) -> Iterator[tuple[Estimate, list[str]]]:
    """Yield each estimate that a result speaks of, with the lines about it in one form."""
    groups: list[tuple[str, list[str]]] = [("", [])]
    for raw in result.splitlines():
        line = re.sub(r" {2,}", " ", raw.strip())
        if line.startswith("plan "):
            groups.append((line.removeprefix("plan "), []))
        elif line:
            groups[-1][1].append(line)
    for name, lines in groups:
        fitting = [one for one in found if name in ("", one.plan, f"{one.program} {one.plan}")]
        if lines or name:
            assert len(fitting) == 1, f"{name}: {[(one.program, one.plan) for one in found]}"
            yield fitting[0], lines


def said_of(estimate: Estimate, lines: list[str]) -> list[str]:
    """Return what is true of an estimate in the form of `lines`: each line that holds, and what stands in its place."""
    unit = minor_unit(estimate.currency)
    payments = [
        " ".join(
            [
                p.component,
                p.kind,
                p.role,
                month_text(p.month),
                (f"{p.count} × " if p.count > 1 else "") + f"{p.amount.quantize(unit):,f}",
                *([f"every {p.every} months"] if p.count > 1 and p.every > 1 else []),
            ]
        )
        for p in merged(estimate.payments)
    ]
    problems = [(problem.code, problem.severity, dict(problem.facts)) for problem in estimate.problems]
    said = []
    for line in lines:
        word, _, rest = line.partition(" ")
        if word == "status":
            said.append(f"status {estimate.status}")
        elif word == "tier":
            said.append(f"tier {estimate.tier or 'none'}")
        elif word == "version":
            said.append(f"version {estimate.version}")
        elif word == "otherwise":
            said.append(f"otherwise {estimate.otherwise}")
        elif word == "totals":
            said.append(f"totals {totals_like(rest, estimate.totals, unit)}")
        elif word == "problem":
            said.append(line if is_problem(rest, problems) else f"problems: {problems}")
        elif line == "no payments":
            said.append(line if not payments else f"payments: {payments}")
        else:
            assert PAYMENT.match(line), f"not understood: {line}"
            said.append(line if line in payments else f"payments: {payments}")
    unsaid = [payment for payment in payments if payment not in lines]
    return [*said, *(f"also paid: {one}" for one in unsaid)] if any(PAYMENT.match(line) for line in lines) else said


def totals_like(wanted: str, totals: Totals | None, unit: Decimal) -> str:
    """Return the totals that a line names, in its form."""
    if totals is None:
        return "none"
    names = [part.split()[0] for part in wanted.split(", ")]
    return ", ".join(f"{name} {getattr(totals, name, Decimal(0)).quantize(unit):,f}" for name in names)


def is_problem(wanted: str, problems: list[tuple[str, Any, dict[str, str]]]) -> bool:
    """Say whether a problem of that code and severity, with these facts, is there: `no-row note fact=term`."""
    code, severity, *facts = wanted.split()
    given = dict(fact.split("=", 1) for fact in facts)
    return any(code == c and severity == s and given.items() <= had.items() for c, s, had in problems)


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 45
    known = {"expect", "json", "table", "check", "toml program", "toml partner", "toml deal", "sh", "text"}
    known |= {"toml program frame", "toml deal frame"}
    kinds = {kind for part in parts_of(REFERENCE) for kind, _, _ in part.blocks}
    assert kinds <= known, "a block of an unknown kind is never run"


@pytest.mark.parametrize("key", [key for key in grammar.COMPONENT if key not in ("source", "confidence", "note")])
def test_every_component_key_has_an_example(key: str) -> None:
    assert any(re.search(rf"^{key} *=", text, re.MULTILINE) for one in EXAMPLES for text in one.programs)


# --- tables against the grammar ---------------------------------------------------------------------------------------


def test_every_section_of_the_grammar_is_documented() -> None:
    tables = {name: value for name, value in vars(grammar).items() if isinstance(value, Mapping)}
    named = {name for name, value in tables.items() if all(isinstance(key, Key) for key in value.values())}
    assert set(HEADINGS.values()) == named


@pytest.mark.parametrize("heading", HEADINGS)
def test_keys(heading: str) -> None:
    section: Section = getattr(grammar, HEADINGS[heading])
    (part,) = [part for part in parts_of(REFERENCE) if part.heading == heading]
    rows = {row[0].strip("`"): row for row in part.rows[2:]}
    assert list(rows) == list(section), "the keys, in the grammar's order"
    for name, key in section.items():
        _, kind, default, *means = rows[name]
        assert (name, kind) == (name, key.kind)
        assert (name, default == "required") == (name, key.required)
        assert default == "required" or shown(key) in (default, ""), (name, default)
        assert_choices(name, key, " ".join(means))


def shown(key: Key) -> str:
    """Return a key's default as the table shows it; nothing where the default is empty."""
    match key.default:
        case bool():
            return f"`{str(key.default).lower()}`"
        case int():
            return f"`{key.default}`"
        case str() if key.default:
            return f'`"{key.default}"`'
    return ""


def assert_choices(name: str, key: Key, means: str) -> None:
    """Each choice of a key stands in its row; categories, facts and standing figures have tables of their own."""
    elsewhere = {CATEGORIES: "#categories", tuple(FACTS): "#facts"}
    if key.choices in elsewhere:
        assert elsewhere[key.choices] in means, name
        return
    for choice in key.choices:
        assert f'`"{choice}"`' in means, (name, choice)


def test_kinds() -> None:
    sections: list[Section] = [getattr(grammar, name) for name in HEADINGS.values()]
    used = {key.kind for section in sections for key in section.values()}
    assert {row[0] for part in parts_of(REFERENCE) if part.heading == "Kinds" for row in part.rows[2:]} == used


def test_standing_figures() -> None:
    (kind,) = [row for part in parts_of(REFERENCE) for row in part.rows if row[0] == "standing figures"]
    assert re.findall("`([^`]+)`", kind[1]) == list(STANDING_FIGURES)


def test_categories() -> None:
    assert list(table_under("Categories")) == list(CATEGORIES)


def test_facts() -> None:
    rows = table_under("Facts")
    assert set(rows) == set(FACTS)
    for name, spec in FACTS.items():
        _, kind, of, belongs, means = rows[name]
        assert (name, kind, of, belongs) == (name, str(spec.kind), "yes" if spec.narrows else "", spec.belongs)
        assert all(f'`"{choice}"`' in means for choice in spec.choices), name


def test_problem_codes() -> None:
    assert set(table_under("Problem codes")) == {code.split(" ")[0] for code in PROBLEMS}


def test_facts_of_the_problems() -> None:
    rows = table_under("Problem codes")
    found: dict[str, set[str]] = {}
    for problem in (*mistakes.from_files(), *mistakes.from_deals(), *mistakes.from_estimates()):
        found.setdefault(problem.code, set()).update(set(problem.facts) - {"nearest", "line", "file"})
    for code, facts in found.items():
        named = set(re.findall(r"`([^`]+)`", rows[code][2]))
        assert (code, facts - named) == (code, set()), "not documented"
        assert (code, named - facts - RARE.get(code, set())) == (code, set()), "documented, and not there"


def test_totals() -> None:
    assert list(table_under("Totals")) == list(Totals._fields)


def test_answer_in_json() -> None:
    (example,) = [one for one in EXAMPLES if one.kind == "json"]
    answer = json.loads(example.result)
    keys = [*answer, *answer["estimates"][0], *answer["estimates"][0]["payments"][0]]
    assert set(table_under("The answer in JSON")) == {*keys, "where", "severity", "facts", "code"}


def test_options_of_the_commands() -> None:
    given = {
        name: [option for one in command.params if isinstance(one, click.Option) for option in one.opts]
        for name, command in main.commands.items()
    }
    assert list(table_under("`dealbook estimate`")) == given["estimate"]
    assert list(table_under("`dealbook check`")) == given["check"]
    assert list(table_under("`dealbook history`")) == given["history"]
    assert not given["demo"]


# --- the guide --------------------------------------------------------------------------------------------------------


def test_guide_names_every_shortcut_of_the_menus() -> None:
    rows = table_under("Keyboard", GUIDE)
    for entry in entries(menus()):
        if entry.keys:
            assert entry.keys in rows, entry.name
            assert plain_text(entry.text) in rows[entry.keys][1], entry.name


def test_guide_names_the_commands() -> None:
    rows = " ".join(table_under("Command line", GUIDE))
    assert all(f"dealbook {name}" in rows for name, command in main.commands.items() if not command.hidden)


def test_example_of_the_guide(tmp_path: Path) -> None:
    blocks = {kind: text for part in parts_of(GUIDE) for kind, text, _ in part.blocks}
    for name in ("deal", "partner"):
        (tmp_path / f"{name}.toml").write_text(blocks[f"toml {name}"], encoding="utf-8")
    _, *words = blocks["sh"].split()
    arguments = [str(tmp_path / word) if word.endswith(".toml") else word for word in words]
    answer = CliRunner(env={"LC_ALL": "C", "LANG": "C"}).invoke(main, arguments)
    assert answer.exit_code == 0
    assert set(blocks["text"].splitlines()) <= set(answer.stdout.splitlines())


def entries(data: tuple[Entry | Menu | None, ...]) -> Iterator[Entry]:
    """Yield the entries of menus, those of submenus too."""
    for one in data:
        if isinstance(one, Menu):
            yield from entries(one.entries)
        elif one is not None:
            yield one


def plain_text(text: str) -> str:
    return text.replace("&", "").removesuffix("…")


# --- links ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["reference.md", "guide.md"])
def test_links_lead_somewhere(name: str) -> None:
    text = (HELP / name).read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https:)([^)]+)\)", text):
        file, _, anchor = target.partition("#")
        where = HELP / file if file else HELP / name
        assert where.is_file(), target
        if anchor:
            anchors = {slug(part.heading) for part in parts_of(where.read_text(encoding="utf-8"))}
            assert anchor in anchors, target


def slug(heading: str) -> str:
    """Return the anchor that Markdown viewers make of a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def test_programs_of_the_examples_read_well() -> None:
    texts = {text for one in EXAMPLES if one.kind != "check" for text in one.programs}
    assert all(read_program(text) for text in texts)


# --- nothing is left without an example -------------------------------------------------------------------------------


def test_every_key_choice_and_fact_stands_in_an_example(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the tables name is used by an example that is run, the value that a key has anyway aside."""
    used: set[tuple[str, str]] = set()
    facts: set[str] = set()
    reading = Reader.section

    def noting(self: Reader, raw: object, keys: Section, where: str) -> dict[str, Any]:
        for name, value in raw.items() if isinstance(raw, Mapping) else ():
            if name in keys:
                used.update({(section_name(keys), name), *_chosen(section_name(keys), name, value, keys[name])})
        facts.update(_facts_in(raw))
        return reading(self, raw, keys, where)

    monkeypatch.setattr(Reader, "section", noting)
    for example in EXAMPLES:
        if example.kind != "check":
            for text in example.programs:
                read_program(text)
            read_deal(example.deal)
            if example.partner:
                read_partner(example.partner)
    wanted = {
        pair
        for name in HEADINGS.values()
        for key, one in getattr(grammar, name).items()
        for pair in (
            (name, key),
            *((name, f"{key} = {choice}") for choice in one.choices if _is_worth(key, choice, one)),
        )
    }
    assert sorted(wanted - used) == []
    assert sorted(set(FACTS) - facts) == []


def _is_worth(key: str, choice: str, one: Key) -> bool:
    """Say whether a choice changes what a deal file earns: not the default, nor one of names that all work alike."""
    alike = ("model", "confidence", "kind", "fact", "period")
    return choice not in (one.default, *CATEGORIES) and key not in alike


def _chosen(section: str, key: str, value: object, one: Key) -> Iterator[tuple[str, str]]:
    for choice in value if isinstance(value, list) else [value]:
        if choice in one.choices:
            yield section, f"{key} = {choice}"


def _facts_in(raw: object) -> Iterator[str]:
    if isinstance(raw, Mapping):
        yield from (str(raw[name]) for name in ("by", "fact") if name in raw)
        yield from (name for name in raw if name in STANDING_FIGURES)
        for inner in raw.values():
            yield from _facts_in(inner)
    elif isinstance(raw, list):
        for inner in raw:
            yield from _facts_in(inner)
