"""Figures that trained networks give: LPIPS and FID. Only with published weights that are on this machine.

Nothing is fetched, and no other weights stand in: what is missing is said with its file and its address.
"""

from __future__ import annotations

import hashlib
import pickle
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

LEAST_FOR_FID = 10  # pictures; the mean and the covariance of fewer say nothing
ENOUGH_FOR_FID = 2000  # pictures, from which on FID hardly changes with their number
_LEAST_SIDE = 64  # px below which AlexNet has nothing left to look at
_INCEPTION_SIDE = 299  # px that Inception was trained at
_MEAN, _STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # ImageNet's, which torchvision's networks were trained with
_NOT_OF_PAPERS = (
    "FID is measured with torchvision's Inception, not with the one of published figures: compare it only with figures "
    "from this program."
)
_UNREADABLE = (OSError, RuntimeError, pickle.UnpicklingError, EOFError, ValueError, KeyError, TypeError)


class Published(NamedTuple):
    """Where weights are; the end of the file's name is the beginning of its SHA-256."""

    url: str

    @property
    def file(self) -> str:
        return self.url.rpartition("/")[2]

    @property
    def digest(self) -> str:
        return self.file.rpartition("-")[2].removesuffix(".pth")

    @property
    def path(self) -> Path:
        """Where torch keeps what it fetched."""
        import torch

        return Path(torch.hub.get_dir()) / "checkpoints" / self.file


ALEXNET = Published("https://download.pytorch.org/models/alexnet-owt-7be5be79.pth")
INCEPTION = Published(
    "https://github.com/toshas/torch-fidelity/releases/download/v0.2.0/weights-inception-2015-12-05-6726825d.pth"
)
OTHER_INCEPTION = Published("https://download.pytorch.org/models/inception_v3_google-0cc3c7bd.pth")


@dataclass(frozen=True)
class Missing:
    """Why a figure is left out."""

    reason: str  # a sentence; names the file and its address
    folder: Path  # where the file belongs


class Lpips:
    """The distance of two pictures as people see it (Zhang et al. 2018), by torchmetrics, over AlexNet."""

    def __init__(self, metric: Any) -> None:
        self._metric = metric

    def distance(self, fill: NDArray[np.uint8], truth: NDArray[np.uint8]) -> float | None:
        """Of two whole pictures, H x W x 3, as published figures are; None where a side is below 64 px."""
        import torch

        if min(fill.shape[:2]) < _LEAST_SIDE:
            return None
        with torch.inference_mode():
            pair = (2 * _tensor(picture).float().div_(255) - 1 for picture in (fill, truth))
            value = float(self._metric(*pair))
        self._metric.reset()
        return value


class Inception:
    """What Inception sees in a picture. `note` says in a sentence where it is not the network of published figures."""

    def __init__(self, network: Any, note: str = "") -> None:
        self._network, self.note = network, note

    def features(self, picture: NDArray[np.uint8]) -> NDArray[np.float64]:
        """2048 numbers for a whole picture, H x W x 3."""
        import torch

        with torch.inference_mode():
            return np.asarray(self._network(_tensor(picture))[0].double().numpy())


def lpips() -> Lpips | Missing:
    """The figure, where AlexNet's weights by torchvision are in torch's cache."""
    wrong = _fault(ALEXNET)
    if wrong:
        return Missing(f"LPIPS is left out: {wrong}; get {ALEXNET.url}.", ALEXNET.path.parent)
    _have_torchvision()
    from torchmetrics.image import LearnedPerceptualImagePatchSimilarity

    try:
        return Lpips(LearnedPerceptualImagePatchSimilarity("alex"))
    except _UNREADABLE:
        return Missing(f"LPIPS is left out: {ALEXNET.file} is damaged; get {ALEXNET.url} anew.", ALEXNET.path.parent)


def inception() -> Inception | Missing:
    """The network of FID: the one of published figures where torch-fidelity and its weights are there, else
    torchvision's with a note, else nothing."""
    folder = INCEPTION.path.parent
    fidelity = find_spec("torch_fidelity") is not None
    wrong, other_wrong = _fault(INCEPTION), _fault(OTHER_INCEPTION)
    chosen = INCEPTION if fidelity and not wrong else OTHER_INCEPTION
    if chosen is OTHER_INCEPTION and other_wrong:
        if fidelity:
            return Missing(f"FID is left out: {wrong}; get {INCEPTION.url}.", folder)
        return Missing(
            f"FID is left out: {other_wrong}; get {OTHER_INCEPTION.url}, or for the Inception of published figures "
            f"install torch-fidelity and get {INCEPTION.url}.",
            folder,
        )
    try:
        _metric()
        return Inception(_of_papers()) if chosen is INCEPTION else Inception(_of_torchvision(), _NOT_OF_PAPERS)
    except ImportError:
        return Missing("FID is left out: torch-fidelity is installed and does not start; install it anew.", folder)
    except _UNREADABLE:
        return Missing(f"FID is left out: {chosen.file} is damaged; get {chosen.url} anew.", folder)


def frechet(fills: NDArray[np.float64], truths: NDArray[np.float64]) -> float:
    """FID (Heusel et al. 2017) between two sets of features, N x 2048 each, by torchmetrics."""
    import torch

    one, other = torch.from_numpy(fills), torch.from_numpy(truths)
    # Turned into the space that the features span, in which the distance is the same and the matrices are small.
    basis = torch.linalg.qr(torch.cat([one, other]).T).Q
    ready = torch.nn.Identity()
    ready.num_features = basis.shape[1]
    metric = _metric()(ready)
    metric.update(other @ basis, real=True)
    metric.update(one @ basis, real=False)
    return max(0.0, float(metric.compute()))


def _have_torchvision() -> None:
    """Before torchmetrics, which imports it by itself."""
    from inpaint_studio.layers import torchvision_compat

    torchvision_compat.ensure()


def _fault(published: Published) -> str:
    """What is wrong with the file, in a few words; empty where it is the published one."""
    try:
        with published.path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return f"{published.file} is not in torch's cache"
    except OSError:
        return f"{published.file} in torch's cache cannot be read"
    return "" if found.startswith(published.digest) else f"{published.file} in torch's cache is not the published file"


def _metric() -> Any:
    _have_torchvision()
    from torchmetrics.image.fid import FrechetInceptionDistance

    return FrechetInceptionDistance


def _of_papers() -> Any:
    from torchmetrics.image.fid import NoTrainInceptionV3

    return NoTrainInceptionV3("inception-v3-compat", ["2048"], str(INCEPTION.path))


def _of_torchvision() -> Any:
    import torch

    _have_torchvision()
    from torchvision.models import inception_v3

    network = inception_v3(weights=None, init_weights=False, transform_input=True)
    network.load_state_dict(torch.load(OTHER_INCEPTION.path, map_location="cpu", weights_only=True))
    network.fc = torch.nn.Identity()
    network.eval()
    mean, std = (torch.tensor(values)[:, None, None] for values in (_MEAN, _STD))

    def see(pictures: Any) -> Any:
        side = (_INCEPTION_SIDE, _INCEPTION_SIDE)
        small = torch.nn.functional.interpolate(
            pictures.float(), size=side, mode="bilinear", align_corners=False, antialias=True
        )
        return network((small / 255 - mean) / std)

    return see


def _tensor(picture: NDArray[np.uint8]) -> Any:
    """1 x 3 x H x W uint8."""
    import torch

    return torch.from_numpy(np.ascontiguousarray(np.moveaxis(picture, 2, 0)))[None]
