"""How the keyboard gets round the window: F6 goes from the photo to the tools and the panels, Tab from part to part."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLayout, QScrollArea, QWidget

Start = Callable[[], QWidget]


class Areas:
    """Gives the keyboard focus to one area after the other; hidden ones are left out."""

    def __init__(self, areas: Mapping[QWidget, Start | None]) -> None:
        """`areas`, in their order: each with what gets the focus where nothing in it had it; None: the first part."""
        self._areas = areas

    def step(self, by: int) -> None:
        """Go on to the next area (1) or the one before (-1); from outside of all of them to the first."""
        shown = [area for area in self._areas if area.isVisible()]
        focused = QApplication.focusWidget()
        now = next((index for index, area in enumerate(shown) if focused is not None and _holds(area, focused)), None)
        target = self._target(shown[0 if now is None else (now + by) % len(shown)])
        if target is not None:
            target.setFocus(Qt.FocusReason.TabFocusReason)
            _scroll_to(target)

    def _target(self, area: QWidget) -> QWidget | None:
        """Return what gets the focus: what had it last in `area`, else its start, else the first part that takes it."""
        start = self._areas[area]
        candidates = (area.focusWidget(), None if start is None else start(), *_parts(area))
        return next((each for each in candidates if each is not None and _takes_focus(each)), None)


def _holds(area: QWidget, widget: QWidget) -> bool:
    return area is widget or area.isAncestorOf(widget)


def _takes_focus(widget: QWidget) -> bool:
    return widget.isVisible() and widget.isEnabled() and bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)


def _scroll_to(widget: QWidget) -> None:
    """Scroll the areas that `widget` lies in, so that it is seen."""
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, QScrollArea):
            parent.ensureWidgetVisible(widget)
        parent = parent.parentWidget()


def sort_tab_order(*areas: QWidget) -> None:
    """Let Tab go through these areas, and in each through its parts as they are laid out.

    Qt itself goes by the order in which they were made; some are made long after those below them.
    """
    parts = [part for area in areas for part in _parts(area) if part.focusPolicy() & Qt.FocusPolicy.TabFocus]
    for part, after in pairwise(parts):
        QWidget.setTabOrder(part, after)


def _parts(widget: QWidget) -> Iterator[QWidget]:
    """Yield `widget` and all that it holds, in the order of the layouts."""
    if widget.focusProxy() is None:  # else another one gets its focus
        yield widget
    layout = widget.layout()
    if layout is not None:
        yield from _laid_out(layout)
    elif isinstance(widget, QScrollArea):
        inside = widget.widget()
        if inside is not None:
            yield from _parts(inside)
    else:
        for child in widget.children():
            if isinstance(child, QWidget) and not child.isWindow():
                yield from _parts(child)


def _laid_out(layout: QLayout) -> Iterator[QWidget]:
    for item in map(layout.itemAt, range(layout.count())):
        if item is None:
            continue
        inner, widget = item.layout(), item.widget()
        if inner is not None:
            yield from _laid_out(inner)
        elif widget is not None:
            yield from _parts(widget)
