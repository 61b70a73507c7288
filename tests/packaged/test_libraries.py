"""What the packed program asks of the system: only libraries that every desktop has."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from tests.packaged.package import Package

pytestmark = pytest.mark.packaged
# The C library; what belongs to the graphics driver, to X11 and to Wayland, and must be the system's own.
SYSTEM = re.compile(
    r"(ld-linux-.*|lib(c|m|dl|rt|pthread|util)\.so\.\d+|lib(GL|EGL|GLX|OpenGL)\.so\.\d+|libxcb\.so\.1|libwayland-.*)"
)


@pytest.mark.skipif(shutil.which("readelf") is None, reason="needs readelf, of binutils")
def test_no_library_that_another_one_needs_was_left_out(package: Package) -> None:
    files = [path for path in package.folder.rglob("*") if re.search(r"\.so(\.|$)", path.name)]
    inside = {path.name for path in files}
    missing = {}
    for path in files:
        done = subprocess.run(["readelf", "-dW", str(path)], capture_output=True, text=True, check=False)
        for name in re.findall(r"\(NEEDED\).*\[(.+)\]", done.stdout):
            if name not in inside and not SYSTEM.fullmatch(name):
                missing[name] = path.name
    assert not missing
