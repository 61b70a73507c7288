"""The pseudo-random numbers of the search are the same on every machine and under every version of Python."""

from __future__ import annotations

import ast
from pathlib import Path

import numpy as np
import pytest

from inpaint_studio.exemplar.mixing import below, first_state, mix, next_state

ROOT = Path(__file__).parents[2]
DECIDING_PIXELS = (
    "inpaint_studio/exemplar",
    "inpaint_studio/engine",
    "inpaint_studio/models",
    "inpaint_studio/layers",
    "training",
)


@pytest.mark.parametrize(
    ("numbers", "mixed"),
    [
        ((0, 0), 397586535),
        ((0, 0, 0), 2508465738),
        ((0, 0, 0, 0), 3653443310),
        ((7, 2, 11, 1), 1113608288),
        ((2**31 - 1, 5, 3, 0), 2478756082),
    ],
)
def test_mixed_numbers_are_fixed(numbers: tuple[int, ...], mixed: int) -> None:
    assert mix(*numbers) == mixed


def test_mixed_numbers_differ_for_neighbouring_seeds_and_orders() -> None:
    mixed = {mix(seed, index, turn) for seed in range(20) for index in range(10) for turn in range(20)}
    assert len(mixed) > 3990  # of 4000; as many as 32 bits let us expect
    assert mix(1, 2) != mix(2, 1)
    assert mix(1) != mix(1, 0)


def test_the_sequences_of_the_search_are_fixed() -> None:
    state = np.uint32(first_state(np.uint32(mix(0, 0)), 5))
    drawn = []
    for _ in range(4):
        state = np.uint32(next_state(state))
        drawn.append(int(below(state, 1000)))
    assert drawn == [915, 644, 689, 87]


def test_no_pixel_depends_on_the_hash_of_the_interpreter() -> None:
    """`hash` differs between versions of Python and between 32 and 64 bits, and for text from run to run."""
    calls = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for folder in DECIDING_PIXELS
        for path in sorted((ROOT / folder).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "hash"
    ]
    assert calls == []
