"""The editor: a wrong key typed, seen at its line, mended, put in force, undone; by real keys in the real window."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit, QTableWidget, QWidget
from pytestqt.qtbot import QtBot

from dealbook.book.programs import ProgramText
from dealbook.desk.editing import version_text
from dealbook.desk.session import Session
from dealbook.domain.problem import Severity
from dealbook.gui.models.editor_checker import AT_ONCE
from dealbook.gui.pages.editor import EditorPage
from dealbook.gui.widgets.editor_text import ProgramText as TextEdit
from dealbook.gui.window import Window

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
NFON, DAY = "nfon-ngage", date(2022, 1, 1)


@pytest.fixture
def session(opened: Window) -> Session:
    """The session of the small book."""
    assert opened.session is not None
    return opened.session


def page_of(window: Window, **args: str) -> EditorPage:
    """Go to the editor."""
    window.go("editor", **args)
    assert window.pages is not None
    found = window.pages.page("editor")
    assert isinstance(found, EditorPage)
    QApplication.processEvents()
    return found


@pytest.fixture
def page(opened: Window) -> EditorPage:
    """The editor on a shipped version."""
    return page_of(opened, program=NFON, day=DAY.isoformat())


def shown_in(table: QTableWidget, row: int, column: int) -> str:
    """Return the text of a cell."""
    item = table.item(row, column)
    assert item is not None
    return item.text()


def focused() -> QWidget:
    """Return what has the focus."""
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def press(*keys: Qt.Key, mod: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press keys where the focus is."""
    for key in keys:
        QTest.keyClick(focused(), key, mod)
        QApplication.processEvents()


def type_text(text: str) -> None:
    """Type where the focus is; the first key may open a cell."""
    for sign in text:
        QTest.keyClicks(focused(), sign)
    QApplication.processEvents()


def fill(line: QWidget, text: str) -> None:
    """Type over what stands in a field, and leave it with Enter."""
    assert isinstance(line, QLineEdit)
    line.selectAll()
    type_text(text)
    press(Qt.Key.Key_Return)


def go_to_end_of(page: EditorPage, words: str) -> None:
    """Put the cursor after some words of the text."""
    text = page.text.toPlainText()
    page.text.go_to(text.index(words) + len(words))
    page.text.setFocus()


def pause(page: EditorPage) -> None:
    """End the pauses after typing at once."""
    for timer in (page.checker.pause, page.draft.pause):
        if timer.isActive():
            timer.stop()
            timer.timeout.emit()
    QApplication.processEvents()


def own_texts(session: Session) -> list[str]:
    """Return the names of the partner's own versions."""
    return [one.name for one in session.book.programs.texts()]


# --- the whole way


def test_a_wrong_key_is_seen_at_its_line_mended_put_in_force_and_undone(page: EditorPage, session: Session) -> None:
    shipped = version_text(session, NFON, DAY)
    assert focused() is page.text
    assert not page.head.force.isEnabled()
    go_to_end_of(page, 'basis = "mrr"')
    press(Qt.Key.Key_Return)
    type_text('capp = "500"')
    pause(page)
    line = page.text.textCursor().blockNumber() + 1
    (finding,) = page.problems.model.rows
    assert finding.finding.line == line
    assert finding.words == "Unknown key capp. Did you mean cap?"
    assert "Did you mean cap?" in page.text_card.here._whole
    assert not page.head.force.isEnabled()
    assert "1 error" in page.head.state._whole
    press(Qt.Key.Key_Return, mod=CTRL)
    assert own_texts(session) == [], "a text with errors never replaces a version"

    press(Qt.Key.Key_F8)
    assert page.text.textCursor().blockNumber() + 1 == line
    press(Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Delete)
    pause(page)
    assert not page.problems.model.rows
    assert "takes the place of the shipped version of 1 Jan 2022" in page.head.state._whole
    press(Qt.Key.Key_Return, mod=CTRL)
    assert own_texts(session) == [f"{NFON}/{DAY}.toml"]
    assert 'cap = "500"' in version_text(session, NFON, DAY)
    assert session.book.drafts.all() == ()
    program = session.catalog.governing(NFON, date(2026, 1, 1))
    assert program is not None
    assert program.plans[0].pays[0].cap is not None

    session.undo()
    assert own_texts(session) == []
    assert version_text(session, NFON, DAY) == shipped
    assert [draft.text for draft in session.book.drafts.all()] == [page.text.toPlainText()]


