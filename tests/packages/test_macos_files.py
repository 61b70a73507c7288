"""The files for macOS: settings of the bundle, entitlements, icon, and the script that makes the disk image."""

from __future__ import annotations

import plistlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

import bundle
import pytest
from PIL import Image

from inpaint_studio.ui.desktop import APP_ID
from tests.packages.conftest import PACKAGING


def test_the_settings_of_the_bundle(tmp_path: Path) -> None:
    import file_types
    import releases

    bundle.write(tmp_path)
    found = plistlib.loads((tmp_path / "Info.plist").read_bytes())
    assert found["CFBundleVersion"] == found["CFBundleShortVersionString"] == releases.version()
    assert found["CFBundleIdentifier"] == APP_ID.replace("_", "-")
    assert re.fullmatch(r"[A-Za-z0-9.-]+", found["CFBundleIdentifier"])
    assert found["NSHighResolutionCapable"] is True
    assert found["NSRequiresAquaSystemAppearance"] is False
    opened = [kind for group in found["CFBundleDocumentTypes"] for kind in group["LSItemContentTypes"]]
    assert opened == file_types.uniform_types()
    assert {group["LSHandlerRank"] for group in found["CFBundleDocumentTypes"]} == {"Alternate"}
    imported = {each["UTTypeIdentifier"] for each in found["UTImportedTypeDeclarations"]}
    assert {kind for kind in opened if kind.startswith("org.openraster")} == imported


def test_a_build_without_decoders_does_not_offer_their_formats() -> None:
    found = bundle.info_plist("1.0.0", {"RAW"})
    assert "public.camera-raw-image" not in found["CFBundleDocumentTypes"][0]["LSItemContentTypes"]


def test_the_icon_has_large_sizes(tmp_path: Path) -> None:
    bundle.write(tmp_path)
    icon = Image.open(tmp_path / "inpaint-studio.icns")
    assert (512, 512, 2) in icon.info["sizes"]


def test_the_entitlements_are_those_that_compiled_code_needs() -> None:
    found = plistlib.loads((PACKAGING / "macos" / "entitlements.plist").read_bytes())
    names = ("allow-jit", "allow-unsigned-executable-memory", "disable-library-validation")
    assert found == {f"com.apple.security.cs.{name}": True for name in names}


SCRIPTS = sorted(PACKAGING.rglob("*.sh"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_scripts_are_plain_sh(script: Path) -> None:
    for command in (["sh", "-n", str(script)], ["shellcheck", str(script)]):
        if shutil.which(command[0]) is not None:
            done = subprocess.run(command, capture_output=True, text=True, timeout=60)
            assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(sys.platform == "darwin", reason="there the script makes an image")
def test_the_disk_image_is_left_out_elsewhere(tmp_path: Path) -> None:
    if shutil.which("sh") is None:
        pytest.skip("needs sh")
    script, image = PACKAGING / "macos" / "make_dmg.sh", tmp_path / "a.dmg"
    done = subprocess.run(["sh", str(script), str(tmp_path), str(image)], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, "A disk image is made on macOS only: nothing was done.\n")
    assert not image.exists()
