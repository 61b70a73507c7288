"""A network with its weights for other programs: safetensors, TorchScript, ONNX.

Both programs take `image` (1 x 3 x H x W float32 RGB in [0, 1]) and `hole` (1 x 1 x H x W float32, 1 inside) and give
the filled image, composited and in [0, 1], whatever the paper's conventions are.
"""

from __future__ import annotations

import contextlib
import io
import json
import logging
import shutil
import warnings
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from inpaint_studio.engine.photo.encoding import check_target, replacing
from inpaint_studio.errors import InputError, NoWeights, WeightsError
from inpaint_studio.models.base.checkpoint_format import Weights
from inpaint_studio.models.base.interface import TicketLike, Traits
from inpaint_studio.models.base.network_model import NetworkModel, loaded_from

if TYPE_CHECKING:
    from torch import Tensor, nn

    Run = Callable[[Tensor, Tensor], Tensor]

SUFFIXES = {".safetensors": "safetensors", ".pt": "TorchScript", ".onnx": "ONNX"}
SIDE = 256  # px that a network is traced at where it was trained at no certain size
TOLERANCE = 1e-4  # between the network and what was made of it, in [0, 1]


class ExportResult(NamedTuple):
    """What was written: `sizes` says which pictures it takes, for people; `any_size` for programs."""

    path: Path
    format: str
    any_size: bool
    sizes: str
    notes: tuple[str, ...] = ()


def check_suffix(path: Path) -> str:
    """The format that a file's name stands for. Raises InputError."""
    try:
        return SUFFIXES[path.suffix.lower()]
    except KeyError:
        raise InputError(f"'{path.name}' does not end in a format for networks; use {', '.join(SUFFIXES)}.") from None


def export(network: NetworkModel, path: Path, ticket: TicketLike, side: int | None = None) -> ExportResult:
    """Writes `network` to `path` in the format of its suffix, atomically; programs are traced at `side` x `side` px.

    What a program gives is compared with the network first. Raises InputError for a name or a side that cannot be,
    NoWeights, WeightsError where the network cannot be written that way, and whatever `ticket.report` raises.
    """
    kind = check_suffix(path)
    check_target(path)
    weights = network.weights
    if weights is None:
        raise NoWeights(f"{network.traits.title} has no weights to export; import or get some first.")
    if kind == "safetensors":
        ticket.report(0.0, "Copying the weights")
        _copy(weights, path)
        ticket.report(1.0)
        return ExportResult(path, kind, True, "")
    side = _side(network.traits, side)
    ticket.report(0.0, f"Loading {network.traits.title}")
    module = standalone(network)
    ticket.report(0.1, f"Turning {network.traits.title} into {kind}")
    with _quiet():
        content, any_size = (_torchscript if kind == "TorchScript" else _onnx)(network, module, side, ticket)
    ticket.report(0.95, "Saving")
    with replacing(path) as file:
        file.write(content)
    ticket.report(1.0)
    many = network.traits.multiple_of
    sizes = f"any size whose sides are multiples of {many} px" if any_size else f"{side} x {side} px only"
    return ExportResult(path, kind, any_size, sizes)


def standalone(network: NetworkModel) -> nn.Module:
    """The network as a module that takes (image, hole) and gives the filled image. Raises WeightsError."""
    import torch
    from torch import nn

    from inpaint_studio.models.networks import Hints, Inpainter

    class Standalone(nn.Module):
        def __init__(self, inside: Inpainter) -> None:
            super().__init__()
            self.inside = inside

        def forward(self, image: Tensor, hole: Tensor) -> Tensor:
            output = self.inside.fill(image, hole, Hints(), lambda _: None).output
            return torch.where(hole > 0, output, image).clamp(0, 1)

    weights = network.weights
    assert weights is not None
    return Standalone(loaded_from(network.system, weights.config, weights.read(), weights.name)).eval()


def _copy(weights: Weights, path: Path) -> None:
    try:
        with weights.path.open("rb") as source, replacing(path) as file:
            shutil.copyfileobj(source, file)
    except OSError as error:
        raise WeightsError(f"The weights '{weights.name}' cannot be read; import them again.") from error


