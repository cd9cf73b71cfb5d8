"""The same table as a workbook, recalculated by LibreOffice Calc.

A flat OpenDocument file holds the deals and one row of formulas for each sheet; a Basic macro, in a profile of its own,
fills the formulas down, has everything recalculated and takes the time of that alone: neither loading nor filling is
measured. Each plan has its sheet, with a row for each deal: what is paid at signing, a rounded payment for each month,
the totals.
"""

import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from table import MONTHS, Row

from dealbook.domain.partner import Assumptions

INSTALLED: Final = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    r"C:\Program Files\LibreOffice\program\soffice.com",
)
"""Where LibreOffice's command is where it is on no path."""

PATIENCE: Final = 600
"""Seconds after which LibreOffice is given up."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan in formulas, with names in braces: what each deal's row says of it before the months come.

    A month pays `rate` of `basis`, after so many months and until the end; `signing` is paid when the deal is signed,
    `later` in the month `due`. `lost` is the share of `signing` that is taken back when the customer leaves after {k}
    months.
    """

    basis: str = "0"
    rate: str = "0"
    after: str = "{free_months}"
    signing: str = "0"
    later: str = "0"
    due: str = "0"
    lost: str = "0"


GIVEN: Final = tuple(column.name for column in fields(Row))
"""What is given of a deal: the fields of a row, in order."""

DEAL: Final = {
    "mrr": "ROUND({seats}*{list_price}*(1-{discount});2)+ROUND({agents}*{agent_price};2)",
    "until": "{term}+INT((60-{term})/12)*12",
    "lag": "(YEAR({starts})-YEAR({signed}))*12+MONTH({starts})-MONTH({signed})",
}
"""What the deals' sheet works out beside what is given."""

PLANS: Final = {
    "residual": Plan(
        basis="{mrr}",
        rate="LOOKUP({mrr};{{0;500;2000;5000}};{{0.15;0.175;0.2;0.22}})",
    ),
    "bonus": Plan(
        basis="{mrr}",
        rate="0.08",
        signing="ROUND({mrr}*LOOKUP({term};{{12;24;36;60}};{{1;2;3.5;5}});2)",
        lost="IF({k}<12;1;0)",
    ),
    "upfront": Plan(
        basis="{mrr}",
        rate="0.16*0.8",
        after="{term}",
        signing="ROUND({mrr}*({term}-{free_months})*0.16*0.95*0.8;2)",
        lost="MAX(0;24-{k})/24",
    ),
    "resale": Plan(
        basis="{mrr}-ROUND({seats}*{list_price}*0.7;2)-ROUND({agents}*{agent_price}*0.7;2)",
        rate="1",
    ),
    "referral": Plan(
        later="IF({seats}+{agents}>=25;ROUND(({mrr}*({term}-{free_months})+ROUND({devices}*{device_price};2))*0.04;2);0)",
        due="7",
    ),
}
"""The plans of `table.PROGRAMS`, by their ids."""

MONTH: Final = "IF(AND({k}>{after};{k}<={until});ROUND({basis}*{rate};2);0)+IF({k}={due};{later};0)"
"""What a month pays: one formula for all months of all plans, as one fills it over a table."""

WEIGHTS: Final = {
    "factor": "(1+{discount_rate})^(({k}-1)/-12)",
    "likely": "{factor}*(1-{churn})^({k}-1)",
    "leaves": "{likely}*{churn}*(1+{discount_rate})^(-1/12)",
}
"""By service month: what a payment is worth at the start, the same if the customer stays, and if it leaves then."""

TOTALS: Final = {
    "upfront": "{signing}+{later}",
    "monthly": "IF({after}<{until};ROUND({basis}*{rate};2);0)",
    "first_year": "{signing}+SUM({first}:INDEX({months};12-{lag}))",
    "term": "{signing}+SUM({first}:INDEX({months};{term}))",
    "total": "{signing}+SUM({months})",
    "present_value": "ROUND({signing}+SUMPRODUCT({months};{factor})*(1+{discount_rate})^({lag}/-12);2)",
    "expected_value": (
        "ROUND({signing}+(SUMPRODUCT({months};{likely})-{signing}*{loss})*(1+{discount_rate})^({lag}/-12);2)"
    ),
}
"""The totals of programs.md §8."""

