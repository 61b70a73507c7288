"""Export a network with its weights for other programs: safetensors, TorchScript, ONNX.

The exported programs take `image` (1 x 3 x H x W float32 RGB in [0, 1]) and `hole` (1 x 1 x H x W float32, 1 inside)
and return the filled image, composited and in [0, 1], whatever the paper's conventions are. Those in ONNX also return
what the network drew, before compositing: this program can compute with them (`models/base/onnx_program.py`).
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

from inpaint_studio import build_info
from inpaint_studio.atomic import explain_write_error
from inpaint_studio.engine.photo.encoding import check_target, open_replacement
from inpaint_studio.engine.weights import discriminators, onnx_metadata
from inpaint_studio.engine.weights.metadata import FORMAT
from inpaint_studio.errors import InputError, NoWeights, WeightsError
from inpaint_studio.models.base.checkpoint_format import Weights
from inpaint_studio.models.base.interface import TicketLike, Traits
from inpaint_studio.models.base.network_model import NetworkModel, load_network
from inpaint_studio.models.base.onnx_program import INPUTS, OUTPUTS
from inpaint_studio.texts import mark, tr

if TYPE_CHECKING:
    from torch import Tensor, nn

    Run = Callable[[Tensor, Tensor], Tensor]

SUFFIXES = {".safetensors": "safetensors", ".pt": "TorchScript", ".onnx": "ONNX"}
SIDE = 256  # px; for the tracing of a network that was not trained at one size
_NEEDS_SAFETENSORS = mark(
    "The weights '{name}' can only be copied here; another format is made by the full build from a safetensors file."
)
TOLERANCE = 1e-4  # largest difference between the network and the exported program, in [0, 1]


class ExportResult(NamedTuple):
    """The exported file: `sizes` describes the image sizes that it takes for the user, `any_size` for programs."""

    path: Path
    format: str
    any_size: bool
    sizes: str
    notes: tuple[str, ...] = ()


def check_suffix(path: Path) -> str:
    """Give the format for a file's name. Raises InputError for an unknown suffix."""
    try:
        return SUFFIXES[path.suffix.lower()]
    except KeyError:
        raise InputError(
            tr(
                "'{name}' does not end in a format for networks; use {names}.",
                name=path.name,
                names=", ".join(SUFFIXES),
            )
        ) from None


def export(network: NetworkModel, path: Path, ticket: TicketLike, side: int | None = None) -> ExportResult:
    """Write `network` to `path` in the format of its suffix, atomically; programs are traced at `side` x `side` px.

    The result of an exported program is compared with the network's first. Raises InputError for a name or a side that
    cannot be used, NoWeights, WeightsError where the network cannot be written in that format, and whatever
    `ticket.report` raises.
    """
    kind = check_suffix(path)
    check_target(path)
    weights = network.weights
    if weights is None:
        raise NoWeights(tr("{title} has no weights to export; import or get some first.", title=network.traits.title))
    is_copy = kind == SUFFIXES.get(weights.path.suffix)
    if not is_copy and (weights.is_program or not build_info.has_torch()):
        raise WeightsError(tr(_NEEDS_SAFETENSORS, name=weights.name))
    if is_copy:
        ticket.report(0.0, tr("Copying the weights"))
        notes = _copy(weights, path)
        ticket.report(1.0)
        return ExportResult(path, kind, True, "", notes)
    side = _choose_side(network.traits, side)
    ticket.report(0.0, tr("Loading {title}", title=network.traits.title))
    module = standalone(network)
    if module.obstacle:
        raise WeightsError(
            tr(
                "{title} cannot be exported to {kind}: {obstacle}.",
                title=network.traits.title,
                kind=kind,
                obstacle=module.obstacle,
            )
        )
    ticket.report(0.1, tr("Turning {title} into {kind}", title=network.traits.title, kind=kind))
    with _quiet():
        content, any_size = (_to_torchscript if kind == "TorchScript" else _to_onnx)(network, module, side, ticket)
    ticket.report(0.95, tr("Saving"))
    with open_replacement(path) as file:
        file.write(content)
    ticket.report(1.0)
    many = network.traits.multiple_of
    sizes = (
        tr("any size whose sides are multiples of {many} px", many=many)
        if any_size
        else tr("{side} x {side} px only", side=side)
    )
    return ExportResult(path, kind, any_size, sizes)