def test_each_pause_is_one_step_and_a_draft_governs_nothing(page: EditorPage, session: Session) -> None:
    before, count = session.catalog, session.book.step_count
    go_to_end_of(page, 'name = "Ngage"')
    type_text(" # a")
    type_text("b")
    pause(page)
    assert session.book.step_count == count + 1
    assert session.book.undo_name == "Change program text"
    type_text("c")
    pause(page)
    assert session.book.step_count == count + 2
    assert [draft.text for draft in session.book.drafts.all()] == [page.text.toPlainText()]
    assert session.catalog is before


def test_undo_in_the_text_and_in_the_book_agree(page: EditorPage, session: Session) -> None:
    shipped, count = page.text.toPlainText(), session.book.step_count
    go_to_end_of(page, 'name = "Ngage"')
    type_text(" #1")
    pause(page)
    first = page.text.toPlainText()
    press(Qt.Key.Key_Left, Qt.Key.Key_Right)
    type_text("2")
    pause(page)
    assert session.book.step_count == count + 2
    press(Qt.Key.Key_Z, mod=CTRL)
    pause(page)
    assert page.text.toPlainText() == first
    assert session.book.step_count == count + 1, "taken back, not done once more"
    session.undo()
    assert page.text.toPlainText() == shipped
    assert session.book.drafts.all() == ()
    assert not page.draft.is_kept
    session.redo()
    assert page.text.toPlainText() == first
    assert page.draft.is_kept


def test_a_draft_is_there_when_one_comes_back(opened: Window, page: EditorPage, session: Session) -> None:
    go_to_end_of(page, 'name = "Ngage"')
    type_text(" # mine")
    opened.go("deals")
    assert len(session.book.drafts.all()) == 1, "kept without waiting for the pause"
    again = page_of(opened, program=NFON)
    assert "# mine" in again.text.toPlainText()
    assert again.head.discard.isVisible()
    QTest.mouseClick(again.head.discard, Qt.MouseButton.LeftButton)
    assert again.text.toPlainText() == version_text(session, NFON, DAY)
    assert session.book.drafts.all() == ()
    session.undo()
    assert "# mine" in again.text.toPlainText()


def test_a_text_that_is_not_toml_leaves_the_form_as_it_was(page: EditorPage) -> None:
    parts = page.form.outline.rowCount()
    go_to_end_of(page, "[program]")
    press(Qt.Key.Key_Return)
    type_text("vendor = = ")
    pause(page)
    assert page.form.stale.isVisible()
    assert not page.form.area.isEnabled()
    assert page.form.outline.rowCount() == parts
    assert not page.head.force.isEnabled()
    (finding,) = page.problems.model.rows
    assert finding.finding.line == page.text.textCursor().blockNumber() + 1
    press(Qt.Key.Key_Z, mod=CTRL)
    pause(page)
    assert not page.form.stale.isVisible()
    assert page.form.area.isEnabled()


# --- the form


def field(page: EditorPage, *path: str | int) -> QWidget:
    """Go to a part and return the control of one of its keys."""
    page.form.show_part(path[:-1])
    row: Any = page.form.rows[path]
    row.start()
    QApplication.processEvents()
    return row.control


def test_a_field_changes_its_own_key_and_keeps_the_comments(page: EditorPage, session: Session) -> None:
    before = page.text.toPlainText()
    line: Any = field(page, "plan", 0, "name")
    fill(line, "Provision")
    after = page.text.toPlainText()
    assert after == before.replace('name = "Commission"', 'name = "Provision"', 1)
    pause(page)
    assert session.book.undo_name == "Change program text"
    session.undo()
    assert page.text.toPlainText() == before
    assert line.text() == "Commission"


def test_a_field_says_what_is_wrong_with_its_key(page: EditorPage) -> None:
    line = field(page, "plan", 0, "pays", 0, "rate")
    fill(line, "much")
    row: Any = page.form.rows["plan", 0, "pays", 0, "rate"]
    assert "much" in row.problem.text()
    assert 'rate = "much"' in page.text.toPlainText()
    fill(line, "12%")
    assert "much" not in row.problem.text()


def test_a_figure_becomes_a_table_that_is_typed_into(page: EditorPage) -> None:
    field(page, "plan", 0, "pays", 0, "rate")
    row: Any = page.form.rows["plan", 0, "pays", 0, "rate"]
    QTest.mouseClick(row.turn, Qt.MouseButton.LeftButton)
    assert 'rate = { by = "term", "0" = "$commission" }' in page.text.toPlainText()
    row = page.form.rows["plan", 0, "pays", 0, "rate"]
    row.table.setFocus()
    row.table.setCurrentIndex(row.model.index(1, 0))
    type_text("36")
    press(Qt.Key.Key_Return)
    assert '"0" = "$commission", "36" = "$commission" }' in page.text.toPlainText()
    row.table.setCurrentIndex(row.model.index(1, 1))
    type_text("15%")
    press(Qt.Key.Key_Return)
    assert '"36" = "15%" }' in page.text.toPlainText()
    row.table.setCurrentIndex(row.model.index(0, 0))
    row.table.setFocus()
    press(Qt.Key.Key_Delete)
    assert 'rate = { by = "term", "36" = "15%" }' in page.text.toPlainText()