MACRO: Final = """
Sub Measure
    Dim hidden(0) As New com.sun.star.beans.PropertyValue
    hidden(0).Name = "Hidden"
    hidden(0).Value = True
    book = StarDesktop.loadComponentFromURL("{book}", "_blank", 0, hidden())
    book.enableAutomaticCalculation(False)
    Fill(book.Sheets.getByName("Deals"), {given})
    For Each plan In Array({plans})
        Fill(book.Sheets.getByName(plan), 0)
    Next
    Open "{result}" For Output As #1
    For Each threads In Array(False, True)
        UseThreads(threads)
        For run = 1 To {runs}
            began = GetSystemTicks()
            book.calculateAll()
            Print #1, GetSystemTicks() - began
        Next
    Next
    For Each plan In Array({plans})
        Show(book.Sheets.getByName(plan), plan)
    Next
    Close #1
    book.close(True)
End Sub

Sub UseThreads(wanted)
    Dim place(0) As New com.sun.star.beans.PropertyValue
    place(0).Name = "nodepath"
    place(0).Value = "/org.openoffice.Office.Calc/Formula/Calculation"
    settings = createUnoService("com.sun.star.configuration.ConfigurationProvider")
    node = settings.createInstanceWithArguments("com.sun.star.configuration.ConfigurationUpdateAccess", place())
    node.UseThreadedCalculationForFormulaGroups = wanted
    node.commitChanges()
End Sub

Sub Fill(sheet, first)
    last = Used(sheet)
    sheet.getCellRangeByPosition(first, 1, last, {rows}).fillAuto(com.sun.star.sheet.FillDirection.TO_BOTTOM, 1)
End Sub

Function Used(sheet)
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(False)
    Used = cursor.RangeAddress.EndColumn
End Function

Sub Show(sheet, plan)
    last = Used(sheet)
    For Each row In sheet.getCellRangeByPosition(last - {totals} + 1, 1, last, {rows}).DataArray
        text = plan
        For Each figure In row
            text = text & " " & Trim(Str(figure))
        Next
        Print #1, text
    Next
End Sub
"""


@dataclass(frozen=True, slots=True)
class Recalculated:
    """What LibreOffice made of the table: the seconds of each run, and by plan the `TOTALS` of each deal.

    `seconds` are those of one thread, `threaded` those of as many as LibreOffice likes: unasked, it uses all cores.
    """

    version: str
    seconds: Sequence[float]
    threaded: Sequence[float]
    totals: Mapping[str, Sequence[Sequence[Decimal]]]


def office() -> str | None:
    """Return LibreOffice's command; None where it is not installed."""
    found = (shutil.which(place) for place in ("soffice", "libreoffice", *INSTALLED))
    return next(filter(None, found), None)


def recalculated(rows: Sequence[Row], command: str, assume: Assumptions, runs: int = 3) -> Recalculated:
    """Have LibreOffice recalculate the table; raises RuntimeError where it gives no result."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "table.fods").write_text("".join(_document(rows, assume)), encoding="utf-8")
        _start(command, folder, "--terminate_after_init")  # makes the profile, and would wipe out a macro in it
        _install_macro(folder, len(rows), runs)
        _start(command, folder, "macro:///Standard.Bench.Measure")
        result = folder / "result.txt"
        if not result.exists():
            raise RuntimeError("LibreOffice ended without a result")
        lines = result.read_text(encoding="utf-8").splitlines()
    totals: dict[str, list[list[Decimal]]] = {plan: [] for plan in PLANS}
    for line in lines[2 * runs :]:
        plan, *figures = line.split()
        totals[plan].append([Decimal(figure) for figure in figures])
    version = subprocess.run([command, "--version"], capture_output=True, text=True, check=True).stdout
    seconds = [int(line) / 1000 for line in lines[: 2 * runs]]
    return Recalculated(" ".join(version.split()[:2]), seconds[:runs], seconds[runs:], totals)


def _start(command: str, folder: Path, *arguments: str) -> None:
    """Run LibreOffice to its end, with a profile inside the folder."""
    profile = (folder / "profile").as_uri()
    line = [command, "--headless", "--norestore", f"-env:UserInstallation={profile}", *arguments]
    try:
        subprocess.run(line, capture_output=True, timeout=PATIENCE, check=False)
    except subprocess.TimeoutExpired as error:
        raise RuntimeError(f"LibreOffice did not end within {PATIENCE} s") from error


def _install_macro(folder: Path, rows: int, runs: int) -> None:
    """Put the macro into the profile's own library, where it may run without being asked for."""
    source = MACRO.format(
        book=(folder / "table.fods").as_uri(),
        result=folder / "result.txt",
        plans=", ".join(f'"{plan}"' for plan in PLANS),
        given=len(GIVEN),
        rows=rows,
        totals=len(TOTALS),
        runs=runs,
    )
    library = folder / "profile" / "user" / "basic" / "Standard"
    library.mkdir(parents=True, exist_ok=True)
    (library / "script.xlb").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard"'
        ' library:readonly="false" library:passwordprotected="false"><library:element library:name="Bench"/>'
        "</library:library>",
        encoding="utf-8",
    )
    (library / "Bench.xba").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Bench"'
        f' script:language="StarBasic">{escape(source)}</script:module>',
        encoding="utf-8",
    )


