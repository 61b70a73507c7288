"""The features of a trained VGG, for perceptual and style losses. An untrained one is never used."""

from __future__ import annotations

import hashlib
import pickle
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor, nn

from inpaint_studio.errors import InputError
from inpaint_studio.layers import torchvision_compat
from inpaint_studio.texts import tr
from training.errors import MissingFeatures

torchvision_compat.ensure()
import torchvision.models as zoo  # noqa: E402 - only importable after the line above
from torchvision.models.feature_extraction import create_feature_extractor  # noqa: E402


class VggFile(NamedTuple):
    """Where torchvision publishes weights; the end of the name is the beginning of the file's SHA-256."""

    url: str
    convolutions: tuple[int, ...]  # in each of the five blocks

    @property
    def name(self) -> str:
        """Name of the file."""
        return self.url.rpartition("/")[2]


VGG_FILES = {
    "vgg16": VggFile("https://download.pytorch.org/models/vgg16-397923af.pth", (2, 2, 3, 3, 3)),
    "vgg19": VggFile("https://download.pytorch.org/models/vgg19-dcbb9e9d.pth", (2, 2, 4, 4, 4)),
}


class VggFeatures(nn.Module):
    """VGG's feature maps after its activations, by the names of the papers (``relu3_1``) and its pools (``pool3``)."""

    def __init__(self, name: str, layers: nn.Sequential) -> None:
        """`layers` are the `features` of torchvision's VGG of that name."""
        super().__init__()
        for layer in layers:
            if isinstance(layer, nn.ReLU):
                layer.inplace = False  # the output of the layer before is a feature, too
        self._layers, self._nodes = layers, _nodes(name)
        self._extractors = nn.ModuleDict()  # one for each set of layers that losses use
        self.eval().requires_grad_(False)

    def take_means(self) -> None:
        """Have the pools take the mean of their 2 x 2 values instead of the largest; before the first pass."""
        for number, layer in enumerate(self._layers):
            if isinstance(layer, nn.MaxPool2d):
                self._layers[number] = nn.AvgPool2d(2)

    def forward(self, image: Tensor, names: tuple[str, ...]) -> list[Tensor]:
        """Return the maps of those names, in their order.

        image: B x 3 x H x W, as the first convolution gets it; a recipe's `vgg_input` makes that of RGB in [0, 1].
        """
        key = "-".join(names)
        if key not in self._extractors:
            nodes = {self._nodes[name]: name for name in names}
            self._extractors[key] = create_feature_extractor(self._layers, nodes, suppress_diff_warning=True)
        maps = self._extractors[key](image)
        return [maps[name] for name in names]


def _nodes(name: str) -> dict[str, str]:
    """Return the number of torchvision's layer, as text, for each name of a feature."""
    nodes, place = {}, 0
    for block, count in enumerate(VGG_FILES[name].convolutions, 1):
        for number in range(1, count + 1):
            nodes[f"relu{block}_{number}"] = str(place + 1)
            place += 2
        nodes[f"pool{block}"] = str(place)
        place += 1
    return nodes


def load_features(name: str, file: Path | None = None) -> VggFeatures:
    """Return the features of `name` (vgg16 or vgg19) with torchvision's own weights.

    They are read from `file`, else from torch's cache. Raises MissingFeatures, which names the exact file and address,
    where there is no such file, and InputError where the file has other contents.
    """
    published = VGG_FILES[name]
    path = file or Path(torch.hub.get_dir()) / "checkpoints" / published.name
    if not path.is_file():
        raise MissingFeatures(
            tr(
                "This recipe needs the features of a trained {name}, and {path} is not there: get "
                "{url} and put it there.",
                name=name.upper(),
                path=path,
                url=published.url,
            ),
            tr("Or name it with --vgg, or go on without these losses with --without perceptual,style."),
        )
    _check(path, published)
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
        network = getattr(zoo, name)(weights=None)
        network.load_state_dict(state)
    except (OSError, RuntimeError, pickle.UnpicklingError, EOFError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            tr(
                "{path} does not hold the weights of {name}; get {url} again.",
                path=path,
                name=name.upper(),
                url=published.url,
            )
        ) from error
    return VggFeatures(name, network.features)


def _check(path: Path, published: VggFile) -> None:
    """Raise InputError where the file is not the published one."""
    expected = published.name.rpartition("-")[2].removesuffix(".pth")
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InputError(
            tr("{path} cannot be read: {reason}.", path=path, reason=(error.strerror or str(error)).lower())
        ) from error
    if not found.startswith(expected):
        raise InputError(
            tr(
                "{path} is not the file that torchvision publishes (or is cut off); get {url}.",
                path=path,
                url=published.url,
            )
        )
