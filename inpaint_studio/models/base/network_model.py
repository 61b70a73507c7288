"""A network with weights as a model: loading, device, precision, and conversion of arrays to tensors and back."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from inpaint_studio import build_info
from inpaint_studio.errors import NoWeights, WeightsError
from inpaint_studio.models.base import onnx_program
from inpaint_studio.models.base.checkpoint_format import Config, Dialect, Tensors, Weights
from inpaint_studio.models.base.interface import (
    Fill,
    Guide,
    Model,
    Options,
    Plane,
    Precision,
    TicketLike,
    Traits,
)
from inpaint_studio.models.base.network_config import ConfigTable
from inpaint_studio.texts import mark, tr

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

    from inpaint_studio.models.networks import Inpainter

_MOST_LOADED = 3  # networks that stay loaded
_TRIAL = 128  # px per side of the image on which 16 bits are tried
_LEAST_PSNR = 40.0  # dB between the results of 16 and 32 bits, above which `auto` uses 16
NEEDS_TORCH = mark("{title} needs the full build of Inpaint Studio, or weights that the full build exported as ONNX.")
_PATIENCE = 0.05  # s between checks for a cancellation while another thread loads the same network


def _keep_traits(traits: Traits, _config: Config) -> Traits:
    return traits


@dataclass(frozen=True)
class System:
    """One published system: what it declares, how its network is built, and how its weights were published.

    `build(config)` imports torch and returns the untrained network. `table` declares what there is to choose in a
    configuration, `small` the values of a tiny network that differ from the paper's. `settle` returns the traits of
    the network of a configuration. Raises ConfigError where `table` does not allow `small`.
    """

    traits: Traits
    build: Callable[[Config], Inpainter]
    table: ConfigTable = field(default_factory=ConfigTable)
    small: Config = field(default_factory=dict)  # complete once the object exists
    dialects: tuple[Dialect, ...] = ()
    settle: Callable[[Traits, Config], Traits] = _keep_traits
    parameters: int = 0  # of the paper's configuration
    authors: Mapping[str, str] = field(default_factory=dict)  # further facts for `models info`: name -> text
    paper: Config = field(init=False)  # the configuration that the authors describe

    def __post_init__(self) -> None:
        if isinstance(self.table, ConfigTable) and isinstance(self.small, dict):  # a plug-in's are checked later
            object.__setattr__(self, "paper", self.table.complete({}))
            object.__setattr__(self, "small", self.table.complete(self.small))


class NetworkModel:
    """A system as a model of the registry, with one set of weights or none."""

    def __init__(self, system: System, weights: Weights | None = None, traits: Traits | None = None) -> None:
        self.system = system
        self.weights = weights
        self.traits = traits or (system.traits if weights is None else _settle(system, weights))

    def with_weights(self, weights: Weights, *, name: str | None = None, title: str | None = None) -> NetworkModel:
        """Make a model of the same system with these weights; `name` and `title` replace its own unless None.

        Raises ConfigError where the system cannot have their configuration.
        """
        weights = replace(weights, config=self.system.table.restore(weights.config))
        traits = _settle(self.system, weights)
        traits = replace(traits, name=name or traits.name, title=title or traits.title)
        return NetworkModel(self.system, weights, traits)

    def fill(self, image: NDArray[Any], hole: Plane, guide: Guide, options: Options, ticket: TicketLike) -> Fill:
        """See `Model.fill`; `options.device` must be "cpu" or a device of torch. Raises NoWeights and WeightsError."""
        ticket.report(0.0, tr("Loading {title}", title=self.traits.title))
        weights = self._weights()
        if weights.is_program:
            return onnx_program.fill(weights, self.traits, image, hole, options, ticket)
        import torch

        from inpaint_studio.models.base.network_fill import make_fill
        from inpaint_studio.models.networks import Hints

        device = torch.device("cpu" if options.device == "auto" else options.device)
        torch.set_num_threads(options.threads or max(1, (os.cpu_count() or 2) - 1))
        network, half = _load(self.system, weights, device, options.precision, ticket)
        ticket.report(0.1, tr("{title} is filling", title=self.traits.title))

        def to_tensor(plane: NDArray[Any] | None) -> Tensor | None:
            return None if plane is None else torch.from_numpy(plane.astype(np.float32))[None, None].to(device)

        pixels = torch.from_numpy(np.ascontiguousarray(image, np.float32))[None].to(device)
        inside = torch.from_numpy(hole.astype(np.float32))[None, None].to(device)
        lines = None if guide.lines is None else guide.lines > 0
        planes = (to_tensor(lines), to_tensor(guide.edges), to_tensor(guide.labels), to_tensor(guide.donors))
        hints = Hints(*planes, options.only, options.memory, options.ranked, options.whole)

        def report(fraction: float) -> None:
            ticket.report(0.1 + 0.85 * fraction)

        with torch.inference_mode(), torch.autocast(device.type, half, enabled=half is not None):
            answer = network.fill(pixels, inside, hints, report)
        ticket.report(0.95)
        filled = make_fill(answer, pixels, inside)
        ticket.report(1.0)
        return filled

    @property
    def obstacle(self) -> str:
        """Why no weights that it has can be computed with in this build, in a sentence; empty where they can."""
        if self.weights is not None and self.weights.is_program:
            return "" if onnx_program.has_runtime() else tr(onnx_program.NO_RUNTIME)
        return "" if build_info.has_torch() else tr(NEEDS_TORCH, title=self.traits.title)

    def warm_up(self, ticket: TicketLike) -> None:
        """Do nothing: what can be prepared depends on the device and the precision of a fill."""
        ticket.report(1.0)

    def halves(self) -> bool:
        """Whether the network may compute in 16 bits on the processor. Imports torch."""
        import torch

        with torch.device("meta"):
            return self.system.build(self.system.small if self.weights is None else self.weights.config).halves

    def half_precision(self, options: Options) -> Precision | None:
        """Return the 16-bit type to compute in when memory runs out; `options.device` must be resolved. Imports torch.

        None if the network must not compute in 16 bits, or does so with these options already.
        """
        if (
            self.obstacle
            or not computes_in_torch(self)
            or options.precision in ("bfloat16", "float16")
            or not self.halves()
        ):
            return None
        if options.precision == "auto" and hardware_half(options.device) is not None:
            return None if options.device != "cpu" else "bfloat16"
        return half_type(options.device)

    def _weights(self) -> Weights:
        if self.obstacle:
            raise NoWeights(self.obstacle)
        if self.weights is None:
            raise NoWeights(
                tr("{title} has no weights yet; import them, or choose another model.", title=self.traits.title),
                tr("'inpaint-studio models info {name}' shows where they are published.", name=self.system.traits.name),
            )
        return self.weights


def computes_in_torch(model: Model) -> bool:
    """Return whether a model is a network that torch computes, on a device of choice."""
    weights = model.weights if isinstance(model, NetworkModel) else None
    return model.traits.needs_weights and not (weights is not None and weights.is_program)


def _settle(system: System, weights: Weights) -> Traits:
    """Return the traits of the system with these weights.

    A network that was trained on smaller images than its authors' knows things at that size alone: shown a larger
    region, it draws a smear. So the largest region becomes smaller in the same ratio. Classes of labels that have no
    names are numbered.
    """
    traits = system.settle(system.traits, weights.config)
    if weights.is_program:
        traits = onnx_program.settle(traits, weights)
    if "labels" in traits.accepts | traits.provides:
        from inpaint_studio.models.base.class_colours import numbered_classes

        count = int(weights.config.get("classes", 0))
        traits = replace(traits, classes=weights.classes or numbered_classes(count))
    size = weights.trained_at
    if size is None or traits.trained_at is None or size >= traits.trained_at or traits.min_side == traits.max_side:
        return traits
    least = max(traits.min_side, traits.multiple_of)
    largest = traits.max_side if traits.max_side is None else max(least, traits.max_side * size // traits.trained_at)
    return replace(traits, trained_at=size, max_side=largest)


# Loaded networks


_Key = tuple[Any, ...]
_Loaded = tuple["Inpainter", Any]  # a network, and the type to autocast to (None: no autocast)
_loaded_networks: OrderedDict[_Key, _Loaded] = OrderedDict()
_loading: dict[_Key, Future[_Loaded]] = {}  # by the thread that loads; others wait for the result
_unloads = 0  # how often everything was unloaded
_lock = threading.Lock()  # held only while the above are read or changed, never while a network is loaded


def unload() -> None:
    """Forget every loaded network, so that its memory is free. One that is being loaded is not kept afterwards."""
    global _unloads
    with _lock:
        _unloads += 1
        _loaded_networks.clear()
        _loading.clear()
    onnx_program.unload()


def _load(system: System, weights: Weights, device: Any, precision: Precision, ticket: TicketLike) -> _Loaded:
    """Load the network with its weights on `device`; return it and the type to autocast to (None: no autocast).

    Several threads that need the same network load it once. Raises what `ticket.report` raises while it waits for
    another thread, and WeightsError.
    """
    try:
        modified = weights.path.stat().st_mtime_ns
    except OSError:
        modified = 0
    if precision == "auto" and hardware_half(device.type) is None:
        precision = "float32"
    key = (weights.path, modified, str(device), precision)
    with _lock:
        if key in _loaded_networks:
            _loaded_networks.move_to_end(key)
            return _loaded_networks[key]
        other, mine, unloads = _loading.get(key), Future[_Loaded](), _unloads
        if other is None:
            _loading[key] = mine
    if other is not None:
        return _wait(other, ticket)
    try:
        made = _build(system, weights, device, precision)
    except BaseException as error:
        _finish(key, mine, None, unloads)
        mine.set_exception(error)
        raise
    _finish(key, mine, made, unloads)
    mine.set_result(made)
    return made


def _wait(loading: Future[_Loaded], ticket: TicketLike) -> _Loaded:
    while True:
        try:
            return loading.result(timeout=_PATIENCE)
        except TimeoutError:
            if loading.done():  # the loading itself ended with this error
                raise
        ticket.report(0.0)


def _finish(key: _Key, loading: Future[_Loaded], made: _Loaded | None, unloads: int) -> None:
    """End a loading; keep the network (`made`; None: it failed) unless `unload` was called meanwhile."""
    with _lock:
        if _loading.get(key) is loading:
            del _loading[key]
        if made is not None and unloads == _unloads:
            _loaded_networks[key] = made
            while len(_loaded_networks) > _MOST_LOADED:
                _loaded_networks.popitem(last=False)


def _build(system: System, weights: Weights, device: Any, precision: Precision) -> _Loaded:
    import torch

    network = load_network(system, weights.config, weights.read(), weights.name)
    network.optimise()
    half = {"float32": None, "bfloat16": torch.bfloat16, "float16": torch.float16}.get(precision)
    if precision == "auto":
        fast = hardware_half(device.type)
        half = getattr(torch, fast) if fast else None
    if device.type != "cpu":
        return network.to(device), half if network.halves else None
    if half is None or not network.halves:
        return network, None
    if precision == "auto" and not _is_exact_in(network, half, system.settle(system.traits, weights.config)):
        # `to` rounds in place, so the 32-bit weights are read again.
        network = load_network(system, weights.config, weights.read(), weights.name)
        network.optimise()
        return network, None
    return network.to(half), None


def load_network(system: System, config: Config, tensors: Tensors, name: str) -> Inpainter:
    """Build the network of that configuration with these tensors, for inference.

    Raises WeightsError if the tensors do not fit; the message names the first key that is missing, unknown or of
    another shape. `name` is that of the set of weights.
    """
    import torch

    with torch.device("meta"):
        network = system.build(config)
    own = {key: tuple(value.shape) for key, value in network.state_dict().items()}
    wrong = sorted(key for key in own.keys() | tensors.keys() if own.get(key) != _shape(tensors.get(key)))
    if wrong:
        raise WeightsError(
            tr(
                "The weights '{name}' do not fit {title}: {wrong} differs; import them again.",
                name=name,
                title=system.traits.title,
                wrong=wrong[0],
            )
        )
    network.load_state_dict(tensors, assign=True)
    for parameter in network.parameters():
        parameter.requires_grad_(False)
    return network.eval()


def _shape(tensor: Tensor | None) -> tuple[int, ...] | None:
    return None if tensor is None else tuple(tensor.shape)


def hardware_half(device: str) -> Precision | None:
    """Return the 16-bit type that `device` (its name in torch) computes quickly in hardware, or None."""
    import torch

    if device.startswith("cuda"):
        return "bfloat16" if torch.cuda.is_bf16_supported() else None
    if device != "cpu":
        return None
    for name in ("_is_amx_tile_supported", "_is_avx512_bf16_supported"):
        is_supported = getattr(torch.cpu, name, None)
        if is_supported is not None and is_supported():
            return "bfloat16"
    return None


def half_type(device: str) -> Precision:
    """Return the 16-bit type that saves memory on `device` (its name in torch), fast or not. Imports torch."""
    return hardware_half(device) or ("bfloat16" if device == "cpu" else "float16")


def _is_exact_in(network: Inpainter, half: Any, traits: Traits) -> bool:
    """Whether the results in 16 and 32 bits are close enough on a trial image; leaves the network in 16 bits."""
    import torch

    from inpaint_studio.models.networks import Hints

    side = traits.fixed_size or max(_TRIAL, traits.min_side)
    y, x = torch.meshgrid(torch.linspace(0, 9, side), torch.linspace(0, 7, side), indexing="ij")
    image = (0.5 + 0.4 * torch.stack([torch.sin(x + y), torch.cos(2 * x), torch.sin(y * x)]))[None]
    hole = torch.zeros(1, 1, side, side)
    hole[..., side * 3 // 8 : side * 5 // 8, side * 3 // 8 : side * 5 // 8] = 1
    with torch.inference_mode():
        full, rough = (
            net.fill(image, hole, Hints(), lambda _: None).output.float().clamp(0, 1) for net in _both(network, half)
        )
    error = float((((full - rough) * hole) ** 2).sum() / (3 * hole.sum()))
    return bool(error == 0 or -10 * np.log10(error) > _LEAST_PSNR)


def _both(network: Inpainter, half: Any) -> Any:
    yield network
    yield network.to(half)
