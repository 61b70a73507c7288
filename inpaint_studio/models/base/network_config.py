"""How a network can be built: one table for each system, with the name, type, range and paper's value of every choice.

The table is the only declaration. From it come the paper's configuration, the check of what a user chooses for a
training from nothing, the check of imported files and saved sets, and the fields of the window. Imports no torch.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from inpaint_studio.errors import InputError
from inpaint_studio.layers.attention.names import NAMES, NONE
from inpaint_studio.models.base.checkpoint_format import Config
from inpaint_studio.models.base.interface import Traits
from inpaint_studio.texts import mark, name_either, tr

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_LONGEST_MEANING = 200  # characters
WIDEST = 1024  # channels: the largest width of a first layer; the widest published network has 64


class ConfigError(ValueError):
    """A configuration that a table does not allow; the message is a sentence."""


@dataclass(frozen=True)
class ConfigOption:
    """One choice in how a network is built. The type of `default` is the type of its values.

    A value is a bool, a text of `choices`, a whole number (one of `choices`, or from `least` to `most` in steps of
    `step`), or a list of such numbers with at most `longest` of them.
    """

    name: str
    default: Any  # the paper's value
    meaning: str  # one line for the user
    choices: tuple[Any, ...] = ()
    least: int = 1
    most: int = WIDEST
    step: int = 1
    longest: int = 10
    trained: bool = True  # False: it only describes imported files, so a training from nothing does not offer it
    absent: Any = None  # the value of sets that were saved before this option existed; None: the default
    # The default from the values of the rows before, where these are not the paper's.
    derive: Callable[[Config], Any] | None = None

    @property
    def title(self) -> str:
        """The name for the window."""
        return self.name.replace("_", " ").capitalize()

    @property
    def values(self) -> str:
        """The allowed values, in a few words."""
        if isinstance(self.default, bool):
            return tr("true or false")
        if self.choices:
            return name_either(list(map(str, self.choices)))
        steps = tr(" in steps of {step}", step=self.step) if self.step > 1 else ""
        if isinstance(self.default, list):
            return tr(
                "1 to {longest} whole numbers from {least} to {most}{steps}, with commas between",
                longest=self.longest,
                least=self.least,
                most=self.most,
                steps=steps,
            )
        return tr("a whole number from {least} to {most}{steps}", least=self.least, most=self.most, steps=steps)

    def check(self) -> None:
        """Raise ConfigError where this row cannot be shown or asked for; plug-ins may declare anything."""
        if not isinstance(self.name, str) or not _NAME.fullmatch(self.name):
            raise ConfigError(
                f"{_short(repr(self.name))} is no name of an option; use lower-case letters, digits and '_'."
            )
        if not isinstance(self.meaning, str) or not self.meaning.isprintable() or len(self.meaning) > _LONGEST_MEANING:
            raise ConfigError(f"The meaning of '{self.name}' is no line of {_LONGEST_MEANING} characters at most.")
        if not all(type(number) is int for number in (self.least, self.most, self.step)) or self.step < 1:
            raise ConfigError(f"The range of '{self.name}' is not in whole numbers with steps of 1 or more.")
        if any(type(choice) is not type(self.default) or not _is_line(choice) for choice in self.choices):
            raise ConfigError(f"The choices of '{self.name}' are not all of the type of its default.")

    def allows(self, value: Any) -> bool:
        """Return whether the network can be built with this value."""
        if isinstance(self.default, list):
            return isinstance(value, list) and 0 < len(value) <= self.longest and all(map(self._allows_number, value))
        if type(value) is not type(self.default):
            return False
        if self.choices:
            return value in self.choices
        return isinstance(value, bool) or (isinstance(value, int) and self._allows_number(value))

    def parse(self, text: str) -> Any:
        """Return the value that a user wrote as `text`. Raises InputError with a sentence."""
        value: Any = None
        try:
            if isinstance(self.default, bool):
                value = {"true": True, "false": False}.get(text.lower())
            elif isinstance(self.default, list):
                value = [_whole(part) for part in text.split(",")]
            else:
                value = _whole(text) if isinstance(self.default, int) else text
        except ValueError:
            pass
        if not self.allows(value):
            raise InputError(
                tr("'{name}' cannot be '{text}'; it must be {values}.", name=self.name, text=text, values=self.values)
            )
        return value

    def format(self, value: Any) -> str:
        """Return the text that `parse` turns into `value`."""
        if isinstance(value, list):
            return ",".join(map(str, value))
        return str(value).lower() if isinstance(value, bool) else str(value)

    def _allows_number(self, value: Any) -> bool:
        return type(value) is int and self.least <= value <= self.most and value % self.step == 0


# A row of the table of every network that can be trained (`Inpainter.diffused`).
DIFFUSED = ConfigOption(
    "diffused", False, mark("it is shown colours diffused from the rim of the hole, and draws what to add to them")
)


def attention_option(default: str, meaning: str) -> ConfigOption:
    """Return the option; `default` is the paper's block. Sets from before there was a choice have that, too."""
    names = [default, *(name for name in (NONE, *NAMES) if name != default)]
    return ConfigOption("attention", default, meaning, choices=tuple(names))


