"""The system of unknown tensors is detected by keys and shapes."""

from __future__ import annotations

import pytest
import torch

from inpaint_studio.engine.weights.detect import detect
from inpaint_studio.errors import WeightsError
from tests.engine.weights import tiny


def network(width: int = 5, prefix: str = "") -> dict[str, torch.Tensor]:
    shapes = tiny.SYSTEM.dialects[0].parts[0].expected({"width": width})
    return {prefix + key: torch.full(shape, float(n)) for n, (key, shape) in enumerate(shapes.items())}


def halves(width: int = 5) -> tuple[dict[str, torch.Tensor], dict[str, torch.Tensor]]:
    whole = network(width)
    first, second = ({k.replace(n, "conv"): v for k, v in whole.items() if n in k} for n in ("conv1", "conv2"))
    return first, second


def refuse(files: dict[str, dict[str, torch.Tensor]]) -> str:
    with pytest.raises(WeightsError) as caught:
        detect(files, [tiny.SYSTEM])
    text = str(caught.value)
    assert "\n" not in text
    return text


@pytest.mark.parametrize("prefix", ["", "module.", "state_dict.generator.module.", "G.", "a.b.c.d.e."])
def test_any_prefix(prefix):
    beside = {"discriminator.conv1.weight": torch.zeros(7, 7), "optimiser.state": torch.zeros(3)}
    found = detect({"whatever.bin": network(5, prefix) | beside}, [tiny.SYSTEM])
    assert (found.system.traits.name, found.dialect.name, found.config) == (
        "tiny",
        "plain",
        {"width": 5, "boost": False},
    )
    assert set(found.parts["network"]) == set(network())
    assert found.unused == ()


def test_optional_keys_may_be_there():
    found = detect({"a": network() | {"extra.steps": torch.zeros(())}}, [tiny.SYSTEM])
    assert found.dialect.name == "plain"


@pytest.mark.parametrize("order", [1, -1])
def test_parts_in_several_files_in_any_order(order):
    first, second = halves()
    files = dict(list({"x.pth": first, "y.pth": second}.items())[::order])
    found = detect(files, [tiny.SYSTEM])
    assert found.dialect.name == "pair"
    torch.testing.assert_close(found.parts["conv1.pth"]["conv.weight"], first["conv.weight"])
    torch.testing.assert_close(found.parts["conv2.pth"]["conv.weight"], second["conv.weight"])


def test_parts_in_one_file():
    first, second = halves()
    one = {f"edge.{k}": v for k, v in first.items()} | {f"inpaint.{k}": v for k, v in second.items()}
    assert detect({"both.pth": one}, [tiny.SYSTEM]).dialect.name == "pair"


def test_a_width_at_which_the_parts_have_equal_shapes():
    """With four channels the second half could be a first half of width three; only both together are possible."""
    first, second = halves(4)
    found = detect({"b": second, "a": first}, [tiny.SYSTEM])
    assert found.config["width"] == 4
    torch.testing.assert_close(found.parts["conv2.pth"]["conv.bias"], second["conv.bias"])


def test_a_part_and_a_small_file_beside_it():
    renamed = {key.replace("conv", "c"): value for key, value in network().items()}
    found = detect(
        {"config.json": {"mean": torch.zeros(3)}, "model": renamed, "more": {"x": torch.ones(1)}}, [tiny.SYSTEM]
    )
    assert found.dialect.name == "meant"
    assert found.unused == ("more",)
    text = refuse({"model": renamed})
    assert text.startswith("model is only the network part of Tiny")
    assert "config.json part too" in text


def test_halves_become_float32():
    tensors = network()
    tensors["conv1.weight"] = tensors["conv1.weight"].half()
    tensors["conv2.bias"] = tensors["conv2.bias"].double()
    found = detect({"a": tensors}, [tiny.SYSTEM])
    assert {tensor.dtype for tensor in found.parts["network"].values()} == {torch.float32}


def test_the_most_similar_system_is_named():
    tensors = network()
    tensors["conv2.weight"] = torch.zeros(3, 5, 5, 5)
    del tensors["conv1.bias"]
    tensors["conv1.gain"] = torch.ones(5)
    text = refuse({"odd.pth": {f"net.{key}": value for key, value in tensors.items()}})
    assert "looks most like Tiny (somebody's file), of whose 4 keys 2 fit (50 %)" in text
    assert "net.conv2.weight is 3 x 5 x 5 x 5, expected 3 x 5 x 3 x 3" in text
    assert "net.conv1.bias is missing" in text
    assert "net.conv1.gain is not one of them" in text


def test_without_a_configuration_the_papers_network_is_compared():
    tensors = network(16)
    del tensors["conv1.weight"]
    assert "of whose 4 keys 3 fit (75 %)" in refuse({"a": tensors})


def test_tensors_of_no_system():
    assert "belongs to no system that is known here; its keys begin with fc.bias, fc.weight" in refuse(
        {"vgg.pth": {"fc.weight": torch.zeros(2, 2), "fc.bias": torch.zeros(2)}}
    )


def test_files_that_do_not_belong_together():
    assert "do not belong together" in refuse({"a": halves(5)[0], "b": halves(6)[1]})


@pytest.mark.parametrize(
    ("key", "tensor", "words"),
    [
        ("conv1.weight", torch.zeros(5, 4, 3, 3, dtype=torch.complex64), "of a kind that no network here has"),
        ("conv1.weight", torch.zeros(1).expand(1 << 20, 4, 40, 40), "more than any network"),
        ("conv1.weight", torch.zeros(1 << 17, 4, 0, 3), "not known"),
        ("conv1.weight", torch.zeros(1 << 17, 4, 1, 1), "not known"),
        ("conv1.weight", torch.zeros(()), "not known"),
    ],
)
def test_tensors_that_cannot_be_weights(key, tensor, words):
    assert words in refuse({"a": network() | {key: tensor}})


def test_an_empty_network():
    assert "is empty" in refuse({"a": network(0)})
    assert "holds no tensors" in refuse({"a": {}})


def test_many_keys_do_not_take_long():
    tensors = {f"a{n % 977}.b.c.d.{n}": torch.zeros(()) for n in range(20_000)}
    assert "known" in refuse({"a": tensors})
