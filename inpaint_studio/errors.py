"""The errors that the user can do something about.

Every message is one sentence (two at most) for the user: what is wrong and what to do. A hint with it is for the
command line only, where options and commands are typed. Any other exception is a fault of the program.
"""

from __future__ import annotations

from typing import Any

from inpaint_studio.texts import Text, mark, tr

# Of several fillers, for `NoSource`.
NOTHING_LEFT = mark("Nothing is left to copy from: leave more of the photo free of the hole and of excluded parts.")


class StudioError(Exception):
    """The base class. ``str(error)`` is printed on the command line, `plain` is shown in the window.

    `code` is the English sentence with its placeholders, `values` what fills them (see `texts.Text`).
    """

    def __init__(self, message: str = "", hint: str = "") -> None:
        """`hint` is a sentence with options or commands; `plain` is the message without it."""
        message, hint = tr(message), tr(hint)  # both may come from a table
        super().__init__(f"{message} {hint}" if hint else message)
        self.plain = message
        self.code: str = message.code if isinstance(message, Text) else message
        self.values: dict[str, Any] = message.values if isinstance(message, Text) else {}


class InputError(StudioError):
    """An input cannot be used: a file, a mask, a name, an option."""


class StartFault(InputError):
    """The program cannot start: this machine lacks something, or the installation is damaged."""


class PhotoError(InputError):
    """An image file cannot be read or written."""


class NoHole(InputError):
    """There is nothing to fill."""


class NoSource(InputError):
    """No pixels are left to copy from."""


class UnknownModel(InputError):
    """No model of that name is registered."""


class NoWeights(InputError):
    """A network has no weights yet."""


class WeightsError(InputError):
    """A weights file cannot be read, has an unknown format, or does not fit the network."""


class Cancelled(StudioError):
    """The user cancelled the work. Raised by a ticket, never shown as an error."""

    def __init__(self) -> None:
        super().__init__(tr("Cancelled."))


class Interrupted(KeyboardInterrupt):
    """Ctrl+C or SIGTERM while a command runs. A plug-in that raises KeyboardInterrupt by itself is no such signal."""
