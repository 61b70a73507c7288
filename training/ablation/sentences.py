"""What an ablation shows and what it does not, in sentences that its figures decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from inpaint_studio.engine.evaluation.columns import Column
from training.ablation.ledger import Ledger
from training.ablation.measure import FIGURES
from training.ablation.runner import SPREAD
from training.ablation.summary import FigureSummary

_JUDGED = ("psnr", "ssim", "l1")  # figures of which one value is better than another whatever the rest says
_READS_ON = "wgan-gp"  # the loss whose critics have several batches a step


def describe_run(ledger: Ledger) -> list[str]:
    """Return what was done: networks, data, length and machine."""
    known, facts = ledger.identity, ledger.facts
    done = [each for each in ledger.trainings if each.figures]
    seeds = _count(len(ledger.seeds), "seed")
    lines = [
        f"{_count(len(ledger.variants), 'variant')} of {known['model']}, each trained from nothing with {seeds}: "
        f"{_length(ledger)} of {facts.get('batch', 0)} crops of {known['size']} px, on {facts['photos']} photos. All "
        "variants get the same photos, crops and holes in the same order, and with the same seed the parts of the "
        "network that all of them have begin with the same numbers.",
        f"Measured is how the last weights fill {facts['crops']} crops of {facts['held_out']} other photos, inside the "
        "holes; these crops are the same for all.",
    ]
    built = [*known["config"], *known["settings"], *(f"without {name}" for name in known["without_losses"])]
    if built:
        lines.append(f"All variants have: {', '.join(built)}.")
    if done and facts.get("machine"):
        minutes = sum(each.seconds for each in done) / 60
        took = f"{minutes:.0f} minutes" if minutes >= 2 else f"{60 * minutes:.0f} seconds"
        lines.append(f"All trainings together took {took} on a machine with {facts['machine']}.")
    return lines


def describe_findings(ledger: Ledger, found: Mapping[str, FigureSummary]) -> list[str]:
    """Return what the run shows, figure by figure, with luck taken into account."""
    lines = _compare_with_spread(ledger, found["psnr"]) if "psnr" in found else []
    for column in FIGURES:
        if column.figure in _JUDGED and column.figure in found:
            lines += _describe_figure(column, ledger, found[column.figure])
    lines += _describe_blur(found)
    lines += _describe_factors(ledger)
    lines += [f"'{each.variant}' with seed {each.seed} has no figures: {each.failed}" for each in _failed(ledger)]
    return lines


def describe_limits(ledger: Ledger) -> list[str]:
    """Return what the run does not show."""
    known = ledger.identity
    lines = [
        f"The trainings are short ({_length(ledger)}) and the network may be small. The papers train for days. What "
        "learns quickly leads here; what would be best after a long training cannot be read from this page.",
        f"The crops are {known['size']} px. A block that looks far away has little to look at there.",
        "The figures compare with one true photo, and reward blur. None of them says which fill people like best.",
        "The photos are those of one folder. On other photos the order may be another one.",
        "Times are of this machine and of this program's code, which computes most blocks a second time to show what "
        "they attend to; DeepFill's own attention finds that on the way. The multiply-adds are of convolutions and "
        "products of matrices alone, and the memory is that of the largest tensor of the block.",
    ]
    if len(ledger.seeds) == 1:
        lines.insert(0, "There is one seed, so nothing is known about luck: another seed may turn the order round.")
    elif len(ledger.seeds) < 5:
        lines.insert(0, f"There are {len(ledger.seeds)} seeds. That is enough to see much luck, and not to see little.")
    if known["steps"] is None:
        lines.append("All variants had the same time, not the same steps: a fast one learned more often.")
    if any(_READS_ON in name for name in ledger.variants):
        lines.append(
            "Critics of wgan-gp learn several times a step, each time on crops of their own, so that variant reads on "
            "in the photos faster than the others (--set critic_steps=1 prevents it)."
        )
    return lines


def _compare_with_spread(ledger: Ledger, psnr: FigureSummary) -> list[str]:
    spread = ledger.references[SPREAD].get("psnr")
    if spread is None:  # photos of one colour, of which it misses nothing
        return []
    above = [name for name, own in psnr.means.items() if own.mean > spread]
    return [
        f"Colours that are spread from the rim of the hole, without any network, have {spread:.2f} dB. "
        f"{len(above)} of {len(psnr.means)} variants are above that."
    ]


def _describe_figure(column: Column, ledger: Ledger, own: FigureSummary) -> list[str]:
    first = ledger.variants[0]
    if first not in own.means or len(own.means) < 2:
        return []
    ranked = sorted(own.means, key=lambda name: column.distance(own.means[name].mean))
    digits, best = column.digits, ranked[0]
    line = f"{column.title}: '{best}' is the best with {own.means[best].mean:.{digits}f}"
    if best != first:
        line += f"; '{first}', the first, has {own.means[first].mean:.{digits}f}"
    if own.band is None:
        return [f"{line}. Whether that is luck cannot be said, as there are not two seeds of every variant."]
    beyond = own.beyond_luck()
    base = own.means[first].mean
    better = [name for name in beyond if column.distance(own.means[name].mean) < column.distance(base)]
    worse = [name for name in beyond if name not in better]
    line += f". A difference to '{first}' of up to {own.band:.{digits + 1}f} can be luck of the seed"
    if not beyond:
        return [f"{line}, and none is larger: this run does not show that any variant is better or worse by it."]
    parts = [f"{_list(names)} {'is' if len(names) == 1 else 'are'} {word}" for names, word in
             ((better, "better"), (worse, "worse")) if names]  # fmt: skip
    return [f"{line}. Beyond that, {' and '.join(parts)}."]


def _describe_blur(found: Mapping[str, FigureSummary]) -> list[str]:
    sharpness = found.get("sharpness")
    if sharpness is None:
        return []
    values = [own.mean for own in sharpness.means.values()]
    least, most = min(values), max(values)
    text = f"Sharpness is from {least:.2f} to {most:.2f} of the photos'"
    soft = ": all fills are soft." if most < 0.6 else "."
    return [text + soft]


def _describe_factors(ledger: Ledger) -> list[str]:
    """Return how much the blocks add, as far as a learned factor says so."""
    sizes = {
        name: max(abs(value) for each in own for value in each.factors.values())
        for name in ledger.variants
        if (own := [each for each in ledger.measured(name) if each.factors])
    }
    if not sizes:
        return []
    ranked = sorted(sizes.items(), key=lambda each: -each[1])
    return [
        "The factor in front of a block starts at 0, so that the block adds nothing until it has learned to. Its "
        f"largest size at the end of a training: {', '.join(f'{value:.3f} for {name!r}' for name, value in ranked)}."
    ]


def _failed(ledger: Ledger) -> list[Any]:
    return [each for each in ledger.trainings if each.failed]


def _length(ledger: Ledger) -> str:
    """Return how long each training was, in words."""
    steps, minutes = ledger.identity["steps"], ledger.identity["minutes"]
    if minutes is None:
        return _count(steps, "step")
    taken = [each.steps for each in ledger.trainings if each.figures]
    text = f"{minutes:g} {'minute' if minutes == 1 else 'minutes'}"
    if not taken:
        return text
    between = f"{min(taken)}" if min(taken) == max(taken) else f"{min(taken)} to {max(taken)}"
    return f"{text} ({between} steps)"


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def _list(names: Sequence[str]) -> str:
    quoted = [f"'{name}'" for name in names]
    return " and ".join(filter(None, [", ".join(quoted[:-1]), quoted[-1]]))
