"""What a deal reaches, as a person says it: which tier, until when, what that adds, and to which deals."""

from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

from dealbook.desk.reach import Reach
from dealbook.domain.money import ZERO
from dealbook.language import Language

BOTH = "{tier} and {row} of the target"
ROW = "{row} of the target"
UNTIL = "With this deal you reach {what} at {vendor} (until {last})"
LATER = "With this deal you reach {what} at {vendor} (from {first} until {last})"
OWN = "{amount} on this deal"
OTHERS = (
    "{amount} on {n} open deal, weighted by how likely it closes:",
    "{amount} on {n} open deals, weighted by how likely they close:",
)
GAIN = "{customer}, closes {day}, {probability}: {amount}"
NOTHING = "It changes no payment of this deal, and of no other open one until then."
UNPRICED = ("{n} deal is left out for want of an exchange rate", "{n} deals are left out for want of an exchange rate")


class ReachWords(NamedTuple):
    """What is said of a reach: one sentence, what it adds in all ("" for nothing), and that by deals, a line each."""

    sentence: str
    gain: str
    details: str


def reach_words(reach: Reach, currency: str, language: Language) -> ReachWords:
    """Return what is reached in words; amounts are in `currency`, the deal's."""
    last = language.short_date(reach.until - timedelta(days=1))
    form = language.text(UNTIL if reach.at_once else LATER)
    said = form.format(
        what=_what(reach, language), vendor=reach.vendor, first=language.short_date(reach.first), last=last
    )
    whole = reach.total + (reach.own or ZERO)
    gain = _signed(whole, currency, language) if whole else ""
    return ReachWords(said, gain, "\n".join(_details(reach, currency, language)))


def _what(reach: Reach, language: Language) -> str:
    if reach.row is None:
        return reach.tier
    return language.text(BOTH if reach.tier else ROW).format(tier=reach.tier, row=language.percent(reach.row))


def _details(reach: Reach, currency: str, language: Language) -> list[str]:
    lines = []
    if reach.own:
        lines.append(language.text(OWN).format(amount=_signed(reach.own, currency, language)))
    if reach.others:
        more = language.plural(*OTHERS, len(reach.others))
        lines.append(more.format(amount=_signed(reach.total, currency, language)))
    for gain in reach.others:
        name = f"{gain.customer} · {gain.title}" if gain.title else gain.customer
        said = {
            "customer": name,
            "day": language.short_date(gain.closes),
            "probability": language.percent(gain.probability),
            "amount": _signed(gain.amount, currency, language),
        }
        lines.append(language.text(GAIN).format(**said))
    if not lines:
        lines.append(language.text(NOTHING))
    if reach.unpriced:
        lines.append(language.plural(*UNPRICED, reach.unpriced))
    return lines


def _signed(amount: Decimal, currency: str, language: Language) -> str:
    text = language.amount(amount, currency)
    return f"+{text}" if amount > 0 else text
