"""After a start that crashed, the graphics driver is left alone, also by the starts that follow."""

from __future__ import annotations

import pytest

from inpaint_studio.ui import graphics
from inpaint_studio.ui.qt_messages import describe_abort


def test_the_driver_is_left_alone_until_the_system_is_another(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not graphics.leave_driver_alone(crashed=False)
    assert graphics.leave_driver_alone(crashed=True)
    assert graphics.leave_driver_alone(crashed=False)
    monkeypatch.setattr(graphics.platform, "release", lambda: "99.0")
    assert not graphics.leave_driver_alone(crashed=False)


def test_what_the_user_has_chosen_stays() -> None:
    environment = {"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0", "LIBGL_ALWAYS_SOFTWARE": "0"}
    graphics.avoid_driver(environment)
    assert environment["QT_QPA_PLATFORM"] == "xcb"
    assert environment["LIBGL_ALWAYS_SOFTWARE"] == "0"
    assert environment["QT_XCB_GL_INTEGRATION"] == "none"
    only_x11 = {"DISPLAY": ":0"}
    graphics.avoid_driver(only_x11)
    assert "QT_QPA_PLATFORM" not in only_x11


def test_the_sentence_names_the_platform_that_is_unusable() -> None:
    assert "'nonsense', which QT_QPA_PLATFORM asks for" in describe_abort("nonsense")
    assert "doctor" in describe_abort("")
