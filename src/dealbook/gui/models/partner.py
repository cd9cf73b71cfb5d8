"""The fields of the partner as data: how each is written, read back, and what its step is called."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from dealbook.domain.money import ONE
from dealbook.domain.partner import Partner
from dealbook.gui.models.reading import WrongInputError, share, whole
from dealbook.gui.words import LANGUAGE_NAMES, mark, tr
from dealbook.language import Language

CURRENCIES: Final = ("EUR", "CHF", "GBP", "USD", "PLN", "CZK", "DKK", "NOK", "SEK", "HUF")


@dataclass(frozen=True, slots=True)
class PartnerField:
    """One field. `write` gives the changed partner or raises WrongInputError; label and step are message ids.

    `lines` is its height, `options` are the values to choose from with their words, and it may be as wide as its card.
    `tip` says what it is for, as a message id; `spoken` is what a screen reader says where the label is not enough.
    """

    name: str
    label: str
    step: str
    read: Callable[[Partner, Language], str]
    write: Callable[[Partner, str, Language], Partner]
    lines: int = 1
    is_wide: bool = False
    options: tuple[tuple[str, str], ...] = ()
    tip: str = ""
    spoken: str = ""


def _changed(partner: Partner, name: str, value: str) -> Partner:
    changes: dict[str, Any] = {name: value}
    return replace(partner, **changes)


def _text(name: str, label: str, step: str, *, lines: int = 1, is_wide: bool = False) -> PartnerField:
    """Describe a field of plain text that may be empty."""
    return PartnerField(
        name,
        label,
        step,
        lambda partner, _: str(getattr(partner, name)),
        lambda partner, text, _: _changed(partner, name, text.strip()),
        lines,
        is_wide or lines > 1,
    )


def _choice(name: str, label: str, step: str, options: tuple[tuple[str, str], ...]) -> PartnerField:
    """Describe a choice between values."""
    return PartnerField(
        name,
        label,
        step,
        lambda partner, _: str(getattr(partner, name)),
        lambda partner, text, _: _changed(partner, name, text),
        options=options,
    )


def _write_name(partner: Partner, text: str, _: Language) -> Partner:
    if not text.strip():
        raise WrongInputError(tr("The book needs your company's name; quotes carry it."))
    return replace(partner, name=text.strip())


def _write_country(partner: Partner, text: str, _: Language) -> Partner:
    code = text.strip().upper()
    if code and not re.fullmatch("[A-Z]{2}", code):
        raise WrongInputError(tr("Write the country with its two letters, like DE or FR."))
    return replace(partner, country=code or None)


def _write_size(partner: Partner, text: str, words: Language) -> Partner:
    if not text.strip():
        return replace(partner, company_size=None)
    size = whole(text, words)
    if size < 1:
        raise WrongInputError(tr("A company has at least one employee."))
    return replace(partner, company_size=size)


def _read_certificates(partner: Partner, _: Language) -> str:
    return ", ".join(sorted(partner.certificates))


def _write_certificates(partner: Partner, text: str, _: Language) -> Partner:
    return replace(partner, certificates=frozenset(name for part in text.split(",") if (name := part.strip())))


def _share(text: str, words: Language, example: str) -> Decimal:
    """Read a percentage from 0 up to 100."""
    rate = share(text, words)
    if not 0 <= rate < ONE:
        raise WrongInputError(tr("Write a percentage from 0 to below 100, like {example}.").format(example=example))
    return rate


def _write_vat(partner: Partner, text: str, words: Language) -> Partner:
    return replace(partner, vat_rate=_share(text, words, words.percent(Decimal("0.19"))))


def _write_discount(partner: Partner, text: str, words: Language) -> Partner:
    rate = _share(text, words, words.percent(Decimal("0.08")))
    return replace(partner, assume=replace(partner.assume, discount_rate=rate))


def _write_churn(partner: Partner, text: str, words: Language) -> Partner:
    rate = _share(text, words, words.percent(Decimal("0.003")))
    return replace(partner, assume=replace(partner.assume, churn=rate))


COMPANY: Final = (
    PartnerField("name", mark("Name"), mark("Change company name"), lambda p, _: p.name, _write_name, is_wide=True),
    _text("address", mark("Address"), mark("Change address"), lines=3),
    _text("contact", mark("Contact"), mark("Change contact")),
    _text("phone", mark("Phone"), mark("Change phone")),
    _text("email", mark("E-mail"), mark("Change e-mail"), is_wide=True),
    PartnerField("country", mark("Country"), mark("Change country"), lambda p, _: p.country or "", _write_country),
    PartnerField(
        "currency",
        mark("Currency of new deals"),
        mark("Change currency"),
        lambda p, _: p.currency,
        lambda p, text, _: p.with_currency(text),
        options=tuple((code, code) for code in CURRENCIES),
    ),
    PartnerField(
        "company_size",
        mark("Employees"),
        mark("Change number of employees"),
        lambda p, words: "" if p.company_size is None else words.number(p.company_size),
        _write_size,
        tip=mark("Some programs set their targets by the size of your company."),
    ),
    PartnerField(
        "certificates",
        mark("Certificates"),
        mark("Change certificates"),
        _read_certificates,
        _write_certificates,
        tip=mark("Names as the programs call them, with commas: nfon-sales, nfon-qualified. Some tiers ask for them."),
    ),
)
"""Who the partner is."""

DOCUMENTS: Final = (
    _choice(
        "language", mark("Language of new quotes"), mark("Change language of quotes"), tuple(LANGUAGE_NAMES.items())
    ),
    PartnerField(
        "vat_rate", mark("VAT rate"), mark("Change VAT rate"), lambda p, words: words.percent(p.vat_rate), _write_vat
    ),
    _text("vat_id", mark("VAT number"), mark("Change VAT number")),
    _text("register", mark("Commercial register"), mark("Change register")),
    _text("bank", mark("Bank"), mark("Change bank"), is_wide=True),
    _text("terms", mark("Terms"), mark("Change terms"), lines=4),
)
"""What stands on its documents besides."""

ASSUMED: Final = (
    PartnerField(
        "discount_rate",
        mark("Discount rate, a year"),
        mark("Change discount rate"),
        lambda p, words: words.percent(p.assume.discount_rate),
        _write_discount,
    ),
    PartnerField(
        "churn",
        mark("Customers lost, a month"),
        mark("Change churn"),
        lambda p, words: words.percent(p.assume.churn),
        _write_churn,
    ),
)
"""What present and expected values rest on."""
