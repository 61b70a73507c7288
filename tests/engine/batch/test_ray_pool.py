"""The same batch on a Ray cluster that the test starts. Skipped where Ray is not installed."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from inpaint_studio.engine.batch.plan import plan_batch
from inpaint_studio.engine.batch.run import BatchRun
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.errors import InputError
from tests.engine.batch.scene import BOX, HOW, HerePool, pixels, ramp, write_mask, write_photo

# A token that only this run knows, so that no other program of the machine can use the cluster; Ray reads it when it is
# imported, and so do its processes.
os.environ["RAY_AUTH_MODE"], os.environ["RAY_AUTH_TOKEN"] = "token", secrets.token_hex(32)
ray = pytest.importorskip("ray")
from inpaint_studio.engine.batch.ray_pool import RayPool, connect  # noqa: E402

# The cluster lives as long as this process, whose standard input the test holds.
_CLUSTER = """
import sys, ray
found = ray.init(num_cpus=2, object_store_memory=80 << 20, _node_ip_address="127.0.0.1", include_dashboard=False,
                 log_to_driver=False, logging_level="ERROR")
print(found.address_info["gcs_address"], flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with subprocess.Popen(
        [sys.executable, "-c", _CLUSTER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as cluster:
        assert cluster.stdin is not None
        assert cluster.stdout is not None
        yield cluster.stdout.readline().strip()
        ray.shutdown()
        cluster.stdin.close()


@pytest.fixture
def here(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("a.png", "deep/b.tif", "c.png"):
        write_photo(Path("in", name), seed=len(name))
        write_mask(Path("in", name).with_name(f"{Path(name).stem}_mask.png"))
    return tmp_path


@pytest.mark.usefixtures("here")
def test_the_results_are_those_of_this_machine(address):
    Path("in/broken.png").write_bytes(b"no picture")
    how = replace(HOW, model="telea")
    reports = {}
    for folder, pool in (("far", RayPool(how, 2, address)), ("near", HerePool(how))):
        run = BatchRun(plan_batch(["in"], Path(folder)), how, Path(folder))
        reports[folder] = run.run(pool, Ticket(), lambda _: None)
    outcomes = {
        folder: [each._replace(seconds=0) for each in report.outcomes if each] for folder, report in reports.items()
    }
    assert [each.status for each in outcomes["far"]] == ["filled", "failed", "filled", "filled"]
    assert outcomes["far"] == outcomes["near"]
    for name in ("a.png", "deep/b.tif", "c.png"):
        assert Path("far", name).read_bytes() == Path("near", name).read_bytes()
    assert (pixels(Path("far/a.png")) != ramp(5))[BOX].any()


@pytest.mark.usefixtures("here")
def test_a_lost_worker_is_replaced(address, monkeypatch):
    """A model that ends its process is not at hand; the actor is killed from outside while it fills."""
    pool = RayPool(HOW, 1, address)
    jobs = list(enumerate(plan_batch(["in"], Path("out"))))
    outcomes = {}
    killed = []
    make = pool._kind.remote

    def remember(*arguments: object) -> object:
        killed.append(make(*arguments))
        return killed[-1]

    monkeypatch.setattr(pool._kind, "remote", remember)
    for step in pool.run(jobs):
        if step is not None and step.outcome is not None:
            if not outcomes:
                ray.kill(killed[0])
            outcomes[step.number] = step.outcome.status
    assert outcomes == {0: "filled", 1: "filled", 2: "filled"}
    assert len(killed) == 2


def test_a_missing_cluster_is_one_line(monkeypatch):
    monkeypatch.setattr(ray, "is_initialized", lambda: False)

    def refuse(**_: object) -> None:
        raise ConnectionError("nothing there")

    monkeypatch.setattr(ray, "init", refuse)
    with pytest.raises(InputError, match="No Ray cluster answers at nowhere:1"):
        connect("nowhere:1")
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(InputError, match="is not installed"):
        connect("nowhere:1")
