"""How the keyboard gets round the window: F6 between photo, tools and panels, Tab within them."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton, QWidget

from inpaint_studio.ui.message_bar import Offer
from tests.ui.studio import Studio


def focused(studio: Studio) -> QWidget:
    widget = studio.window.focusWidget()
    assert widget is not None
    return widget


def area_of(studio: Studio, widget: QWidget) -> str:
    """The area of the window that a widget lies in."""
    window = studio.window
    areas = {
        "photo": window.canvas,
        "status": window.status,
        "open": window.open_corner,
        "tools": window.tool_bar,
        "panels": window.column,
    }
    return next(name for name, part in areas.items() if part is widget or part.isAncestorOf(widget))


def area(studio: Studio) -> str:
    """The area of the window that has the focus."""
    return area_of(studio, focused(studio))


def visit(studio: Studio, key: str, times: int) -> list[str]:
    """The areas that have the focus after each press of a key."""
    found = []
    for _ in range(times):
        studio.press(key)
        found.append(area(studio))
    return found


def test_f6_goes_round_photo_tools_and_panels(studio: Studio) -> None:
    assert visit(studio, "F6", 4) == ["tools", "panels", "photo", "tools"]
    assert visit(studio, "Shift+F6", 4) == ["photo", "panels", "tools", "photo"]


def test_f6_goes_to_the_chosen_tool_and_back_to_where_one_was(studio: Studio) -> None:
    studio.press("R")
    studio.press("F6")
    assert focused(studio) is studio.window.tool_bar.buttons["tool-rectangle"]
    studio.press("F6")
    field = studio.window.column.hole.pixels
    field.setFocus()
    studio.press("F6")
    assert area(studio) == "photo"
    studio.press("Shift+F6")
    assert focused(studio) is field


def test_f6_leaves_out_folded_panels(studio: Studio) -> None:
    studio.press("F")
    assert visit(studio, "F6", 2) == ["tools", "photo"]


def test_f6_from_the_status_bar_goes_to_the_photo(studio: Studio) -> None:
    studio.window.status.zoom.setFocus()
    assert visit(studio, "F6", 1) == ["photo"]


def test_f6_shows_the_part_that_gets_the_focus(studio: Studio) -> None:
    column = studio.window.column
    studio.window.resize(1280, 520)
    QApplication.processEvents()
    last = column.flow_section.head
    last.setFocus(Qt.FocusReason.TabFocusReason)
    column.show_model()  # scrolls up
    studio.window.canvas.setFocus()
    studio.press("Shift+F6")
    assert focused(studio) is last
    assert not last.visibleRegion().isEmpty()


def test_shift_tab_leaves_the_photo_for_the_button_that_fills(studio: Studio) -> None:
    studio.brush()
    QTest.keyClick(studio.window.canvas, Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert focused(studio) is studio.window.column.fill
    QTest.keyClick(studio.window.column.fill, Qt.Key.Key_Tab)
    assert area(studio) == "photo"


def test_tab_goes_through_the_window_as_it_is_read(studio: Studio) -> None:
    window = studio.window
    window.resize(1280, 1400)
    studio.fill()
    studio.brush()
    more = next(each for each in window.findChildren(QToolButton) if each.accessibleName() == "More options")
    more.click()
    QApplication.processEvents()
    seen: list[QWidget] = []
    window.status.device.setFocus()
    while area(studio) != "photo":
        seen.append(focused(studio))
        QTest.keyClick(focused(studio), Qt.Key.Key_Tab)
    order = [area_of(studio, widget) for widget in seen]
    assert order == sorted(order, key=["status", "open", "tools", "panels"].index)
    assert set(order) == {"status", "open", "tools", "panels"}
    for widget, after in pairwise(seen):
        first, second = (QRect(each.mapTo(window, QPoint(0, 0)), each.size()) for each in (widget, after))
        if area_of(studio, widget) == area_of(studio, after):
            below, inside = second.top() >= first.bottom() - 2, widget.isAncestorOf(after)
            beside = second.left() >= first.right() - 2 and second.bottom() > first.top()
            assert below or beside or inside, (widget.accessibleName(), after.accessibleName())


def test_the_photo_gets_the_focus_of_a_message_that_goes(studio: Studio) -> None:
    window, message, used = studio.window, studio.window.message, []
    offer = Offer("Use it", "Use it from now on", lambda: used.append(True))
    for number, part in enumerate((message._close, message.button, message._close)):
        message.show_message("There is news.", trouble=False, offer=offer, about=("device",))
        part.setFocus(Qt.FocusReason.TabFocusReason)
        if number < 2:
            studio.press("Space", part)
        else:
            studio.session.models.device = "cpu"
        assert not message.isVisible()
        assert focused(studio) is window.canvas
    assert used == [True]
    field = window.column.hole.pixels
    field.setFocus()
    message.show_message("There is news.")
    message.dismiss()
    assert focused(studio) is field
