"""What people need who do not see well or use no mouse, in the window and in every dialog, dark and light.

A screen reader finds a name for every control; Tab reaches every control; one sees which has the focus; texts can be
read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QTabBar,
    QWidget,
)

from inpaint_studio.ui import theme
from inpaint_studio.ui.colour_schemes import SCHEMES
from tests.ui.contrast import READABLE, SEEN, contrast
from tests.ui.driver import grab
from tests.ui.test_dialog_keys import DIALOGS, focusable
from tests.ui.training_studio import TrainingStudio

CONTROLS = (QAbstractButton, QAbstractItemView, QAbstractSpinBox, QComboBox, QLineEdit, QTabBar)


@pytest.fixture(autouse=True)
def dark_again(qapp: QApplication) -> Iterator[None]:
    yield
    theme.apply(qapp)


def filled_window(studio: TrainingStudio) -> QWidget:
    """The window with a fill and a new hole: most of its controls are on."""
    studio.window.resize(1280, 1400)
    studio.fill()
    studio.brush()
    more = next(each for each in studio.window.findChildren(QAbstractButton) if each.accessibleName() == "More options")
    more.click()
    return studio.window


PLACES: dict[str, Callable[[TrainingStudio], QWidget]] = {"window": filled_window, **DIALOGS}


def controls(window: QWidget) -> list[QWidget]:
    """What one can click in a window, but for parts of Qt's own widgets."""
    return [
        widget
        for widget in window.findChildren(QWidget)
        if isinstance(widget, CONTROLS)
        and widget.isVisible()
        and widget.isEnabled()
        and widget.window() is window
        and not widget.objectName().startswith("qt_")
        and not isinstance(widget.parentWidget(), QAbstractSpinBox | QComboBox)
        and not isinstance(widget, QHeaderView)
    ]


def name_of(widget: QWidget) -> str:
    """What a screen reader says of a widget."""
    seen = QAccessible.queryAccessibleInterface(widget)
    return str(seen.text(QAccessible.Text.Name)).strip() if seen is not None else ""


def focus_contrast(widget: QWidget) -> float:
    """How well the pixels that change by the focus are told from what they were."""
    other = widget.window()
    other.setFocus(Qt.FocusReason.OtherFocusReason)
    before = grab(widget).astype(int)
    widget.setFocus(Qt.FocusReason.TabFocusReason)
    after = grab(widget).astype(int)
    changed = np.argwhere((before != after).any(axis=2))[:400]
    pairs = {(tuple(before[row, col]), tuple(after[row, col])) for row, col in changed.tolist()}
    return max((contrast(*("#{:02x}{:02x}{:02x}".format(*colour) for colour in pair)) for pair in pairs), default=1.0)


def text_contrast(label: QLabel, window: QWidget, picture: np.ndarray) -> float:
    """How well the text of a label is told from the ground that it lies on, in the picture of its window."""
    place = label.mapTo(window, label.contentsRect().topLeft())
    rect = label.contentsRect().translated(place - label.contentsRect().topLeft())
    pixels = picture[max(rect.top(), 0) : rect.bottom() + 1, max(rect.left(), 0) : rect.right() + 1]
    if not pixels.size:
        return 21.0
    colours, counts = np.unique(pixels.reshape(-1, 3), axis=0, return_counts=True)
    ground = "#{:02x}{:02x}{:02x}".format(*colours[counts.argmax()].tolist())
    return max(contrast(ground, "#{:02x}{:02x}{:02x}".format(*colour)) for colour in colours.tolist())


@pytest.mark.parametrize("place", PLACES)
def test_every_control_has_a_name_and_is_reached_by_the_keyboard(studio: TrainingStudio, place: str) -> None:
    window = PLACES[place](studio)
    found = controls(window)
    assert found
    assert [f"{type(each).__name__} {each.toolTip()}" for each in found if not name_of(each)] == []
    reached = set(focusable(window))
    for each in found:  # arrow keys go on to the others of a choice
        group = each.group() if isinstance(each, QAbstractButton) else None
        if group is not None and reached & set(group.buttons()):
            reached.add(each)
    assert [name_of(each) for each in found if each not in reached and each.focusProxy() not in reached] == []


@pytest.mark.parametrize("place", PLACES)
def test_the_focus_is_seen_and_texts_can_be_read(studio: TrainingStudio, place: str) -> None:
    window = PLACES[place](studio)
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    for scheme in SCHEMES:
        theme.apply(app, scheme)
        QApplication.processEvents()
        picture = grab(window)
        shown = [
            each for each in window.findChildren(QLabel) if each.isEnabled() and not each.visibleRegion().isEmpty()
        ]
        labels = [each for each in shown if each.text().strip() and each.window() is window]
        texts = {each.text(): round(text_contrast(each, window, picture), 1) for each in labels}
        assert {text: value for text, value in texts.items() if value < READABLE} == {}, scheme
        dim = {name_of(each): focus_contrast(each) for each in focusable(window) if each is not studio.window.canvas}
        assert {name: round(value, 1) for name, value in dim.items() if value < SEEN} == {}, scheme
