"""The twelve jobs: what a retoucher does, step by step, each with the picture that it is done on."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from tests.e2e.jobs import scenes
from tests.e2e.jobs.retoucher import Point, Retoucher
from tests.e2e.jobs.scenes import Scene


class Job(NamedTuple):
    """A job: its name, which is that of the file, its picture by scale, what is done, and how large it really is."""

    name: str
    scene: Callable[[float], Scene]
    do: Callable[[Retoucher], None]
    scale: float = 1.0  # of the full job; tests do it at scale 1


def remove_tower(user: Retoucher) -> None:
    """Outline a mast with a few clicks, and fill."""
    user.key("p")
    corners = [(440, 56), (460, 56), (482, 484), (418, 484)]
    for corner in corners:
        user.click(corner)
    user.key("Return")
    user.wait_until_marked((450, 400))
    user.key("Return")
    user.wait_until_filled()


def remove_cable(user: Retoucher) -> None:
    """Mark a wide cable, continue two bent edges of the roof behind it, and fill."""
    user.key("r")
    user.drag([(424, 14), (476, 586)])
    user.wait_until_marked((450, 300))
    user.key("k")
    for top in (150, 330):
        user.click((350, top + 24.4))
        user.click((450, top))
        user.double_click((550, top + 24.4))
    user.key("Return")
    user.wait_until_filled()


def remove_dust(user: Retoucher) -> None:
    """Let the program find the spots, take all of them, and fill."""
    user.key("Shift_L", "d")
    user.wait_until_marked((scenes.DUST[0][0] + 6, scenes.DUST[0][1]))
    user.key("Shift_L", "y")
    user.wait_until_marked(scenes.DUST[7])
    user.key("Return")
    user.wait_until_filled()


def remove_watermark(user: Retoucher) -> None:
    """Mark three lines of text one by one with the rectangle, and fill."""
    user.key("r")
    for base in scenes.TEXT:
        user.drag([(140, base - 60), (700, base + 14)])
    user.wait_until_marked((400, scenes.TEXT[2] - 20))
    user.key("Return")
    user.wait_until_filled()


def continue_building_edge(user: Retoucher) -> None:
    """Mark something before the edge of a wall, draw the edge, and fill."""
    user.key("u")
    user.drag([(362, 232), (498, 368)])
    user.wait_until_marked((430, 300))
    user.key("k")
    user.drag([(430, 200), (430, 260), (430, 340), (430, 400)])
    user.key("Return")
    user.wait_until_filled()


def remove_animal(user: Retoucher) -> None:
    """Mark an animal, keep the bush beside it from being copied, and fill."""
    user.key("u")
    user.drag([(322, 262), (538, 398)])
    user.wait_until_marked((430, 330))
    user.key("d")
    user.drag(_zigzag(110, 290, 210, 430, 36))
    user.key("Return")
    user.wait_until_filled()


def remove_by_object_tool(user: Retoucher) -> None:
    """Draw a box round a ball, and fill."""
    user.key("o")
    user.drag([(370, 140), (530, 300)], "Shift_L")
    user.wait_until_marked((450, 220))
    user.key("Return")
    user.wait_until_filled()


def remove_by_wand(user: Retoucher) -> None:
    """Click on a ball of one colour; grow the hole a little and fill it."""
    user.key("w")
    user.click((450, 220))
    user.wait_until_marked((450, 220))
    user.key("Shift_L", "Return")
    user.wait_until_filled()


def remove_wire(user: Retoucher) -> None:
    """Draw a straight stroke along a wire from end to end, and fill."""
    user.key("b")
    for _ in range(3):
        user.key("bracketleft")
    user.click((10, 119))
    user.click((890, 191), "Shift_L")
    user.wait_until_marked((450, 155))
    user.key("Return")
    user.wait_until_filled()


def choose_a_candidate(user: Retoucher) -> None:
    """Fill, have two others made, and go back to the one before."""
    user.key("r")
    user.drag([(370, 220), (530, 350)])
    user.wait_until_marked((450, 285))
    user.key("Return")
    user.wait_until_filled()
    for _ in range(2):
        user.make_another()
    user.show_previous()
    user.wait_until_filled()


def blend_the_rim(user: Retoucher) -> None:
    """Mark a sign with the lasso, soften the rim of the hole, and fill."""
    user.key("l")
    user.drag([(368, 218), (532, 218), (532, 352), (368, 352), (368, 218)])
    user.wait_until_marked((450, 285))
    user.key("Control_L", "f")
    user.key("Return")
    user.wait_until_filled()


def think_again(user: Retoucher) -> None:
    """Fill, take it back, take a part out of the hole, and fill again."""
    user.key("r")
    user.drag([(340, 200), (600, 360)])
    user.wait_until_marked((450, 285))
    user.key("Return")
    user.wait_until_filled()
    user.key("Control_L", "z")
    user.wait_until_marked((580, 285))
    user.drag([(540, 190), (610, 370)], button=3)
    user.key("Return")
    user.wait_until_filled()


def _zigzag(left: int, right: int, top: int, bottom: int, step: int) -> list[Point]:
    places: list[Point] = []
    for turn, y in enumerate(range(top, bottom + 1, step)):
        ends: list[Point] = [(left, y), (right, y)]
        places += ends if turn % 2 == 0 else ends[::-1]
    return places


JOBS = (
    Job("tower", scenes.tower, remove_tower, 5.45),
    Job("cable", scenes.bent_cable, remove_cable, 3),
    Job("dust", scenes.dust, remove_dust, 3),
    Job("watermark", scenes.watermark, remove_watermark, 2),
    Job("building-edge", scenes.building_edge, continue_building_edge, 4),
    Job("animal", scenes.animal, remove_animal, 3),
    Job("ball", scenes.ball, remove_by_object_tool, 3),
    Job("balloon", scenes.ball, remove_by_wand, 3),
    Job("wire", scenes.wire, remove_wire, 5),
    Job("sign", scenes.sign, choose_a_candidate, 2),
    Job("soft-sign", scenes.sign, blend_the_rim, 2),
    Job("second-thoughts", scenes.sign, think_again, 1),
)
