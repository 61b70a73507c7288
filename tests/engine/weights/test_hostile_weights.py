"""Hostile weights files end in one sentence, quickly and with little memory, and nothing in them ever runs."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inpaint_studio.engine.weights.readers import read
from inpaint_studio.errors import WeightsError
from tests.engine.weights import corpus, writers

MOST_SECONDS = 2.0  # of processor time
MOST_MEGABYTES = 300


def refuse(path: Path) -> str:
    with pytest.raises(WeightsError) as caught:
        read(path)
    text = str(caught.value)
    assert text.endswith(".")
    assert text.isprintable()
    assert len(text) < 300
    return text


def state_of(folder: Path) -> dict[Path, tuple[int, int]]:
    return {path: (path.lstat().st_mtime_ns, path.lstat().st_size) for path in folder.rglob("*")}


def test_the_corpus_is_large():
    assert len(corpus.CASES) >= 30


@pytest.mark.parametrize("name", sorted(corpus.CASES))
def test_ends_in_one_sentence(tmp_path, name):
    path = corpus.CASES[name](tmp_path)
    before = state_of(tmp_path)
    refuse(path)
    assert state_of(tmp_path) == before
    assert not (tmp_path / corpus.MARK).exists()


def test_unknown_functions_beside_weights_are_not_called(tmp_path):
    call = corpus.CALLS["numpy-runstring"](tmp_path)[2:-1]
    weights = corpus.text("w") + corpus.tensor() + b"s" + corpus.text("x") + call + b"s"
    found = read(writers.torch_zip(tmp_path / "w", b"\x80\x02}" + weights + b".", {"0": bytes(8)}))
    assert found["w"].tolist() == [0, 0]
    assert list(found) == ["w"]
    assert not (tmp_path / corpus.MARK).exists()


def test_the_calls_would_run_in_pythons_unpickler(tmp_path):
    """A missing file proves something only if the call would have made it."""
    import pickle

    for name in ("os.system", "eval", "stack-global", "instance"):
        (tmp_path / corpus.MARK).unlink(missing_ok=True)
        pickle.loads(corpus.CALLS[name](tmp_path))
        assert (tmp_path / corpus.MARK).exists()


@pytest.mark.parametrize(
    ("name", "words"),
    {
        "pickle-os.system": "asks to run 'os.system'",
        "pickle-torch.hub": "asks to run 'torch.hub.load'",
        "legacy-that-calls": "asks to run 'os.system'",
        "file-web-page": "web page",
        "file-empty": "0 bytes",
        "file-text": "is text",
        "file-git-lfs": "Git LFS",
        "file-gzip": "unpack it",
        "file-missing": "no file",
        "folder-of-nothing": "folder",
        "not-numbers": "'a'",
        "tensor-sparse": "unusual kind ('sparse')",
        "tensor-storage-of-complex": "ComplexFloat",
        "zip-with-a-password": "password",
        "zip-bomb-as-storage": "unpacks to far more",
        "zip-that-leads-up": "leads outside",
        "torch7-table-in-itself": "lies inside itself",
        "torch7-text-form": "text form",
        "bundle-slices": "slices",
        "index-before-0.12": "before 0.12",
        "index-snappy": "is compressed",
        "checkpoint-that-leads-elsewhere": "same folder",
        "load-doubling": "more entries",
    }.items(),
    ids=str,
)
def test_the_sentence_names_the_fault(tmp_path, name, words):
    assert words in refuse(corpus.CASES[name](tmp_path))


MEASURE = """
import json, sys, time
from pathlib import Path
from inpaint_studio.engine.weights.readers import read
from inpaint_studio.errors import WeightsError

def memory(field):
    return int(Path("/proc/self/status").read_text().split(field + ":")[1].split()[0])

def measured(path):
    Path("/proc/self/clear_refs").write_text("5")
    before, start = memory("VmRSS"), time.process_time()
    try:
        read(Path(path))
        refused = False
    except WeightsError:
        refused = True
    return refused, time.process_time() - start, (memory("VmHWM") - before) / 1024

