"""Which backups stay: one for each of the last 24 hours, for each of 30 days, for each week of a year; always the last.

Each is the newest of its hour, day or week, as the clock of the world counts them, so what stays once stays until its
time is over. One that was made before a restore or a migration is there to take that back: all of these stay for 30
days.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Final


class Reason(StrEnum):
    """Why a backup was made."""

    OPENING = "opening"
    MIGRATION = "migration"
    RESTORE = "restore"


@dataclass(frozen=True, slots=True)
class Backup:
    """One backup of a book: its file, when it was made (UTC) and why."""

    path: Path
    made: datetime
    reason: Reason


_HOURS: Final = timedelta(hours=24)
_DAYS: Final = timedelta(days=30)
_WEEKS: Final = timedelta(days=366)
_RULES: Final[tuple[tuple[timedelta, Callable[[datetime], object]], ...]] = (
    (_HOURS, lambda made: (made.date(), made.hour)),
    (_DAYS, lambda made: made.date()),
    (_WEEKS, lambda made: made.isocalendar()[:2]),
)


def kept(backups: Iterable[Backup], now: datetime) -> frozenset[Backup]:
    """Return those of `backups` that stay; of one backup or more, at least the newest does."""
    newest_first = sorted(backups, key=lambda backup: backup.made, reverse=True)
    staying = set(newest_first[:1])
    staying |= {one for one in newest_first if one.reason is not Reason.OPENING and now - one.made <= _DAYS}
    for age, part in _RULES:
        seen = set()
        for one in newest_first:
            if now - one.made <= age and part(one.made) not in seen:
                seen.add(part(one.made))
                staying.add(one)
    return frozenset(staying)
