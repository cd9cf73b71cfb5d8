"""`dealbook estimate` and `dealbook check`: files in, estimates as JSON or a table out (programs.md §9)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from dealbook.desk.checking import Text, advice, check_texts, in_file
from dealbook.desk.wording import located_text, problem_text
from dealbook.domain.deal import Deal
from dealbook.domain.money import minor_unit
from dealbook.domain.months import month_text
from dealbook.domain.partner import Assumptions
from dealbook.domain.problem import Problem, ProblemsError
from dealbook.earnings.compare import estimates, in_catalog, instead_of
from dealbook.earnings.estimate import Estimate, Status, Totals
from dealbook.earnings.payments import merged
from dealbook.language import Language
from dealbook.programs.catalog import Catalog, shipped
from dealbook.programs.dealfile import PartnerFile, read_assumptions, read_deal, read_partner
from dealbook.programs.limits import read_limited
from dealbook.programs.reader import read_program
from dealbook.programs.sections import Reader
from dealbook.programs.terms import all_terms


class FileTrouble(Exception):  # noqa: N818 - the message is for the user
    """A file that cannot be read or is wrong: one clear line."""


@dataclass(frozen=True, slots=True)
class Estimated:
    """The answer to `dealbook estimate`."""

    deal: Deal
    assume: Assumptions
    estimates: Sequence[Estimate]


def estimate_files(
    deal_file: Path, programs: Sequence[Path], partner_file: Path | None, assume: Sequence[str], language: Language
) -> Estimated:
    """Estimate a deal file under program files or folders, or the shipped catalogue.

    Raises FileTrouble with one clear line for a file that cannot be read or is wrong.
    """
    deal = _read(deal_file, read_deal, language)
    partner: PartnerFile | None = None if partner_file is None else _read(partner_file, read_partner, language)
    catalog = _catalog(programs, language)
    assumed = _assumed(partner.partner.assume if partner else Assumptions(), assume, language)
    who, enrolments = (partner.partner, partner.enrolments) if partner else (None, None)
    terms = all_terms(catalog, who, enrolments, deal.signed)
    found = estimates(
        deal,
        deal.offers[0],
        terms,
        assumed,
        rates=partner.rates if partner else (),
        succeeding=in_catalog(catalog, who, enrolments),
    )
    return Estimated(deal, assumed, found)


def as_json(result: Estimated) -> dict[str, Any]:
    """Return the answer in the form of programs.md §9: amounts as texts, problems as data."""
    rates = {"discount_rate": result.assume.discount_rate, "churn": result.assume.churn}
    return {
        "deal": result.deal.customer,
        "assume": {name: f"{rate.normalize():f}" for name, rate in rates.items()},
        "estimates": [_estimate_json(estimate) for estimate in result.estimates],
    }


def check_files(files: Sequence[Path], language: Language) -> list[str]:
    """Return every problem of some program files as a line: file, line where it can be told, key path, sentences.

    Raises FileTrouble for a file that cannot be read, and for a folder without program files.
    """
    return [_advised(problem, language) for problem in _checked(files, language)]


def checked_json(files: Sequence[Path], language: Language) -> list[dict[str, Any]]:
    """Return the same as data: place, code and facts as texts, both sentences."""
    return [
        {
            "file": problem.facts.get("file", ""),
            "line": int(problem.facts["line"]) if "line" in problem.facts else None,
            "where": problem.where,
            "code": problem.code,
            "severity": str(problem.severity),
            **advice(problem, language)._asdict(),
            "facts": {name: fact for name, fact in problem.facts.items() if name not in ("file", "line")},
        }
        for problem in _checked(files, language)
    ]


def _checked(files: Sequence[Path], language: Language) -> list[Problem]:
    texts: list[Text] = []
    found: list[Problem] = []
    for file in _program_files(files):
        try:
            texts.append(Text(str(file), _text(file)))
        except ProblemsError as error:
            found += [in_file(problem, str(file)) for problem in error.problems]
    if not texts and not found:
        raise FileTrouble(f"{files[0]}: " + language.text("No program file (*.toml) is here."))
    return [*found, *check_texts(texts)]


def _advised(problem: Problem, language: Language) -> str:
    """Return a problem of a program file as a line: where, what and why, how to mend it."""
    place = ":".join(part for part in (problem.facts.get("file", ""), problem.facts.get("line", "")) if part)
    what, mend = advice(problem, language)
    where = ": ".join(part for part in (place, problem.where, what) if part)
    return " ".join(part for part in (where, mend) if part).replace("\n", " ")


def as_table(result: Estimated, language: Language) -> str:
    """Return the answer as a table to read in a terminal."""
    heads = ["Plan", "Once", "Year 1", "Term", "Expected"]
    rows = [[language.text(head) for head in heads]]
    notes: list[str] = []
    for estimate in result.estimates:
        name = f"{estimate.vendor} · {estimate.plan_name}" + (f" · {estimate.tier}" if estimate.tier else "")
        if estimate.status is Status.PAYABLE and estimate.totals is not None:
            rows.append([f"{name} ({estimate.currency})", *_figures(estimate.totals, estimate.currency, language)])
        else:
            reasons = " ".join(problem_text(problem, language) for problem in estimate.problems)
            plan = instead_of(estimate, result.estimates)
            instead = " " + language.text("{plan} instead.").replace("{plan}", plan.plan_name) if plan else ""
            notes.append(f"{name}: {language.text(str(estimate.status))}. {reasons}{instead}")
    widths = [max(len(row[i]) for row in rows) for i in range(len(heads))]
    table = [
        "  ".join([row[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(row[1:], widths[1:], strict=True))])
        for row in rows
    ]
    return "\n".join([*table, *([""] if notes else []), *notes])


def _figures(totals: Totals, currency: str, language: Language) -> list[str]:
    figures = (totals.upfront, totals.first_year, totals.term, totals.expected_value)
    return [language.amount(figure, currency) for figure in figures]


def _estimate_json(estimate: Estimate) -> dict[str, Any]:
    unit = minor_unit(estimate.currency)
    return {
        "program": estimate.program,
        "version": estimate.version,
        "plan": estimate.plan,
        "model": estimate.model,
        "currency": estimate.currency,
        "status": str(estimate.status),
        "tier": estimate.tier,
        "problems": [
            {"code": p.code, "where": p.where, "severity": str(p.severity), "facts": dict(p.facts)}
            for p in estimate.problems
        ],
        "payments": [
            {
                "component": p.component,
                "role": p.role,
                "kind": p.kind,
                "month": month_text(p.month),
                "count": p.count,
                "every": p.every,
                "amount": _amount(p.amount, unit),
            }
            for p in merged(estimate.payments)
        ],
        "totals": None if estimate.totals is None else _totals_json(estimate.totals, unit),
    }


def _totals_json(totals: Totals, unit: Decimal) -> dict[str, str]:
    return {name: _amount(getattr(totals, name), unit) for name in Totals._fields}


def _amount(amount: Decimal, unit: Decimal) -> str:
    return f"{amount.quantize(unit):f}"


def _catalog(paths: Sequence[Path], language: Language) -> Catalog:
    if not paths:
        return Catalog.load(shipped())
    programs = [_read(file, read_program, language) for file in _program_files(paths)]
    if not programs:
        raise FileTrouble(f"{paths[0]}: " + language.text("No program file (*.toml) is here."))
    return Catalog.of(programs)


def _program_files(paths: Iterable[Path]) -> list[Path]:
    """Return the files, and of folders every TOML file below them."""
    files: list[Path] = []
    for path in paths:
        files += sorted(path.rglob("*.toml")) if path.is_dir() else [path]
    return files


def _read(file: Path, read: Any, language: Language) -> Any:  # noqa: ANN401 - one reader or another
    try:
        return read(_text(file), file.name)
    except ProblemsError as error:
        first = _line(file, error.problems[0], language)
        more = len(error.problems) - 1
        rest = " " + language.plural("(and {n} more problem)", "(and {n} more problems)", more) if more else ""
        raise FileTrouble(first + rest) from None


def _text(file: Path) -> str:
    try:
        return read_limited(file)
    except OSError as error:
        raise FileTrouble(f"{file}: {error.strerror}") from None


def _line(file: Path, problem: Problem, language: Language) -> str:
    where = "" if problem.where == file.name else problem.where
    return _advised(Problem(problem.code, where, {**problem.facts, "file": str(file)}), language)


def _assumed(given: Assumptions, changes: Sequence[str], language: Language) -> Assumptions:
    reader = Reader()
    raw: dict[str, str] = {"discount_rate": f"{given.discount_rate:f}", "churn": f"{given.churn:f}"}
    for change in changes:
        name, _, text = change.partition("=")
        raw[name.strip()] = text.strip()
    assumed = read_assumptions(reader, raw, "--assume")
    if reader.problems:
        raise FileTrouble(located_text(reader.problems[0], language))
    return assumed
