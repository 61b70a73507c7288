"""Published files become weights sets: once, complete and checked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.engine.weights import store
from inpaint_studio.engine.weights.importer import import_files
from inpaint_studio.errors import Cancelled, WeightsError
from tests.engine.weights import tiny
from tests.engine.weights.test_detect import halves, network


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("INPAINT_STUDIO_DATA", str(tmp_path / "data"))
    return tmp_path / "data" / "weights"


def import_tiny(*paths: Path, **more):
    return import_files(paths, among=[tiny.SYSTEM], **more)


def saved(path: Path, tensors, **more) -> Path:
    torch.save(tensors, path, **more)
    return path


@pytest.fixture
def file(tmp_path) -> Path:
    return saved(tmp_path / "some.pth", {"netG": network(), "steps": 7})


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_a_file_becomes_a_set(file):
    reports: list[float] = []
    imported = import_tiny(file, ticket=Ticket(lambda fraction, _: reports.append(fraction)))
    weights = imported.weights
    assert not imported.already
    assert (weights.name, weights.system, weights.origin) == ("tiny-plain", "tiny", "imported")
    assert weights.config == {"width": 5, "boost": False}
    assert (weights.licence, weights.terms) == ("non-commercial", "CC BY-NC 4.0")
    assert "non-commercial use only (CC BY-NC 4.0)" in imported.notes[0]
    assert json.loads(weights.facts["sources"]) == ["some.pth"]
    assert len(json.loads(weights.facts["sha256"])[0]) == 64
    assert weights.facts["dialect"] == "plain"
    assert reports == sorted(reports)
    assert reports[-1] == 1
    assert store.sets() == [weights]
    for key, tensor in network().items():
        torch.testing.assert_close(weights.read()[key], tensor)


def test_the_same_file_again_does_nothing(file, folder):
    first = import_tiny(file).weights
    time = first.path.stat().st_mtime_ns
    again = import_tiny(file)
    assert (again.already, again.weights) == (True, first)
    assert "already" in again.notes[0]
    assert first.path.stat().st_mtime_ns == time
    assert left(folder) == ["tiny-plain.safetensors"]


def test_other_files_get_names_of_their_own(tmp_path):
    for number in (3, 5, 6):
        import_tiny(saved(tmp_path / "same.pth", network(number)))
    assert [weights.name for weights in store.sets()] == ["tiny-plain", "tiny-plain-2", "tiny-plain-3"]


def test_a_chosen_name(file, tmp_path, folder):
    named = import_tiny(file, name="mine")
    assert (named.weights.name, named.weights.facts["named"]) == ("mine", "yes")
    assert import_tiny(file, name="mine").already
    other = saved(tmp_path / "other.pth", network(7))
    with pytest.raises(WeightsError, match="weights called 'mine' already"):
        import_tiny(other, name="mine")
    with pytest.raises(WeightsError, match="is the name of a model"):
        import_tiny(other, name="telea")
    assert left(folder) == ["mine.safetensors"]


def test_settings(file):
    with pytest.raises(WeightsError, match="has no setting 'blur'; there are boost"):
        import_tiny(file, settings={"blur": "1"})
    with pytest.raises(WeightsError, match="cannot be 'maybe'; use false or true"):
        import_tiny(file, settings={"boost": "maybe"})
    assert import_tiny(file, settings={"boost": "True"}).weights.config["boost"] is True
    plain = import_tiny(file)
    assert (plain.already, plain.weights.name) == (False, "tiny-plain-2")
    assert import_tiny(file, settings={"boost": "true"}).weights.name == "tiny-plain"


def test_two_files_are_one_set(tmp_path):
    first, second = (saved(tmp_path / f"{n}.pth", {"generator": part}) for n, part in enumerate(halves()))
    weights = import_tiny(second, first).weights
    assert weights.facts["dialect"] == "pair"
    torch.testing.assert_close(weights.read()["conv2.bias"], network()["conv2.bias"])
    assert import_tiny(first, second).already
    with pytest.raises(WeightsError, match=r"0\.pth is only the conv1.pth part"):
        import_tiny(first)


def test_files_that_are_not_needed_are_named(file, tmp_path):
    more = saved(tmp_path / "more.pth", {"x": torch.ones(1)})
    assert "more.pth was not needed." in import_tiny(file, more).notes


def test_half_precision_becomes_single(tmp_path):
    weights = import_tiny(saved(tmp_path / "half.pth", {key: value.half() for key, value in network().items()})).weights
    assert {tensor.dtype for tensor in weights.read().values()} == {torch.float32}


def _bad_tensors(kind: str):
    tensors = network()
    if kind == "nan":
        tensors["conv1.bias"][2] = float("nan")
    elif kind == "infinite":
        tensors["conv2.weight"][0, 0] = float("-inf")
    elif kind == "overflow":
        tensors["conv1.bias"] = torch.full((5,), 1e300, dtype=torch.float64)
    elif kind == "whole numbers":
        tensors["conv1.weight"] = torch.zeros(5, 4, 3, 3, dtype=torch.int8)
    elif kind == "another shape":
        tensors["conv1.weight"] = torch.zeros(5, 4, 5, 5)
    return tensors


@pytest.mark.parametrize("kind", ["nan", "infinite", "overflow", "whole numbers", "another shape"])
def test_bad_weights_change_nothing(tmp_path, folder, kind):
    with pytest.raises(WeightsError) as caught:
        import_tiny(saved(tmp_path / "bad.pth", _bad_tensors(kind)))
    assert "\n" not in str(caught.value)
    assert left(folder) == []


def test_a_configuration_that_no_network_can_be_built_from(file, folder, monkeypatch):
    def fail(*_):
        raise ValueError("no")

    monkeypatch.setattr("tests.engine.weights.tiny_network.Tiny.__init__", fail)
    with pytest.raises(WeightsError, match="no such network can be built"):
        import_tiny(file)
    assert left(folder) == []


@pytest.mark.parametrize("names", [[], ["gone.pth"], ["some.pth", "some.pth"]], ids=str)
@pytest.mark.usefixtures("file")
def test_wrong_files(tmp_path, names):
    with pytest.raises(WeightsError):
        import_tiny(*(tmp_path / name for name in names))


def test_a_folder_without_a_checkpoint(tmp_path):
    home = tmp_path / "photos"
    home.mkdir()
    with pytest.raises(WeightsError):
        import_tiny(home)
    for number in range(70):
        (home / f"{number}.jpg").touch()
    with pytest.raises(WeightsError, match="more files than a checkpoint has"):
        import_tiny(home)


def test_cancelled_at_any_report_nothing_is_left(file, folder):
    class Stops(Ticket):
        def __init__(self, last: int) -> None:
            super().__init__()
            self.last = last

        def report(self, fraction: float, note: str = "") -> None:
            self.last -= 1
            if self.last < 0:
                self.cancel()
            super().report(fraction, note)

    for last in range(20):
        try:
            import_tiny(file, ticket=Stops(last))
        except Cancelled:
            assert left(folder) in ([], ["tiny-plain.safetensors"])  # the last report comes when it is saved
        else:
            break
    else:
        pytest.fail("it never ended")
    assert last >= 3


def test_another_program_imports_the_same_at_the_same_moment(file, monkeypatch):
    """The other program saves after this one has listed the folder and before it saves."""
    inner = store.save
    calls = []

    def meanwhile(tensors, **more):
        if not calls:
            calls.append(1)
            inner(tensors, **more)
        return inner(tensors, **more)

    monkeypatch.setattr(store, "save", meanwhile)
    imported = import_tiny(file)
    assert imported.already
    assert [weights.name for weights in store.sets()] == ["tiny-plain"]


def test_a_set_of_this_program_is_imported_again(file, tmp_path):
    first = import_tiny(file, name="mine", settings={"boost": "true"}).weights
    copy = tmp_path / "My Copy.safetensors"
    copy.write_bytes(first.path.read_bytes())
    store.remove("mine")
    again = import_tiny(copy).weights
    assert (again.name, again.config, again.licence, again.facts["dialect"]) == (
        "mine",
        first.config,
        first.licence,
        "plain",
    )
    assert again.facts["named"] == "yes"
    torch.testing.assert_close(again.read(), network())
    assert import_tiny(copy).already
    assert import_tiny(copy, name="yours").weights.name == "yours"
    with pytest.raises(WeightsError, match="none left to choose"):
        import_tiny(copy, settings={"boost": "false"})
    with pytest.raises(WeightsError, match="is for the model 'tiny', which is not here"):
        import_files([copy], among=[])


@pytest.mark.parametrize(
    "config",
    [{}, {"width": 9, "boost": False}, {"width": "x", "boost": False}, {"width": [[]]}, {"width": 10**12}],
    ids=str,
)
def test_a_set_of_this_program_that_was_changed(tmp_path, folder, config):
    store.save(network(), name="mine", system="tiny", config=config, home=tmp_path)
    with pytest.raises(WeightsError, match=r"no such network can be built|do not fit|damaged"):
        import_tiny(tmp_path / "mine.safetensors")
    assert left(folder) == []
