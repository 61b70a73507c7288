"""The features of a trained VGG, for perceptual and style losses. Never those of an untrained one."""

from __future__ import annotations

import hashlib
import pickle
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor, nn

from inpaint_studio.errors import InputError
from inpaint_studio.layers import torchvision_compat

torchvision_compat.ensure()
import torchvision.models as zoo  # noqa: E402 - only importable after the line above

_MEAN, _STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # ImageNet's, which torchvision's networks were trained with


class Published(NamedTuple):
    """Where torchvision's own weights are; the end of the name is the beginning of the file's SHA-256."""

    url: str
    widths: tuple[int, ...]  # convolutions in each of the five blocks

    @property
    def file(self) -> str:
        return self.url.rpartition("/")[2]


PUBLISHED = {
    "vgg16": Published("https://download.pytorch.org/models/vgg16-397923af.pth", (2, 2, 3, 3, 3)),
    "vgg19": Published("https://download.pytorch.org/models/vgg19-dcbb9e9d.pth", (2, 2, 4, 4, 4)),
}


class Features(nn.Module):
    """VGG's feature maps after its activations, by the names of the papers (``relu3_1``) and pools (``pool3``)."""

    mean: Tensor
    std: Tensor

    def __init__(self, name: str, layers: nn.Sequential) -> None:
        super().__init__()
        self.layers = layers
        self.names: dict[int, str] = {}
        place = 0
        for block, count in enumerate(PUBLISHED[name].widths, 1):
            for number in range(1, count + 1):
                self.names[place + 1] = f"relu{block}_{number}"
                place += 2
            self.names[place] = f"pool{block}"
            place += 1
        self.register_buffer("mean", torch.tensor(_MEAN)[:, None, None])
        self.register_buffer("std", torch.tensor(_STD)[:, None, None])
        for layer in self.layers:
            if isinstance(layer, nn.ReLU):
                layer.inplace = False  # what an activation showed is kept
        self.eval().requires_grad_(False)

    def forward(self, picture: Tensor, wanted: tuple[str, ...]) -> list[Tensor]:
        """The maps of those names, in their order, of pictures B x 3 x H x W in [0, 1]."""
        shown, maps = (picture - self.mean) / self.std, {}
        last = max(place for place, name in self.names.items() if name in wanted)
        for place, layer in enumerate(list(self.layers)[: last + 1]):
            shown = layer(shown)
            if self.names.get(place) in wanted:
                maps[self.names[place]] = shown
        return [maps[name] for name in wanted]


def trained(name: str, file: Path | None = None) -> Features:
    """The features of `name` (vgg16 or vgg19) with torchvision's own weights.

    They are looked for in `file` where given, else in torch's cache. Raises InputError that names the exact file and
    address where they are in neither.
    """
    published = PUBLISHED[name]
    path = file or Path(torch.hub.get_dir()) / "checkpoints" / published.file
    if not path.is_file():
        raise InputError(
            f"This recipe needs the features of a trained {name.upper()}, and {path} is not there: get {published.url} "
            "and put it there.",
            "Or name it with --vgg, or go on without these losses with --without perceptual,style.",
        )
    _check(path, published)
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
        network = getattr(zoo, name)(weights=None)
        network.load_state_dict(state)
    except (OSError, RuntimeError, pickle.UnpicklingError, EOFError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path} does not hold the weights of {name.upper()}; get {published.url} anew.") from error
    return Features(name, network.features)


def _check(path: Path, published: Published) -> None:
    wanted = published.file.rpartition("-")[2].removesuffix(".pth")
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {(error.strerror or str(error)).lower()}.") from error
    if not found.startswith(wanted):
        raise InputError(f"{path} is not the file that torchvision publishes (or is cut off); get {published.url}.")
