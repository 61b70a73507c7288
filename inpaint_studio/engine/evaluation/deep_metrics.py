"""LPIPS, and the features of FID and KID, which trained networks compute.

Only with published weights that are on this machine. Nothing is downloaded, and other weights are not used instead: a
missing file is reported with its address.
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

from inpaint_studio.texts import mark, tr

LEAST_FOR_FID = 10  # photos; mean and covariance of fewer mean nothing
ENOUGH_FOR_FID = 2000  # photos, from which on FID hardly changes with their number
_LEAST_SIDE = 64  # px, below which AlexNet's pooling leaves nothing
_INCEPTION_SIDE = 299  # px that Inception was trained at
_MEAN, _STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # ImageNet's, which torchvision's networks were trained with
_TORCHVISION_NOTE = mark(
    "FID is measured with torchvision's Inception, not with the one of published "
    "figures: compare it only with figures from this program."
)
_UNREADABLE = (OSError, RuntimeError, pickle.UnpicklingError, EOFError, ValueError, KeyError, TypeError)


class MetricWeights(NamedTuple):
    """The address of published weights; the file's name ends with the first digits of its SHA-256."""

    url: str

    @property
    def file(self) -> str:
        """The name of the file, the last part of the address."""
        return self.url.rpartition("/")[2]

    @property
    def digest(self) -> str:
        """The first 8 hexadecimal digits of the file's SHA-256, from its name."""
        return self.file.rpartition("-")[2].removesuffix(".pth")

    @property
    def path(self) -> Path:
        """The file in torch's own cache of downloads."""
        import torch

        return Path(torch.hub.get_dir()) / "checkpoints" / self.file


ALEXNET = MetricWeights("https://download.pytorch.org/models/alexnet-owt-7be5be79.pth")
INCEPTION = MetricWeights(
    "https://github.com/toshas/torch-fidelity/releases/download/v0.2.0/weights-inception-2015-12-05-6726825d.pth"
)
OTHER_INCEPTION = MetricWeights("https://download.pytorch.org/models/inception_v3_google-0cc3c7bd.pth")


@dataclass(frozen=True)
class Missing:
    """Why a figure cannot be computed."""

    reason: str  # a sentence; names the file and its address
    folder: Path  # where the file belongs


class Lpips:
    """Perceptual distance of two images (Zhang et al. 2018), by torchmetrics, with AlexNet."""

    def __init__(self, metric: Any) -> None:
        self._metric = metric

    def distance(self, fill: NDArray[np.uint8], truth: NDArray[np.uint8]) -> float | None:
        """Return distance of two whole images, H x W x 3, as in papers; None where a side is below 64 px."""
        import torch

        if min(fill.shape[:2]) < _LEAST_SIDE:
            return None
        with torch.inference_mode():
            pair = (2 * _tensor(image).float().div_(255) - 1 for image in (fill, truth))
            value = float(self._metric(*pair))
        self._metric.reset()
        return value


class Inception:
    """The features of Inception. `note` is a sentence where it is not the network of published figures, else empty."""

    def __init__(self, network: Any, note: str = "") -> None:
        self._network, self.note = network, note

    def features(self, image: NDArray[np.uint8]) -> NDArray[np.float64]:
        """Return the 2048 features of a whole image, H x W x 3."""
        import torch

        with torch.inference_mode():
            return np.asarray(self._network(_tensor(image))[0].double().numpy())


def load_lpips() -> Lpips | Missing:
    """Load LPIPS where torchvision's AlexNet weights are in torch's cache."""
    fault = _fault(ALEXNET)
    if fault:
        return Missing(tr("LPIPS is left out: {fault}; get {url}.", fault=fault, url=ALEXNET.url), ALEXNET.path.parent)
    _prepare_torchvision()
    from torchmetrics.image import LearnedPerceptualImagePatchSimilarity

    try:
        return Lpips(LearnedPerceptualImagePatchSimilarity("alex"))
    except _UNREADABLE:
        return Missing(
            tr("LPIPS is left out: {file} is damaged; get {url} again.", file=ALEXNET.file, url=ALEXNET.url),
            ALEXNET.path.parent,
        )