def test_a_condition_is_chosen_and_typed(page: EditorPage) -> None:
    field(page, "plan", 0, "requires")
    row: Any = page.form.rows["plan", 0, "requires"]
    row.table.setCurrentIndex(row.model.index(1, 0))
    press(Qt.Key.Key_Return)
    box = row.table.findChild(QComboBox)
    assert box is not None
    box.setCurrentText("seats")
    box.activated.emit(box.currentIndex())
    QApplication.processEvents()
    assert '{ fact = "seats", at_least = 1 }]' in page.text.toPlainText()
    row.table.setFocus()
    row.table.setCurrentIndex(row.model.index(1, 3))
    type_text("25")
    press(Qt.Key.Key_Return)
    assert '{ fact = "seats", at_least = 25 }]' in page.text.toPlainText()
    assert not page.problems.model.rows


def test_parts_are_added_and_removed(page: EditorPage) -> None:
    before = page.text.toPlainText()
    page.form.show_part(("plan", 0))
    actions = {action.text(): action for action in page.form.menu.actions()}
    actions["Component"].trigger()
    assert 'id = "component-2"' in page.text.toPlainText()
    assert page.form._path == ("plan", 0, "pays", 1)
    assert focused() is page.form.rows["plan", 0, "pays", 1, "id"].control
    QTest.mouseClick(page.form.drop, Qt.MouseButton.LeftButton)
    assert page.text.toPlainText() == before


def test_one_more_key_is_chosen_and_filled_in(page: EditorPage) -> None:
    page.form.show_part(("plan", 0, "pays", 0))
    page.form.add_key("lag")
    type_text("2")
    press(Qt.Key.Key_Return)
    assert "\nlag = 2\n" in page.text.toPlainText()
    page.form.add_key("clawback")
    assert 'clawback = { window = 12, share = "100%" }' in page.text.toPlainText()
    assert focused() is page.form.rows["plan", 0, "pays", 0, "clawback", "window"].control


def test_the_form_follows_the_cursor_in_the_text(page: EditorPage) -> None:
    go_to_end_of(page, "[[standing.tier]]")
    assert page.form._path == ("standing", "tier", 0)
    go_to_end_of(page, "[[plan.pays]]")
    assert page.form._path == ("plan", 0, "pays", 0)


def test_the_cursor_stays_where_it_was_put_while_a_field_had_the_focus(page: EditorPage) -> None:
    field(page, "program", "effective_from").setFocus()
    place = page.text.toPlainText().index('value = "15%"')
    page.text.go_to(place)
    assert page.text.textCursor().position() == place
    assert page.form._path == ("inputs", "commission")


# --- keys of the text


def test_completion_offers_keys_with_their_meaning_and_writes_them(page: EditorPage) -> None:
    go_to_end_of(page, 'basis = "mrr"')
    press(Qt.Key.Key_Return)
    type_text("exc")
    press(Qt.Key.Key_Space, mod=CTRL)
    assert page.text_card.completer.isVisible()
    assert shown_in(page.text_card.completer, 0, 0) == "exclusive_group"
    assert "only the one that pays most" in shown_in(page.text_card.completer, 0, 1)
    press(Qt.Key.Key_Return)
    assert not page.text_card.completer.isVisible()
    type_text("best")
    assert 'exclusive_group = "best"' in page.text.toPlainText()
    press(Qt.Key.Key_Space, mod=CTRL)
    press(Qt.Key.Key_Escape)
    assert not page.text_card.completer.isVisible()


def test_choosing_further_down_in_the_list(page: EditorPage) -> None:
    go_to_end_of(page, 'basis = "mrr"')
    press(Qt.Key.Key_Return)
    type_text("discounts = ")
    press(Qt.Key.Key_Space, mod=CTRL)
    press(Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Tab)
    assert 'discounts = "void"' in page.text.toPlainText()


