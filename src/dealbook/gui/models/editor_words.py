"""What the keys of a program are called in the form; a key that has no words here is shown by its own name."""

from collections.abc import Mapping
from typing import Final

from dealbook.book.drafts import Draft
from dealbook.desk.editing import version_in
from dealbook.desk.sections import meaning, section_of
from dealbook.gui.words import literal, mark, tr
from dealbook.language import Language
from dealbook.programs.spans import KeyPath

KEYS: Final[Mapping[str, str]] = {
    "id": mark("Short name"),
    "vendor": mark("Vendor"),
    "name": mark("Name"),
    "version": mark("Version"),
    "effective_from": mark("In force from"),
    "effective_until": mark("In force until"),
    "applies_to": mark("Governs"),
    "currency": mark("Currency"),
    "countries": mark("Countries"),
    "covers": mark("Pays on"),
    "exclusive": mark("Exclusive"),
    "succeeds": mark("Took over from"),
    "summary": mark("Summary"),
    "title": mark("Title"),
    "where": mark("Where it can be found"),
    "label": mark("In words"),
    "kind": mark("Kind of figure"),
    "confidence": mark("How sure"),
    "source": mark("Source"),
    "value": mark("Value"),
    "at_most": mark("Published ceiling"),
    "note": mark("Note"),
    "period": mark("Period"),
    "starts_month": mark("First month of the year"),
    "counts_this_deal": mark("Counts the deal itself"),
    "takes_effect": mark("Takes effect"),
    "lasts": mark("A tier lasts"),
    "fact": mark("Fact"),
    "target": mark("Target"),
    "grows": mark("Grows each year by"),
    "requires": mark("Conditions: all of these"),
    "any_of": mark("Conditions: one of these"),
    "model": mark("Model"),
    "otherwise": mark("Shown in its place"),
    "partner_share": mark("The partner's share"),
    "duties": mark("Work of the partner"),
    "minimum_payout": mark("Least that is paid out"),
    "below_minimum": mark("What is below it"),
    "off_list": mark("Off the list price"),
    "price": mark("Price of one"),
    "basis": mark("Paid on"),
    "rate": mark("Commission rate"),
    "points": mark("Points on the rate"),
    "amount": mark("Amount for each"),
    "on": mark("Only on these categories"),
    "at": mark("Paid once, at"),
    "every": mark("Paid every"),
    "months": mark("For how many months"),
    "upfront": mark("Months paid ahead"),
    "upfront_fee": mark("Fee for paying ahead"),
    "lag": mark("Paid so many months later"),
    "vests_after": mark("Vests after months"),
    "instalments": mark("Instalments"),
    "split": mark("Split between roles"),
    "renewal": mark("Factor after the term"),
    "renewal_bonus": mark("Factor at each renewal"),
    "after_leaving": mark("After leaving the program"),
    "growth": mark("Seats added later"),
    "growth_rate": mark("Rate of what is added"),
    "window": mark("Clawback: months"),
    "share": mark("Clawback: share"),
    "on_shrink": mark("Clawback when it shrinks"),
    "clawback": mark("Clawback"),
    "discounts": mark("A discount lowers"),
    "markup": mark("Price above the list"),
    "cap": mark("At most"),
    "cap_per": mark("At most, for each"),
    "floor": mark("At least"),
    "exclusive_group": mark("Only the best of the group"),
    "cash": mark("Share paid in money"),
}


def key_words(name: str) -> str:
    """Return what a key is called in the form."""
    return tr(KEYS[name]) if name in KEYS else name.replace("_", " ").capitalize()


def key_tip(path: KeyPath) -> str:
    """Return a key's own name and what the reference says that it means."""
    section = section_of(path[:-1])
    name = str(path[-1])
    about = meaning(section, name) if section is not None else ""
    return literal(f"{name}: {about}" if about else name)


def draft_name(draft: Draft, words: Language) -> str:
    """Return what a draft is called: its program, its version and the day from which that is to be in force."""
    return " · ".join(part for part in (draft.program or tr("New program"), draft_version(draft, words)) if part)


def draft_version(draft: Draft, words: Language) -> str:
    """Return which version a draft is of; a text that does not tell is called by the one it began from."""
    version, day = version_in(draft.text)
    if day is None:
        return version or draft.base.rpartition("/")[2].removesuffix(".toml")
    return tr("{version}, from {day}").format(version=version, day=words.short_date(day)).strip(", ")
