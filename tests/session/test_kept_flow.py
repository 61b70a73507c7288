"""A flow that is kept with a candidate takes little memory while the candidate is not in the photo."""

from __future__ import annotations

import weakref

import numpy as np

from inpaint_studio.engine.flow import flow as flows
from inpaint_studio.engine.geometry import Box
from inpaint_studio.session.kept_flow import KeptFlow, flow_bytes

BOX = Box(10, 20, 90, 140)


def made() -> flows.Flow:
    flow = flows.empty_flow(BOX, (200, 300))
    flow.hole[5:, :100] = True
    flow.offsets[:] = np.where(flow.hole, np.reshape((-30, 40), (2, 1, 1)), 0)
    flow.weight[:] = np.where(flow.hole, np.float16(0.625), 0)
    return flow


def test_it_comes_back_as_it_was():
    kept = KeptFlow(made())
    assert kept.nbytes == flow_bytes(made()) >= BOX.area * 7
    kept.pack()
    kept.pack()
    assert kept.nbytes < BOX.area
    for _ in range(2):
        flow, before = kept.flow(), made()
        for name in ("offsets", "weight", "hole"):
            there, here = getattr(before, name), getattr(flow, name)
            assert np.array_equal(there, here)
            assert there.dtype == here.dtype
        assert (flow.box, flow.shape, flow.label) == (before.box, before.shape, before.label)
        assert flow.source_of(40, 60) == (10, 100, 0.625)
        assert kept.flow() is flow


def test_while_it_is_used_elsewhere_it_is_the_same_flow():
    flow = made()
    kept = KeptFlow(flow)
    kept.pack()
    assert kept.flow() is flow
    del flow
    unpacked = weakref.ref(kept.flow())
    assert unpacked() is None  # nothing keeps it


def test_all_that_a_flow_holds_is_counted():
    assert flow_bytes(None) == 0
    assert flow_bytes(made()) == sum(value.nbytes for value in vars(made()).values() if isinstance(value, np.ndarray))
