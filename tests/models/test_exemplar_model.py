"""What the exemplar filler's model adds to its kernels."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from inpaint_studio.jit import PRECOMPILED

ROOT = Path(__file__).parents[2]

FILLS = """
import importlib, pkgutil
import numpy as np
from numba.core.dispatcher import Dispatcher
import inpaint_studio.exemplar as package
from inpaint_studio.engine.fill.run import Request, fill
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.models.base.interface import Guide, Options
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
size = 240, 300
hole, small = synthetic.disc(*size, 60), synthetic.disc(*size, 3)
lines, curve = np.zeros((2, *size), np.uint8)
lines[120, 10:290] = 1
lines[10:230, 150] = 2
for x in range(20, 280):
    curve[int(120 + 40 * np.sin(x / 30)), x] = 3
donors = np.zeros(size, bool)
donors[:, 250:] = True
colour, seen = synthetic.photo(*size), synthetic.photo(*size, 4)
seen[:30, :30, 3] = 0
still = colour.copy()
still.setflags(write=False)
fills = [(p, hole, Guide()) for p in (colour, seen, still, synthetic.grey_photo(*size), np.asfortranarray(colour))]
fills += [(colour, small, Guide()), (colour, hole, Guide(lines=lines)), (colour, hole, Guide(lines=curve))]
fills += [(colour, hole, Guide(donors=donors)), (seen, hole, Guide(lines=lines, donors=donors))]
for pixels, plane, guide in fills:
    for options in (Options(threads=1), Options("fast", 3, threads=2)):
        fill(Request(pixels, plane, "exemplar", guide, options), Ticket())
print(*sorted(compiled() - before), sep="\\n")
"""


@pytest.mark.skipif(PRECOMPILED, reason="there is nothing to compile")
def test_after_the_warm_up_no_fill_compiles_anything():
    """Compiling takes seconds, and a fill's own time would be measured wrong."""
    run = subprocess.run([sys.executable, "-c", FILLS], capture_output=True, text=True, check=True, cwd=ROOT)
    assert run.stdout.split() == []


def test_the_progress_of_the_warm_up():
    from inpaint_studio.engine.ticket import Ticket
    from inpaint_studio.models.base.registry import registry

    shown: list[float] = []
    registry().models["exemplar"].warm_up(Ticket(lambda fraction, _note: shown.append(fraction)))
    assert shown == sorted(shown)
    assert (shown[0], shown[-1]) == (0, 1)