def standalone(network: NetworkModel) -> nn.Module:
    """Make a module of the network that takes (image, hole) and returns the filled image. Raises WeightsError."""
    import torch
    from torch import nn

    from inpaint_studio.models.networks import Hints, Inpainter

    class Standalone(nn.Module):
        def __init__(self, inside: Inpainter) -> None:
            super().__init__()
            self.inside, self.obstacle = inside, inside.export_obstacle

        def forward(self, image: Tensor, hole: Tensor, whole: bool = False) -> Tensor | tuple[Tensor, Tensor]:
            output = self.inside.fill(image, hole, Hints(), lambda _: None).output
            filled = torch.where(hole > 0, output, image).clamp(0, 1)
            return (filled, output.float()) if whole else filled

    weights = network.weights
    assert weights is not None
    return Standalone(load_network(network.system, weights.config, weights.read(), weights.name)).eval()


def _copy(weights: Weights, path: Path) -> tuple[str, ...]:
    """Copy a set with its discriminators; gives sentences about these. Raises WeightsError."""
    try:
        with weights.path.open("rb") as source, open_replacement(path) as file:
            shutil.copyfileobj(source, file)
    except OSError as error:
        raise WeightsError(tr("The weights '{name}' cannot be read; import them again.", name=weights.name)) from error
    name = discriminators.beside(path).name
    try:
        if discriminators.copy(weights, path):
            return (tr("{name} beside it holds the discriminators, which only a further training needs.", name=name),)
    except OSError as error:
        return (
            tr(
                "The discriminators could not be saved as {name}: {explain_write_error}.",
                name=name,
                explain_write_error=explain_write_error(error),
            ),
        )
    return ()


def _choose_side(traits: Traits, side: int | None) -> int:
    """Give the side to trace at, in px. Raises InputError for one that the network does not take."""
    many, least = traits.multiple_of, max(traits.min_side, traits.multiple_of)
    if side is None:
        side = traits.fixed_size or max(least, traits.trained_at or SIDE)
        return -(-side // many) * many
    if traits.fixed_size not in (None, side):
        raise InputError(
            tr(
                "{title} takes {fixed_size} x {fixed_size} pixels only.",
                title=traits.title,
                fixed_size=traits.fixed_size,
            )
        )
    if side % many or side < least:
        raise InputError(
            tr(
                "{title} takes sides that are multiples of {many} and {least} at least, not {side}.",
                title=traits.title,
                many=many,
                least=least,
                side=side,
            )
        )
    return side


# Formats


def _to_torchscript(network: NetworkModel, module: nn.Module, side: int, ticket: TicketLike) -> tuple[bytes, bool]:
    import torch

    try:
        with torch.no_grad():
            exported: Any = torch.jit.trace(  # type: ignore[no-untyped-call]
                module, _example(side, side, 0), check_trace=False, strict=False
            )
    except Exception as error:  # a tracer may raise anything for a third party's network
        raise _refusal(network, "TorchScript", error) from error
    ticket.report(0.7, tr("Comparing it with the network"))
    any_size = _compare(network, module, exported, side, "TorchScript")
    buffer = io.BytesIO()
    torch.jit.save(
        exported, buffer, _extra_files={"inpaint-studio.json": json.dumps(_metadata(network, side, any_size))}
    )
    return buffer.getvalue(), any_size


def _to_onnx(network: NetworkModel, module: nn.Module, side: int, ticket: TicketLike) -> tuple[bytes, bool]:
    if find_spec("onnx") is None or find_spec("onnxscript") is None:
        raise WeightsError(tr("ONNX needs two packages that are not installed: pip install 'inpaint-studio[onnx]'."))
    failure: Exception | None = None
    # Attention compares every place with every other one: torch's exporter does not finish where sizes are open.
    is_fixed = network.traits.fixed_size is not None or "attention" in network.traits.provides
    for any_size in (False,) if is_fixed else (True, False):
        try:
            content = _onnx_program(network, module, side, any_size)
        except Exception as error:  # an exporter may raise anything for a third party's network
            failure = error
            continue
        ticket.report(0.8, tr("Comparing it with the network"))
        if find_spec("onnxruntime") is None:
            return content, any_size
        try:
            runs_any_size = _compare(network, module, _onnx_run(content), side, "ONNX")
        except WeightsError as error:
            failure = error
            continue
        if runs_any_size == any_size:
            return content, any_size
    if isinstance(failure, WeightsError):
        raise failure
    raise _refusal(network, "ONNX", failure) from failure


def _onnx_program(network: NetworkModel, module: nn.Module, side: int, any_size: bool) -> bytes:
    """Make an ONNX model of the network; `any_size`: of any height and width."""
    import torch

    many = network.traits.multiple_of
    shapes: dict[str, Any] | None = None
    if any_size:
        height, width = (many * torch.export.Dim(name, min=1) for name in ("rows", "columns"))
        shapes = {name: {2: height, 3: width} for name in ("image", "hole")}
    # torch's exporter would take an open side of one multiple for a side that is always so large.
    least = 2 * many if any_size else side
    image, hole = _example(max(side, least), max(side, least) + many if any_size else side, 0)
    with torch.no_grad():
        if shapes is not None:
            shapes["whole"] = None
        program = torch.export.export(module, (image, hole, True), dynamic_shapes=shapes, strict=False)
        exported = torch.onnx.export(
            program,
            dynamo=True,
            verbose=False,
            input_names=list(INPUTS),
            output_names=list(OUTPUTS),
            opset_version=18,
        )
    assert exported is not None
    proto = exported.model_proto
    del proto.metadata_props[:], proto.graph.value_info[:]
    for node in proto.graph.node:  # where in whose sources it was made
        del node.metadata_props[:]
        node.doc_string = ""
    return bytes(proto.SerializeToString()) + onnx_metadata.encode(_set_metadata(network, side, any_size))


def _onnx_run(content: bytes) -> Run:
    """Make a function that runs a model in onnxruntime."""
    import onnxruntime
    import torch

    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])

    def run(image: Tensor, hole: Tensor) -> Tensor:
        return torch.from_numpy(session.run(None, {"image": image.numpy(), "hole": hole.numpy()})[0])

    return run


