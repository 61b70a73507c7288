"""EdgeConnect against the plain formulation and the authors' answers, with edges and lines from the user."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from inpaint_studio.models.edge_connect import SYSTEM
from inpaint_studio.models.networks.edge_connect import EdgeConnect
from tests.models import golden
from tests.models import network_checks as check
from tests.reference import edge_connect as plain

SMALL = SYSTEM.small


def small(**settings: Any) -> EdgeConnect:
    network = check.made(SYSTEM, SMALL | settings)
    assert isinstance(network, EdgeConnect)
    return network


def canny_of(image: torch.Tensor, hole: torch.Tensor) -> torch.Tensor:
    """What stands outside a hole into which other edges were put."""
    blank = torch.zeros_like(hole)
    return check.ask(small(), image, hole, edges=blank, only="edges").edges


def chequered() -> tuple[torch.Tensor, torch.Tensor]:
    """A picture with plenty of edges."""
    _, hole = check.picture(64, 64)
    squares = torch.rand(1, 3, 4, 4, generator=torch.Generator().manual_seed(1))
    return torch.nn.functional.interpolate(squares, (64, 64)), hole


@pytest.mark.parametrize("merge", [False, True])
@pytest.mark.parametrize("size", [(64, 64), (12, 12), (60, 92)], ids=str)
def test_draws_as_the_plain_formulation(size, merge):
    check.draws_as_plain(SYSTEM, SMALL | {"merge": merge}, plain.edge_connect, *size)


def test_wide_layers_draw_as_the_plain_formulation():
    """Where convolutions are computed another way."""
    check.draws_as_plain(SYSTEM, {"width": 24, "blocks": 1, "merge": False}, plain.edge_connect, 44, 52)


def test_predicted_edges_are_the_first_generators_everywhere():
    image, hole = chequered()
    with torch.inference_mode():
        expected, _ = plain.stages(check.state_of(SYSTEM, SMALL), SMALL, image, hole)
    for merge in (False, True):
        found = check.ask(small(merge=merge), image, hole).edges
        torch.testing.assert_close(found, expected, atol=1e-5, rtol=0)


def test_a_network_like_any_other():
    network = small()
    check.heeds_no_hole_content(network, 64, 64)
    check.reports_its_way(network, 64, 64)
    check.survives_tracing(network, 64, 64)
    check.learns_everywhere(SYSTEM, SMALL, 64, 64)
    check.holds_in_16_bits(SYSTEM, SMALL, 64, 64, 0.1)


def test_training_sees_both_stages():
    network = check.made(SYSTEM, SMALL, optimised=False)
    for parameter in network.parameters():
        parameter.requires_grad_(True)
    image = torch.rand(2, 3, 24, 28, generator=torch.Generator().manual_seed(1))
    hole = torch.zeros(2, 1, 24, 28)
    hole[..., 8:16, 8:16] = 1
    edges, output = network(image, image.mean(1, keepdim=True), torch.zeros_like(hole), hole)
    assert edges.shape == hole.shape
    assert output.shape == image.shape
    (output * torch.rand(output.shape, generator=torch.Generator().manual_seed(3))).sum().backward()
    assert all(parameter.grad is not None for parameter in network.parameters())


def test_user_edges_replace_the_prediction():
    image, hole = chequered()
    user_edges = torch.rand(1, 1, 64, 64, generator=torch.Generator().manual_seed(3))
    answer = check.ask(small(), image, hole, edges=user_edges)
    torch.testing.assert_close(answer.edges, torch.where(hole > 0, user_edges, canny_of(image, hole)))
    assert answer.edges[hole == 0].sum() > 0
    torch.testing.assert_close(
        answer.output, check.ask(small(), image, hole, edges=user_edges * hole).output, atol=0, rtol=0
    )
    assert not torch.equal(answer.output, check.ask(small(), image, hole).output)


def test_user_edges_need_no_first_generator():
    network = small()
    network.edge = torch.nn.Identity()  # type: ignore[assignment]
    image, hole = chequered()
    assert check.ask(network, image, hole, edges=torch.zeros_like(hole)).output.isfinite().all()


def test_lines_are_added_to_predicted_and_to_user_edges():
    image, hole = chequered()
    lines = torch.zeros_like(hole)
    lines[..., 30, :] = 1
    predicted = check.ask(small(), image, hole).edges
    joined = check.ask(small(), image, hole, lines=lines)
    torch.testing.assert_close(joined.edges, torch.maximum(predicted, lines * hole))
    assert not torch.equal(joined.output, check.ask(small(), image, hole).output)
    both = check.ask(small(), image, hole, lines=lines, edges=torch.zeros_like(hole)).edges
    torch.testing.assert_close(both[hole > 0], lines[hole > 0])


def test_edges_alone_stop_after_the_first_generator():
    network = small()
    image, hole = chequered()
    expected = check.ask(network, image, hole).edges
    network.inpaint = torch.nn.Identity()  # type: ignore[assignment]
    answer = check.ask(network, image, hole, only="edges")
    assert torch.equal(answer.output, image)
    assert torch.equal(answer.edges, expected)


def test_the_prediction_as_user_edges_gives_the_merged_image():
    image, hole = chequered()
    merged = check.ask(small(merge=True), image, hole)
    again = check.ask(small(), image, hole, edges=merged.edges)
    torch.testing.assert_close(again.output, merged.output, atol=1e-6, rtol=0)


# The authors' files


def authors_parts() -> dict[str, dict[str, np.ndarray[Any, Any]]]:
    return {"edge": golden.checkpoint("edgeconnect_g1"), "inpaint": golden.checkpoint("edgeconnect_g2")}


@pytest.fixture(scope="module")
def answers() -> dict[str, np.ndarray[Any, Any]]:
    return golden.vectors("edgeconnect_e2e")


@pytest.mark.parametrize(("merge", "fine"), [(False, "fine_test"), (True, "fine_merged")])
def test_the_authors_answer(answers, merge, fine):
    network = golden.network(SYSTEM, "official", authors_parts(), {"merge": merge})
    assert sum(parameter.numel() for parameter in network.parameters()) == SYSTEM.parameters
    hole = answers["mask_u8"] > 127
    answer = golden.ask(network, answers["image_u8"], hole)
    np.testing.assert_allclose(answer.edges, answers["edge"], atol=1e-4, rtol=0)
    np.testing.assert_allclose(answer.output, answers[fine], atol=1e-4, rtol=0)
    if not merge:  # the known edges as scikit-image found them for the authors
        blank = np.zeros((1, 1, *hole.shape), np.float32)
        user_edges = golden.ask(network, answers["image_u8"], hole, edges=torch.from_numpy(blank), only="edges")
        np.testing.assert_array_equal(user_edges.edges, answers["canny"] * ~hole)


def narrow_parts() -> dict[str, dict[str, torch.Tensor]]:
    """The authors' pair as PyTorch 1.0 writes it, of small width, from random numbers."""
    official = next(dialect for dialect in SYSTEM.dialects if dialect.name == "official")
    generator = torch.Generator().manual_seed(4)
    return {
        part.name: {key: torch.randn(shape, generator=generator) for key, shape in part.expected(SMALL).items()}
        for part in official.parts
    }


