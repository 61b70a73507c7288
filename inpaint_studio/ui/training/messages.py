"""Describes a training in sentences for the user: its speed, progress and result."""

from __future__ import annotations

from pathlib import Path

from inpaint_studio.session.training.run_state import Run
from inpaint_studio.session.training.speed import Estimate

USE, USE_THEM, USE_TIP = "Use it", "Use them", "Fill with these weights from now on"
_VISIBLE_GAIN = 0.05  # dB: a smaller gain is not visible, and figures have one decimal
_FEW_STEPS = 50  # a training with fewer learns little
_ONCE = 0.95  # from this number of visits per photo on, it counts as one
_SMALL = 128  # px: smaller crops than this are not suggested
_TIMES = {60.0: "an hour", 480.0: "eight hours"}  # by minutes
_LONGER = {10.0: "an hour", 60.0: "a night"}  # the longer time to suggest, by minutes


def format_duration(seconds: float) -> str:
    """Format a length of time: "40 s", "12 min", "7 h 50 min"."""
    if seconds < 90:
        return f"{max(0, round(seconds))} s"
    minutes = round(seconds / 60)
    if minutes < 90:
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if rest else f"{hours} h"


def format_count(number: int, thing: str) -> str:
    """Format a number of things, with the plural: "1 photo", "2 photos"."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def format_figures(run: Run) -> str:
    """Format how well the held-out photos are filled: at the start, and at best since."""
    if run.before is None:
        return ""
    best = run.best if run.best is not None else run.before
    return f"{run.before:.1f} dB → {best:.1f} dB"


def describe_needs(missing: Path | None, labels: bool, from_nothing: bool) -> str:
    """Describe what a training needs beside time.

    `missing`: the file of a trained VGG that it needs and that is not there; `labels`: it learns with label maps.
    """
    from inpaint_studio.engine.photo.folder import FEW, LEAST

    if from_nothing:
        text = f"Many thousands of photos, {LEAST} px or larger."
    else:
        text = f"{FEW} photos or more of the same kind as those that you want to fill, {LEAST} px or larger."
    if labels:
        text += " It finds what is sky or grass by itself, or takes your label maps (under More)."
    if missing is not None:
        text += (
            f" To judge texture it needs the file {missing.name}, which is not here; without it, choose "
            "“Without judging texture” under More."
        )
    return text


def describe_held_out(run: Run) -> str:
    """Name the crops that a figure was measured on."""
    return f"on {format_count(run.measured, 'crop')} it has not seen"


def describe_figures(run: Run) -> str:
    """Describe what the likeness was measured on, with the figures beside it; 1 is best for both of these."""
    parts = [f"likeness, {describe_held_out(run)}"]
    parts += [] if run.sharpness is None else [f"sharpness {run.sharpness:.2f}"]
    parts += [] if run.seam is None else [f"seam {run.seam:.2f}"]
    return " · ".join(parts)


def describe_result(run: Run) -> str:
    """Describe the result of a training that has ended, in one or two sentences."""
    if run.last_name and run.saved == run.last_name:
        return f"The weights of its last step, {run.step}, are in the list of models now."
    if run.before is None or run.best is None:
        return "It ended before anything was measured; your models are as before."
    if run.removed:
        return "Its weights were deleted."
    if not run.saved and run.unsaved:
        return f"{run.unsaved} More time, or more photos of the same kind, may help."
    if not run.saved:
        photos, steps = format_count(run.measured, "crop"), format_count(run.step, "step")
        return (
            f"The {photos} it has not seen got no better in {steps} ({run.before:.1f} dB); your models are as before. "
            "More time, or more photos of the same kind, may help."
        )
    gain = run.best - run.before
    if not run.base:
        return f"It fills {describe_held_out(run).removeprefix('on ')} with {run.best:.1f} dB now."
    change = f"Better by {gain:.1f} dB" if gain >= _VISIBLE_GAIN else "Slightly better"
    others = ""
    if run.others_before is not None and run.others is not None:
        others = f" Other photos, the samples: {run.others_before:.1f} dB before, {run.others:.1f} dB now."
    return f"{change}: {run.before:.1f} dB before, {run.best:.1f} dB now, {describe_held_out(run)}.{others}"


def describe_speed(run: Run) -> str:
    """Describe the speed on this machine, and the number of steps in the chosen time; "" until it is measured."""
    step_seconds = run.seconds_per_step
    if step_seconds is None:
        return ""
    speed = _format_speed(step_seconds)
    if run.minutes and not run.steps:
        whole = max(run.step, round(60 * run.minutes / max(step_seconds, 1e-3)))
        return f"{speed}, about {_round(whole)} steps in {format_duration(60 * run.minutes)}"
    return speed


def _format_speed(seconds: float) -> str:
    return f"{seconds:.1f} s a step" if seconds >= 1 else f"{1 / max(seconds, 1e-3):.1f} steps a second"


def describe_estimate(estimate: Estimate, minutes: float | None) -> str:
    """Describe how far a training gets in its time (None: in an hour), and what would help where that is little."""
    pace = estimate.pace if minutes is not None else estimate.pace.in_first_phase()
    on_processor = estimate.device.startswith("cpu")
    seconds = 60 * minutes if minutes is not None else 3600 + pace.overhead_seconds
    steps, visits = pace.steps(seconds), pace.visits(seconds)
    time = "an hour" if minutes is None else f"in {_TIMES.get(minutes, f'{minutes:g} minutes')}"
    text = f"About {format_count(_round(steps), 'step')}" if steps else "Not one step"
    text += f" of {format_count(pace.batch, 'crop')} {time} on the {'processor' if on_processor else 'graphics card'}"
    text += f" ({_format_speed(pace.seconds_per_step)})" + (
        f"; {_describe_visits(visits, pace.photos)}." if steps else "."
    )
    if steps >= _FEW_STEPS and visits >= 1:
        return text
    remedies = [_LONGER[minutes]] if minutes in _LONGER else []
    remedies += [f"crops smaller than {estimate.size} px (under More)"] if estimate.size > _SMALL else []
    remedies += ["a graphics card"] if on_processor else []
    *first, last = remedies or ["more time"]
    return f"{text} That is little; {' or '.join(filter(None, (', '.join(first), last)))} would help."


def _describe_visits(visits: float, photos: int) -> str:
    if visits < _ONCE:
        return f"about {_round(round(visits * photos))} of the {photos} photos it learns from are seen"
    which = f"each of the {photos} photos it learns from" if photos > 1 else "the one photo it learns from"
    times = {1: "once", 2: "twice"}.get(round(visits), f"{_round(round(visits))} times")
    return f"{which} is seen about {times}"


def describe_progress(run: Run) -> str:
    """Describe the progress of a training in a line."""
    if not run.begun:
        return "Starting…"
    if not run.step:
        return "Measuring how it fills the photos kept back now…"
    parts = [f"Step {run.step}" + (f" of {run.steps}" if run.steps else ""), run.phase]
    if run.seconds_left is not None:
        parts.append(f"{format_duration(run.seconds_left)} left")
    else:
        parts.append(f"{format_duration(run.seconds)} so far")
    return " · ".join(filter(None, [*parts, describe_speed(run) or "measuring the speed of this machine…"]))


def summarise_progress(run: Run, running: bool, pausing: bool) -> str:
    """Describe the progress of a training in one or two words, for the status bar.

    `pausing`: it is paused, or is to be as soon as its step has ended.
    """
    if not running:
        return "broke off" if run.end == "failed" else "done"
    if pausing != run.paused:
        return "pausing" if pausing else "going on"
    if run.paused:
        return "paused"
    if not run.step:
        return "starting"
    share = run.fraction
    return f"step {run.step}" if share is None else f"{100 * share:.0f} %"


def _round(number: int) -> int:
    """Round to two digits: an estimate is not more exact."""
    digits = max(0, len(str(number)) - 2)
    return int(round(number, -digits))
