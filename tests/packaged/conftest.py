"""Take the build named by INPAINT_STUDIO_PACKAGE, a folder or its .tar.zst, as a user would."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.exemplar.images import disc, texture
from tests.packaged.package import LAUNCHER, Package


@pytest.fixture(scope="session")
def package() -> Iterator[Package]:
    named = os.environ.get("INPAINT_STUDIO_PACKAGE")
    if not named:
        pytest.skip("INPAINT_STUDIO_PACKAGE names no build: make package-test")
    place = Path(tempfile.mkdtemp(prefix="packaged-"))
    try:
        place.chmod(0o755)
        folder = place / "program"
        if named.endswith(".tar.zst"):
            folder.mkdir()
            subprocess.run(["tar", "--zstd", "-xf", named, "-C", folder], check=True)
            folder = next(folder.rglob(LAUNCHER)).parent
        else:
            shutil.copytree(named, folder, symlinks=True)
        subprocess.run(["chmod", "-R", "a-w,a+rX", folder], check=True)
        (place / "path").mkdir()
        built = Package(folder, place / "path")
        before = built.listing()
        yield built
        assert built.listing() == before, "the program wrote into its own folder"
    finally:
        subprocess.run(["chmod", "-R", "u+w", place], check=True)
        shutil.rmtree(place)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty home folder."""
    path = tmp_path / "home"
    path.mkdir()
    return path


@pytest.fixture
def photo(home: Path) -> Path:
    """A textured photo, with its mask beside it as mask.png; both names are the user's own."""
    Image.fromarray(texture(160, 200)).save(home / "my 草地.png")
    Image.fromarray(disc(160, 200, 12).astype(np.uint8) * 255).save(home / "mask.png")
    return home / "my 草地.png"
