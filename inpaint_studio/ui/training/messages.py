"""What a training comes to, in plain words."""

from __future__ import annotations

from inpaint_studio.session.training.run_state import Run
from inpaint_studio.session.training.speed import Estimate

_ALIKE = 0.05  # dB: nobody sees less, and it is written with one digit
_FEW_STEPS = 50  # below which little is learnt
_ONCE = 0.95  # visits that are called one
_SMALL = 128  # px of crops that are small already
_SPANS = {60.0: "an hour", 480.0: "eight hours"}  # by minutes
_LONGER = {10.0: "an hour", 60.0: "a night"}


def duration(seconds: float) -> str:
    """A length of time as people say it: "40 s", "12 min", "7 h 50 min"."""
    if seconds < 90:
        return f"{max(0, round(seconds))} s"
    minutes = round(seconds / 60)
    if minutes < 90:
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if rest else f"{hours} h"


def count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def figures(run: Run) -> str:
    """How well the held-out photos are filled: at the start, and best since."""
    if run.before is None:
        return ""
    best = run.best if run.best is not None else run.before
    return f"{run.before:.1f} dB → {best:.1f} dB"


def held_out(run: Run) -> str:
    return f"on {count(run.measured, 'photo')} it has not seen"


def verdict(run: Run) -> str:
    """What came of a training that has ended, in a sentence or two."""
    if run.before is None or run.best is None:
        return "It ended before anything was measured; nothing was saved."
    if run.removed:
        return "The weights that came of it were deleted."
    if not run.saved and not run.base and run.unsaved:
        return f"{run.unsaved} More time, or more photos of the same kind, may help."
    if not run.saved:
        what, long = count(run.measured, "photo"), count(run.step, "step")
        return (
            f"The {what} it has not seen got no better in {long} ({run.before:.1f} dB); nothing was saved. "
            "More time, or more photos of the same kind, may help."
        )
    gain = run.best - run.before
    if not run.base:
        return f"It fills {held_out(run).removeprefix('on ')} with {run.best:.1f} dB now."
    how = f"Better by {gain:.1f} dB" if gain >= _ALIKE else "Better by a hair"
    return f"{how}: {run.before:.1f} dB before, {run.best:.1f} dB now, {held_out(run)}."


def pace(run: Run) -> str:
    """How fast it goes on this machine, and what the time it was given comes to; nothing until that is measured."""
    each = run.seconds_per_step
    if each is None:
        return ""
    speed = _speed(each)
    if run.minutes and not run.steps:
        whole = max(run.step, round(60 * run.minutes / max(each, 1e-3)))
        return f"{speed}, about {_rounded(whole)} steps in {duration(60 * run.minutes)}"
    return speed


def _speed(each: float) -> str:
    return f"{each:.1f} s a step" if each >= 1 else f"{1 / max(each, 1e-3):.1f} steps a second"


def estimate(found: Estimate, minutes: float | None) -> str:
    """How far a training gets in its time (None: in an hour), and what would help where that is little."""
    pace, own = found.pace, found.device.startswith("cpu")
    seconds = 60 * minutes if minutes is not None else 3600 + pace.overhead_seconds
    steps, visits = pace.steps(seconds), pace.visits(seconds)
    span = "an hour" if minutes is None else f"in {_SPANS.get(minutes, f'{minutes:g} minutes')}"
    told = f"About {count(_rounded(steps), 'step')}" if steps else "Not one step"
    told += f" of {count(pace.batch, 'crop')} {span} on the {'processor' if own else 'graphics card'}"
    told += f" ({_speed(pace.seconds_per_step)})" + (f"; {_seen(visits, pace.photos)}." if steps else ".")
    if steps >= _FEW_STEPS and visits >= 1:
        return told
    helps = [_LONGER[minutes]] if minutes in _LONGER else []
    helps += [f"crops smaller than {found.size} px (under More)"] if found.size > _SMALL else []
    helps += ["a graphics card"] if own else []
    *first, last = helps or ["more time"]
    return f"{told} That is little; {' or '.join(filter(None, (', '.join(first), last)))} would help."


def _seen(visits: float, photos: int) -> str:
    if visits < _ONCE:
        return f"about {_rounded(round(visits * photos))} of the {photos} photos it learns from are seen"
    whose = f"each of the {photos} photos it learns from" if photos > 1 else "the one photo it learns from"
    times = {1: "once", 2: "twice"}.get(round(visits), f"{_rounded(round(visits))} times")
    return f"{whose} is seen about {times}"


def progress(run: Run) -> str:
    """Where a training stands, in a line."""
    if not run.begun:
        return "Starting…"
    if not run.step:
        return "Measuring how it fills the photos kept back now…"
    parts = [f"Step {run.step}" + (f" of {run.steps}" if run.steps else "")]
    if run.seconds_left is not None:
        parts.append(f"{duration(run.seconds_left)} left")
    else:
        parts.append(f"{duration(run.seconds)} so far")
    return " · ".join(filter(None, [*parts, pace(run) or "measuring the speed of this machine…"]))


def brief(run: Run, running: bool) -> str:
    """The same in a word for the status line."""
    if not running:
        return "broke off" if run.end == "failed" else "done"
    if run.paused:
        return "paused"
    if not run.step:
        return "starting"
    share = run.fraction
    return f"step {run.step}" if share is None else f"{100 * share:.0f} %"


def _rounded(number: int) -> int:
    """To two digits: an estimate promises no more."""
    digits = max(0, len(str(number)) - 2)
    return int(round(number, -digits))
