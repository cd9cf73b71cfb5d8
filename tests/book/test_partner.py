"""The partner's own rows, its program versions and the settings."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings

from dealbook.book.connection import Book, BookError
from dealbook.book.drafts import Draft
from dealbook.book.programs import ProgramText
from dealbook.domain.partner import Enrolment, ExchangeRate, Partner
from tests.book.records import PARTNER, RATE, drafts, enrolments, partners, programs, rates

_shared_book = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def test_a_new_book_has_a_partner_without_a_name(book: Book) -> None:
    assert book.partner.get() == Partner(name="")
    assert (book.partner.enrolments(), book.partner.rates(), book.programs.texts()) == ((), (), ())


@_shared_book
@given(partners)
def test_any_partner_comes_back(book: Book, partner: Partner) -> None:
    with book.step("Save"):
        book.partner.save(partner)
    assert book.partner.get() == partner


@_shared_book
@given(enrolments)
def test_any_enrolment_comes_back(book: Book, enrolment: Enrolment) -> None:
    with book.step("Save"):
        saved = book.partner.save_enrolment(enrolment)
    assert book.partner.enrolments()[-1] == saved
    with book.step("Leave"):
        book.partner.remove_enrolment(saved.id)
    assert book.partner.enrolments() == ()


@_shared_book
@given(rates)
def test_a_rate_replaces_the_one_of_its_day(book: Book, rate: ExchangeRate) -> None:
    with book.step("Save"):
        book.partner.save_rate(ExchangeRate(day=rate.day, base=rate.base, quote=rate.quote, rate=Decimal(9)))
        book.partner.save_rate(rate)
    assert rate in book.partner.rates()
    with book.step("Remove"):
        book.partner.remove_rate(rate)
    assert book.partner.rates() == ()


@_shared_book
@given(programs)
def test_any_program_version_comes_back(book: Book, version: ProgramText) -> None:
    with book.step("Save"):
        book.programs.save(ProgramText(version.program, version.effective_from, "old"))
        book.programs.save(version)
    assert book.programs.texts() == (version,)
    with book.step("Remove"):
        book.programs.remove(version)
    assert book.programs.texts() == ()


@_shared_book
@given(drafts)
def test_any_draft_comes_back(book: Book, draft: Draft) -> None:
    with book.step("Begin"):
        saved = book.drafts.save(draft)
    with book.step("Write"):
        book.drafts.save(replace(saved, text=f"{saved.text}\n# more"))
    assert book.drafts.all() == (replace(saved, text=f"{saved.text}\n# more"),)
    book.undo()
    assert book.drafts.all() == (saved,)
    with book.step("Discard"):
        book.drafts.remove(saved.id)
    assert book.drafts.all() == ()


def test_versions_come_by_program_and_day(book: Book) -> None:
    versions = [ProgramText(name, date(year, 1, 1), name) for name in ("b", "a") for year in (2026, 2022)]
    with book.step("Save"):
        for version in versions:
            book.programs.save(version)
    assert [version.name for version in book.programs.texts()] == [
        "a/2022-01-01.toml",
        "a/2026-01-01.toml",
        "b/2022-01-01.toml",
        "b/2026-01-01.toml",
    ]


def test_what_is_not_there_cannot_be_removed(book: Book) -> None:
    with book.step("Remove"):
        for remove in (
            lambda: book.partner.remove_enrolment("no"),
            lambda: book.partner.remove_rate(RATE),
            lambda: book.programs.remove(ProgramText("no", date(2026, 1, 1), "")),
            lambda: book.drafts.remove("no"),
        ):
            with pytest.raises(KeyError):
                remove()


def test_a_text_that_cannot_be_kept_is_named(book: Book) -> None:
    with pytest.raises(BookError) as refused, book.step("Save"):
        book.partner.save(Partner(name="Nord", address="a\0b"))
    assert (refused.value.code, refused.value.facts["where"]) == ("bad-text", "address")


def test_settings_are_kept_at_once_and_not_undone(book: Book) -> None:
    assert book.settings.get("meeting_mode", "off") == "off"
    book.settings.set("meeting_mode", "on")
    with book.step("Partner") as step:
        book.partner.save(PARTNER)
        book.settings.set("language", "de")
    assert ("setting", "language") in step.touched.records
    book.undo()
    assert (book.settings.get("meeting_mode"), book.settings.get("language")) == ("on", "de")


def test_a_setting_of_a_step_that_fails_is_not_kept(book: Book) -> None:
    def fail() -> None:
        with book.step("Fail"):
            book.settings.set("language", "de")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert book.settings.get("language", "en") == "en"
