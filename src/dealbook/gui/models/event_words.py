"""Events and their effects in the screen's words: what happens, to what, and what it does to the payments."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from dealbook.desk.event_effects import KINDS, Basis, Effect, Effects, Span
from dealbook.domain.deal import EventKind, Role
from dealbook.earnings.payments import CLAWBACK, ONCE, RECURRING, UPFRONT
from dealbook.gui.words import plural, tr
from dealbook.language import Language

_BETWEEN: Final = " · "
_MONTHS, _QUARTER, _YEAR = 1, 3, 12


def kind_text(kind: EventKind) -> str:
    """Return in words what happens."""
    return {
        EventKind.ADD: tr("seats added"),
        EventKind.REMOVE: tr("seats removed"),
        EventKind.PRICE: tr("price change"),
        EventKind.RENEWAL: tr("renewal"),
        EventKind.HANDOVER: tr("handover"),
        EventKind.SUCCESSOR: tr("vendor successor"),
        EventKind.CANCEL: tr("cancellation"),
    }[kind]


def handover_text(role: Role, *, to_us: bool) -> str:
    """Return in words which role goes to whom."""
    if role is Role.CARE:
        return tr("care to us") if to_us else tr("care to somebody else")
    return tr("acquisition to us") if to_us else tr("acquisition to somebody else")


def basis_text(effects: Effects) -> str:
    """Return in words under which plan effects are told, and why under that one."""
    return {
        Basis.CHOSEN: tr("Effect under {plan}, the chosen plan"),
        Basis.BEST: tr("Effect under {plan}, the best plan"),
        Basis.TICKED: tr("Effect under {plan}, the ticked plan"),
    }[effects.by].format(plan=effects.name)


def effect_text(effect: Effect, currency: str, words: Language) -> str:
    """Return an effect in one line: +48.00 a month, +1,152.00 in all · +576.00 upfront · −120.00 clawback."""
    if effect.is_nothing:
        return tr("changes no payment")
    return _BETWEEN.join(_parts(effect, currency, words))


def effect_details(effect: Effect, currency: str, words: Language) -> str:
    """Return the months in which something changes, a line each."""
    lines: list[str] = []
    for kind in KINDS:
        lines += [f"{_name(kind)}: {_span(span, currency, words)}" for span in effect.spans.get(kind, ())]
    return "\n".join(lines)


def _parts(effect: Effect, currency: str, words: Language) -> Iterator[str]:
    for kind in KINDS:
        amount, spans = effect.sums[kind], effect.spans.get(kind, ())
        if not spans and not amount:
            continue
        if kind != RECURRING:
            yield _once(kind).format(amount=signed(amount, currency, words))
            continue
        first = spans[0] if spans else Span(0, 1, 1, amount)
        if first.count > 1:
            yield _every(first.every).format(amount=signed(first.amount, currency, words))
        yield tr("{amount} over time").format(amount=signed(amount, currency, words))


def _once(kind: str) -> str:
    return {
        UPFRONT: tr("{amount} upfront"),
        ONCE: tr("{amount} once"),
        CLAWBACK: tr("{amount} clawback"),
    }[kind]


def _every(months: int) -> str:
    return {_MONTHS: tr("{amount} a month"), _QUARTER: tr("{amount} a quarter"), _YEAR: tr("{amount} a year")}.get(
        months, tr("{amount} a payment")
    )


def _name(kind: str) -> str:
    return {RECURRING: tr("over time"), UPFRONT: tr("upfront"), ONCE: tr("once"), CLAWBACK: tr("clawback")}[kind]


def _span(span: Span, currency: str, words: Language) -> str:
    amount = signed(span.amount, currency, words)
    if span.count == 1:
        return f"{words.month(span.month)} {amount}"
    last = span.month + (span.count - 1) * span.every
    times = plural("{n} time", "{n} times", span.count)
    return f"{words.month(span.month)} – {words.month(last)} {times} {amount}"


def signed(amount: Decimal, currency: str, words: Language) -> str:
    """Return an amount with its sign, plus as well."""
    text = words.amount(amount, currency)
    return f"+{text}" if amount > 0 else text
