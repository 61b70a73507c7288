"""What the numbers of a recipe's settings may be, declared beside them by their kind."""

from __future__ import annotations

import math
from typing import Annotated, Any, NamedTuple, get_type_hints

from inpaint_studio.errors import InputError


class Bounds(NamedTuple):
    """The least and the most that a number may be."""

    least: float
    most: float = math.inf

    def __str__(self) -> str:
        return f"{self.least:g} or more" if self.most == math.inf else f"from {self.least:g} to {self.most:g}"


Weight = Annotated[float, Bounds(0)]  # of a loss
Rate = Annotated[float, Bounds(1e-10, 10)]  # of learning
Beta = Annotated[float, Bounds(0, 0.99999)]  # of Adam
Share = Annotated[float, Bounds(0, 1)]
Count = Annotated[int, Bounds(1)]
Width = Annotated[int, Bounds(1, 1024)]  # channels of a critic's layer


def check(settings: Any, name: str, value: Any, path: str) -> None:
    """Raises InputError where `value` lies outside the bounds of the field `name` of the dataclass `settings`, which
    the person calls `path`."""
    kind = get_type_hints(type(settings), include_extras=True)[name]
    for bounds in getattr(kind, "__metadata__", ()):
        if isinstance(bounds, Bounds) and not bounds.least <= value <= bounds.most:
            raise InputError(f"'{path}' must be {bounds}, not {value:g}.")