def test_find_goes_round(page: EditorPage) -> None:
    page.text.setFocus()
    press(Qt.Key.Key_F, mod=CTRL)
    assert focused() is page.text_card.find_bar.line
    type_text("[[standing.tier]]")
    first = page.text.textCursor().selectionStart()
    press(Qt.Key.Key_Return)
    assert page.text.textCursor().selectionStart() > first
    press(Qt.Key.Key_Return, mod=SHIFT)
    assert page.text.textCursor().selectionStart() == first
    press(Qt.Key.Key_Return, Qt.Key.Key_Return, Qt.Key.Key_Return)
    assert page.text.textCursor().selectionStart() == first
    type_text("nowhere")
    assert page.text_card.find_bar.said.text() == "not found"
    press(Qt.Key.Key_Escape)
    assert focused() is page.text


def test_f6_goes_round_the_panes_and_tab_stays_in_the_text(page: EditorPage) -> None:
    page.text.setFocus()
    text = page.text.toPlainText()
    press(Qt.Key.Key_Tab)
    assert page.text.toPlainText() == f"  {text}"
    seen = []
    for _ in range(4):
        press(Qt.Key.Key_F6)
        seen.append(focused())
    assert seen[-1] is page.text
    assert page.trial.isAncestorOf(seen[0])
    assert seen[1] is page.form.parts
    assert page.form.area.isAncestorOf(seen[2])
    press(Qt.Key.Key_Tab, mod=CTRL)
    assert page.trial.isAncestorOf(focused())
    press(Qt.Key.Key_F6, mod=SHIFT)
    assert focused() is page.text


def test_f8_goes_from_problem_to_problem_and_round(page: EditorPage) -> None:
    text = page.text.toPlainText()
    page.text.replace_text(text.replace("basis =", "bassis =").replace("vendor =", "vendr ="))
    pause(page)
    lines = [row.finding.line for row in page.problems.model.rows]
    assert len(lines) == 4
    page.text.moveCursor(QTextCursor.MoveOperation.Start)
    page.text.setFocus()
    seen = []
    for _ in range(4):
        press(Qt.Key.Key_F8)
        seen.append(page.text.textCursor().blockNumber() + 1)
    assert seen == sorted(lines)
    press(Qt.Key.Key_F8)
    assert page.text.textCursor().blockNumber() + 1 == lines[0]
    press(Qt.Key.Key_F8, mod=SHIFT)
    assert page.text.textCursor().blockNumber() + 1 == lines[-1]


def test_a_problem_of_the_list_is_shown_in_the_text(page: EditorPage) -> None:
    page.text.replace_text(page.text.toPlainText().replace("basis =", "bassis ="))
    pause(page)
    page.problems.table.setFocus()
    page.problems.table.selectRow(1)
    press(Qt.Key.Key_Return)
    assert focused() is page.text
    assert page.text.textCursor().selectedText() == "bassis"


# --- the try-out


def test_the_try_out_follows_the_text_and_says_what_changes(page: EditorPage, session: Session) -> None:
    deal = next(iter(session.deals.values()))
    page.trial.choose(deal.id)
    fill(field(page, "inputs", "commission", "value"), "10%")
    new, *rest = page.trial.model.rows
    assert new.texts[2] == "187.00"
    assert new.kind == "new"
    assert new.falls
    assert [(line.kind, line.texts[2]) for line in rest] == [("old", "280.50")]
    page.trial.table.setFocus()
    press(Qt.Key.Key_W)
    assert page.trial.why.isVisible()
    assert any("187.00" in line.result for line in page.trial.steps.rows)
    press(Qt.Key.Key_Escape)
    assert page.trial.table.isVisible()


def test_the_try_out_stays_while_the_text_has_errors(page: EditorPage) -> None:
    rows = list(page.trial.model.rows)
    assert rows
    page.text.replace_text(page.text.toPlainText().replace("basis =", "bassis ="))
    pause(page)
    assert list(page.trial.model.rows) == rows
    assert not page.trial.table.isEnabled()
    assert "errors" in page.trial.empty.text()


# --- starting points


def test_a_new_program_from_the_frame(opened: Window, session: Session) -> None:
    page = page_of(opened)
    assert not page.problems.model.rows
    assert not page.head.force.isEnabled()
    assert session.book.drafts.all() == ()
    line = field(page, "program", "id")
    fill(line, "acme-voice")
    pause(page)
    assert "becomes a new program" in page.head.state._whole
    press(Qt.Key.Key_Return, mod=CTRL)
    assert "acme-voice" in session.catalog.versions


