"""Describes a training in sentences for the user: its speed, progress and result."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from inpaint_studio.session.training.run_state import Run
from inpaint_studio.session.training.speed import Estimate
from inpaint_studio.texts import mark, name_either, tr

USE, USE_THEM, USE_TIP = mark("Use it"), mark("Use them"), mark("Fill with these weights from now on")
_VISIBLE_GAIN = 0.05  # dB: a smaller gain is not visible, and figures have one decimal
_FEW_STEPS = 50  # a training with fewer learns little
_ONCE = 0.95  # from this number of visits per photo on, it counts as one
_SMALL = 128  # px: smaller crops than this are not suggested
_TIMES = {60.0: mark("in an hour"), 480.0: mark("in eight hours")}  # by minutes
_LONGER = {10.0: mark("an hour"), 60.0: mark("a night")}  # the longer time to suggest, by minutes


def format_duration(seconds: float) -> str:
    """Format a length of time: "40 s", "12 min", "7 h 50 min"."""
    if seconds < 90:
        return tr("{seconds} s", seconds=max(0, round(seconds)))
    minutes = round(seconds / 60)
    if minutes < 90:
        return tr("{minutes} min", minutes=minutes)
    hours, rest = divmod(minutes, 60)
    return tr("{hours} h {rest} min", hours=hours, rest=rest) if rest else tr("{hours} h", hours=hours)


def format_count(number: int, thing: str) -> str:
    """Format a number of photos, crops or steps, with the plural: "1 photo", "2 photos"."""
    worded = {
        "photo": tr("{n} photos", number),
        "crop": tr("{n} crops", number),
        "step": tr("{n} steps", number),
    }
    return worded[thing]


def format_figures(run: Run) -> str:
    """Format how well the held-out photos are filled: at the start, and at best since."""
    if run.before is None:
        return ""
    best = run.best if run.best is not None else run.before
    return tr("{before:.1f} dB → {best:.1f} dB", before=run.before, best=best)


def describe_needs(missing: Path | None, labels: bool, from_nothing: bool) -> str:
    """Describe what a training needs beside time.

    `missing`: the file of a trained VGG that it needs and that is not there; `labels`: it learns with label maps.
    """
    from inpaint_studio.engine.photo.folder import FEW, LEAST

    if from_nothing:
        text = tr("Many thousands of photos, {least} px or larger.", least=LEAST)
    else:
        text = tr(
            "{few} photos or more of the same kind as those that you want to fill, {least} px or larger.",
            few=FEW,
            least=LEAST,
        )
    if labels:
        text += " " + tr("It finds what is sky or grass by itself, or takes your label maps (under More).")
    if missing is not None:
        text += " " + tr(
            "To judge texture it needs the file {name}, which is not here; without it, choose "
            "“Without judging texture” under More.",
            name=missing.name,
        )
    return text


def describe_held_out(run: Run) -> str:
    """Name the crops that a figure was measured on."""
    return tr("on {n} crops it has not seen", run.measured)


def describe_figures(run: Run) -> str:
    """Describe what the likeness was measured on, with the figures beside it; 1 is best for both of these."""
    parts = [tr("likeness, {held_out}", held_out=describe_held_out(run))]
    parts += [] if run.sharpness is None else [tr("sharpness {sharpness:.2f}", sharpness=run.sharpness)]
    parts += [] if run.seam is None else [tr("seam {seam:.2f}", seam=run.seam)]
    return " · ".join(parts)


def describe_result(run: Run) -> str:
    """Describe the result of a training that has ended, in one or two sentences."""
    if run.last_name and run.saved == run.last_name:
        return tr("The weights of its last step, {step}, are in the list of models now.", step=run.step)
    if run.before is None or run.best is None:
        return tr("It ended before anything was measured; your models are as before.")
    if run.removed:
        return tr("Its weights were deleted.")
    if not run.saved and run.unsaved:
        return tr("{unsaved} More time, or more photos of the same kind, may help.", unsaved=run.unsaved)
    if not run.saved:
        photos, steps = format_count(run.measured, "crop"), format_count(run.step, "step")
        return tr(
            "The {photos} it has not seen got no better in {steps} ({before:.1f} dB); your "
            "models are as before. More time, or more photos of the same kind, may help.",
            photos=photos,
            steps=steps,
            before=run.before,
        )
    gain = run.best - run.before
    if not run.base:
        return tr("It fills {n} crops it has not seen with {best:.1f} dB now.", run.measured, best=run.best)
    change = tr("Better by {gain:.1f} dB", gain=gain) if gain >= _VISIBLE_GAIN else tr("Slightly better")
    others = ""
    if run.others_before is not None and run.others is not None:
        others = tr(
            "Other photos, the samples: {others_before:.1f} dB before, {others:.1f} dB now.",
            others_before=run.others_before,
            others=run.others,
        )
    result = tr(
        "{change}: {before:.1f} dB before, {best:.1f} dB now, {held_out}.",
        change=change,
        before=run.before,
        best=run.best,
        held_out=describe_held_out(run),
    )
    return " ".join(filter(None, (result, others)))


def describe_speed(run: Run) -> str:
    """Describe the speed on this machine, and the number of steps in the chosen time; "" until it is measured."""
    step_seconds = run.seconds_per_step
    if step_seconds is None:
        return ""
    speed = _format_speed(step_seconds)
    if run.minutes and not run.steps:
        whole = max(run.step, round(60 * run.minutes / max(step_seconds, 1e-3)))
        return tr(
            "{speed}, about {round} steps in {format_duration}",
            speed=speed,
            round=_round(whole),
            format_duration=format_duration(60 * run.minutes),
        )
    return speed


def _format_speed(seconds: float) -> str:
    return (
        tr("{seconds:.1f} s a step", seconds=seconds)
        if seconds >= 1
        else tr("{value:.1f} steps a second", value=1 / max(seconds, 0.001))
    )


def describe_estimate(estimate: Estimate, minutes: float | None) -> str:
    """Describe how far a training gets in its time (None: in an hour), and what would help where that is little."""
    pace = estimate.pace if minutes is not None else estimate.pace.in_first_phase()
    on_processor = estimate.device.startswith("cpu")
    seconds = 60 * minutes if minutes is not None else 3600 + pace.overhead_seconds
    steps, visits = pace.steps(seconds), pace.visits(seconds)
    time = tr("an hour") if minutes is None else _in_time(minutes)
    device = tr("the processor") if on_processor else tr("the graphics card")
    about: dict[str, Any] = {"crops": format_count(pace.batch, "crop"), "time": time, "device": device}
    about["speed"] = _format_speed(pace.seconds_per_step)
    if steps:
        text = tr(
            "About {steps} of {crops} {time} on {device} ({speed}); {visits}.",
            steps=format_count(_round(steps), "step"),
            visits=_describe_visits(visits, pace.photos),
            **about,
        )
    else:
        text = tr("Not one step of {crops} {time} on {device} ({speed}).", **about)
    if steps >= _FEW_STEPS and visits >= 1:
        return text
    remedies = [tr(_LONGER[minutes])] if minutes in _LONGER else []
    remedies += [tr("crops smaller than {size} px (under More)", size=estimate.size)] if estimate.size > _SMALL else []
    remedies += [tr("a graphics card")] if on_processor else []
    names = name_either(remedies or [tr("more time")])
    return tr("{text} That is little; {names} would help.", text=text, names=names)


def _in_time(minutes: float) -> str:
    """Word a length of time in which something is done."""
    if minutes in _TIMES:
        return tr(_TIMES[minutes])
    return tr("in {n} minutes", round(minutes))


def _describe_visits(visits: float, photos: int) -> str:
    if visits < _ONCE:
        return tr(
            "about {round} of the {photos} photos it learns from are seen",
            round=_round(round(visits * photos)),
            photos=photos,
        )
    times = {1: tr("once"), 2: tr("twice")}.get(round(visits)) or tr("{n} times", _round(round(visits)))
    if photos > 1:
        return tr("each of the {photos} photos it learns from is seen about {times}", photos=photos, times=times)
    return tr("the one photo it learns from is seen about {times}", times=times)


def describe_progress(run: Run) -> str:
    """Describe the progress of a training in a line."""
    if not run.begun:
        return tr("Starting…")
    if not run.step:
        return tr("Measuring how it fills the photos kept back now…")
    step = (
        tr("Step {step} of {steps}", step=run.step, steps=run.steps) if run.steps else tr("Step {step}", step=run.step)
    )
    parts = [step, run.phase]
    if run.seconds_left is not None:
        parts.append(tr("{format_duration} left", format_duration=format_duration(run.seconds_left)))
    else:
        parts.append(tr("{format_duration} so far", format_duration=format_duration(run.seconds)))
    return " · ".join(filter(None, [*parts, describe_speed(run) or tr("measuring the speed of this machine…")]))


def summarise_progress(run: Run, running: bool, pausing: bool) -> str:
    """Describe the progress of a training in one or two words, for the status bar.

    `pausing`: it is paused, or is to be as soon as its step has ended.
    """
    if not running:
        return tr("broke off") if run.end == "failed" else tr("done")
    if pausing != run.paused:
        return tr("pausing") if pausing else tr("going on")
    if run.paused:
        return tr("paused")
    if not run.step:
        return tr("starting")
    share = run.fraction
    return tr("step {step}", step=run.step) if share is None else f"{100 * share:.0f} %"


def _round(number: int) -> int:
    """Round to two digits: an estimate is not more exact."""
    digits = max(0, len(str(number)) - 2)
    return int(round(number, -digits))
