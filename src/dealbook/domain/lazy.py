"""A property that is worked out once for each object, on the first question.

Python 3.11's `functools.cached_property` takes a lock on that first question, which costs more than most of the figures
kept here; from 3.12 on it takes none and does the same as this.
"""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

_T = TypeVar("_T")


class lazy(Generic[_T]):  # noqa: N801 - stands where `property` stands
    """Works a value out once and leaves it in the object's own dictionary."""

    def __init__(self, work_out: Callable[[Any], _T]) -> None:
        """Take the method that works the value out."""
        self.work_out = work_out
        self.name = work_out.__name__
        self.__doc__ = work_out.__doc__

    def __get__(self, instance: Any, owner: type) -> _T:  # noqa: ANN401 - any object
        """Return the value; this runs once, after that Python finds it in the object."""
        found = instance.__dict__[self.name] = self.work_out(instance)
        return found
