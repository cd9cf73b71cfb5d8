"""TOML text -> Program, with problems that point at file and key (programs.md §1 to §6).

Every problem of a file is listed; nothing is half-loaded. The keys stand in `grammar`, the plain kinds in `sections`,
the forms of values in `valuereader`, the other kinds of a program in `kinds`, a component in `componentreader`; here
the program is put together: inputs, standing, plans.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

from dealbook.domain.problem import Problem
from dealbook.programs import grammar
from dealbook.programs.componentreader import check_pairs, check_places, check_shares, read_component
from dealbook.programs.grammar import Key
from dealbook.programs.kinds import KindReader, mapping
from dealbook.programs.limits import MOST_ITEMS
from dealbook.programs.model import Buy, Input, Plan, Program, Quota, Source, Standing, Tier
from dealbook.programs.references import FARTHEST, reference_cycles, too_far
from dealbook.programs.sections import join, load_toml, nearest

_MOST_PLANS: Final = 50
"""Plans of a program, and components of a plan."""


def read_program(text: str, name: str = "program") -> Program:
    """Return the program of a file's text.

    Raises ProblemsError with every problem found; each has its key path in `where` and, where it can be told, `line`.
    """
    raw = load_toml(text, name)
    reader = ProgramReader(raw)
    with reader.judging(text):
        program = reader.program(raw)
        reader.problems = _told_once(raw, reader.problems)
    return program


def _told_once(raw: Mapping[str, Any], problems: list[Problem]) -> list[Problem]:
    """Leave out what only follows from another problem: the keys of a missing section, of another sort of file."""
    other = next((name for name in ("deal", "partner") if name in raw and "program" not in raw), None)
    if other is not None:
        return [Problem("no-program", "", {"found": f"[{other}]"})]
    missing = {problem.where for problem in problems if problem.code == "missing-key"}
    told = (p for p in problems if p.code == "missing-key" or p.where not in missing)
    return [p for p in told if not any(p.where.startswith(f"{where}.") for where in missing)]


class ProgramReader(KindReader):
    """Reads the sections of a program file."""

    def program(self, raw: Mapping[str, Any]) -> Program:
        """Return the program; whatever is wrong is in `problems`."""
        file = self.section(raw, grammar.FILE, "")
        head = self.section(file["program"] or {}, grammar.PROGRAM, "program")
        inputs = self._inputs(file["inputs"])
        given = self.array(file["plan"], "plan", _MOST_PLANS)
        plans = tuple(self._plan(one, f"plan[{i}]", inputs) for i, one in enumerate(given))
        self._check_plans(plans)
        self._check_head(head)
        return Program(
            **head,
            sources=tuple(Source(**one) for one in self.tables(file["source"], grammar.SOURCE, "source")),
            inputs=inputs,
            standing=self._standing(file["standing"]),
            plans=plans,
        )

    def _inputs(self, raw: object) -> dict[str, Input]:
        given = mapping(raw)
        if len(given) > MOST_ITEMS:
            self.wrong("too-many", "inputs", found=len(given), most=MOST_ITEMS)
            return {}
        inputs = {name: self._input(name, one) for name, one in given.items()}
        values = {name: one.value for name, one in inputs.items()}
        for cycle in reference_cycles(values):
            self.wrong("cyclic-reference", f"inputs.{cycle[0]}.value", cycle=" → ".join(f"${name}" for name in cycle))
        for name in too_far(values):
            self.wrong("too-deep", f"inputs.{name}.value", most=FARTHEST)
        return inputs

    def _input(self, name: str, raw: object) -> Input:
        where = f"inputs.{name}"
        self.parse(Key("id"), name, where)
        one = self.section(raw, grammar.INPUT, where)
        kind = one["kind"] or "rate"
        value, at_most = one["value"], one["at_most"]
        one["value"] = None if value is None else self.value(kind, value, join(where, "value"))
        one["at_most"] = None if at_most is None else self.figure(at_most, join(where, "at_most"), kind)
        return Input(name=name, **{key: one[key] for key in grammar.INPUT})

    def _standing(self, raw: object) -> Standing:
        if raw is None:
            return Standing()
        one = self.section(raw, grammar.STANDING, "standing")
        quota, tiers = one.pop("quota"), one.pop("tier")
        return Standing(
            **one,
            quota=None if quota is None else self._quota(quota),
            tiers=tuple(Tier(**tier) for tier in self._tiers(tiers)),
        )

    def _quota(self, raw: object) -> Quota:
        one = self.section(raw, grammar.QUOTA, "standing.quota")
        return Quota(fact=one["fact"], target=one["target"], grows=one["grows"] or Decimal(0))

    def _tiers(self, raw: object) -> list[dict[str, Any]]:
        tiers = self.tables(raw, grammar.TIER, "standing.tier")
        for i, tier in enumerate(tiers):
            for condition in (*(tier["requires"] or ()), *(tier["any_of"] or ())):
                if condition.fact == "tier":
                    self.wrong("cyclic-reference", f"standing.tier[{i}]", cycle="tier → tier")
        self._unique((tier["name"] for tier in tiers), "standing.tier", "name")
        return tiers

    # -- plans ---------------------------------------------------------------------------------------------------

    def _plan(self, raw: object, where: str, inputs: Mapping[str, Input]) -> Plan:
        one = self.section(raw, grammar.PLAN, where)
        one["name"] = one["name"] or one["id"] or ""
        pays = self.array(one["pays"] or [], join(where, "pays"), _MOST_PLANS)
        components = tuple(read_component(self, c, f"{where}.pays[{i}]", inputs) for i, c in enumerate(pays))
        self._unique((c.id for c in components), join(where, "pays"), "id")
        buy = one["buy"]
        one["buy"] = None if buy is None else Buy(**self.section(buy, grammar.BUY, join(where, "buy")))
        one["pays"] = components
        check_shares(self, one, where, ("partner_share",))
        check_places(self, one, where, inputs, ("minimum_payout",))
        check_pairs(self, mapping(raw), where, {"below_minimum": "minimum_payout"})
        return Plan(**one)

    def _check_plans(self, plans: Iterable[Plan]) -> None:
        plans = list(plans)
        self._unique((plan.id for plan in plans), "plan", "id")
        following = {plan.id: plan.otherwise for plan in plans if plan.id}
        for i, plan in enumerate(plans):
            seen, at = [plan.id], plan.otherwise
            if at is not None and at not in following:
                self.wrong("unknown-plan", f"plan[{i}].otherwise", found=at, nearest=nearest(at, following))
            while at is not None and at not in seen:
                seen.append(at)
                at = following.get(at)
            if at is not None and at == plan.id:
                self.wrong("cyclic-reference", f"plan[{i}].otherwise", cycle=" → ".join([*seen, at]))

    def _check_head(self, head: Mapping[str, Any]) -> None:
        first, after = head["effective_from"], head["effective_until"]
        if first and after and after <= first:
            self.wrong("end-before-start", "program.effective_until", found=after, expected=f"after {first}")
        if head["id"] in head["succeeds"]:
            self.wrong("cyclic-reference", "program.succeeds", cycle=f"{head['id']} → {head['id']}")

    def _unique(self, names: Iterable[str | None], where: str, key: str) -> None:
        seen: set[str] = set()
        for i, name in enumerate(names):
            if name in seen:
                self.wrong("double-name", f"{where}[{i}].{key}", found=name)
            seen.add(name or "")
