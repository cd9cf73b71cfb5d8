"""A program as it holds for one partner: the version, the enrolment, and the contract's inputs (programs.md §1, §7)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from dealbook.domain.money import ZERO
from dealbook.domain.months import add_months
from dealbook.domain.partner import Enrolment, Partner
from dealbook.domain.problem import Problem, Severity
from dealbook.programs.catalog import Catalog
from dealbook.programs.facts import LINE_FACTS
from dealbook.programs.model import Component, Plan, Program
from dealbook.programs.references import FARTHEST, reference_cycles, too_far
from dealbook.programs.sections import Reader, nearest
from dealbook.programs.valuereader import ValueReader
from dealbook.programs.values import Fixed, Ref, Value, by_line, constant, facts_used, parts


@dataclass(frozen=True, slots=True)
class LaterComponent:
    """The same component in a later version whose rates hold for older deals too; `by_line` as in `Traits`."""

    terms: "Terms"
    component: Component
    by_line: bool


@dataclass(frozen=True, slots=True, eq=False)
class Shares:
    """The share of a payment that is taken back after k full service months, as (k, share) for each k ≥ 1 that matters.

    `losses` keeps what they come to, by the one who weighs them and the months.
    """

    by_month: tuple[tuple[int, Decimal], ...]
    losses: dict[tuple[object, int, int], Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Traits:
    """A component with what the engine asks of it again and again, worked out once.

    `constant` is its figure, points added, where no fact decides it. `by_line` says that the figure must be taken line
    by line, `by_renewal` anew for each renewal, `buys_by_line` that the partner's buy price is one of each line.
    `is_level`: the rate never changes with time. `is_billed`: the basis is one that a basket has summed up.
    `is_limited`: it has a cap or a floor. `paid_until` is the day from which on no service month that begins is paid:
    the partner has left, and its time after that is over. `where`, `figure_where` and `plan_where` are key paths.
    `shares` keeps what the clawback takes, by its last month, if `keeps_shares`: it is so for every deal.
    """

    component: Component
    figure: Value
    constant: Decimal | None
    where: str
    figure_where: str
    plan_where: str
    by_line: bool
    by_renewal: bool
    buys_by_line: bool
    is_level: bool
    is_billed: bool
    is_limited: bool
    keeps_shares: bool
    paid_until: date | None = None
    later: tuple[LaterComponent, ...] = ()
    shares: dict[int, Shares] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Terms:
    """What governs: a program version with the inputs' values, the enrolment's winning over the file's.

    `later` are all-deals versions that follow, each with its own inputs. `enrolment` None: the partner is not enrolled.
    `certificates` and `company_size` are the partner's. `traits` are the components', by plan id.
    `closed` says why nothing can be sold under these terms, where that is so. `has_tiers`: one can hold.
    """

    program: Program
    inputs: Mapping[str, Value | None]
    enrolment: Enrolment | None
    problems: tuple[Problem, ...] = ()
    later: tuple["Terms", ...] = ()
    certificates: frozenset[str] = frozenset()
    company_size: Decimal | None = None
    traits: Mapping[str, tuple[Traits, ...]] = field(default_factory=dict)
    closed: Problem | None = None
    has_tiers: bool = False


def terms_of(
    program: Program,
    enrolment: Enrolment | None,
    later: tuple[Program, ...] = (),
    certificates: frozenset[str] = frozenset(),
    company_size: int | None = None,
    others: Mapping[str, Enrolment] | None = None,
) -> Terms:
    """Return the terms of a program for an enrolment; wrong inputs become problems and have no value.

    `later` may be versions of a program that took this one over; `others` are the partner's enrolments by program, for
    the contract's values there.
    """
    reader = Reader()
    given = dict(enrolment.inputs) if enrolment else {}
    values = {name: one.value for name, one in program.inputs.items()}
    for name, raw in given.items():
        where = f"enrolment.inputs.{name}"
        if name not in program.inputs:
            reader.wrong("unknown-input", where, Severity.WARNING, found=name, nearest=nearest(name, program.inputs))
            continue
        values[name] = ValueReader(reader, program.inputs[name].kind, frozenset(program.inputs)).read(raw, where)
    for cycle in reference_cycles(values):
        values[cycle[0]] = None
        reader.wrong("cyclic-reference", f"enrolment.inputs.{cycle[0]}", cycle=" → ".join(cycle))
    for name in too_far(values):
        values[name] = None
        reader.wrong("too-deep", f"enrolment.inputs.{name}", most=FARTHEST)
    for name in program.inputs if given else ():
        _check_ceiling(reader, program, name, values)
    after = tuple(terms_of(version, (others or {}).get(version.id, enrolment)) for version in later)
    return Terms(
        program,
        values,
        enrolment,
        tuple(reader.problems),
        after,
        certificates,
        None if company_size is None else Decimal(company_size),
        {plan.id: tuple(_traits(program, plan, values, after, enrolment)) for plan in program.plans},
        has_tiers=bool(program.standing.tiers) or (enrolment is not None and enrolment.tier is not None),
    )


def _traits(
    program: Program,
    plan: Plan,
    inputs: Mapping[str, Value | None],
    later: tuple[Terms, ...],
    enrolment: Enrolment | None,
) -> Iterator[Traits]:
    plan_where = f"plan[{program.plans.index(plan)}]"
    for i, component in enumerate(plan.pays):
        where = f"{plan_where}.pays[{i}]"
        followed = [
            LaterComponent(terms, same, not LINE_FACTS.isdisjoint(_facts_of(same, terms.inputs)))
            for terms in later
            if component.every and (same := _same(terms.program, plan.id, component)) is not None
        ]
        used = _facts_of(component, inputs)
        ever = used.union(*(_facts_of(one.component, one.terms.inputs) for one in followed))
        share = component.clawback.share if component.clawback is not None else None
        yield Traits(
            component=component,
            figure=component.figure,
            constant=_constant(component, inputs),
            where=where,
            figure_where=f"{where}.{'rate' if component.rate is not None else 'amount'}",
            plan_where=plan_where,
            by_line=not LINE_FACTS.isdisjoint(used),
            by_renewal="renewal" in ever,
            buys_by_line=any(by_line(value, inputs) for value in _buy_prices(plan)),
            is_level=not followed and component.renewal is None and "renewal" not in used,
            is_billed=LINE_FACTS.isdisjoint(used)
            and component.basis != "margin"
            and (component.markup == "counts" or component.basis in ("seats", "deal")),
            is_limited=component.cap is not None or component.floor is not None,
            keeps_shares=share is None or facts_used(share, inputs) <= {"elapsed"},
            paid_until=_paid_until(component, enrolment),
            later=tuple(followed),
        )


def _facts_of(component: Component, inputs: Mapping[str, Value | None]) -> frozenset[str]:
    """Return the facts that a component's rate or amount depends on, its points among it."""
    used = facts_used(component.figure, inputs)
    return used if component.points is None else used | facts_used(component.points, inputs)


