from __future__ import annotations

import numpy as np
import pytest
import torch

from inpaint_studio.engine.evaluation import deep_metrics
from inpaint_studio.engine.evaluation.deep_metrics import ALEXNET, INCEPTION, OTHER_INCEPTION, Missing
from inpaint_studio.layers import torchvision_compat
from tests import synthetic

torchvision_compat.ensure()
import torchvision.models as zoo  # noqa: E402 - only importable after the line above

PHOTO = synthetic.photo(64, 70)


@pytest.fixture
def cache(monkeypatch, tmp_path):
    """An empty cache of torch, and no way to download anything."""

    def download(*_arguments, **_options):
        raise AssertionError("something was downloaded")

    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setattr("torch.hub.download_url_to_file", download)
    folder = tmp_path / "hub" / "checkpoints"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def without_fidelity(monkeypatch):
    monkeypatch.setattr(deep_metrics, "find_spec", lambda _name: None)


def save_small_weights(network: str, path, **how) -> None:
    """A file with all tensors of torchvision's network, each of one random number, so that it is small."""
    with torch.device("meta"):
        shapes = getattr(zoo, network)(weights=None, **how).state_dict()
    generator = torch.Generator().manual_seed(0)
    state = {}
    for name, value in shapes.items():
        one = torch.rand((), generator=generator) * (2 / max(1, value[0].numel()) if value.ndim > 1 else 1)
        state[name] = one.to(value.dtype).expand(value.shape)
    torch.save(state, path)


@pytest.mark.usefixtures("cache", "without_fidelity")
def test_missing_files_are_named_with_their_address():
    for found, expected in (
        (deep_metrics.load_lpips(), [ALEXNET]),
        (deep_metrics.load_inception(), [OTHER_INCEPTION, INCEPTION]),
    ):
        assert isinstance(found, Missing)
        for each in expected:
            assert each.url in found.reason
        assert f"{expected[0].file} is not in torch's cache" in found.reason
        assert found.folder == expected[0].path.parent


@pytest.mark.usefixtures("without_fidelity")
def test_other_files_of_that_name_are_not_used(cache):
    for weights in (ALEXNET, OTHER_INCEPTION):
        (cache / weights.file).write_bytes(b"not these")
    for found in (deep_metrics.load_lpips(), deep_metrics.load_inception()):
        assert isinstance(found, Missing)
        assert "not the published file" in found.reason


@pytest.mark.usefixtures("without_fidelity")
def test_damaged_files_are_reported(cache, monkeypatch):
    monkeypatch.setattr(deep_metrics.MetricWeights, "digest", "")
    for weights in (ALEXNET, OTHER_INCEPTION):
        (cache / weights.file).write_bytes(b"no weights")
    for found in (deep_metrics.load_lpips(), deep_metrics.load_inception()):
        assert isinstance(found, Missing)
        assert "damaged" in found.reason


def test_lpips_with_weights(cache, monkeypatch):
    monkeypatch.setattr(deep_metrics.MetricWeights, "digest", "")
    save_small_weights("alexnet", cache / ALEXNET.file)
    found = deep_metrics.load_lpips()
    assert isinstance(found, deep_metrics.Lpips)
    near, far = PHOTO.copy(), PHOTO[::-1].copy()
    near[30:34, 30:34] = 255
    assert found.distance(PHOTO, PHOTO) == pytest.approx(0, abs=1e-6)
    assert 0 < found.distance(near, PHOTO) < found.distance(far, PHOTO)
    assert found.distance(PHOTO[:20], PHOTO[:20]) is None


@pytest.mark.usefixtures("without_fidelity")
def test_torchvisions_inception_is_named(cache, monkeypatch):
    monkeypatch.setattr(deep_metrics.MetricWeights, "digest", "")
    save_small_weights("inception_v3", cache / OTHER_INCEPTION.file, init_weights=False)
    found = deep_metrics.load_inception()
    assert isinstance(found, deep_metrics.Inception)
    assert "not with the one of published figures" in found.note
    assert found.features(PHOTO).shape == (2048,)


def test_the_inception_of_published_figures_comes_first(cache, monkeypatch):
    for weights in (INCEPTION, OTHER_INCEPTION):
        (cache / weights.file).touch()
    monkeypatch.setattr(deep_metrics.MetricWeights, "digest", "")
    monkeypatch.setattr(deep_metrics, "find_spec", lambda _name: object())
    monkeypatch.setattr(deep_metrics, "_paper_inception", lambda: lambda image: image.float().mean(dim=(2, 3)))
    found = deep_metrics.load_inception()
    assert isinstance(found, deep_metrics.Inception)
    assert found.note == ""
    np.testing.assert_allclose(found.features(PHOTO), PHOTO.mean(axis=(0, 1)), rtol=1e-5)

    def broken():
        raise ImportError

    monkeypatch.setattr(deep_metrics, "_paper_inception", broken)
    assert "does not start" in deep_metrics.load_inception().reason


def test_the_frechet_distance():
    random = np.random.default_rng(0)
    one, other = random.normal(0, 1, (40, 1)), random.normal(3, 2, (40, 1))
    distance = (one.mean() - other.mean()) ** 2 + (one.std(ddof=1) - other.std(ddof=1)) ** 2
    assert deep_metrics.frechet_distance(one, other) == pytest.approx(distance)
    wide, widest = random.normal(0, 1, (12, 300)), random.normal(0.5, 1, (12, 300))
    assert deep_metrics.frechet_distance(wide, wide) == pytest.approx(0, abs=1e-6)
    difference = wide.mean(axis=0) - widest.mean(axis=0)
    covariances = np.cov(wide.T), np.cov(widest.T)
    root = np.sqrt(np.linalg.eigvals(covariances[0] @ covariances[1]).astype(complex)).real.sum()
    expected = difference @ difference + sum(map(np.trace, covariances)) - 2 * root
    assert deep_metrics.frechet_distance(wide, widest) == pytest.approx(expected, rel=1e-3)
