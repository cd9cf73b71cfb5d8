"""The standing in a program in words and figures: what the ladder of tiers, the quota and the period say."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Final

from dealbook.desk.forms import FACT_NAMES, shown
from dealbook.desk.ladder import Ladder, QuotaRow, Rung, TierRow
from dealbook.desk.value_words import ValueWords
from dealbook.domain.money import ONE, ZERO
from dealbook.gui.words import mark, tr
from dealbook.language import Language
from dealbook.programs.model import Standing

PERIODS: Final[Mapping[str, str]] = {
    "calendar-year": mark("calendar year"),
    "calendar-quarter": mark("calendar quarter"),
    "fiscal-year": mark("fiscal year"),
    "rolling-3-months": mark("the last 3 months"),
    "rolling-12-months": mark("the last 12 months"),
}
_THOUSAND: Final = 1000


@dataclass(frozen=True, slots=True)
class RungLine:
    """A line of the ladder: what must hold, how it stands, and the part of it that is there (None: no figure)."""

    text: str
    state: str
    holds: bool | None
    part: Decimal | None
    is_first_choice: bool = False
    is_choice: bool = False


def tier_lines(row: TierRow, values: ValueWords) -> list[RungLine]:
    """Return what a tier asks for: what must hold, then what one of must hold."""
    lines = [_line(rung, values, rung_text(rung, values)) for rung in row.requires]
    for number, rung in enumerate(row.any_of):
        text = rung_text(rung, values)
        lines.append(_line(rung, values, text, choice=len(row.any_of) > 1, first=number == 0))
    return lines


def rung_text(rung: Rung, values: ValueWords) -> str:
    """Return what a condition is about: the name of its figure, else what must hold."""
    if rung.limit is None or rung.has is None:
        return values.condition(rung.condition)
    facts = {"fact": rung.condition.fact, "of": rung.condition.of or ""}
    return shown(facts, values.words)["fact"]


def rung_state(rung: Rung, words: Language) -> str:
    """Say how a condition stands: 212 of 300, 88 missing."""
    if rung.limit is None or rung.has is None:
        return {True: tr("holds"), False: tr("does not hold"), None: tr("not known")}[rung.holds]
    return of_text(rung.condition.fact, rung.has, rung.limit, rung.missing, words)


def of_text(fact: str, has: Decimal, limit: Decimal, missing: Decimal, words: Language) -> str:
    """Say what there is of what is needed, and what is missing; of thousands nobody wants to read the cents."""
    if limit >= _THOUSAND:
        has, missing = has.to_integral_value(ROUND_FLOOR), missing.to_integral_value(ROUND_CEILING)
    form = tr("{is} of {limit}, {missing} missing") if missing > 0 else tr("{is} of {limit}, reached")
    facts = {"fact": fact, "is": f"{has:f}", "limit": f"{limit:f}", "missing": f"{missing:f}"}
    known = shown(facts, words)
    return form.format_map(known)


def part_of(has: Decimal, limit: Decimal) -> Decimal:
    """Return the part of a limit that is there, at most the whole."""
    return ONE if limit <= ZERO else min(max(has / limit, ZERO), ONE)


def tier_state(row: TierRow, ladder: Ladder) -> str:
    """Say of a tier whether it is the partner's, and whether this period's figures reach it."""
    if row.is_current:
        if ladder.is_fixed:
            return tr("your tier, fixed by contract")
        return tr("your tier, from the period before") if ladder.has_lasted else tr("your tier")
    return tr("reached in this period") if row.is_reached else ""


def standing_lines(ladder: Ladder, words: Language) -> list[str]:
    """Say over which period a program counts, what counts and when it takes effect, a line each."""
    standing = ladder.program.standing
    first, last = words.short_date(ladder.first), words.short_date(ladder.last)
    kind = tr(PERIODS.get(standing.period, standing.period))
    lines = [tr("Period: {first} to {last} ({kind}).").format(first=first, last=last, kind=kind)]
    lines.append(
        tr("A deal counts towards its own tier and quota.")
        if standing.counts_this_deal
        else tr("A deal does not count towards its own tier and quota.")
    )
    if standing.tiers:
        lines.append(effect_text(standing))
    if standing.tiers and ladder.tier is None and ladder.is_member:
        lines.append(tr("No tier holds today."))
    return lines


def effect_text(standing: Standing) -> str:
    """Say when a tier takes effect, and how long it lasts."""
    if standing.takes_effect == "next-period":
        return tr("The tier that is earned in one period rules the next one.")
    if standing.lasts == "next-period":
        return tr("A tier holds as soon as it is reached, and through the whole next period.")
    return tr("A tier holds as soon as it is reached, to the end of the period.")


def quota_lines(quota: QuotaRow, ladder: Ladder, words: Language) -> list[str]:
    """Say what the quota is and how far it is reached, a line each."""
    name = words.text(FACT_NAMES[quota.fact])
    if quota.target is None or quota.base is None:
        return [
            tr("{fact}: {amount} so far; the target is a contract value that is missing.").format_map(
                {"fact": _capital(name), "amount": _figure(quota.fact, quota.won, words)}
            )
        ]
    state = of_text(quota.fact, quota.won, quota.target, quota.missing, words)
    lines = [f"{_capital(name)}: {state}"]
    if quota.attainment is not None:
        shown_part = shown({"fact": "attainment", "is": f"{quota.attainment:f}"}, words)["is"]
        lines.append(tr("Attainment: {part}").format(part=shown_part))
    if quota.grows:
        form = tr("The target was {base} and grows by {rate} with each full year since {day}.")
        base, rate = _figure(quota.fact, quota.base, words), words.percent(quota.grows)
        day = words.short_date(ladder.program.effective_from)
        lines.append(form.format(base=base, rate=rate, day=day))
    return lines


def figure_text(fact: str, figure: Decimal, words: Language) -> str:
    """Return a standing figure as a person would type it."""
    return _figure(fact, figure, words)


def _line(rung: Rung, values: ValueWords, text: str, *, choice: bool = False, first: bool = False) -> RungLine:
    part = None if rung.limit is None or rung.has is None else part_of(rung.has, rung.limit)
    return RungLine(_capital(text), rung_state(rung, values.words), rung.holds, part, first, choice)


def _figure(fact: str, figure: Decimal, words: Language) -> str:
    return shown({"fact": fact, "is": f"{figure:f}"}, words)["is"]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
