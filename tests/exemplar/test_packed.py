"""Colours as numbers."""

from __future__ import annotations

import numpy as np
import pytest

from inpaint_studio.exemplar.packed import most_frequent, pack, unpack


def test_red_counts_most_and_blue_least() -> None:
    pixels = np.array([[[1, 2, 3], [255, 0, 0]]], np.uint8)

    assert pack(pixels).tolist() == [[65536 + 2 * 256 + 3, 255 * 65536]]


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_every_number_is_one_colour(channels: int) -> None:
    pixels = np.random.default_rng(3).integers(0, 256, (50, channels), np.uint8)

    numbers = pack(pixels)

    assert np.array_equal([unpack(number, channels) for number in numbers.tolist()], pixels)


def test_the_most_frequent_colour_and_its_share() -> None:
    pixels = np.array([[9, 8, 7], [1, 2, 3], [9, 8, 7], [7, 8, 9]], np.uint8)

    colour, share = most_frequent(pixels)

    assert colour.tolist() == [9, 8, 7]
    assert share == 0.5


def test_of_equally_frequent_colours_the_least_is_taken() -> None:
    colour, share = most_frequent(np.array([[2, 0, 0], [1, 9, 9]], np.uint8))

    assert colour.tolist() == [1, 9, 9]
    assert share == 0.5
