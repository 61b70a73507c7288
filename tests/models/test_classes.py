"""The classes of label maps: how they are kept in the metadata of weights, and what is refused there."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.torch import save_file

from inpaint_studio.engine.weights.metadata import read_header
from inpaint_studio.errors import WeightsError
from inpaint_studio.models.base.checkpoint_format import format_classes, parse_classes
from inpaint_studio.models.base.interface import LabelClass
from inpaint_studio.models.base.validate import TraitsError, check_traits
from inpaint_studio.models.edge_connect import SYSTEM

CLASSES = (LabelClass("sky", (120, 170, 230)), LabelClass("Wände", (0, 255, 1)))
_byte = st.integers(0, 255)
_names = st.text(st.characters(categories=("L", "N", "P")), min_size=1, max_size=40)
_classes = st.lists(st.builds(LabelClass, _names, st.tuples(_byte, _byte, _byte)), max_size=255).map(tuple)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)  # lists of names are long to draw
@given(_classes)
def test_classes_survive_their_text(classes: tuple[LabelClass, ...]) -> None:
    assert parse_classes(format_classes(classes)) == classes


BROKEN = (
    "{",
    "3",
    '{"sky": 1}',
    "[1]",
    '["sky"]',
    '[["sky", [1, 2]]]',
    '[["sky", [1, 2, 256]]]',
    '[["sky", [1, 2, 0.5]]]',
    '[["", [1, 2, 3]]]',
    '[["two\\nlines", [1, 2, 3]]]',
    "[" * 100_000,
    json.dumps([["sky", [1, 2, 3]]] * 256),
)


@pytest.mark.parametrize("text", BROKEN, ids=range(len(BROKEN)))
def test_other_text_is_refused_and_so_is_a_set_with_it(text: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_classes(text)
    path = tmp_path / "own.safetensors"
    facts = {"inpaint_studio": "1", "system": "edge-connect", "config": "{}", "licence": "free", "terms": ""}
    save_file({"x": torch.zeros(1)}, path, {**facts, "origin": "trained", "classes": format_classes(CLASSES)})
    assert read_header(path).classes == CLASSES
    save_file({"x": torch.zeros(1)}, path, {**facts, "origin": "trained", "classes": text})
    with pytest.raises(WeightsError, match="damaged"):
        read_header(path)


def test_traits_have_classes_with_names_and_colours_of_bytes() -> None:
    assert check_traits(replace(SYSTEM.traits, classes=CLASSES)).classes == CLASSES
    for wrong in (
        (LabelClass("sky", (1, 2, 300)),),
        (LabelClass("", (1, 2, 3)),),
        list(CLASSES),
        (("sky", (1, 2, 3)),),
    ):
        with pytest.raises(TraitsError, match="classes"):
            check_traits(replace(SYSTEM.traits, classes=wrong))  # type: ignore[arg-type]
