"""What a training keeps and compares later has no words of the user's language: that may be another one then."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inpaint_studio import texts
from inpaint_studio.models.base.interface import LabelClass
from training.data import photos
from training.labels.clustering import find_classes
from training.labels.map_folder import MapFolder
from training.labels.words import name_classes

LOOKS = ((20.0, 40.0, 10.0, 12.0), (90.0, 0.0, 60.0, 12.0), (50.0, 0.0, -60.0, 12.0))  # dark, light, between


@pytest.fixture
def translated() -> Iterator[None]:
    texts.use(lambda text, _n: f"«{text}»")
    yield
    texts.use(None)


def check_plain(text: object, expected: str) -> None:
    assert type(text) is str  # a checkpoint is read without classes of the program's own
    assert text == expected


@pytest.mark.usefixtures("translated")
def test_shards_are_known_again(tmp_path: Path):
    data = io.BytesIO()
    Image.fromarray(np.full((80, 80, 3), 90, np.uint8)).save(data, "PNG")
    with tarfile.open(tmp_path / "train-0000.tar", "w") as tar:
        for number in range(12):
            member = tarfile.TarInfo(f"{number}.png")
            member.size = len(data.getvalue())
            tar.addfile(member, io.BytesIO(data.getvalue()))
    size = (tmp_path / "train-0000.tar").stat().st_size
    check_plain(photos.open_folder(tmp_path).identity, f"1 shards of {size} bytes")


@pytest.mark.usefixtures("translated")
def test_label_maps_are_known_again(tmp_path: Path):
    (tmp_path / "a.png").write_bytes(b"12345")
    maps = MapFolder({tmp_path / "a.jpg": tmp_path / "a.png"}, (LabelClass("sky", (0, 0, 255)),), True, "")
    identity = maps.identity
    check_plain(identity, f"1 maps, {identity[-8:]}")


@pytest.mark.usefixtures("translated")
def test_classes_keep_their_names():
    names = name_classes(LOOKS)
    assert [type(name) for name in names] == [str] * 3
    assert [name.split()[0] for name in names] == ["dark", "light", "blue"]
    plain = np.full((64, 64, 3), 128, np.uint8)
    found = find_classes([plain], 3).classes
    check_plain(found[-1].name, "class 3")
