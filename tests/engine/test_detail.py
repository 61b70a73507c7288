"""Detail for what a network drew at a smaller size."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from inpaint_studio.engine.evaluation.metrics import figures
from inpaint_studio.engine.fill.detail import synthesise
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.errors import Cancelled
from inpaint_studio.jit import PRECOMPILED
from inpaint_studio.models.base.interface import Options
from inpaint_studio.opencv import cv2
from tests import synthetic

ROOT = Path(__file__).parents[2]


def drawn_for(photo, scale=0.25):
    height, width = photo.shape[:2]
    small = cv2.resize(photo, (round(width * scale), round(height * scale)), interpolation=cv2.INTER_AREA)
    return cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)


@pytest.mark.parametrize("quality", ["fast", "best"])
def test_detail_comes_back(quality):
    photo, hole = synthetic.photo(200, 240), synthetic.disc(200, 240)
    drawn = drawn_for(photo)
    detail = synthesise(photo, hole, drawn, None, 0.25, Options(quality, threads=1), Ticket())
    soft = np.where(hole[..., None], drawn, photo)
    assert figures(soft, photo, hole).sharpness < 0.5
    assert 0.8 < figures(detail.pixels, photo, hole).sharpness < 1.2
    assert np.array_equal(detail.pixels[~hole], photo[~hole])
    assert (detail.sources.dtype, detail.weight.dtype) == (np.int32, np.float32)
    assert detail.notes == ()


def test_donors_and_seeds_have_an_effect():
    photo, hole = synthetic.photo(120, 160), synthetic.disc(120, 160)
    donors = np.zeros_like(hole)
    donors[:, 120:] = True
    cases = [(donors, 0), (donors, 1), (None, 0)]
    details = [
        synthesise(photo, hole, drawn_for(photo), plane, 0.25, Options(seed=seed, threads=1), Ticket())
        for plane, seed in cases
    ]
    rows, columns = np.nonzero(hole)
    assert not donors[rows + details[0].sources[0][hole], columns + details[0].sources[1][hole]].any()
    assert not np.array_equal(details[0].pixels, details[1].pixels)
    assert not np.array_equal(details[0].pixels, details[2].pixels)


def test_without_a_known_patch_the_drawn_pixels_are_kept_with_a_note():
    photo, hole = synthetic.photo(60, 80), synthetic.disc(60, 80)
    drawn = drawn_for(photo)
    for region, plane, blocked in ((photo, hole, ~hole), (photo, np.ones_like(hole), None)):
        detail = synthesise(region, plane, drawn, blocked, 0.25, Options(threads=1), Ticket())
        assert np.array_equal(detail.pixels[plane], drawn[plane])
        assert np.array_equal(detail.pixels[~plane], region[~plane])
        assert not detail.sources.any()
        assert not detail.weight.any()
        assert len(detail.notes) == 1


@pytest.mark.parametrize("shape", [(1, 1), (3, 50), (7, 7), (9, 60)])
@pytest.mark.parametrize("scale", [0.59, 0.25, 0.01])
def test_tiny_regions(shape, scale):
    photo, hole = synthetic.photo(*shape), np.zeros(shape, bool)
    hole[0, 0] = True
    detail = synthesise(photo, hole, 255 - photo, None, scale, Options(threads=1), Ticket())
    assert np.array_equal(detail.pixels[~hole], photo[~hole])


def test_nothing_is_added_near_full_size_or_without_a_hole():
    photo, hole = synthetic.photo(60, 80), synthetic.disc(60, 80)
    drawn = drawn_for(photo)
    for scale in (0.6, 1.0, 4.0):
        full = synthesise(photo, hole, drawn, None, scale, Options(), Ticket())
        assert np.array_equal(full.pixels, np.where(hole[..., None], drawn, photo))
        assert not full.weight.any()
    none = synthesise(photo, np.zeros_like(hole), drawn, None, 0.25, Options(), Ticket())
    assert np.array_equal(none.pixels, photo)


def test_it_can_be_cancelled():
    photo, hole = synthetic.photo(60, 80), synthetic.disc(60, 80)
    ticket = Ticket()
    ticket.cancel()
    with pytest.raises(Cancelled):
        synthesise(photo, hole, photo, None, 0.25, Options(), ticket)


WARM = """
import importlib, pkgutil
import numpy as np
from numba.core.dispatcher import Dispatcher
import inpaint_studio.exemplar as package
from inpaint_studio.engine.fill.detail import synthesise
from inpaint_studio.engine.fill.sources import match_fill
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.models.base.interface import Options
from inpaint_studio.models.base.registry import registry
from tests import synthetic

def compiled():
    found = pkgutil.walk_packages(package.__path__, "inpaint_studio.exemplar.")
    modules = [importlib.import_module(m.name) for m in found]
    kernels = {(m.__name__, k): v for m in modules for k, v in vars(m).items() if isinstance(v, Dispatcher)}
    return {(*name, str(kind)) for name, kernel in kernels.items() for kind in kernel.signatures}

registry().models["exemplar"].warm_up(Ticket())
before = compiled()
assert before
size = 120, 160
photo, still = synthetic.photo(*size), np.asfortranarray(synthetic.photo(*size))
still.setflags(write=False)
donors = np.zeros(size, bool)
donors[:, 130:] = True
wide, small, frame = synthetic.disc(*size), synthetic.disc(*size, 3), synthetic.frame(*size, 50)
one, two = Options(threads=1), Options("fast", 3, threads=2)
cases = [(photo, wide, None, one), (photo, wide, donors, two), (photo, small, None, two), (photo, frame, None, two)]
for region, hole, blocked, options in [*cases, (still, wide, None, one)]:
    match_fill(region, hole, blocked, options, Ticket())
    for scale in (0.59, 0.25, 0.01):
        synthesise(region, hole, 255 - region, blocked, scale, options, Ticket())
print(*sorted(compiled() - before), sep="\\n")
"""


@pytest.mark.skipif(PRECOMPILED, reason="there is nothing to compile")
def test_nothing_is_compiled_after_the_warm_up_of_the_exemplar_filler():
    run = subprocess.run([sys.executable, "-c", WARM], capture_output=True, text=True, check=True, cwd=ROOT)
    assert run.stdout.split() == []
