"""The profile of a real X screen is found, and the photo is painted for it."""

from __future__ import annotations

import shutil

import pytest
from Xlib import Xatom, display

from inpaint_studio.engine.photo.declared import cicp_profile
from inpaint_studio.ui.screen_profile import read_x11
from tests.e2e.screen import Screen

pytestmark = pytest.mark.skipif(shutil.which("Xvfb") is None, reason="needs Xvfb")


def test_the_profile_of_an_x_screen(monkeypatch) -> None:
    profile = cicp_profile(12, 13)
    assert profile
    with Screen(320, 240) as screen:
        monkeypatch.setenv("DISPLAY", screen.name)
        assert read_x11(0) == b""
        connection = display.Display(screen.name)
        for name, value in (("_ICC_PROFILE", profile), ("_ICC_PROFILE_1", profile[:99])):
            atom = connection.intern_atom(name)
            connection.screen().root.change_property(atom, Xatom.CARDINAL, 8, value)
        connection.sync()
        assert (read_x11(0), read_x11(1), read_x11(2)) == (profile, profile[:99], b"")
        connection.close()
    monkeypatch.setenv("DISPLAY", ":4242")
    assert read_x11(0) == b""