def _set_metadata(network: NetworkModel, side: int, any_size: bool) -> dict[str, str]:
    """Return the metadata by which this program uses an exported program as a set of weights."""
    weights = network.weights
    assert weights is not None
    facts = {key: value for key, value in weights.facts.items() if key != discriminators.FACT}
    return {
        **_metadata(network, side, any_size),
        **facts,
        "inpaint_studio": str(FORMAT),
        "name": weights.name,
        "system": weights.system,
        "config": json.dumps(weights.config),
        "origin": weights.origin,
    }


def _metadata(network: NetworkModel, side: int, any_size: bool) -> dict[str, str]:
    """Return the metadata that is written into an exported program."""
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


# Comparison


def _compare(network: NetworkModel, module: nn.Module, exported: Run, side: int, kind: str) -> bool:
    """Return whether `exported` equals the network at other sizes. Raises WeightsError if not at the traced size."""
    if max(_difference(module, exported, _example(side, side, seed)) for seed in (1, 2)) > TOLERANCE:
        raise WeightsError(
            tr(
                "{title} cannot be exported to {kind}: its computation depends on the hole in a way "
                "that the format cannot hold.",
                title=network.traits.title,
                kind=kind,
            )
        )
    if network.traits.fixed_size is not None:
        return False
    many = network.traits.multiple_of
    try:
        # Much larger, so that nothing computed for the traced size can be right by coincidence.
        other = _example(2 * side, -(-3 * side // (2 * many)) * many, 3)
        return _difference(module, exported, other) <= TOLERANCE
    except Exception:  # each runtime has its own errors for a size that a program does not take
        return False


def _difference(module: nn.Module, exported: Run, inputs: tuple[Tensor, Tensor]) -> float:
    import torch

    with torch.no_grad():
        return float((module(*inputs) - exported(*inputs)).abs().max())


def _example(height: int, width: int, seed: int) -> tuple[Tensor, Tensor]:
    """Make an image and a hole; another seed gives another place and size of the hole."""
    import torch

    generator = torch.Generator().manual_seed(seed)
    image = torch.rand(1, 3, height, width, generator=generator)
    hole = torch.zeros(1, 1, height, width)
    top, left = height * (3 + seed % 2) // 8, width * (4 - seed % 3) // 8
    hole[..., top : top + height // (4 + seed % 2), left : left + width // 4] = 1
    return image, hole


def _refusal(network: NetworkModel, kind: str, error: Exception | None) -> WeightsError:
    return WeightsError(
        tr(
            "{title} cannot be exported to {kind} with this version of torch ({name}).",
            title=network.traits.title,
            kind=kind,
            name=type(error).__name__,
        )
    )


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Drop the warnings, logs and prints of exporters inside the block."""
    before = logging.root.manager.disable
    sink = io.StringIO()
    with warnings.catch_warnings(), contextlib.redirect_stdout(sink), contextlib.redirect_stderr(sink):
        warnings.simplefilter("ignore")
        logging.disable(logging.CRITICAL)
        try:
            yield
        finally:
            logging.disable(before)
