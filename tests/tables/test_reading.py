"""Files as tables: every encoding and separator, and files that were made to harm."""

import io
import re
import zipfile
from contextlib import suppress
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xlsxwriter import Workbook

from dealbook.tables import grid, workbooks
from dealbook.tables.errors import TableError
from dealbook.tables.formulas import armed, defused, is_formula
from dealbook.tables.grid import Form, column_name
from dealbook.tables.reading import read_tables
from dealbook.tables.writing import Share, Value, csv_bytes, xlsx_bytes

ROWS = [["Kunde", "Preis"], ["Müller & Söhne", "1.234,50"], ["Café; „Elbe“", "3 €"]]


def file(folder: Path, data: bytes, name: str = "t.csv") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def cells(folder: Path, data: bytes, name: str = "t.csv") -> list[list[object]]:
    (sheet,) = read_tables(file(folder, data, name))
    return [list(row.cells) for row in sheet.rows]


def refused(folder: Path, data: bytes, name: str = "t.csv") -> TableError:
    with pytest.raises(TableError) as caught:
        read_tables(file(folder, data, name))
    return caught.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_encoding_and_separator(tmp_path: Path, encoding: str, delimiter: str, end: str) -> None:
    text = end.join(delimiter.join(f'"{cell}"' for cell in row) for row in ROWS)
    assert cells(tmp_path, text.encode(encoding)) == ROWS


def test_latin_1_without_quotes(tmp_path: Path) -> None:
    assert cells(tmp_path, "Größe;Straße\n1,5;2,5\n".encode("latin-1")) == [["Größe", "Straße"], ["1,5", "2,5"]]


def test_commas_in_numbers_do_not_separate(tmp_path: Path) -> None:
    text = "a;b;c\n1,5;2,5;3,5\n1,5;2,5;\n"
    assert cells(tmp_path, text.encode()) == [["a", "b", "c"], ["1,5", "2,5", "3,5"], ["1,5", "2,5"]]


@pytest.mark.parametrize("rows", [1, 2, 40])
def test_a_separator_inside_texts_does_not_separate(tmp_path: Path, rows: int) -> None:
    text = "a;b;c\n" + ',;"x\ny";"1,5,6,7"\n' * rows
    assert cells(tmp_path, text.encode())[1:] == [[",", "x\ny", "1,5,6,7"]] * rows


def test_excels_own_line_names_the_separator(tmp_path: Path) -> None:
    (sheet,) = read_tables(file(tmp_path, b"sep=|\na;b|c\n1;2|3\n"))
    assert [(row.number, row.cells) for row in sheet.rows] == [(2, ("a;b", "c")), (3, ("1;2", "3"))]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "utf-16", "cp1252", "cp850", "mac-roman"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_a_file_is_read_as_somebody_says(tmp_path: Path, encoding: str, delimiter: str) -> None:
    rows = [["Größe", "x;y,z|w"], ["é", "1"]]
    data = "\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows).encode(encoding)
    said = "utf-16" if encoding.startswith("utf-16") else encoding
    (sheet,) = read_tables(file(tmp_path, data), Form(said, delimiter))
    assert [list(row.cells) for row in sheet.rows] == rows
    assert sheet.form == Form(said, delimiter)


def test_what_nobody_says_is_found_out_and_told(tmp_path: Path) -> None:
    (sheet,) = read_tables(file(tmp_path, "Größe;b\n1;2\n".encode("cp1252")))
    assert sheet.form == Form("cp1252", ";")
    (sheet,) = read_tables(file(tmp_path, "Größe;b\n1;2\n".encode()), Form(delimiter=","))
    assert sheet.form == Form("utf-8", ",")
    assert sheet.rows[0].cells == ("Größe;b",)
    (sheet,) = read_tables(file(tmp_path, workbook(), "t.xlsx"), Form("utf-16", ","))
    assert sheet.form is None


@pytest.mark.parametrize(("data", "encoding"), [("Größe;b".encode("cp1252"), "utf-8"), (b"a;b;c", "utf-16")])
def test_a_file_that_cannot_be_what_somebody_says_is_refused(tmp_path: Path, data: bytes, encoding: str) -> None:
    with pytest.raises(TableError) as caught:
        read_tables(file(tmp_path, data), Form(encoding))
    assert caught.value.code == "damaged"


def test_rows_keep_the_numbers_of_a_spreadsheet(tmp_path: Path) -> None:
    (sheet,) = read_tables(file(tmp_path, b'a;b\n\n"x\ny";2\n;;\n3;4\n'))
    assert [row.number for row in sheet.rows] == [1, 3, 5]
    assert sheet.place(3, 1) == "t.csv:3:B"


