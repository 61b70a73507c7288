"""What is chosen or on can be seen: in menus, in the bars, and among the values of a choice."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from inpaint_studio.ui import theme
from inpaint_studio.ui.action_views import TickMenu
from inpaint_studio.ui.actions import SECTIONS
from inpaint_studio.ui.panels.fields import SegmentedControl
from tests.ui.contrast import SEEN as READABLE
from tests.ui.contrast import contrast
from tests.ui.driver import grab
from tests.ui.studio import apply_theme
from tests.ui.training_studio import TrainingStudio


def ink(widget: QWidget, rect: QRect) -> float:
    """The highest contrast of a pixel in `rect` to the pixel at its upper left corner."""
    part = grab(widget)[rect.top() : rect.bottom() + 1, rect.left() : rect.right() + 1]
    colours = {tuple(colour) for colour in part.reshape(-1, 3).tolist()}
    ground = part[0, 0].tolist()
    return max(contrast(_name(colour), _name(ground)) for colour in colours)


def _name(colour: object) -> str:
    return "#{:02x}{:02x}{:02x}".format(*np.asarray(colour).tolist())


def menus(studio: TrainingStudio) -> list[TickMenu]:
    found = [action.menu() for action in studio.window.menuBar().actions()]
    assert [menu.title().replace("&", "") for menu in found] == list(SECTIONS)
    return [menu for menu in found if isinstance(menu, TickMenu)]


def test_what_is_on_has_a_tick_and_a_readable_icon_in_its_menu(studio: TrainingStudio) -> None:
    for menu in menus(studio):
        menu.popup(studio.window.mapToGlobal(QPoint(0, 0)))
        QApplication.processEvents()
        for action in menu.actions():
            if not action.isCheckable():
                continue
            action.setEnabled(True)
            tick = menu.tick_rect(action)
            icon = QRect(tick.topRight() + QPoint(2, -1), QSize(20, 18))
            action.setChecked(True)
            assert ink(menu, tick) >= READABLE, action.text()
            assert ink(menu, icon) >= READABLE, action.text()
            if action.actionGroup() is None:
                action.setChecked(False)
                assert ink(menu, tick) == 1, action.text()
                assert ink(menu, icon) >= READABLE, action.text()
        menu.hide()


def test_only_the_tool_in_use_has_a_tick(studio: TrainingStudio) -> None:
    menu: QMenu = next(each for each in menus(studio) if each.title() == "&Tools")
    menu.popup(studio.window.mapToGlobal(QPoint(0, 0)))
    QApplication.processEvents()
    for name in ("lasso", "hand"):
        studio.window.actions_[f"tool-{name}"].trigger()
        ticked = [
            action.objectName()
            for action in menu.actions()
            if not action.isSeparator() and ink(menu, menu.tick_rect(action)) > 1
        ]
        assert ticked == [f"tool-{name}"]
    menu.hide()


def test_icons_in_the_tool_bar_are_readable_on_and_off(studio: TrainingStudio) -> None:
    bar = studio.window.tool_bar
    for name, button in bar.buttons.items():
        action = button.defaultAction()
        action.setEnabled(True)
        for on in (False, True) if action.isCheckable() else (False,):
            action.setChecked(on)
            if action.isChecked() == on:
                # Inside the rounded border, so that the corner is the button's ground.
                assert ink(button, button.rect().adjusted(5, 5, -5, -5)) >= READABLE, (name, on)


@pytest.mark.parametrize("enabled", [True, False])
def test_the_chosen_segment_is_painted_so(qtbot, qapp, enabled: bool) -> None:
    apply_theme(qapp)
    segments = SegmentedControl("Quality", {"fast": ("Fast", ""), "best": ("Best", "")})
    qtbot.addWidget(segments)
    segments.resize(200, theme.FIELD_HEIGHT)
    segments.show_value("best")
    segments.setEnabled(enabled)
    segments.show()
    grounds = {value: _name(grab(button)[4, button.width() // 2]) for value, button in segments.buttons.items()}
    assert grounds["best"] == (theme.CHOSEN if enabled else theme.EDGE)
    assert grounds["fast"] == (theme.FIELD if enabled else theme.PANEL)


def test_a_kept_candidate_is_seen_at_its_button(studio: TrainingStudio) -> None:
    studio.fill()
    keep = studio.window.column.candidates.keep
    before = _name(grab(keep)[4, 10])
    keep.click()
    assert keep.isChecked()
    keep.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, False)
    assert contrast(_name(grab(keep)[4, 10]), before) >= 2