def settle_attention(traits: Traits, config: Config) -> Traits:
    """Return the traits of a network with that block: only one that takes from places has sources and heeds donors."""
    block = NAMES.get(config["attention"])
    provides, accepts = traits.provides - {"attention", "units"}, traits.accepts - {"donors"}
    if block is not None and block.units:
        provides |= {"units"}
    if block is None or not block.places:
        return replace(traits, provides=provides, accepts=accepts, origin="copied")  # the default
    return replace(traits, provides=provides | {"attention"}, accepts=accepts | {"donors"}, origin="attention")


@dataclass(frozen=True)
class ConfigTable:
    """The options of one system. `find_conflict` returns a sentence where values do not go together, else ""."""

    options: tuple[ConfigOption, ...] = ()
    find_conflict: Callable[[Config], str] = lambda _config: ""

    def __post_init__(self) -> None:
        names = [option.name for option in self.options]
        if len(set(names)) < len(names):
            raise ConfigError("Two options have the same name.")
        for option in self.options:
            option.check()
            if not option.allows(option.default) or not (option.absent is None or option.allows(option.absent)):
                raise ConfigError(f"The default of '{option.name}' is not {option.values}.")
        self.complete({})

    def __iter__(self) -> Iterator[ConfigOption]:
        return iter(self.options)

    @property
    def trained(self) -> tuple[ConfigOption, ...]:
        """The options that a user may choose for a training from nothing."""
        return tuple(option for option in self.options if option.trained)

    def complete(self, chosen: Mapping[str, Any]) -> Config:
        """Return the whole configuration: `chosen`, and the paper's values for all other options.

        Raises ConfigError for a name, a value or a combination that the table does not allow.
        """
        return self._fill(chosen, saved=False)

    def restore(self, saved: Mapping[str, Any]) -> Config:
        """Return the whole configuration of a saved set; options that it lacks are newer than the set.

        Raises ConfigError.
        """
        return self._fill(saved, saved=True)

    def check(self, some: Mapping[str, Any]) -> None:
        """Raise ConfigError for a name or a value that the table does not allow; other options may be missing."""
        known = {option.name: option for option in self.options}
        for name, value in some.items():
            if name not in known:
                raise ConfigError(f"There is no '{name}' to choose; {self._names()}.")
            if not known[name].allows(value):
                raise ConfigError(f"'{name}' cannot be {_short(value)}; it must be {known[name].values}.")

    def parse(self, texts: Mapping[str, str]) -> Config:
        """Return the values that a user wrote for a training from nothing, by name. Raises InputError."""
        offered = {option.name: option for option in self.trained}
        unknown = [name for name in texts if name not in offered]
        if unknown:
            raise InputError(
                tr(
                    "There is no '{unknown}' to choose for this network; {names}.",
                    unknown=unknown[0],
                    names=self._names(),
                )
            )
        return {name: offered[name].parse(text) for name, text in texts.items()}

    def _names(self) -> str:
        names = ", ".join(option.name for option in self.trained)
        return tr("there are {names}", names=names) if names else tr("it has nothing to choose")

    def _fill(self, some: Mapping[str, Any], *, saved: bool) -> Config:
        self.check(some)
        config: Config = {}
        is_papers = True
        for option in self.options:
            if option.name in some:
                config[option.name] = some[option.name]
            elif saved and option.absent is not None:
                config[option.name] = option.absent
            elif option.derive is not None and not is_papers:
                config[option.name] = option.derive(config)
            else:
                value = option.default
                config[option.name] = list(value) if isinstance(value, list) else value
            is_papers = is_papers and config[option.name] == option.default
        conflict = self.find_conflict(config)
        if conflict:
            raise ConfigError(conflict)
        return config


def _whole(text: str) -> int:
    text = text.strip()
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise ValueError(text)
    return int(text)


def _is_line(value: object) -> bool:
    return str(value).isprintable() and "," not in str(value)


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 60 else text[:59] + "…"