def _side(traits: Traits, side: int | None) -> int:
    """The side to trace at. Raises InputError for one that the network does not take."""
    many, least = traits.multiple_of, max(traits.min_side, traits.multiple_of)
    if side is None:
        side = traits.fixed_size or max(least, traits.trained_at or SIDE)
        return -(-side // many) * many
    if traits.fixed_size not in (None, side):
        raise InputError(f"{traits.title} takes {traits.fixed_size} x {traits.fixed_size} pixels only.")
    if side % many or side < least:
        raise InputError(f"{traits.title} takes sides that are multiples of {many} and {least} at least, not {side}.")
    return side


# Formats


def _torchscript(network: NetworkModel, module: nn.Module, side: int, ticket: TicketLike) -> tuple[bytes, bool]:
    import torch

    try:
        with torch.no_grad():
            made: Any = torch.jit.trace(  # type: ignore[no-untyped-call]
                module, _trial(side, side, 0), check_trace=False, strict=False
            )
    except Exception as error:  # a tracer may fail in any way over somebody's network
        raise _impossible(network, "TorchScript", error) from error
    ticket.report(0.7, "Comparing it with the network")
    any_size = _compare(network, module, made, side, "TorchScript")
    buffer = io.BytesIO()
    torch.jit.save(made, buffer, _extra_files={"inpaint-studio.json": json.dumps(_about(network, side, any_size))})
    return buffer.getvalue(), any_size


def _onnx(network: NetworkModel, module: nn.Module, side: int, ticket: TicketLike) -> tuple[bytes, bool]:
    if find_spec("onnx") is None or find_spec("onnxscript") is None:
        raise WeightsError("ONNX needs two packages that are not here: pip install 'inpaint-studio[onnx]'.")
    failure: Exception | None = None
    # An attention compares every place with every other: with sizes left open its exporter does not come to an end.
    bound = network.traits.fixed_size is not None or "attention" in network.traits.provides
    for free in (False,) if bound else (True, False):
        try:
            content = _onnx_program(network, module, side, free)
        except Exception as error:  # an exporter may fail in any way over somebody's network
            failure = error
            continue
        ticket.report(0.8, "Comparing it with the network")
        if find_spec("onnxruntime") is None:
            return content, free
        try:
            whole = _compare(network, module, _onnx_run(content), side, "ONNX")
        except WeightsError as error:
            failure = error
            continue
        if whole == free:
            return content, free
    if isinstance(failure, WeightsError):
        raise failure
    raise _impossible(network, "ONNX", failure) from failure


def _onnx_program(network: NetworkModel, module: nn.Module, side: int, free: bool) -> bytes:
    """The network as an ONNX model; `free`: of any height and width."""
    import torch

    many, shapes = network.traits.multiple_of, None
    if free:
        height, width = (many * torch.export.Dim(name, min=1) for name in ("rows", "columns"))
        shapes = {name: {2: height, 3: width} for name in ("image", "hole")}
    # An exporter takes a free side that counts 1 for one that is always 1.
    least = 2 * many if free else side
    image, hole = _trial(max(side, least), max(side, least) + many if free else side, 0)
    with torch.no_grad():
        program = torch.export.export(module, (image, hole), dynamic_shapes=shapes, strict=False)
        made = torch.onnx.export(
            program,
            dynamo=True,
            verbose=False,
            input_names=["image", "hole"],
            output_names=["filled"],
            opset_version=18,
        )
    assert made is not None
    proto = made.model_proto
    for key, value in _about(network, side, free).items():
        entry = proto.metadata_props.add()
        entry.key, entry.value = key, value
    return bytes(proto.SerializeToString())


def _onnx_run(content: bytes) -> Run:
    """What onnxruntime computes of a model."""
    import onnxruntime
    import torch

    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])

    def run(image: Tensor, hole: Tensor) -> Tensor:
        return torch.from_numpy(session.run(None, {"image": image.numpy(), "hole": hole.numpy()})[0])

    return run


def _about(network: NetworkModel, side: int, any_size: bool) -> dict[str, str]:
    """What a program should know of the model, kept in the file."""
    weights, traits = network.weights, network.traits
    assert weights is not None
    return {
        "title": network.system.traits.title,
        "weights": weights.name,
        "licence": weights.licence,
        "terms": weights.terms,
        "inputs": "image: 1x3xHxW float32 RGB in [0, 1]; hole: 1x1xHxW float32, 1 inside",
        "output": "1x3xHxW float32 RGB in [0, 1], composited",
        "multiple_of": str(traits.multiple_of),
        "size": "any" if any_size else f"{side}x{side}",
    }


# Comparing


def _compare(network: NetworkModel, module: nn.Module, made: Run, side: int, kind: str) -> bool:
    """Whether `made` equals the network at other sizes too. Raises WeightsError where it does not at the traced one."""
    if max(_difference(module, made, _trial(side, side, seed)) for seed in (1, 2)) > TOLERANCE:
        raise WeightsError(
            f"{network.traits.title} cannot be exported to {kind}: what it computes depends on the hole in a way that "
            "the format does not hold."
        )
    if network.traits.fixed_size is not None:
        return False
    many = network.traits.multiple_of
    try:
        # So much larger that nothing computed from the traced size can be right by chance.
        other = _trial(2 * side, -(-3 * side // (2 * many)) * many, 3)
        return _difference(module, made, other) <= TOLERANCE
    except Exception:  # it does not take that size, which each runtime says in its own way
        return False


def _difference(module: nn.Module, made: Run, given: tuple[Tensor, Tensor]) -> float:
    import torch

    with torch.no_grad():
        return float((module(*given) - made(*given)).abs().max())


def _trial(height: int, width: int, seed: int) -> tuple[Tensor, Tensor]:
    """A picture and a hole; another seed gives another place and size of the hole."""
    import torch

    generator = torch.Generator().manual_seed(seed)
    image = torch.rand(1, 3, height, width, generator=generator)
    hole = torch.zeros(1, 1, height, width)
    top, left = height * (3 + seed % 2) // 8, width * (4 - seed % 3) // 8
    hole[..., top : top + height // (4 + seed % 2), left : left + width // 4] = 1
    return image, hole


def _impossible(network: NetworkModel, kind: str, error: Exception | None) -> WeightsError:
    return WeightsError(
        f"{network.traits.title} cannot be exported to {kind} with this version of torch ({type(error).__name__})."
    )


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Inside, exporters talk to nobody."""
    before = logging.root.manager.disable
    silence = io.StringIO()
    with warnings.catch_warnings(), contextlib.redirect_stdout(silence), contextlib.redirect_stderr(silence):
        warnings.simplefilter("ignore")
        logging.disable(logging.CRITICAL)
        try:
            yield
        finally:
            logging.disable(before)
