"""Everything the program remembers between runs: one table of settings, kept in a TOML file.

Every setting takes effect as soon as it is set, but for those marked `restart`.
"""

from __future__ import annotations

import os
import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import tomli_w
from PySide6.QtCore import QObject, Signal

from inpaint_studio import atomic, paths
from inpaint_studio.session import own_keys
from inpaint_studio.texts import mark, tr

Value = bool | int | float | str
LARGEST_FILE = 64 * 1024  # bytes; a settings file is a few hundred


class Setting(NamedTuple):
    """A setting: its name, its default (which fixes its type), a text for the user, and the values it may have."""

    name: str
    default: Value
    text: str
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] | None = None
    machine: bool = False  # the choices depend on the machine
    restart: bool = False  # takes effect at the next start; all others at once
    shown: bool = True  # in the settings dialog; not where the window sets it by itself
    former: tuple[tuple[str, str], ...] = ()  # what earlier versions called values, and their names now
    check: Callable[[str], str] | None = None  # returns why a text is not allowed, in a sentence; "" where it is

    def fault(self, value: object) -> str | None:
        """Return why `value` is not allowed, in a sentence; None where it is allowed."""
        name = self.name
        if type(value) is not type(self.default):
            return tr(_KINDS[type(self.default)], name=name)
        if self.check is not None and (reason := self.check(str(value))):
            return tr("'{name}' is not usable: {reason}", name=name, reason=reason)
        if self.choices is not None and value not in self.choices:
            return tr("'{name}' must be one of {choices}.", name=name, choices=", ".join(self.choices))
        if isinstance(value, int | float) and not isinstance(value, bool):
            low, high = self.low, self.high
            if (low is not None and value < low) or (high is not None and value > high):
                return tr("'{name}' must lie between {low:g} and {high:g}.", name=name, low=low, high=high)
        return None


_KINDS = {
    bool: mark("'{name}' must be true or false."),
    int: mark("'{name}' must be a whole number."),
    float: mark("'{name}' must be a number."),
    str: mark("'{name}' must be a text."),
}


def _check_mirror(address: str) -> str:
    if not address:
        return ""
    from inpaint_studio.engine.weights import mirror  # here, as it imports what makes connections
    from inpaint_studio.errors import InputError

    try:
        mirror.check(address)
    except InputError as error:
        return str(error)
    return ""


# The tools that mark where a fill may copy from; in the order of the tool bar.
SAMPLING_SHAPES = ("brush", "lasso", "magnetic-lasso", "polygon", "rectangle", "ellipse", "object", "wand")

TABLE = (
    Setting("brush_size", 60, mark("Brush size in image pixels"), 1, 1000),
    Setting("eraser_size", 60, mark("Eraser size in image pixels"), 1, 1000, shown=False),
    Setting(
        "brush_sizes", "", mark("Sizes of brush and eraser in photos opened lately, by the photo's size"), shown=False
    ),
    Setting("brush_hardness", 80, mark("Hardness of the edge of brush and eraser in percent"), 0, 100),
    Setting("edge_size", 3, mark("Width of drawn edges in image pixels"), 1, 100),
    Setting(
        "line_band",
        8,
        mark("Width of the band that is continued along a guide line, in image pixels"),
        2,
        192,
        shown=False,
    ),
    Setting("label_class", 1, mark("The number of the class that is painted"), 1, 255, shown=False),
    Setting("label_mode", "brush", mark("How labels are painted"), choices=("brush", "area"), shown=False),
    Setting("pressure_size", True, mark("The pen's pressure sets the brush size")),
    Setting("close_loops", False, mark("A closed stroke fills its inside")),
    Setting("fill_on_release", False, mark("Fill the hole when the pen lifts")),
    Setting("wand_tolerance", 32, mark("How much the wand's colours may differ, 0 to 255"), 0, 255),
    Setting("wand_connected", True, mark("The wand marks only what is connected with the place")),
    Setting(
        "wand_sample", "1", mark("The side of the square whose mean colour the wand takes"), choices=("1", "3", "5")
    ),
    Setting(
        "found_margin",
        3,
        mark("Pixels added round what wand, Object, magnetic lasso and mask files mark"),
        0,
        50,
    ),
    Setting("hole_pixels", 3, mark("Pixels by which the hole grows, shrinks or is feathered"), 1, 200, shown=False),
    Setting(
        "hole_scope", "whole", mark("What the operations on the hole change"), choices=("whole", "part"), shown=False
    ),
    Setting("sampling_shape", "brush", mark("What marks sampling areas"), choices=SAMPLING_SHAPES, shown=False),
    Setting(
        "theme",
        "dark",
        mark("How light the window is: as the system has it, light or dark"),
        choices=("system", "light", "dark"),
    ),
    Setting(
        "ui_scale",
        "100",
        mark("How large texts and buttons are, in percent, from the next start on"),
        choices=("100", "125", "150", "175", "200"),
        restart=True,
    ),
    Setting(
        "hole_pattern",
        "plain",
        mark("How the hole is marked: tinted, or with crossed lines, too"),
        choices=("plain", "crossed"),
    ),
    Setting("hole_colour", "#ff3d5a", mark("Colour of the hole")),
    Setting("lines_colour", "#27d3ff", mark("Colour of guide lines")),
    Setting("donors_colour", "#ffb000", mark("Colour of what must not be sampled")),
    Setting("only_colour", "#22c55e", mark("Colour of the only places to sample")),
    Setting("model", "auto", mark("The model that fills"), shown=False),
    Setting("model_before", "auto", mark("The model that was chosen before that one"), shown=False),
    Setting(
        "language",
        "system",
        mark("The language of the program, from its next start on"),
        choices=("system", "en", "zh_CN"),
        restart=True,
    ),
    Setting("quality", "best", mark("How carefully it fills"), choices=("fast", "best")),
    Setting(
        "adaptation", -1, mark("How far copied colours follow the light, in percent; -1 as usual"), -1, 100, shown=False
    ),
    Setting("mirror", False, mark("Copy mirrored pieces, too"), shown=False),
    Setting("start", "auto", mark("The network whose picture a copying fill starts from"), shown=False),
    Setting("device", "auto", mark("Where networks compute"), machine=True),
    Setting("precision", "auto", mark("Bits that networks compute with"), choices=("auto", "32", "16")),
    Setting(
        "flow_colours",
        "papers",
        mark("Colours of the flow view"),
        choices=("papers", "motion"),
        shown=False,
        former=(("ours", "motion"), ("official", "papers")),
    ),
    Setting(
        "weights_mirror",
        "",
        mark("Address of a mirror for weights, asked before their publishers"),
        check=_check_mirror,
    ),
    Setting("training_base", "", mark("The model that the last fine-tuning began from"), shown=False),
    Setting("undo_megabytes", 512, mark("Memory the undo history may take, in MB"), 16, 16384),
    Setting("undo_disk_megabytes", 4096, mark("Disk space for older steps of the undo history, in MB"), 0, 900000),
    Setting("accepted_licences", "", mark("Weights whose licence was seen, one a line"), shown=False),
    Setting("last_folder", "", mark("The folder photos were last opened from"), shown=False),
    Setting("weights_folder", "", mark("The folder weights were last imported from"), shown=False),
    Setting("keys", "", mark("The keys of actions that have others than usual"), check=own_keys.check, shown=False),
    Setting("recent", "", mark("Photos opened lately, one a line, the newest first"), shown=False),
    Setting("tool", "brush", mark("The tool that was chosen last"), shown=False),
    Setting("window_geometry", "", mark("Where the window stood"), shown=False),
    Setting("folded", "", mark("The sections of the panel column that are folded"), shown=False),
    Setting("panels_shown", True, mark("Show the panel column"), shown=False),
)


