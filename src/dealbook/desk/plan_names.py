"""The plans of the catalogue by their names, for whoever chooses one or types it: vendor and plan."""

from dealbook.desk.session import Session

_NAMES_FROM = frozenset({"program", "enrolment"})
PlanKey = tuple[str, str]


def plan_names(session: Session) -> dict[PlanKey, str]:
    """Return the name of every plan of every program's latest version, those of the partner's own programs first.

    Where two plans would be called the same, the program's name stands between.
    """
    return session.derived("plan names", _NAMES_FROM, lambda: _named(session))


def plans_called(names: dict[PlanKey, str], text: str) -> list[PlanKey]:
    """Return the plans that a text can mean: the one of exactly that name, else those with all its words in it."""
    wanted = " ".join(text.casefold().split())
    exact = [key for key, name in names.items() if wanted in (name.casefold(), "/".join(key).casefold())]
    if exact or not wanted:
        return exact
    words = wanted.replace("·", " ").split()
    return [key for key, name in names.items() if all(word in name.casefold() for word in words)]


def _named(session: Session) -> dict[PlanKey, str]:
    mine = {enrolment.program for enrolment in session.enrolments}
    latest = [versions[-1] for versions in session.catalog.versions.values() if versions]
    latest.sort(key=lambda program: (program.id not in mine, program.vendor.casefold(), program.name.casefold()))
    short = [f"{program.vendor} · {plan.name}" for program in latest for plan in program.plans]
    names = {}
    for program in latest:
        for plan in program.plans:
            name = f"{program.vendor} · {plan.name}"
            names[program.id, plan.id] = (
                name if short.count(name) == 1 else f"{program.vendor} · {program.name} · {plan.name}"
            )
    return names
