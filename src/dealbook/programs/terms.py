"""A program as it holds for one partner: the version, the enrolment, and the contract's inputs (programs.md §1, §7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from dealbook.domain.partner import Enrolment
from dealbook.domain.problem import Problem, Severity
from dealbook.programs.model import Program
from dealbook.programs.reader import reference_cycles
from dealbook.programs.sections import Reader, nearest
from dealbook.programs.valuereader import ValueReader
from dealbook.programs.values import Fixed, Value, parts


@dataclass(frozen=True, slots=True)
class Terms:
    """What governs: a program version with the inputs' values, the enrolment's winning over the file's.

    `later` are all-deals versions that follow, each with its own inputs. `enrolment` None: the partner is not enrolled.
    `certificates` and `company_size` are the partner's.
    """

    program: Program
    inputs: Mapping[str, Value | None]
    enrolment: Enrolment | None
    problems: tuple[Problem, ...] = ()
    later: tuple["Terms", ...] = ()
    certificates: frozenset[str] = frozenset()
    company_size: Decimal | None = None


def terms_of(
    program: Program,
    enrolment: Enrolment | None,
    later: tuple[Program, ...] = (),
    certificates: frozenset[str] = frozenset(),
    company_size: int | None = None,
) -> Terms:
    """Return the terms of a program for an enrolment; wrong inputs become problems and have no value."""
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
    for name in given:
        _check_ceiling(reader, program, name, values.get(name))
    return Terms(
        program,
        values,
        enrolment,
        tuple(reader.problems),
        tuple(terms_of(version, enrolment) for version in later),
        certificates,
        None if company_size is None else Decimal(company_size),
    )


def _check_ceiling(reader: Reader, program: Program, name: str, value: Value | None) -> None:
    ceiling = program.inputs[name].at_most if name in program.inputs else None
    if ceiling is None or value is None:
        return
    highest = max((part.figure for part in parts(value) if isinstance(part, Fixed)), default=ceiling)
    if highest > ceiling:
        where = f"enrolment.inputs.{name}"
        reader.wrong("above-ceiling", where, Severity.WARNING, input=name, found=highest, most=ceiling)


