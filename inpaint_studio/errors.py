"""The one family of errors a person can do something about.

Every message is one sentence (two at most) for the painter: what is wrong and what to do. What helps on the command
line alone, where options and commands are typed, is a hint beside it. Anything raised that is not a `StudioError` is a
fault of the program.
"""

from __future__ import annotations


class StudioError(Exception):
    """Base of the family; ``str(error)`` is told on the command line as it stands, and `plain` in the window."""

    def __init__(self, message: str = "", hint: str = "") -> None:
        """`hint` is a sentence that names options or commands; `plain` is the message without it."""
        super().__init__(f"{message} {hint}" if hint else message)
        self.plain = message


class InputError(StudioError):
    """What was given cannot be used: a file, a mask, a name, an option."""


class PhotoError(InputError):
    """A picture file cannot be read or written."""


class NoHole(InputError):
    """There is nothing to fill."""


class NoSource(InputError):
    """Nothing is left to fill the hole from."""


class UnknownModel(InputError):
    """No model of that name is registered."""


class NoWeights(InputError):
    """A network has nothing to compute with yet."""


class WeightsError(InputError):
    """A weights file cannot be read, is not known, or does not fit."""


class Cancelled(StudioError):
    """The person asked for the job to stop. Raised by a ticket, never shown as an error."""

    def __init__(self) -> None:
        super().__init__("Cancelled.")