def test_a_new_version_after_this_one(page: EditorPage, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dealbook.gui.pages.editor.today", lambda: date(2026, 6, 17))
    page._fill_menu()
    {action.text(): action for action in page.head.menu.actions()}["New version after this one"].trigger()
    assert "effective_from = 2026-07-01" in page.text.toPlainText()
    assert 'version = "2026"' in page.text.toPlainText()
    assert "a new version from 1 Jul 2026" in page.head.state._whole
    assert len(session.book.drafts.all()) == 1
    press(Qt.Key.Key_Return, mod=CTRL)
    assert own_texts(session) == [f"{NFON}/2026-07-01.toml"]
    session.undo()
    assert own_texts(session) == []
    assert "effective_from = 2026-07-01" in page.text.toPlainText(), "the draft is back"


def test_a_file_that_is_wrong_becomes_a_draft(page: EditorPage, session: Session, tmp_path: Path) -> None:
    file = tmp_path / "wrong.toml"
    file.write_text('[program]\nid = "acme"\nvendor = = 1\n', encoding="utf-8")
    page.open_file(file)
    assert page.text.toPlainText() == file.read_text(encoding="utf-8")
    assert [row.finding.line for row in page.problems.model.rows] == [3]
    (draft,) = session.book.drafts.all()
    assert (draft.program, draft.base) == ("acme", "")


def test_an_own_version_is_replaced_and_said_so(opened: Window, session: Session) -> None:
    text = version_text(session, NFON, DAY)
    with session.step("x"):
        session.book.programs.save(ProgramText(NFON, DAY, f"{text}# mine\n"))
    page = page_of(opened, program=NFON, day=DAY.isoformat())
    assert page.text.toPlainText().endswith("# mine\n")
    assert page.head.state._whole == "This is the version of 1 Jan 2022 as it stands."
    page.text.moveCursor(QTextCursor.MoveOperation.End)
    type_text("# more")
    pause(page)
    assert "replaces your own version of 1 Jan 2022" in page.head.state._whole


def test_what_is_no_longer_there_is_said(opened: Window) -> None:
    page = page_of(opened, program=NFON, day="1999-01-01")
    assert "no such version" in opened.frame.notices.text.text()
    assert "[program]" in page.text.toPlainText()


# --- long texts, looks


def test_a_long_text_is_checked_beside_the_window(page: EditorPage, qtbot: QtBot) -> None:
    long = page.text.toPlainText() + "# filler\n" * (AT_ONCE // 8)
    page.text.show_text(long.replace("basis =", "bassis ="))
    with qtbot.waitSignal(page.checker.checked, timeout=20_000):
        page._check()
    assert [row.finding.problem.code for row in page.problems.model.rows] == ["missing-key", "unknown-key"]


def test_a_text_of_two_megabytes_is_refused_and_not_kept(page: EditorPage, session: Session, qtbot: QtBot) -> None:
    with qtbot.waitSignal(page.checker.checked, timeout=20_000):
        page.text.show_text("# x\n" * 500_001)
        page._check()
    assert [row.finding.problem.code for row in page.problems.model.rows] == ["too-long"]
    pause(page)
    assert session.book.drafts.all() == ()


def test_marks_and_words_beyond_sixteen_bits(page: EditorPage) -> None:
    text = page.text.toPlainText().replace("# ", "# \N{PARTY POPPER} ", 1).replace("basis =", "bassis =")
    page.text.replace_text(text)
    pause(page)
    page._go_to_finding(page.problems.model.rows[1].finding)
    assert page.text.textCursor().selectedText() == "bassis"
    plain = page.text.plain
    place = plain.text.index("bassis")
    assert plain.utf16(place) == place + 1
    assert plain.characters(plain.utf16(place)) == place


def test_every_control_has_a_name(page: EditorPage) -> None:
    for path in (("program",), ("standing",), ("plan", 0), ("plan", 0, "pays", 0), ("inputs", "commission")):
        page.form.show_part(path)
        controls: list[QWidget] = [
            *page.findChildren(QAbstractButton),
            *page.findChildren(QLineEdit),
            *page.findChildren(QComboBox),
            *page.findChildren(TextEdit),
        ]
        nameless = [
            each
            for each in controls
            if each.isVisible()
            and not each.accessibleName()
            and not (isinstance(each, QAbstractButton) and each.text())
        ]
        assert nameless == []


@pytest.mark.parametrize("model", ["problems.model", "form.outline", "trial.model"])
def test_the_models_keep_qts_rules(page: EditorPage, model: str) -> None:
    found: object = page
    for name in model.split("."):
        found = getattr(found, name)
    tester: Callable[..., object] = QAbstractItemModelTester
    kept = tester(found, QAbstractItemModelTester.FailureReportingMode.Fatal)
    page.text.replace_text(page.text.toPlainText().replace("basis =", "bassis =").replace("[[standing.tier]]", "", 1))
    pause(page)
    page.text.undo()
    pause(page)
    assert kept is not None
    assert all(row.finding.problem.severity is not Severity.ERROR for row in page.problems.model.rows)
