"""Which overlays the canvas shows: all; none while the user hides them; after a fill all but the sampling areas."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from inpaint_studio.session.raster import DONORS, HOLE, ONLY
from inpaint_studio.session.session import Session

_SHOWING = (HOLE, DONORS, ONLY)  # rasters whose change ends the look at a fill


class OverlayVisibility(QObject):
    """Whether overlays are shown, and the sampling areas among them.

    After a fill the areas are away, so that they do not lie over what the user wants to judge, until a tool is used or
    chosen, or the hole or the areas change. Hidden overlays are back as soon as something is drawn, or is to be seen:
    nobody should draw without seeing it.
    """

    changed = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document, self._suggestions = session.document, session.hole.suggestions
        self._had_suggestions = False
        self._hidden = False
        self._judging = False  # a new fill is looked at
        session.fills.filled.connect(self._on_filled)
        session.fills.candidatesChanged.connect(self._on_candidate)
        session.queue.areas.compared.connect(self._on_filled)
        session.document.changed.connect(self._on_changed)
        session.document.replaced.connect(self.show_all)
        self._suggestions.changed.connect(self._on_suggestions)

    @property
    def hidden(self) -> bool:
        """Whether all overlays are hidden."""
        return self._hidden

    @property
    def areas_shown(self) -> bool:
        """Whether the sampling areas are shown."""
        return not self._hidden and not self._judging

    def hide(self, on: bool) -> None:
        """Hide all overlays, or show all."""
        self._set(on, self._judging and on)

    @Slot()
    def show_all(self) -> None:
        """Show all overlays: the user draws, or asks for something that is shown by them."""
        self._set(False, False)

    @Slot()
    def _on_filled(self) -> None:
        self._set(self._hidden, True)

    @Slot(int)
    def _on_candidate(self, index: int) -> None:
        if index >= 0 and not self._document.has_hole:
            self._set(self._hidden, True)

    @Slot(str, object)
    def _on_changed(self, raster: str, _box: object) -> None:
        if raster in _SHOWING:
            self._set(self._hidden, False)

    @Slot()
    def _on_suggestions(self) -> None:
        """Show what was found; an answer to a suggestion changes nothing."""
        some = bool(self._suggestions.parts)
        if some and not self._had_suggestions:
            self.show_all()
        self._had_suggestions = some

    def _set(self, hidden: bool, judging: bool) -> None:
        if (hidden, judging) != (self._hidden, self._judging):
            self._hidden, self._judging = hidden, judging
            self.changed.emit()
