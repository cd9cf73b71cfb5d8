"""What several tests share: reading worked cases."""

import re
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from dealbook.domain.deal import Deal
from dealbook.domain.partner import Assumptions
from dealbook.earnings.compare import estimates, in_catalog
from dealbook.earnings.estimate import Estimate
from dealbook.programs.catalog import Catalog
from dealbook.programs.dealfile import PartnerFile, read_deal, read_partner
from dealbook.programs.terms import all_terms

ROOT = Path(__file__).parents[1]
CASES = sorted((ROOT / "tests" / "cases").glob("*.toml"))


def read_case(path: Path) -> Mapping[str, Any]:
    """Return a case's data."""
    return tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)


def _part(text: str, sections: tuple[str, ...]) -> str:
    """Return the part of a case's text that belongs to some sections: a deal file or a partner file in itself."""
    kept, keep = [], False
    for line in text.splitlines():
        if line.startswith("["):
            name = line.strip("[] \t").split("]")[0].split(".")[0]
            keep = name in sections
        if keep:
            kept.append(line)
    return "\n".join(kept)


def case_deal(path: Path) -> Deal:
    """Return the deal of a case."""
    return read_deal(_part(path.read_text(encoding="utf-8"), ("deal", "line", "event")), path.name)


def case_partner(path: Path) -> PartnerFile | None:
    """Return the partner of a case; None where it has none."""
    text = _part(path.read_text(encoding="utf-8"), ("partner", "enrolment", "assume", "rate"))
    return read_partner(text, path.name) if "[partner]" in text else None


def case_assumptions(path: Path) -> Assumptions:
    """Return the assumptions of a case; those that are usual where it has none."""
    text = _part(path.read_text(encoding="utf-8"), ("assume",))
    return read_partner(f'[partner]\nname = "P"\n{text}', path.name).partner.assume


def case_catalog(path: Path) -> Catalog:
    """Return the programs of a case."""
    files = [ROOT / name for name in read_case(path)["programs"]]
    catalog = Catalog.load((file.name, file.read_text(encoding="utf-8")) for file in files)
    assert not catalog.problems, catalog.problems
    return catalog


def case_estimates(path: Path) -> list[Estimate]:
    """Return the estimates of a case, as the command line makes them."""
    deal, file = case_deal(path), case_partner(path)
    catalog = case_catalog(path)
    partner, enrolments = (file.partner, file.enrolments) if file else (None, None)
    terms = all_terms(catalog, partner, enrolments, deal.signed)
    rates = file.rates if file else ()
    succeeding = in_catalog(catalog, partner, enrolments)
    return estimates(deal, deal.offers[0], terms, case_assumptions(path), rates=rates, succeeding=succeeding)


@cache
def program_texts() -> dict[str, str]:
    """Return the texts of the programs that ship and of those of the worked cases, by name."""
    files = sorted((ROOT / "resources" / "catalog").glob("*/*.toml")) + sorted(
        (ROOT / "tests" / "cases" / "programs").glob("*.toml")
    )
    return {"/".join(file.parts[-2:]): file.read_text(encoding="utf-8") for file in sorted(files)}


def comments_in(text: str) -> list[str]:
    """Return the comments of a TOML text; what stands in a string is none."""
    tokens = re.finditer(r'"""(?:[^\\]|\\.)*?"""|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|(#[^\n]*)', text, re.DOTALL)
    return [token[1].rstrip() for token in tokens if token[1]]