@pytest.mark.parametrize(("position", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_columns_are_called_as_in_a_spreadsheet(position: int, name: str) -> None:
    assert column_name(position) == name


def test_a_workbook_gives_figures_days_and_flags(tmp_path: Path) -> None:
    made = io.BytesIO()
    book = Workbook(made)
    book.add_worksheet("Empty")
    sheet = book.add_worksheet("Deals")
    sheet.write_row(1, 1, ["Kunde", "Preis", "Tag", "Ja"])
    sheet.write_string(2, 1, "Müller")
    sheet.write_number(2, 2, 0.1 + 0.2)
    sheet.write_datetime(2, 3, date(2026, 3, 10), book.add_format({"num_format": "dd.mm.yyyy"}))
    sheet.write_boolean(2, 4, True)
    book.close()
    (found,) = read_tables(file(tmp_path, made.getvalue(), "t.xlsx"))
    assert found.rows[0].number == 2
    assert found.rows[1].cells == ("", "Müller", Decimal("0.3"), date(2026, 3, 10), True)
    assert found.name == ""


def test_several_sheets_are_told_apart(tmp_path: Path) -> None:
    made = io.BytesIO()
    with Workbook(made) as book:
        for name in ("One", "Two"):
            book.add_worksheet(name).write(0, 0, name)
    one, two = read_tables(file(tmp_path, made.getvalue(), "t.xlsx"))
    assert (one.place(1, 0), two.place(1)) == ("t.xlsx:One:1:A", "t.xlsx:Two:1")


# --- hostile files


def test_nothing_to_read(tmp_path: Path) -> None:
    assert refused(tmp_path, b"").code == "empty"
    assert refused(tmp_path, b"\n;;\n").code == "empty"
    with pytest.raises(FileNotFoundError):
        read_tables(tmp_path / "gone.csv")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\x00\x01\x02binary" * 50, "no-text"),
        (b"%PDF-1.7\x00\x01\x02" * 9, "no-text"),
        (b"\x7fELF\x02\x01\x01" + bytes(60), "no-text"),
        (b"\xd0\xcf\x11\xe0" + bytes(500), "old-excel"),
        (b"PK\x03\x04 no zip at all", "damaged"),
        (b"\xff\xfea\x00b", "damaged"),
        (b"a;b\n1;" + b"x" * 200_000, "damaged"),
        (b";" * 500, "too-many-columns"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, data: bytes, code: str) -> None:
    assert refused(tmp_path, data).code == code


def test_a_file_that_is_too_big_is_not_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "big.csv"
    with path.open("wb") as stream:
        stream.truncate(5_000_000_000)
    with pytest.raises(TableError) as caught:
        read_tables(path)
    assert (caught.value.code, caught.value.facts["found"]) == ("too-big", "5001")


def test_too_many_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grid, "MOST_ROWS", 3)
    assert refused(tmp_path, b"a;b\n" * 4).code == "too-many-rows"
    assert len(cells(tmp_path, b"a;b\n" * 3)) == 3


def workbook(*, sheet: str = "", strings: str = "") -> bytes:
    """Return a workbook whose one sheet and shared texts were exchanged."""
    made = io.BytesIO()
    with Workbook(made) as book:
        book.add_worksheet("S").write_string(0, 0, "x")
    changed = io.BytesIO()
    given = {"xl/worksheets/sheet1.xml": sheet, "xl/sharedStrings.xml": strings}
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            target.writestr(info.filename, given.get(info.filename) or source.read(info))
    return changed.getvalue()


def sheet_of(rows: str) -> str:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<?xml version="1.0"?><worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>'


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="A1048576"><v>1</v></c></row>', "too-many-rows"),
        ('<row r="1"><c r="XFD1"><v>1</v></c></row>', "too-many-columns"),
        ("<row r='1'><c r = 'XFD1'><v>1</v></c></row>", "too-many-columns"),
        ('<row r="1"><c r="GR1"><v>1</v></c></row><row r="200000"><c r="A200000"><v>1</v></c></row>', "too-many-cells"),
        ('<row r="&#49;"><c r="A1"><v>1</v></c></row>', "damaged"),
    ],
)
def test_a_cell_far_out_does_not_fill_the_memory(tmp_path: Path, rows: str, code: str) -> None:
    assert refused(tmp_path, workbook(sheet=sheet_of(rows)), "t.xlsx").code == code


