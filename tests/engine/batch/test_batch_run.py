"""A batch from its jobs to its report: what is filled, copied, skipped, and what failed."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from inpaint_studio.engine.batch import record
from inpaint_studio.engine.batch.job import BatchJob, HowToFill, Outcome
from inpaint_studio.engine.batch.plan import plan_batch
from inpaint_studio.engine.batch.pool import ProcessPool
from inpaint_studio.engine.batch.record import FILE, BatchRecord, open_record
from inpaint_studio.engine.batch.run import BatchProgress, BatchReport, BatchRun
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.errors import Cancelled, InputError, StudioError
from tests.engine.batch.scene import (
    BOX,
    HOW,
    HerePool,
    die_at_bad,
    never_start,
    pixels,
    ramp,
    wait_for_end,
    write_mask,
    write_photo,
)


@pytest.fixture
def here(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("in/a.png", "in/b.tif"):
        write_photo(Path(name))
        write_mask(Path(name).with_name(f"{Path(name).stem}_mask.png"))
    return tmp_path


def run(how: HowToFill = HOW, resume: bool = False, pool: HerePool | None = None) -> tuple[BatchReport, HerePool]:
    pool = pool or HerePool(how)
    jobs = plan_batch(["in"], Path("out"), suggested=bool(how.suggest))
    return BatchRun(jobs, how, Path("out"), resume).run(pool, Ticket(), lambda _: None), pool


def statuses(report: BatchReport) -> dict[str, str]:
    return {
        job.name: outcome.status if outcome else "" for job, outcome in zip(report.jobs, report.outcomes, strict=True)
    }


@pytest.mark.usefixtures("here")
def test_each_photo_is_filled_in_its_hole_alone():
    report, _ = run()
    assert statuses(report) == {"a.png": "filled", "b.tif": "filled"}
    for name in ("a.png", "b.tif"):
        changed = (pixels(Path("out", name)) != ramp()).any(axis=2)
        assert changed[BOX].any()
        changed[BOX] = False
        assert not changed.any()


@pytest.mark.usefixtures("here")
def test_it_goes_on_after_bad_files_and_reports_what_is_wrong_with_each():
    Path("in/broken.png").write_bytes(b"\x89PNG\r\n\x1a\nrest")
    write_photo(Path("in/small.png"))
    write_mask(Path("in/small_mask.png"), size=(20, 20))
    report, _ = run()
    assert statuses(report) == {"a.png": "filled", "b.tif": "filled", "broken.png": "failed", "small.png": "failed"}
    reasons = {job.name: each.reason for job, each in zip(report.jobs, report.outcomes, strict=True) if each}
    assert reasons["broken.png"].startswith("broken.png is not a picture")
    assert "20 x 20 pixels and the photo 32 x 24" in reasons["small.png"]
    assert sorted(path.name for path in Path("out").iterdir()) == [FILE, "a.png", "b.tif"]


@pytest.mark.usefixtures("here")
def test_a_photo_without_anything_to_fill_is_copied_as_it_is():
    write_mask(Path("in/a_mask.png"), empty=True)
    report, _ = run()
    assert statuses(report)["a.png"] == "unchanged"
    assert Path("out/a.png").read_bytes() == Path("in/a.png").read_bytes()
    report, _ = run(replace(HOW, suggest=("text",)))
    assert statuses(report)["a.png"] == "unchanged"


@pytest.mark.usefixtures("here")
def test_an_inverted_mask_and_a_grown_hole():
    report, _ = run(replace(HOW, grow=2))
    wide = (pixels(Path("out/a.png")) != ramp()).any(axis=2)
    assert report.count("filled") == 2
    assert wide[6:8, 10:18].any()
    mask = 255 - pixels(Path("in/a_mask.png"))
    Image.fromarray(mask).save("in/a_mask.png")
    run(replace(HOW, invert=True))
    changed = (pixels(Path("out/a.png")) != ramp()).any(axis=2)
    assert changed[BOX].any()
    changed[BOX] = False
    assert not changed.any()


@pytest.mark.usefixtures("here")
def test_what_is_done_is_known_by_content_and_not_by_time():
    run()
    os.utime("in/a.png", (1, 1))
    os.utime("out/b.tif", (2**31, 2**31))
    report, pool = run(resume=True)
    assert (statuses(report), pool.done) == ({"a.png": "skipped", "b.tif": "skipped"}, [])
    _, pool = run()
    assert pool.done == ["a.png", "b.tif"]  # without --resume all is done again


@pytest.mark.parametrize("changed", ["photo", "mask", "result", "gone", "option", "record"])
@pytest.mark.usefixtures("here")
def test_whatever_is_changed_is_done_again(changed):
    run()
    how = HOW
    if changed == "photo":
        stamp = Path("in/a.png").stat()
        write_photo(Path("in/a.png"), seed=1)
        os.utime("in/a.png", ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    elif changed == "mask":
        write_mask(Path("in/a_mask.png"), empty=True)
    elif changed == "result":
        Path("out/a.png").write_bytes(Path("out/a.png").read_bytes()[:-1])
    elif changed == "gone":
        Path("out/a.png").unlink()
    elif changed == "option":
        how = replace(HOW, options=replace(HOW.options, seed=1))
    else:
        lines = [line for line in Path("out", FILE).read_text().splitlines() if "a.png" not in line]
        Path("out", FILE).write_text("\n".join(["{", "[]", '{"output": 1, "key": 2, "digest": 3}', *lines, '{"outp']))
    _, pool = run(how, resume=True)
    assert pool.done == (["a.png", "b.tif"] if changed == "option" else ["a.png"])
    _, pool = run(how, resume=True)
    assert pool.done == []  # the record can be read again, also behind a line that was cut off


@pytest.mark.usefixtures("here")
def test_other_devices_and_more_threads_do_not_make_it_another_fill():
    run()
    _, pool = run(replace(HOW, options=replace(HOW.options, threads=3, device="cpu")), resume=True)
    assert pool.done == []


@pytest.mark.usefixtures("here")
def test_progress_grows_to_the_end():
    seen: list[BatchProgress] = []
    jobs = plan_batch(["in"], Path("out"))
    BatchRun(jobs, HOW, Path("out")).run(HerePool(), Ticket(), seen.append)
    assert [each.done for each in seen] == [0, 1, 1, 2]
    fractions = [each.fraction for each in seen]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert [each.latest for each in seen] == [None, 0, None, 1]


@pytest.mark.usefixtures("here")
def test_a_cancelled_batch_keeps_what_is_done_and_goes_on_later():
    ticket = Ticket()
    batch = BatchRun(plan_batch(["in"], Path("out")), HOW, Path("out"))
    with pytest.raises(Cancelled):
        batch.run(HerePool(), ticket, lambda progress: ticket.cancel() if progress.done else None)
    assert statuses(batch.report) == {"a.png": "filled", "b.tif": ""}
    assert batch.report.left == 1
    _, pool = run(resume=True)
    assert pool.done == ["b.tif"]


@pytest.mark.usefixtures("here")
def test_two_batches_do_not_write_to_one_folder():
    with open_record(Path("out")), pytest.raises(InputError, match="Another batch writes to out"):
        run()
    run()


@pytest.mark.usefixtures("here")
def test_only_the_folder_is_blamed_for_what_is_its_fault():
    with pytest.raises(BrokenPipeError), open_record(Path("out")):
        raise BrokenPipeError  # as where the reader of the progress has gone


def test_looking_for_what_is_done_stops_at_once(tmp_path, monkeypatch):
    gate, read = threading.Event(), []

    class Readers(ThreadPoolExecutor):
        def shutdown(self, wait=True, *, cancel_futures=False):
            super().shutdown(wait=False, cancel_futures=cancel_futures)
            gate.set()
            super().shutdown(wait=wait)

    def look(_record: BatchRecord, job: BatchJob, _how: HowToFill) -> bool:
        read.append(job)
        return len(read) == 1 or gate.wait()

    monkeypatch.setattr(record, "ThreadPoolExecutor", Readers)
    monkeypatch.setattr(record, "_READERS", 1)
    monkeypatch.setattr(BatchRecord, "_is_done", look)
    ticket = Ticket()
    ticket.cancel()
    with pytest.raises(Cancelled), open_record(tmp_path) as found:
        found.find_done([BatchJob(tmp_path / str(n), tmp_path / "out" / str(n)) for n in range(20)], HOW, ticket)
    assert len(read) <= 2


def test_a_worker_that_ends_costs_its_photo_and_no_other(tmp_path):
    jobs = [BatchJob(tmp_path / name, tmp_path / "out" / name) for name in ("a.png", "bad.png", "c.png", "d.png")]
    pool = ProcessPool(HOW, 2, die_at_bad)
    outcomes = {step.number: step.outcome for step in pool.run(enumerate(jobs)) if step and step.outcome}
    assert [outcomes[number].status for number in range(4)] == ["filled", "failed", "filled", "filled"]
    assert "ended while it filled bad.png" in outcomes[1].reason


def test_workers_that_never_start_are_reported(tmp_path):
    with pytest.raises(StudioError, match="do not start"):
        list(ProcessPool(HOW, 1, never_start).run([(0, BatchJob(tmp_path / "a.png", tmp_path / "b.png"))]))


def test_workers_end_when_the_batch_does(tmp_path):
    job = BatchJob(tmp_path / "a.png", tmp_path / "b.png", tmp_path / "mark")
    steps = ProcessPool(HOW, 1, wait_for_end).run([(0, job)])
    assert next(step for step in steps if step is not None and step.fraction).fraction == 0.25
    steps.close()
    assert (tmp_path / "mark").read_text() == "ended"


def test_outcomes_can_be_sent_with_their_sentences():
    import pickle

    from inpaint_studio.texts import Text, tr

    sent: Outcome = pickle.loads(pickle.dumps(Outcome("failed", reason=tr("There is no file {name}.", name="a"))))
    assert isinstance(sent.reason, Text)
    assert (sent.reason, sent.reason.code, sent.reason.values) == (
        "There is no file a.",
        "There is no file {name}.",
        {"name": "a"},
    )