def test_the_configuration_is_read_from_either_file():
    for dialect in SYSTEM.dialects:
        for part in dialect.parts:
            shapes = part.expected(SMALL)
            assert part.configure(shapes) == {"width": 4, "blocks": 2}
            other = next(each for each in dialect.parts if each is not part)
            with pytest.raises((KeyError, ValueError)):
                other.configure(shapes)


def test_spectral_normalisation_is_folded():
    parts = narrow_parts()
    official = next(dialect for dialect in SYSTEM.dialects if dialect.name == "official")
    found = official.translate(parts, SMALL)
    edge = parts["edge"]
    for ours, theirs, module in (
        ("down1", "encoder.4", torch.nn.Conv2d(4, 8, 4, 2, 1)),
        ("blocks.1.conv2", "middle.1.conv_block.5", torch.nn.Conv2d(16, 16, 3, bias=False)),
        ("up1", "decoder.0", torch.nn.ConvTranspose2d(16, 8, 4, 2, 1)),
    ):
        spectral = torch.nn.utils.spectral_norm(module).eval()
        spectral.load_state_dict({k: edge[f"{theirs}.{k}"] for k in spectral.state_dict()})
        spectral(torch.zeros(1, module.in_channels, 8, 8))  # it divides while it computes
        torch.testing.assert_close(found[f"edge.{ours}.weight"], spectral.weight)


def test_the_older_form_holds_the_weight_itself():
    """PyTorch 0.4.1: weight_orig, weight_u and weight, no weight_v."""
    parts = narrow_parts()
    official, older = SYSTEM.dialects
    expected = official.translate(parts, SMALL)
    edge = {key: value for key, value in parts["edge"].items() if not key.endswith("weight_v")}
    generator = torch.Generator().manual_seed(8)
    for key, shape in older.parts[0].expected(SMALL).items():
        if key not in edge:
            edge[key] = torch.randn(shape, generator=generator)
    found = older.translate({"edge": edge, "inpaint": parts["inpaint"]}, SMALL)
    assert found.keys() == expected.keys()
    assert torch.equal(found["edge.up2.weight"], edge["decoder.3.weight"])
    assert torch.equal(found["edge.leave.weight"], edge["decoder.7.weight"])