# -- the sheets --------------------------------------------------------------------------------------------------------


def _document(rows: Sequence[Row], assume: Assumptions) -> Iterator[str]:
    """Yield the workbook as flat OpenDocument: the months' weights, the deals, a sheet for each plan."""
    yield (
        '<?xml version="1.0" encoding="UTF-8"?><office:document'
        ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
        ' xmlns:of="urn:oasis:names:tc:opendocument:xmlns:of:1.2"'
        ' office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.spreadsheet">'
        "<office:body><office:spreadsheet>"
    )
    fixed = {"discount_rate": str(assume.discount_rate), "churn": str(assume.churn)}
    yield from _sheet("Months", _months(fixed))
    yield from _sheet("Deals", _deals(rows))
    for name, plan in PLANS.items():
        yield from _sheet(name, _plan(name, plan, fixed))
    yield "</office:spreadsheet></office:body></office:document>"


def _months(fixed: dict[str, str]) -> Iterator[list[str]]:
    """Yield a column for each service month: its weights, and the lost shares of every plan with what they cost."""
    yield [_value(k) for k in range(1, MONTHS + 1)]
    rows = {name: number for number, name in enumerate(WEIGHTS, 2)}
    for formula in [*WEIGHTS.values(), *(plan.lost for plan in PLANS.values())]:
        yield [
            _formula(formula, fixed | {"k": f"[.{at}$1]"} | {name: f"[.{at}{row}]" for name, row in rows.items()})
            for at in map(_column, range(MONTHS))
        ]


def _deals(rows: Iterable[Row]) -> Iterator[list[str]]:
    """Yield the heads, then what is given of each deal; the first one with the formulas to fill down."""
    names = [*GIVEN, *DEAL]
    yield [_value(name) for name in names]
    here = {name: f"[.${_column(i)}2]" for i, name in enumerate(names)}
    formulas = [_formula(formula, here) for formula in DEAL.values()]
    for row in rows:
        yield [*(_value(getattr(row, name)) for name in GIVEN), *formulas]
        formulas = []


def _plan(name: str, plan: Plan, fixed: dict[str, str]) -> Iterator[list[str]]:
    """Yield the heads and the first row of a plan's sheet."""
    figures = {column.name: getattr(plan, column.name) for column in fields(plan) if column.name != "lost"}
    heads = [*figures, *range(1, MONTHS + 1), *TOTALS]
    yield [_value(head) for head in heads]
    start = len(figures)
    first, last = _column(start), _column(start + MONTHS - 1)
    names = {
        **fixed,
        **{name: f"[$Deals.${_column(i)}2]" for i, name in enumerate([*GIVEN, *DEAL])},
        **{name: f"[.${_column(i)}2]" for i, name in enumerate(figures)},
        **{name: _weights(number) for number, name in enumerate(WEIGHTS, 2)},
        "first": f"[.${first}2]",
        "months": f"[.${first}2:.${last}2]",
        "loss": f"SUMPRODUCT({_weights(4)};{_weights(5 + list(PLANS).index(name))})",
    }
    yield [
        *(_formula(figure, names) for figure in figures.values()),
        *(_formula(MONTH, names | {"k": f"[.{_column(i)}$1]"}) for i in range(start, start + MONTHS)),
        *(_formula(total, names) for total in TOTALS.values()),
    ]


def _weights(row: int) -> str:
    return f"[$Months.$A${row}:.${_column(MONTHS - 1)}${row}]"


def _sheet(name: str, rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"<table:table table:name={quoteattr(name)}>"
    for row in rows:
        yield f"<table:table-row>{''.join(row)}</table:table-row>"
    yield "</table:table>"


def _formula(text: str, names: Mapping[str, str]) -> str:
    return f"<table:table-cell table:formula={quoteattr('of:=' + text.format_map(names))}/>"


def _value(value: object) -> str:
    if isinstance(value, date):
        return f'<table:table-cell office:value-type="date" office:date-value="{value}"/>'
    if isinstance(value, str):
        return f'<table:table-cell office:value-type="string" office:string-value={quoteattr(value)}/>'
    return f'<table:table-cell office:value-type="float" office:value="{value}"/>'


def _column(index: int) -> str:
    """Return the letters of a column, from 0 = A."""
    return (chr(64 + index // 26) if index >= 26 else "") + chr(65 + index % 26)