def test_formats_without_content_reach_as_far_as_they_like(tmp_path: Path) -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1" s="0"/></row><row r="1048576" s="0"/>'
    assert cells(tmp_path, workbook(sheet=sheet_of(rows)), "t.xlsx") == [[Decimal(1)]]


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MOST_UNPACKED", 2_000_000)
    data = workbook(sheet=sheet_of(" " * 3_000_000))
    assert len(data) < 20_000
    assert refused(tmp_path, data, "t.xlsx").code == "too-much"


def test_a_long_text_used_a_million_times_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MOST_UNPACKED", 2_000_000)
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 1001))
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    strings = f'<sst xmlns="{main}"><si><t>{"x" * 30_000}</t></si></sst>'
    assert refused(tmp_path, workbook(sheet=sheet_of(rows), strings=strings), "t.xlsx").code == "too-much"


def test_an_external_entity_is_not_followed(tmp_path: Path) -> None:
    secret = file(tmp_path, b"secret", "secret.txt")
    rows = '<row r="1"><c r="A1" t="str"><v>&x;</v></c></row>'
    evil = sheet_of(rows).replace("<worksheet", f'<!DOCTYPE w [<!ENTITY x SYSTEM "{secret.as_uri()}">]><worksheet')
    path = file(tmp_path, workbook(sheet=evil), "t.xlsx")
    try:
        found = str(read_tables(path))
    except TableError:
        found = ""
    assert "secret" not in found


@given(st.binary(max_size=300) | st.binary(max_size=300).map(lambda data: b"PK\x03\x04" + data))
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(data)
    with suppress(TableError):  # anything else is a mistake of ours
        assert read_tables(path)


@given(st.integers(0, 10**6), st.integers(0, 255))
def test_a_damaged_workbook_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, place: int, byte: int) -> None:
    data = bytearray(workbook())
    data[place % len(data)] = byte
    path = tmp_path_factory.getbasetemp() / "damaged.xlsx"
    path.write_bytes(data)
    with suppress(TableError):
        assert read_tables(path)


# --- formulas

FORMULAS = ["=cmd|' /C calc'!A0", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "'=1", "''+1", "＝1"]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_never_becomes_a_formula(tmp_path: Path, text: str) -> None:
    assert is_formula(text)
    written = csv_bytes([["h", "h"], [text, "x"]], ",").decode("utf-8-sig")
    assert not written.split("\r\n", 1)[1].lstrip('"').startswith(tuple("=+-@\t\r\n＝"))
    made = xlsx_bytes("T", [["h"], [text]])
    with zipfile.ZipFile(io.BytesIO(made)) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
        assert b'quotePrefix="1"' in book.read("xl/styles.xml")


@given(st.text(max_size=6) | st.sampled_from(FORMULAS))
def test_every_text_comes_back(text: str) -> None:
    assert armed(defused(text)) == text
    assert not defused(text).startswith(tuple("=+-@\t\r\n"))


def test_figures_stay_figures() -> None:
    row: list[Value] = [Decimal("-12.50"), 3, Share(Decimal("0.075")), date(2026, 3, 10), None, "a;b"]
    assert csv_bytes([row], ",").decode("utf-8-sig") == '-12,50;3;7,5%;2026-03-10;;"a;b"\r\n'
    assert csv_bytes([row], ".").decode("utf-8-sig") == "-12.50,3,7.5%,2026-03-10,,a;b\r\n"


def test_a_share_looks_as_one_writes_it() -> None:
    """Neither "76,6700%" in CSV nor "100.%" in a spreadsheet, as the format 0.##% has it."""
    shares: list[Value] = [Share(Decimal(text)) for text in ("1", "0.7667", "0.5000", "0", "0.1")]
    assert csv_bytes([shares], ",").decode("utf-8-sig") == "100%;76,67%;50%;0%;10%\r\n"
    with zipfile.ZipFile(io.BytesIO(xlsx_bytes("Shares", [["h"], *([one] for one in shares)]))) as packed:
        styles, sheet = (packed.read(f"xl/{part}.xml").decode() for part in ("styles", "worksheets/sheet1"))
    names = dict(re.findall(r'<numFmt numFmtId="(\d+)" formatCode="([^"]+)"', styles))
    forms = re.findall(r'numFmtId="(\d+)"', styles.partition("<cellXfs")[2])
    used = [names[forms[int(style)]] for style in re.findall(r'<c r="A[2-6]" s="(\d+)"', sheet)]
    assert used == ["0%", "0.00%", "0%", "0%", "0%"]