def _constant(component: Component, inputs: Mapping[str, Value | None]) -> Decimal | None:
    figure = constant(component.figure, inputs)
    if figure is None or component.points is None:
        return figure
    points = constant(component.points, inputs)
    return None if points is None else max(figure + points, ZERO)


def _paid_until(component: Component, enrolment: Enrolment | None) -> date | None:
    """Return the day on which the partner's pay ends, so many months after it left; None: it does not."""
    if enrolment is None or enrolment.until is None or isinstance(component.after_leaving, str):
        return None
    return add_months(enrolment.until, component.after_leaving)


def _buy_prices(plan: Plan) -> list[Value]:
    buy = plan.buy
    return [] if buy is None else [value for value in (buy.price, buy.off_list) if value is not None]


def _same(program: Program, plan_id: str, component: Component) -> Component | None:
    """Return the component of the same plan and name in another version, if it pays over time on the same basis."""
    plan = program.plan(plan_id)
    found = next((c for c in plan.pays if c.id == component.id), None) if plan else None
    return found if found is not None and found.every and found.basis == component.basis else None


def _check_ceiling(reader: Reader, program: Program, name: str, values: Mapping[str, Value | None]) -> None:
    ceiling = program.inputs[name].at_most if name in program.inputs else None
    if ceiling is None:
        return
    highest = max(_figures(values.get(name), values, {name}), default=ceiling)
    if highest > ceiling:
        where = f"enrolment.inputs.{name}"
        one = program.inputs[name]
        facts = {"input": name, "label": one.label or name, "kind": one.kind, "found": highest, "most": ceiling}
        reader.wrong("above-ceiling", where, Severity.WARNING, **facts)


def _figures(value: Value | None, values: Mapping[str, Value | None], seen: set[str]) -> Iterator[Decimal]:
    """Yield every figure that a value can have, through its references too; each reference once."""
    for part in parts(value) if value is not None else ():
        if isinstance(part, Fixed):
            yield part.figure
        elif isinstance(part, Ref) and part.name not in seen:
            seen.add(part.name)
            yield from _figures(values.get(part.name), values, seen)


def all_terms(
    catalog: Catalog, partner: Partner | None, enrolments: Iterable[Enrolment] | None, signed: date
) -> list[Terms]:
    """Return the terms of every program of the catalogue for a deal signed on a day (programs.md §7, §9).

    `enrolments` None: every program counts as enrolled and certified, with no contract values.
    """
    given = None if enrolments is None else {enrolment.program: enrolment for enrolment in enrolments}
    found = [
        _terms_on(
            catalog,
            program_id,
            Enrolment(program=program_id, certified=True) if given is None else given.get(program_id),
            partner,
            signed,
            given,
        )
        for program_id in catalog.versions
    ]
    bound = [one.program for one in found if given and one.program.exclusive and _is_member(one.enrolment, signed)]
    return [_warned(one, bound) for one in found] if bound else found


def _is_member(enrolment: Enrolment | None, day: date) -> bool:
    return enrolment is not None and (enrolment.until is None or day < enrolment.until)


def _warned(terms: Terms, bound: Iterable[Program]) -> Terms:
    """Return the terms with a warning for each exclusive program of the partner that this one competes with."""
    warnings = [
        Problem("exclusive-elsewhere", "program.exclusive", {"program": f"{p.vendor} {p.name}"}, Severity.WARNING)
        for p in bound
        if p.id != terms.program.id and p.covers & terms.program.covers
    ]
    return replace(terms, problems=(*terms.problems, *warnings))


def _terms_on(
    catalog: Catalog,
    program_id: str,
    enrolment: Enrolment | None,
    partner: Partner | None,
    signed: date,
    others: Mapping[str, Enrolment] | None,
) -> Terms:
    pinned = enrolment.version if enrolment else None
    program = catalog.governing(program_id, signed, pinned)
    closed = None
    if program is None:
        program = catalog.nearest(program_id, signed)
        found = {"program": program_id, "signed": str(signed), "from": str(program.effective_from)}
        code = "not-in-force" if pinned is None else "unknown-version"
        closed = Problem(code, "program.effective_from", {**found, "version": pinned or program.version})
    later = () if pinned else catalog.later_for_all(program)
    size = partner.company_size if partner else None
    certificates = partner.certificates if partner else frozenset()
    terms = terms_of(program, enrolment, later, certificates, size, others)
    return terms if closed is None else replace(terms, closed=closed)
