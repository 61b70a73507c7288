"""The sizes of brush and eraser for photos of different sizes: what looks as large on the screen, or what was set."""

from __future__ import annotations

import re
from collections.abc import Callable

from PySide6.QtCore import QObject, Slot

from inpaint_studio.session.settings import Settings

NAMES = ("brush_size", "eraser_size")  # settings, px of the photo
MOST_SIZES = 20  # of photos that are remembered; the oldest is forgotten

_LINE = re.compile(r"([0-9]{1,6})x([0-9]{1,6}) ([0-9]{1,6}) ([0-9]{1,6})")  # a photo's size, and those of NAMES

Size = tuple[int, int]  # of a photo: its longer side and its shorter one, px
_Known = dict[Size, dict[str, int]]  # the newest first; the sizes of brush and eraser by the names of their settings


class BrushSizes(QObject):
    """Sets the sizes when a photo is opened, and remembers them with the size of the photo.

    A photo of a size that was open before gets what was set for it then: a series from one camera keeps its brush. In
    any other the brush looks as large as it did in the photo before, when each is seen whole. In the first photo ever
    it looks as large as its default says.
    """

    def __init__(
        self, settings: Settings, fit_zoom: Callable[[int, int], float], parent: QObject | None = None
    ) -> None:
        """`fit_zoom` of a photo's (height, width): the zoom that shows it whole, px of the screen per px of it."""
        super().__init__(parent)
        self._settings, self._fit_zoom = settings, fit_zoom
        self._present: Size | None = None  # of the photo that is open
        settings.changed.connect(self._on_setting)

    def open(self, height: int, width: int) -> None:
        """Set the sizes for a photo of so many px; it is open from now on."""
        size = (max(height, width), min(height, width))
        known, self._present = self._read(), None  # so that nothing is remembered for the photo before
        sizes = known.get(size)
        if sizes is None:
            before = next(iter(known), None)
            factor = (self._zoom(before) if before is not None else 1.0) / self._zoom(size)
            sizes = {name: self._scaled(name, factor, bool(known)) for name in NAMES}
        for name, value in sizes.items():
            self._settings.set(name, value)
        self._present = size
        self._remember()

    def _zoom(self, size: Size) -> float:
        """Return the zoom that shows a photo of that size whole, upright ones as if they lay on their side.

        At most 1: small photos are enlarged, which the brush need not follow.
        """
        longer, shorter = size
        return min(1.0, self._fit_zoom(shorter, longer))

    def _scaled(self, name: str, factor: float, known: bool) -> int:
        """Return the size times `factor`; as it is where the user set it before there was anything to remember."""
        value = int(self._settings.get(name))
        is_own = not known and value != self._settings.row(name).default
        return value if is_own else max(1, round(value * factor))

    @Slot(str)
    def _on_setting(self, name: str) -> None:
        if name in NAMES:
            self._remember()

    def _remember(self) -> None:
        """Put the sizes of now first, as those of the photo that is open."""
        if self._present is None:
            return
        known = self._read()
        known.pop(self._present, None)
        known = {self._present: {name: int(self._settings.get(name)) for name in NAMES}, **known}
        lines = [
            " ".join((f"{longer}x{shorter}", *(str(sizes[name]) for name in NAMES)))
            for (longer, shorter), sizes in list(known.items())[:MOST_SIZES]
        ]
        self._settings.set("brush_sizes", "\n".join(lines))

    def _read(self) -> _Known:
        """Read what is remembered; a line that cannot be read is left out."""
        known: _Known = {}
        for line in str(self._settings.get("brush_sizes")).splitlines():
            found = _LINE.fullmatch(line)
            if found is not None:
                longer, shorter, *sizes = map(int, found.groups())
                known[longer, shorter] = dict(zip(NAMES, sizes, strict=True))
        return known
