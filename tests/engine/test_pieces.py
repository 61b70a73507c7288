"""Parts of a fill that were taken from one place."""

from __future__ import annotations

import numpy as np

from inpaint_studio.engine.flow.flow import COPIED, MATCHED, Flow, empty_flow
from inpaint_studio.engine.flow.pieces import FARTHEST, LEAST, NEAREST, offset_of, piece_at, piece_inside
from inpaint_studio.engine.geometry import Box

SHAPE = (200, 300)
BOX = Box(40, 60, 140, 220)
LEFT, RIGHT = (10, -50), (-30, 70)  # offsets of the two halves of `two_pieces`


def two_pieces(label: str = COPIED, border: int = 140) -> Flow:
    """A fill of all of `BOX` whose columns before and after `border` come from two places."""
    flow = empty_flow(BOX, SHAPE, label=label)
    flow.hole[:] = True
    flow.weight[:] = 1
    flow.offsets[:] = np.reshape(RIGHT, (2, 1, 1))
    flow.offsets[:, :, : border - BOX.left] = np.reshape(LEFT, (2, 1, 1))
    return flow


def whole(box: Box, plane: np.ndarray) -> np.ndarray:
    """A plane of a box as one of the whole image."""
    image = np.zeros(SHAPE, np.bool_)
    image[box.slices] = plane
    return image


def test_a_piece_is_what_came_from_one_place() -> None:
    piece = piece_at([two_pieces()], 90, 100)
    assert piece is not None
    expected = np.zeros(SHAPE, np.bool_)
    expected[40:140, 60:140] = True
    np.testing.assert_array_equal(whole(piece.box, piece.inside), expected)
    assert (piece.place, piece.offset) == ((90, 100), LEFT)
    (outline,) = piece.outlines
    assert outline.min(axis=0).tolist() == [60, 40]
    assert outline.max(axis=0).tolist() == [139, 139]


def test_similar_offsets_are_one_piece_and_specks_do_not_split_it() -> None:
    flow = two_pieces()
    flow.offsets[1, 20:40] += 6
    flow.offsets[0, 50:53, 10:13] = 77  # a speck
    flow.offsets[0, 60:62, :80] = 77  # a crack from side to side
    piece = piece_at([flow], 90, 100)
    assert piece is not None
    inside = whole(piece.box, piece.inside)
    assert inside[45, 100]
    assert inside[62, 100]
    assert inside[91, 71]
    assert not inside[:, 150:].any()


def test_a_pixel_alone_brings_its_surroundings() -> None:
    random = np.random.default_rng(0)
    flow = empty_flow(BOX, SHAPE)
    flow.hole[:] = True
    flow.offsets[:] = random.integers(-40, 40, flow.offsets.shape)
    piece = piece_at([flow], 45, 100)
    assert piece is not None
    inside = whole(piece.box, piece.inside)
    rows, columns = np.ogrid[: SHAPE[0], : SHAPE[1]]
    near = (rows - 45) ** 2 + (columns - 100) ** 2 <= (LEAST - 1) ** 2
    assert inside[near & (rows >= 40)].all()
    assert not inside[:40].any()


def test_the_rest_of_a_copied_fill_follows_and_the_image_of_a_network_stays() -> None:
    copied, matched = (piece_at([two_pieces(label)], 90, 100) for label in (COPIED, MATCHED))
    assert copied is not None
    assert matched is not None
    around = whole(copied.box, copied.around)
    assert around[90, 139 + NEAREST]
    assert not around[:, 140 + FARTHEST :].any()
    assert not around[:40].any()  # not filled
    np.testing.assert_array_equal(matched.around, matched.inside)


def test_the_newest_fill_counts_and_keeps_its_pixels() -> None:
    older = two_pieces()
    newer = empty_flow(Box(80, 100, 110, 130), SHAPE)
    newer.hole[:] = True
    newer.offsets[:] = np.reshape((1, 90), (2, 1, 1))
    on_newer, on_older = (piece_at([older, newer], row, 110) for row in (95, 60))
    assert on_newer is not None
    assert on_older is not None
    assert on_newer.offset == (1, 90)
    np.testing.assert_array_equal(whole(on_newer.box, on_newer.around), whole(newer.box, newer.hole))
    assert on_older.offset == LEFT
    assert not whole(on_older.box, on_older.around)[newer.box.slices].any()


def test_nothing_is_found_where_nothing_was_filled() -> None:
    assert piece_at([], 90, 100) is None
    assert piece_at([two_pieces()], 20, 100) is None
    assert piece_inside([two_pieces()], Box(0, 0, 10, 10), np.ones((10, 10), np.bool_), 90, 100) is None
    assert piece_inside([], BOX, np.ones((100, 160), np.bool_), 90, 100) is None


def test_a_lasso_takes_the_filled_pixels_inside_of_it() -> None:
    box = Box(30, 130, 70, 150)  # across both pieces and the fill's upper side
    piece = piece_inside([two_pieces()], box, np.ones((40, 20), np.bool_), 50, 132)
    assert piece is not None
    expected = np.zeros(SHAPE, np.bool_)
    expected[40:70, 130:150] = True
    np.testing.assert_array_equal(whole(piece.box, piece.inside), expected)
    assert piece.offset == LEFT
    assert expected[piece.place[0] - 8 : piece.place[0] + 9, piece.place[1] - 8 : piece.place[1] + 9].all()
    from_outside = piece_inside([two_pieces()], box, np.ones((40, 20), np.bool_), 31, 131)
    assert from_outside is not None
    np.testing.assert_array_equal(from_outside.inside, piece.inside)
    assert from_outside.place == piece.place
    elsewhere = piece_inside([two_pieces()], Box(60, 180, 81, 201), np.ones((21, 21), np.bool_), 50, 132)
    assert elsewhere is not None
    assert (elsewhere.place, elsewhere.offset) == ((70, 190), RIGHT)


def test_the_source_of_a_piece_is_that_of_most_of_it() -> None:
    """After a fill from a chosen place the band at the rim has sources of its own, also under the pixel pressed on."""
    flow = two_pieces()
    piece = piece_at([flow], 42, 62)
    assert piece is not None
    again = empty_flow(piece.box, SHAPE)
    again.hole[:] = True
    again.offsets[:] = np.random.default_rng(0).integers(-40, 40, again.offsets.shape)
    again.offsets[:, 20:-20, 20:-20] = np.reshape((5, 90), (2, 1, 1))
    assert offset_of([flow], piece, LEFT) == LEFT
    assert offset_of([flow], piece, (5, 90)) == LEFT  # it was undone
    assert offset_of([flow, again], piece, (5, 90)) == (5, 90)
    again.offsets[:, 10:-10, 10:-10] = np.reshape((1, 50), (2, 1, 1))
    assert offset_of([flow, again], piece, LEFT) == (1, 50)
    again.offsets[:] = np.random.default_rng(0).integers(-40, 40, again.offsets.shape)
    row, col, _ = again.source_of(42, 62) or (0, 0, 0)
    assert offset_of([flow, again], piece, LEFT) == (row - 42, col - 62)
    assert offset_of([again], piece, LEFT) is not None
    again.hole[3, 3] = False
    assert offset_of([again], piece, LEFT) is None
