"""A network that was exported to ONNX, computed by ONNX Runtime instead of torch.

`engine/weights/exporter.py` writes such a program: it takes `image` (1 x 3 x H x W float32 RGB in [0, 1]) and `hole`
(1 x 1 x H x W float32, 1 inside), and gives `filled` (composited) and `output` (not composited, not clamped). It takes
no guides and gives no attention.
"""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from dataclasses import replace
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

from inpaint_studio.errors import WeightsError
from inpaint_studio.models.base.interface import Fill, Options, Plane, TicketLike, Traits
from inpaint_studio.texts import mark, tr

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from inpaint_studio.models.base.checkpoint_format import Weights

INPUTS, OUTPUTS = ("image", "hole"), ("filled", "output")
NO_RUNTIME = mark("Running networks from ONNX files needs ONNX Runtime: pip install 'inpaint-studio[segment]'.")
_MOST_LOADED = 3  # sessions that stay open
_PATIENCE = 0.05  # s between checks for a cancellation while the network computes
_NO_MEMORY = ("allocate memory", "bad_alloc", "bad allocation", "out of memory")

_sessions: OrderedDict[tuple[Any, ...], Any] = OrderedDict()
_lock = threading.Lock()  # for `_sessions`


def has_runtime() -> bool:
    """Return whether ONNX Runtime is installed."""
    return find_spec("onnxruntime") is not None


def settle(traits: Traits, weights: Weights) -> Traits:
    """Return the traits of a network in this form: no guides, no attention, and the size that was exported."""
    traits = replace(traits, accepts=frozenset(), provides=frozenset(), trainable=False)
    side, _, other = weights.facts.get("size", "any").partition("x")
    if side != other or not side.isdecimal() or not 0 < int(side) < 1 << 14:
        return traits
    size = int(side)
    return replace(traits, fixed_size=size, min_side=size, max_side=size)


def fill(
    weights: Weights, traits: Traits, image: NDArray[Any], hole: Plane, options: Options, ticket: TicketLike
) -> Fill:
    """Fill `hole` (H x W) of `image` (3 x H x W in [0, 1]). Raises WeightsError, and what `ticket.report` raises."""
    session = _open(weights, options.threads or max(1, (os.cpu_count() or 2) - 1))
    ticket.report(0.1, tr("{title} is filling", title=traits.title))
    pixels = np.ascontiguousarray(image, np.float32)
    inputs = {"image": pixels[None], "hole": hole.astype(np.float32)[None, None]}
    output = _run(session, inputs, ticket, weights.name)
    ticket.report(0.95)
    drawn = np.clip(np.where(hole, output, pixels), 0, 1)
    ticket.report(1.0)
    return Fill(image=drawn, output=output)


def unload() -> None:
    """Close all sessions, so that their memory is free."""
    with _lock:
        _sessions.clear()


def open_session(content: bytes, threads: int) -> Any:
    """Open a program. Raises WeightsError where the runtime is missing, ValueError where it cannot run the program."""
    if not has_runtime():
        raise WeightsError(NO_RUNTIME)
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.use_deterministic_compute = True
    options.enable_mem_pattern = False  # sizes differ from fill to fill
    options.enable_cpu_mem_arena = False  # it would keep the memory of the largest fill
    options.log_severity_level = 4  # what it would print is in the exception
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # the window needs the processor, too
    try:
        return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # the runtime has many exceptions of its own, which are derived from Exception only
        raise ValueError("no program that can be run") from error


def describe_misfit(session: Any) -> str:
    """Return what is wrong with the inputs and outputs of a program, "" where they are those of an export."""
    inputs, outputs = session.get_inputs(), session.get_outputs()
    if {each.name for each in inputs} != set(INPUTS) or not set(OUTPUTS) <= {each.name for each in outputs}:
        return tr("it has other inputs and outputs")
    for each in (*inputs, *outputs):
        channels = 1 if each.name == "hole" else 3
        if each.name in (*INPUTS, *OUTPUTS) and (
            each.type != "tensor(float)" or len(each.shape) != 4 or list(each.shape[:2]) != [1, channels]
        ):
            return tr("its '{name}' has another form", name=each.name)
    return ""


def _open(weights: Weights, threads: int) -> Any:
    """Return the session of a set of weights, opened once for so many threads. Raises WeightsError."""
    try:
        key = (weights.path, weights.path.stat().st_mtime_ns, threads)
        with _lock:
            if key in _sessions:
                _sessions.move_to_end(key)
                return _sessions[key]
        session = open_session(weights.path.read_bytes(), threads)
        if describe_misfit(session):
            raise ValueError("no program of this version")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or tr("it is damaged")
        remedy = tr("install the program again") if weights.origin == "shipped" else tr("import them again")
        raise WeightsError(
            tr(
                "The weights '{name}' cannot be read: {reason}; {remedy}.",
                name=weights.name,
                reason=reason,
                remedy=remedy,
            )
        ) from error
    with _lock:
        _sessions[key] = session
        while len(_sessions) > _MOST_LOADED:
            _sessions.popitem(last=False)
    return session


def _run(session: Any, inputs: dict[str, NDArray[np.float32]], ticket: TicketLike, name: str) -> NDArray[np.float32]:
    """Return the output, 3 x H x W, of a run in a thread of its own, which a cancelled ticket ends.

    Raises what the ticket raises, MemoryError, and WeightsError where the runtime fails.
    """
    import onnxruntime

    run_options = onnxruntime.RunOptions()
    run_options.log_severity_level = 4
    found: list[Any] = []

    def compute() -> None:
        try:
            found.append(session.run(["output"], inputs, run_options)[0])
        except Exception as error:  # see `open_session`
            found.append(error)

    thread = threading.Thread(target=compute, name="onnx-network", daemon=True)
    thread.start()
    try:
        while thread.is_alive():
            thread.join(_PATIENCE)
            ticket.report(0.1)
    finally:
        run_options.terminate = True  # does nothing where the run has ended
        thread.join()
    answer = found[0]
    if isinstance(answer, Exception):
        if any(phrase in str(answer).lower() for phrase in _NO_MEMORY):
            raise MemoryError from answer
        raise WeightsError(
            tr("The weights '{name}' cannot be computed with here; import them again.", name=name)
        ) from answer
    output: NDArray[np.float32] = np.asarray(answer, np.float32)
    if output.shape != inputs["image"].shape:
        raise WeightsError(tr("The weights '{name}' give an image of another size; import them again.", name=name))
    drawn: NDArray[np.float32] = output[0]
    return drawn
