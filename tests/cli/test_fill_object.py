"""``inpaint-studio fill --object``: the hole is the object in a box."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from inpaint_studio.cli import main
from tests.engine.test_object_mask import scene

BOX = "100,50,120,120"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with a photo of a disc before sky and grass, in which the command runs."""
    monkeypatch.chdir(tmp_path)
    Image.fromarray(scene()[0]).save("photo.png")
    return tmp_path


def changed(capsys, *arguments: str) -> np.ndarray:
    """Fill, and return which pixels differ from the photo."""
    line = ("fill", "photo.png", "-o", "out.png", "--quality", "fast", "--model", "telea", *arguments)
    assert main(list(line)) == 0, capsys.readouterr().err
    with Image.open("out.png") as out, Image.open("photo.png") as photo:
        return (np.asarray(out) != np.asarray(photo)).any(axis=2)


@pytest.mark.usefixtures("folder")
def test_the_object_in_the_box_is_filled_and_a_little_more(capsys) -> None:
    disc = scene()[1]
    found = changed(capsys, "--object", BOX)
    assert found[disc].mean() > 0.99
    exact = changed(capsys, "--object", BOX, "--grow", "0")
    assert exact.sum() < found.sum() < 1.3 * disc.sum()
    assert (exact & disc).sum() / (exact | disc).sum() > 0.95


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--object", "1,2,3"), "is not a box such as"),
        (("--object", "1,2,3,x"), "x"),
        (("--object", "1,2,0,5"), "0"),
        (("--object", "5000,2,3,4"), "beside the photo, which is 320 x 240"),
        (("--object", BOX, "--mask", "photo.png"), "leave out --mask"),
        (("--object", BOX, "--invert-mask"), "leave out --invert-mask"),
    ],
)
def test_what_is_no_object_is_refused_in_a_sentence(capsys, arguments: tuple[str, ...], sentence: str) -> None:
    assert main(["fill", "photo.png", "-o", "out.png", *arguments]) == 2
    assert sentence in capsys.readouterr().err
