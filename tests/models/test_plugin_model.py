"""What a third party's model returns or raises in a fill: a sentence, never a fault of the program."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inpaint_studio.cli import main
from inpaint_studio.engine.fill import run as engine
from inpaint_studio.engine.fill.memory_fallback import is_out_of_memory
from inpaint_studio.engine.fill.run import Request
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.errors import Cancelled, NoSource, StudioError
from inpaint_studio.models.base.interface import Guide, Options
from tests.models.plugins import plugins
from tests.synthetic import disc, photo

__all__ = ["plugins"]

ROOT = Path(__file__).parents[2]
PIXELS, HOLE = photo(40, 48), disc(40, 48)
UNIT = "Mean.traits = replace(TRAITS, values='unit')\n"


def body(text: str) -> str:
    """Code of a model whose `fill` is this."""
    return f"def fill(self, image, hole, guide, options, ticket):\n    {text}\nMean.fill = fill"


def ranked(offsets: str, weights: str, cell: int) -> str:
    """Code of a model that lists these sources for its cells."""
    several = f"RankedSources({offsets}, {weights}, ({cell}, {cell}))"
    return body(
        f"from inpaint_studio.models.base.interface import RankedSources\n    return Fill(image, ranked={several})"
    )


# Code of a `fill`, and a part of the sentence that follows.
MALFORMED = {
    "nothing": (body("return None"), "a NoneType instead of a Fill"),
    "an array": (body("return image"), "a ndarray instead of a Fill"),
    "a tuple": (body("return (image,)"), "a tuple instead of a Fill"),
    "no image": (body("return Fill(None)"), "image is a NoneType"),
    "a list": (body("return Fill(image.tolist())"), "image is a list"),
    "another size": (body("return Fill(image[1:])"), "image has the shape (39, 48, 3)"),
    "planes first": (body("return Fill(image.transpose(2, 0, 1))"), "image has the shape"),
    "fractions": (body("return Fill(image / 255)"), "image is of type float64"),
    "bytes for fractions": (UNIT + body("return Fill((255 * image).astype(np.uint8))"), "image is of type uint8"),
    "objects": (body("return Fill(image.astype(object))"), "image is of type object"),
    "NaN": (UNIT + body("return Fill(image * np.float32('nan'))"), "not finite"),
    "infinity": (UNIT + body("return Fill(image + np.float32('inf'))"), "not finite"),
    "small coarse": (body("return Fill(image, coarse=image[:4])"), "coarse has the shape"),
    "NaN for edges": (body("return Fill(image, edges=np.full(hole.shape, np.nan))"), "edges has values"),
    "sources of another size": (body("return Fill(image, sources=np.zeros((2, 3, 3), int))"), "sources has the shape"),
    "sources of fractions": (body("return Fill(image, sources=np.zeros((2, *hole.shape)))"), "sources is of type"),
    "sources outside": (body("return Fill(image, sources=np.full((2, *hole.shape), 99))"), "outside the image"),
    "sources far outside": (
        body("return Fill(image, sources=np.full((2, *hole.shape), -2**63))"),
        "outside the image",
    ),
    "weight of another size": (body("return Fill(image, weight=np.ones(3))"), "weight has the shape"),
    "several sources of no type": (body("return Fill(image, ranked=3)"), "ranked is a int"),
    "several sources of lists": (ranked("[0]", "[0]", 8), "ranked holds no arrays"),
    "several sources of fractions": (ranked("np.ones((2, 2, 5, 6))", "np.ones((2, 5, 6))", 8), "of the wrong type"),
    "more sources than weights": (
        ranked("np.ones((3, 2, 5, 6), int)", "np.ones((2, 5, 6))", 8),
        "weights of (2, 5, 6)",
    ),
    "cells of no size": (ranked("np.ones((2, 2, 5, 6), int)", "np.ones((2, 5, 6))", 0), "cells without a size"),
    "too few cells": (ranked("np.ones((2, 2, 5, 5), int)", "np.ones((2, 5, 5))", 8), "does not cover"),
    "weights that are NaN": (ranked("np.ones((2, 2, 5, 6), int)", "np.full((2, 5, 6), np.nan)", 8), "not finite"),
    "notes that are a text": (body("return Fill(image, notes='done')"), "notes"),
    "a fault": (body("return 1 / 0"), "ZeroDivisionError"),
    "an exit": (body("raise SystemExit(0)"), "SystemExit"),
    "own BaseException": (body("raise type('Odd', (BaseException,), {})('odd')"), "Odd: odd"),
    "recursion": (body("return self.fill(image, hole, guide, options, ticket)"), "RecursionError"),
    "writing to the photo": (body("image[:] = 0"), "read-only"),
    "writing to the hole": (body("hole[:] = True"), "read-only"),
}


def fill(guide: Guide = Guide()):  # noqa: B008
    return engine.fill(Request(PIXELS, HOLE, "mean", guide, Options("fast", threads=1)), Ticket())


@pytest.mark.parametrize(("code", "sentence"), MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_fill_is_a_sentence(plugins, code, sentence):
    plugins.install(code)
    assert "mean" in plugins.found().models
    before = PIXELS.copy(), HOLE.copy()
    with pytest.raises(StudioError) as caught:
        fill()
    message = str(caught.value)
    assert sentence in message
    assert message.startswith("Mean ")
    assert message.endswith("report this to its authors.")
    np.testing.assert_array_equal(PIXELS, before[0])
    np.testing.assert_array_equal(HOLE, before[1])


def test_a_good_fill_goes_through(plugins):
    plugins.install("")
    plugins.found()
    result = fill()
    np.testing.assert_array_equal(result.pixels[~HOLE], PIXELS[~HOLE])
    assert (result.pixels[HOLE] != PIXELS[HOLE]).any()


def test_guides_are_read_only_too(plugins):
    plugins.install("Mean.traits = replace(TRAITS, accepts=frozenset({'donors'}))\n" + body("guide.donors[:] = True"))
    plugins.found()
    with pytest.raises(StudioError, match="read-only"):
        fill(Guide(donors=np.zeros(HOLE.shape, bool)))


def test_errors_of_the_program_pass(plugins):
    plugins.install(
        "from inpaint_studio.errors import NoSource\n" + body("raise NoSource('Nothing is left to fill from.')")
    )
    plugins.found()
    with pytest.raises(NoSource, match="Nothing is left"):
        fill()


def test_a_fill_of_a_plug_in_is_cancelled_through_the_ticket(plugins):
    plugins.install("")
    model = plugins.found().models["mean"]
    ticket = Ticket()
    ticket.cancel()
    with pytest.raises(Cancelled):
        model.fill(PIXELS, HOLE, Guide(), Options(), ticket)
    with pytest.raises(Cancelled):
        model.warm_up(ticket)


@pytest.mark.parametrize("error", ["MemoryError()", "RuntimeError('CUDA out of memory.')"])
def test_running_is_out_of_memory_is_recognised(plugins, error):
    plugins.install(body(f"raise {error}"))
    model = plugins.found().models["mean"]
    with pytest.raises(Exception) as caught:  # noqa: PT011
        model.fill(PIXELS, HOLE, Guide(), Options(), Ticket())
    assert is_out_of_memory(caught.value)
    with pytest.raises(StudioError, match="not enough memory"):
        fill()


def test_a_failing_warm_up_is_a_sentence(plugins):
    plugins.install("def warm_up(self, ticket): raise SystemExit(1)\nMean.warm_up = warm_up")
    with pytest.raises(StudioError, match="Mean failed"):
        plugins.found().models["mean"].warm_up(Ticket())


def test_the_command_line_shows_one_line(plugins, tmp_path, capfd):
    plugins.install(body("return Fill(image / 255)"))
    plugins.found()
    Image.fromarray(PIXELS).save(tmp_path / "photo.png")
    Image.fromarray(HOLE).save(tmp_path / "mask.png")
    arguments = ["fill", "photo.png", "--mask", "mask.png", "--model", "mean", "-o", "out.png"]
    assert main([str(tmp_path / a) if a.endswith(".png") else a for a in arguments]) != 0
    shown = capfd.readouterr()
    assert "Mean gave an answer that cannot be used" in shown.err
    assert "Traceback" not in shown.err
    assert not (tmp_path / "out.png").exists()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="POSIX processes")
@pytest.mark.parametrize(
    ("code", "status", "error"),
    [
        ("raise KeyboardInterrupt", 1, "inpaint-studio: Mean failed (KeyboardInterrupt); choose another model, and"),
        ("raise SystemExit(0)", 1, "inpaint-studio: Mean failed (SystemExit: 0); choose another model, and"),
        ("import os; print('shown'); os.write(1, b'raw'); return Fill(image.copy())", 0, "shown"),
        ("import os, sys; os.fork() or sys.exit(0); return Fill(image.copy())", 0, ""),
        ("import sys; sys.stdout.close(); return Fill(image.copy())", 0, ""),
    ],
)
def test_the_command_line_survives_what_a_fill_does_to_its_process(plugins, tmp_path, code, status, error):
    """One JSON object on stdout and at most one line on stderr."""
    plugins.install(body(code))
    Image.fromarray(PIXELS).save(tmp_path / "photo.png")
    Image.fromarray(HOLE).save(tmp_path / "mask.png")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(plugins.folder)])}
    done = subprocess.run(
        [sys.executable, "-m", "inpaint_studio", "fill", "photo.png", "--mask", "mask.png", "--model", "mean",
         "-o", "out.png", "--json"],
        cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr[: len(error)]) == (status, error)
    assert done.stderr.count("\n") == bool(error)
    assert not done.stdout if status else json.loads(done.stdout)["model"] == "mean"