class Settings(QObject):
    """The present settings: read as attributes or by `get`, changed by `set`, written by `save`."""

    changed = Signal(str)  # the setting's name

    def __init__(self, file: Path | None = None, parent: QObject | None = None) -> None:
        """Read `file` (default: the user's). Settings with unusable values keep their default; `problems` says why."""
        super().__init__(parent)
        self.file = file if file is not None else paths.config_dir() / "settings.toml"
        self.problems: list[str] = []
        self._settings = {setting.name: setting for setting in TABLE}
        self._values: dict[str, Any] = {setting.name: setting.default for setting in TABLE}
        self._in_file: set[str] = set()  # names of settings with a usable value there
        self._set_here: set[str] = set()
        self._read()

    def __getattr__(self, name: str) -> Any:
        values = self.__dict__.get("_values", {})
        if name in values:
            return values[name]
        raise AttributeError(name)

    def get(self, name: str) -> Any:
        """Return the value of a setting."""
        return self._values[name]

    def row(self, name: str) -> Setting:
        """Return the row of the table."""
        return self._settings[name]

    def set(self, name: str, value: Value) -> None:
        """Set a setting; numbers are cut to its range. Raises ValueError for any other value that is not allowed."""
        setting = self._settings[name]
        if isinstance(setting.default, int | float) and not isinstance(setting.default, bool):
            low = setting.low if setting.low is not None else value
            high = setting.high if setting.high is not None else value
            value = type(setting.default)(min(max(float(value), float(low)), float(high)))
        fault = setting.fault(value)
        if fault is not None:
            raise ValueError(fault)
        if value != self._values[name]:
            self._values[name] = value
            self._set_here.add(name)
            self.changed.emit(name)

    def save(self) -> str | None:
        """Write the file so that it is never half there; gives a sentence where it cannot be written.

        What another window of the program has written since, and this one did not set, stays.
        """
        values = {**self._values, **self._saved_by_others()}
        text = tomli_w.dumps(values)
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            atomic.write(self.file, text)
        except OSError as error:
            return tr(
                "The settings could not be kept in {file}: {reason}.", file=self.file, reason=error.strerror or error
            )
        return None

    def _saved_by_others(self) -> dict[str, Any]:
        """The settings in the file that may be used, but for those that were set here."""
        saved = Settings(self.file)
        return {name: saved.get(name) for name in saved._in_file - self._set_here}

    def _read(self) -> None:
        try:
            if self.file.stat().st_size > LARGEST_FILE:
                raise ValueError(tr("it is too large to be one"))
            found = tomllib.loads(self.file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return
        except (OSError, ValueError, RecursionError) as error:
            text = tr("The settings file {file} was not used: {reason}.", file=self.file, reason=error)
            self.problems.append(" ".join((text, *self._keep_aside(os.replace))))
            return
        for name, value in found.items():
            setting = self._settings.get(name)
            if setting is None:
                continue  # it belongs to another version of the program
            if isinstance(value, str):
                value = dict(setting.former).get(value, value)
            fault = setting.fault(value)
            if fault is None:
                self._values[name] = value
                self._in_file.add(name)
            else:
                self.problems.append(tr("The default is used for a value in the settings file: {reason}", reason=fault))
        if self.problems:
            self.problems[-1] = " ".join((self.problems[-1], *self._keep_aside(shutil.copyfile)))

    def _keep_aside(self, move: Callable[[Path, Path], object]) -> tuple[str, ...]:
        """Keep the file as it was beside itself, as the next one will be written over it; gives a sentence about it."""
        aside = self.file.with_suffix(".broken.toml")
        try:
            move(self.file, aside)
        except OSError:
            return ()
        return (tr("The file as it was is kept as {name}.", name=aside.name),)
