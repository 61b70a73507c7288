"""A retoucher: knows where the picture is on the screen, and counts what is done."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.e2e.jobs.scenes import LOUD, Scene
from tests.e2e.screen import Screen, wait_until

Point = tuple[float, float]  # x, y in px of the picture at scale 1
# The window has its first size, 1440 x 900, at the upper left of a larger screen. Rows and columns there:
BUTTON = np.s_[820:866, 1150:1412]  # the button that fills
CANDIDATES = np.s_[560:720, 1150:1412]  # the fills of the hole
CANVAS = np.s_[:, :1136]  # what lies left of the panels
NEAR = 16  # mean difference of a place on the screen to the clean picture, 0..255, from which it counts as filled


class Retoucher:
    """One job at the screen: every click, stroke and key is one action.

    Places are given at scale 1, whatever the size of the picture.
    """

    def __init__(self, screen: Screen, scene: Scene, path: Path, scale: float) -> None:
        """Wait until the picture of the file `path` is on the screen."""
        self._screen, self.scene, self.path, self.scale = screen, scene, path, scale
        self.actions = 0
        self._begun = time.monotonic()
        left, top, right, bottom = wait_until(self._find_picture, f"{path.name} on the screen")
        height, width = scene.photo.shape[:2]
        self._left, self._top = left, top
        self._idle = self._screen.screenshot()[BUTTON]  # how the button looks without a hole and without a fill
        self._zoom = (right - left) / width, (bottom - top) / height

    @property
    def seconds(self) -> float:
        """The time since the picture was on the screen."""
        return time.monotonic() - self._begun

    def key(self, *keys: str) -> None:
        """Press keys together."""
        self.actions += 1
        self._screen.press(*keys)

    def click(self, place: Point, *held: str, button: int = 1) -> None:
        """Click at a place."""
        self.drag([place], *held, button=button)

    def drag(self, places: list[Point], *held: str, button: int = 1) -> None:
        """Press at the first place, move through the others, release; `held`: keys that are down meanwhile."""
        self.actions += 1
        self._screen.drag([self._on_screen(place) for place in places], button, held)

    def double_click(self, place: Point) -> None:
        """Click twice at a place; that is one action."""
        self.actions += 1
        for _ in range(2):
            self._screen.drag([self._on_screen(place)])

    def wait_until_marked(self, place: Point) -> None:
        """Wait until the overlay of the hole is over a place."""
        colour = self._colours_in(self.scene.photo, [place])
        wait_until(lambda: np.abs(self._shown([place]) - colour).max() > NEAR, f"the hole in {self.path.name}")

    def wait_until_filled(self) -> None:
        """Wait until the screen shows about the clean picture where the thing was that should go."""
        places = self._inside()
        clean = self._colours_in(self.scene.clean, places)
        wait_until(lambda: np.abs(self._shown(places) - clean).mean() < NEAR, f"the fill of {self.path.name}")
        wait_until(lambda: self._is_idle(self._screen.screenshot()), f"the end of the fill of {self.path.name}")

    def make_another(self) -> None:
        """Have the hole filled again, and wait until that fill is among the candidates."""
        self._change_candidates("Control_L", "Return")

    def show_previous(self) -> None:
        """Put the candidate before into the photo."""
        self._change_candidates("comma")

    def _change_candidates(self, *keys: str) -> None:
        before = self._screen.screenshot()[CANDIDATES]
        self.key(*keys)

        def is_there() -> bool:
            shot = self._screen.screenshot()
            return self._is_idle(shot) and not np.array_equal(shot[CANDIDATES], before)

        wait_until(is_there, f"other candidates of {self.path.name}")

    def _is_idle(self, shot: NDArray[np.uint8]) -> bool:
        return bool(np.array_equal(shot[BUTTON], self._idle))

    def save(self) -> NDArray[np.uint8]:
        """Save over the file, and return what it holds then."""
        from PIL import Image

        before = self.path.stat().st_mtime_ns
        self.key("Control_L", "s")
        wait_until(lambda: self.path.stat().st_mtime_ns != before, f"{self.path.name} saved")
        with Image.open(self.path) as saved:
            return np.asarray(saved.convert("RGB"))

    def _inside(self) -> list[Point]:
        """Return some places of the thing that should go, spread over all of it."""
        rows, columns = np.nonzero(self.scene.object)
        step = max(1, len(rows) // 40)
        return [(x / self.scale, y / self.scale) for x, y in zip(columns[::step], rows[::step], strict=True)]

    def _on_screen(self, place: Point) -> tuple[int, int]:
        across, down = self._zoom
        return round(self._left + place[0] * self.scale * across), round(self._top + place[1] * self.scale * down)

    def _shown(self, places: list[Point]) -> NDArray[np.float64]:
        """Return the mean colours that the screen shows round places, N x 3."""
        shot = self._screen.screenshot()
        on_screen = [self._on_screen(place) for place in places]
        return np.array([shot[y - 2 : y + 3, x - 2 : x + 3].mean(axis=(0, 1)) for x, y in on_screen])

    def _colours_in(self, picture: NDArray[np.uint8], places: list[Point]) -> NDArray[np.float64]:
        """Return the mean colours of a picture round places, N x 3, of as many pixels as `_shown` sees."""
        around = max(2, round(2 / self._zoom[0]))
        cuts = []
        for x, y in np.rint(np.array(places) * self.scale).astype(int):
            cuts.append(picture[max(0, y - around) : y + around + 1, max(0, x - around) : x + around + 1])
        return np.array([cut.mean(axis=(0, 1)) for cut in cuts])

    def _find_picture(self) -> tuple[int, int, int, int] | None:
        """Return left, top, right and bottom of the picture on the screen, found by its loud corners."""
        shot = self._screen.screenshot()[CANVAS].astype(int)
        rows, columns = np.nonzero((np.abs(shot - LOUD) < 24).all(axis=2))
        if not len(rows):
            return None
        box = int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1
        height, width = self.scene.photo.shape[:2]
        shape = (box[2] - box[0]) / max(1, box[3] - box[1])
        return box if abs(shape / (width / height) - 1) < 0.02 else None
