"""The plan of one shipped set of weights: the file ``NAME.toml`` in this folder."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

from inpaint_studio.errors import InputError
from inpaint_studio.protocol.request import SCRATCH, TrainingRequest

Machine: TypeAlias = Literal["processor", "cuda"]  # for which machine a list of stages is meant
Take: TypeAlias = Literal["best", "last"]

# Options of ``train`` that a stage may have; all others follow from the plan.
_STAGE = (
    "size", "batch", "steps", "schedule", "warm_up", "clip", "holes", "precision", "compile", "best_by", "workers",
    "critic_warm_up", "evaluate_seconds", "save_minutes", "more_sizes", "colours",
)  # fmt: skip
_NEEDED = ("size", "batch", "steps")
_LONGEST_TITLE = 40  # characters


@dataclass(frozen=True)
class PlannedStage:
    """One training of the set; the next one goes on from its weights."""

    title: str
    options: Mapping[str, Any]  # of `TrainingRequest`, by name
    settings: Mapping[str, str]  # of the recipe, as `--set` takes them
    take: Take = "best"  # which of its weights the next stage starts from

    @property
    def size(self) -> int:
        """Px per side of the crops."""
        return int(self.options["size"])

    @property
    def steps(self) -> int:
        """Number of steps."""
        return int(self.options["steps"])

    @property
    def batch(self) -> int:
        """Crops a step."""
        return int(self.options["batch"])


@dataclass(frozen=True)
class Course:
    """The stages for one kind of machine, and how the network that they train is built."""

    machine: Machine
    config: Mapping[str, str]  # as `--config` takes it
    stages: tuple[PlannedStage, ...]


@dataclass(frozen=True)
class ReleasePlan:
    """How one shipped set is made, and what its card says beside the figures."""

    name: str
    system: str
    title: str
    seed: int
    is_main: bool  # whether it is the set that its system uses where the user has none
    classes: tuple[str, ...]  # of the photos, as index.csv names them; empty: all photos
    others: float  # largest share of photos of all other classes together, 0 to 1
    bad_at: str  # sentences
    courses: Mapping[Machine, Course]

    def course(self, machine: Machine) -> Course:
        """Return the stages for this kind of machine; those of the processor where it has none of its own."""
        return self.courses.get(machine) or self.courses["processor"]

    def request(self, course: Course, number: int, photos: Path, output: Path, start: Path | None) -> TrainingRequest:
        """Return the request of stage `number`, counted from 0, that starts from the file `start` (None: nothing).

        Raises InputError where a value of the plan is out of range.
        """
        stage = course.stages[number]
        argv = [self.system, f"--photos={photos}", f"--output={output}", f"--seed={self.seed + number}", "--log=none"]
        argv.append(f"--from={SCRATCH if start is None else start}")
        for name, value in stage.options.items():
            flag = f"--{name.replace('_', '-')}"
            argv += ([flag] if value else []) if isinstance(value, bool) else [f"{flag}={value}"]
        argv += [f"--set={name}={value}" for name, value in stage.settings.items()]
        if start is None:
            argv += [f"--config={name}={value}" for name, value in course.config.items()]
        return TrainingRequest.from_argv(argv)


def plans_folder() -> Path:
    """Return the folder of the plans."""
    return Path(__file__).parent


def plan_names() -> list[str]:
    """Return the names of all sets that have a plan, sorted."""
    return sorted(path.stem for path in plans_folder().glob("*.toml"))


def read_plan(name: str) -> ReleasePlan:
    """Return the plan of the set `name`. Raises InputError where there is none, or where it is not right."""
    path = plans_folder() / f"{name}.toml"
    if name not in plan_names():
        raise InputError(f"There is no plan for weights called '{name}'; there are {', '.join(plan_names())}.")
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
        return parse_plan(name, found)
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise InputError(f"The plan {path} is not right: {_explain(error)}.") from error


def parse_plan(name: str, found: Mapping[str, Any]) -> ReleasePlan:
    """Return the plan in the tables of a file. Raises KeyError, TypeError or ValueError where they are not right."""
    _check_names(found, {"system", "title", "seed", "main", "bad_at", "photos", "config", "stages", "cuda"}, "the file")
    photos = found["photos"]
    _check_names(photos, {"classes", "others"}, "[photos]")
    courses: dict[Machine, Course] = {"processor": _course("processor", found)}
    if "cuda" in found:
        _check_names(found["cuda"], {"config", "stages"}, "[cuda]")
        courses["cuda"] = _course("cuda", found["cuda"])
    others = float(photos["others"])
    if not 0 <= others <= 1:
        raise ValueError("'others' must be a share from 0 to 1")
    title = str(found["title"])
    if not 0 < len(title) <= _LONGEST_TITLE:
        raise ValueError(f"'title' must have at most {_LONGEST_TITLE} characters")
    return ReleasePlan(
        name=name,
        system=str(found["system"]),
        title=title,
        seed=int(found.get("seed", 0)),
        is_main=bool(found.get("main", True)),
        classes=tuple(map(str, photos["classes"])),
        others=others,
        bad_at=" ".join(str(found["bad_at"]).split()),
        courses=courses,
    )


def _course(machine: Machine, table: Mapping[str, Any]) -> Course:
    stages = tuple(_stage(each) for each in table["stages"])
    if not stages:
        raise ValueError("there are no stages")
    return Course(machine, dict(_flatten(table["config"])), stages)


def _stage(table: Mapping[str, Any]) -> PlannedStage:
    _check_names(table, {"title", "take", "settings", *_STAGE}, "a stage")
    options = {name: table[name] for name in _STAGE if name in table}
    if isinstance(options.get("more_sizes"), list):
        options["more_sizes"] = ",".join(map(str, options["more_sizes"]))
    for name in _NEEDED:
        if type(options.get(name)) is not int:
            raise ValueError(f"each stage needs a whole number '{name}'")
    take = table.get("take", "best")
    if take not in ("best", "last"):
        raise ValueError('\'take\' must be "best" or "last"')
    return PlannedStage(str(table["title"]), options, dict(_flatten(table.get("settings", {}))), take)


def _flatten(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield the values as texts; those of tables within have names that are joined with dots."""
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flatten(value, f"{prefix}{name}.")
        elif isinstance(value, list):
            yield f"{prefix}{name}", ",".join(map(str, value))
        else:
            yield f"{prefix}{name}", str(value).lower() if isinstance(value, bool) else str(value)


def _check_names(table: Mapping[str, Any], known: set[str], where: str) -> None:
    for name in table:
        if name not in known:
            raise ValueError(f"{where} has a line that is not known: '{name}'")


def _explain(error: Exception) -> str:
    return f"{error} is missing" if isinstance(error, KeyError) else str(error).rstrip(".")
