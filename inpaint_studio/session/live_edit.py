"""A stroke that is being drawn: written straight into a raster, and turned into one command when the pen lifts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np

from inpaint_studio.engine.geometry import Box
from inpaint_studio.session.history import Compound, ReplacePixels
from inpaint_studio.session.raster import Raster, tiles


class Owner(Protocol):
    """The document, which a live edit notifies."""

    def live_changed(self, raster: str, box: Box) -> None:
        """React to new pixels inside `box` of the raster."""

    def live_ended(self, step: Compound | None) -> None:
        """Record the edit as one step; None where it changed nothing."""


class LiveEdit:
    """Lets a tool write into a raster many times, for one step of the history.

    Every tile is copied the first time it is touched. After the edit has ended, by `commit` or by the document (on
    undo, or when another photo is opened), its methods do nothing; `active` is False then.
    """

    def __init__(self, owner: Owner, name: str, raster: Raster) -> None:
        self._owner, self.name, self._raster = owner, name, raster
        self._saved: dict[Box, Raster] = {}
        self.active = True

    def touch(self, box: Box) -> Raster:
        """Return the raster inside `box` (cut to the raster), for writing; call `changed` when done."""
        cut = box.clip(*self._raster.shape[:2])
        if not self.active:
            return np.zeros_like(self._raster[cut.slices])
        for tile in tiles(cut):
            if tile not in self._saved:
                self._saved[tile] = self._raster[tile.slices].copy()
        return self._raster[cut.slices]

    def changed(self, box: Box) -> None:
        """Notify the document that the pixels of `box` were written."""
        cut = box.clip(*self._raster.shape[:2])
        if self.active and not cut.empty:
            self._owner.live_changed(self.name, cut)

    def write(self, box: Box, pixels: Raster) -> None:
        """Put `pixels` into `box`, which lies inside the raster, and notify the document."""
        self.touch(box)[...] = pixels
        self.changed(box)

    def commit(self, label: str) -> bool:
        """End the edit as one step called `label`; False where nothing has changed."""
        if not self.active:
            return False
        self.active = False
        parts = []
        for tile, before in self._saved.items():
            box = tile.clip(*self._raster.shape[:2])
            after = self._raster[box.slices]
            if not np.array_equal(before, after):
                parts.append(ReplacePixels(self.name, box, before, after.copy()))
        self._saved.clear()
        self._owner.live_ended(Compound(label, parts) if parts else None)
        return bool(parts)

    def abort(self) -> None:
        """End the edit and restore the raster."""
        self._end(lambda box, before: self._raster.__setitem__(box.slices, before))

    def forget(self) -> None:
        """End the edit without restoring: its raster is no longer the document's."""
        self._end(None)

    def _end(self, restore: Callable[[Box, Raster], None] | None) -> None:
        if not self.active:
            return
        self.active = False
        saved, self._saved = self._saved, {}
        if restore is not None:
            for tile, before in saved.items():
                box = tile.clip(*self._raster.shape[:2])
                restore(box, before)
                self._owner.live_changed(self.name, box)
        self._owner.live_ended(None)