paths = json.loads(sys.stdin.read())
measured(paths["load-no-tensors"])
print(json.dumps({name: measured(path) for name, path in paths.items()}))
"""


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="Linux measures a process's peak")
def test_none_takes_long_or_much_memory(tmp_path):
    paths = {}
    for number, (name, make) in enumerate(corpus.CASES.items()):
        (tmp_path / str(number)).mkdir()
        paths[name] = str(make(tmp_path / str(number)))
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", MEASURE], input=json.dumps(paths), capture_output=True, text=True, check=True, cwd=root
    )
    found = json.loads(done.stdout)
    assert found.keys() == corpus.CASES.keys()
    too_much = {
        name: (refused, seconds, megabytes)
        for name, (refused, seconds, megabytes) in found.items()
        if not refused or seconds > MOST_SECONDS or megabytes > MOST_MEGABYTES
    }
    assert not too_much


# Valid files, cut off and changed


@pytest.fixture(scope="module")
def goods(tmp_path_factory):
    """The bytes of a valid file of every format, and of the files beside it."""
    made = {}
    for name, make in corpus.GOODS.items():
        folder = tmp_path_factory.mktemp(name)
        path = make(folder)
        read(path)
        made[name] = (path.name, {other.name: other.read_bytes() for other in folder.iterdir()})
    return made


def place(folder: Path, good: tuple[str, dict[str, bytes]], content: bytes) -> Path:
    name, files = good
    for other, body in files.items():
        (folder / other).write_bytes(body if other != name else content)
    return folder / name


@pytest.mark.parametrize("name", sorted(corpus.GOODS))
def test_cut_off(tmp_path, goods, name):
    whole = goods[name][1][goods[name][0]]
    for share in (0.02, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95):
        refuse(place(tmp_path, goods[name], whole[: max(1, int(len(whole) * share))]))
    refuse(place(tmp_path, goods[name], whole[:-1]))


def finite_or_refused(path: Path) -> None:
    try:
        found = read(path)
    except WeightsError:
        refuse(path)
        return
    assert found
    for tensor in found.values():
        assert tensor.is_contiguous()
        assert not tensor.is_floating_point() or tensor.isfinite().all()


changes = st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=8)
quick = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def changed(content: bytes, spots: list[tuple[float, int]]) -> bytes:
    body = bytearray(content)
    for where, value in spots:
        body[int(where * len(body))] = value
    return bytes(body)


@quick
@given(name=st.sampled_from(sorted(corpus.GOODS)), spots=changes)
def test_flipped_bytes_never_crash(tmp_path, goods, name, spots):
    whole = goods[name][1][goods[name][0]]
    finite_or_refused(place(tmp_path, goods[name], changed(whole, spots)))


@quick
@given(name=st.sampled_from(["zip", "lightning", "torchscript"]), spots=changes)
def test_flipped_bytes_behind_a_right_checksum_of_a_zip(tmp_path, goods, name, spots):
    file, files = goods[name]
    (tmp_path / "good").write_bytes(files[file])
    with zipfile.ZipFile(tmp_path / "good") as good, zipfile.ZipFile(tmp_path / "bad", "w") as bad:
        for entry in good.namelist():
            body = good.read(entry)
            bad.writestr(entry, changed(body, spots) if entry.endswith(("data.pkl", ".py")) else body)
    finite_or_refused(tmp_path / "bad")


@quick
@given(kind=st.sampled_from([0, 0, 0, 1]), spots=changes)
def test_flipped_bytes_behind_a_right_checksum_of_an_index(tmp_path, kind, spots):
    entries = [(b"", writers.header()), *((b"net/%d" % n, writers.entry(1, [1, n], 0, 0, 4 * n, None)) for n in (1, 2))]
    body = changed(writers.block(entries), spots)
    (tmp_path / "w.data-00000-of-00001").write_bytes(struct.pack("<4f", 1, 2, 3, 4))
    (tmp_path / "w.index").write_bytes(writers.table([(body, kind)]))
    finite_or_refused(tmp_path / "w.index")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.binary(max_size=200), head=st.sampled_from([b"\x80\x02", b"\x03\0\0\0\1\0\0\0", b"\4\0\0\0\1\0\0\0", b""])
)
def test_random_bytes_never_crash(tmp_path, body, head):
    (tmp_path / "w").write_bytes(head + body)
    finite_or_refused(tmp_path / "w")
    finite_or_refused(writers.torch_zip(tmp_path / "z", b"\x80\x02" + body))


def test_too_little_memory_is_one_sentence(tmp_path, monkeypatch):
    torch.save({"a": torch.ones(3)}, tmp_path / "w")

    def nothing_left(*_, **__):
        raise MemoryError

    monkeypatch.setattr("inpaint_studio.engine.weights.readers.byte_source.read_exactly", nothing_left)
    monkeypatch.setattr("inpaint_studio.engine.weights.readers.archive.read_exactly", nothing_left)
    assert "memory" in refuse(tmp_path / "w")