def load_inception() -> Inception | Missing:
    """Load the network of FID: that of published figures where torch-fidelity and its weights are installed, else
    torchvision's with a note, else none."""
    folder = INCEPTION.path.parent
    fidelity = find_spec("torch_fidelity") is not None
    fault, other_fault = _fault(INCEPTION), _fault(OTHER_INCEPTION)
    chosen = INCEPTION if fidelity and not fault else OTHER_INCEPTION
    if chosen is OTHER_INCEPTION and other_fault:
        if fidelity:
            return Missing(tr("FID and KID are left out: {fault}; get {url}.", fault=fault, url=INCEPTION.url), folder)
        return Missing(
            tr(
                "FID and KID are left out: {other_fault}; get {url}, or for the Inception of "
                "published figures install torch-fidelity and get {url_2}.",
                other_fault=other_fault,
                url=OTHER_INCEPTION.url,
                url_2=INCEPTION.url,
            ),
            folder,
        )
    try:
        _metric()
        return (
            Inception(_paper_inception())
            if chosen is INCEPTION
            else Inception(_torchvision_inception(), _TORCHVISION_NOTE)
        )
    except ImportError:
        return Missing(
            tr("FID and KID are left out: torch-fidelity is installed and does not start; install it again."), folder
        )
    except _UNREADABLE:
        return Missing(
            tr("FID and KID are left out: {file} is damaged; get {url} again.", file=chosen.file, url=chosen.url),
            folder,
        )


def frechet_distance(fills: NDArray[np.float64], truths: NDArray[np.float64]) -> float:
    """Return FID (Heusel et al. 2017) between two sets of features, N x 2048 each, by torchmetrics."""
    import torch

    one, other = torch.from_numpy(fills), torch.from_numpy(truths)
    # Project into the space that the features span: the distance is the same and the matrices are small.
    basis = torch.linalg.qr(torch.cat([one, other]).T).Q
    features = torch.nn.Identity()
    features.num_features = basis.shape[1]
    metric = _metric()(features)
    metric.update(other @ basis, real=True)
    metric.update(one @ basis, real=False)
    return max(0.0, float(metric.compute()))


def _prepare_torchvision() -> None:
    """Make torchvision importable; to be called before torchmetrics, which imports it."""
    from inpaint_studio.layers import torchvision_compat

    torchvision_compat.ensure()


def _fault(weights: MetricWeights) -> str:
    """Return what is wrong with the file, in a few words; empty where it is the published file."""
    try:
        with weights.path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return tr("{file} is not in torch's cache", file=weights.file)
    except OSError:
        return tr("{file} in torch's cache cannot be read", file=weights.file)
    return (
        ""
        if found.startswith(weights.digest)
        else tr("{file} in torch's cache is not the published file", file=weights.file)
    )


def _metric() -> Any:
    _prepare_torchvision()
    from torchmetrics.image.fid import FrechetInceptionDistance

    return FrechetInceptionDistance


def _paper_inception() -> Any:
    from torchmetrics.image.fid import NoTrainInceptionV3

    return NoTrainInceptionV3("inception-v3-compat", ["2048"], str(INCEPTION.path))


def _torchvision_inception() -> Any:
    import torch

    _prepare_torchvision()
    from torchvision.models import inception_v3

    network = inception_v3(weights=None, init_weights=False, transform_input=True)
    network.load_state_dict(torch.load(OTHER_INCEPTION.path, map_location="cpu", weights_only=True))
    network.fc = torch.nn.Identity()
    network.eval()
    mean, std = (torch.tensor(values)[:, None, None] for values in (_MEAN, _STD))

    def extract(images: Any) -> Any:
        side = (_INCEPTION_SIDE, _INCEPTION_SIDE)
        small = torch.nn.functional.interpolate(
            images.float(), size=side, mode="bilinear", align_corners=False, antialias=True
        )
        return network((small / 255 - mean) / std)

    return extract


def _tensor(image: NDArray[np.uint8]) -> Any:
    """Return 1 x 3 x H x W uint8."""
    import torch

    return torch.from_numpy(np.ascontiguousarray(np.moveaxis(image, 2, 0)))[None]
