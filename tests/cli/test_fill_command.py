from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inpaint_studio.cli import common_arguments, fill_arguments, main
from inpaint_studio.engine.flow.colours import STYLES
from inpaint_studio.engine.flow.flo_file import read_flo
from inpaint_studio.models.base.interface import PRECISIONS
from inpaint_studio.session.settings import TABLE
from tests import synthetic
from tests.exemplar import images

SIZE = (90, 120)
HOLE = synthetic.disc(*SIZE)
MASKED = ("photo.png", "--mask", "mask.png", "-o", "o.png")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with a photo, a mask and one without a hole, in which the command runs."""
    monkeypatch.chdir(tmp_path)
    Image.fromarray(synthetic.photo(*SIZE)).save("photo.png")
    Image.fromarray(HOLE.astype(np.uint8) * 255).save("mask.png")
    Image.fromarray(np.zeros(SIZE, np.uint8)).save("black.png")
    Image.fromarray(np.zeros((7, 9), np.uint8)).save("small.png")
    (tmp_path / "text.png").write_text("no picture")
    return tmp_path


def run(capsys, *arguments: str) -> tuple[int, str, str]:
    code = main(["fill", *arguments])
    return code, *capsys.readouterr()


def pixels(name: str) -> np.ndarray:
    with Image.open(name) as image:
        return np.asarray(image)


@pytest.mark.usefixtures("folder")
def test_a_hole_is_filled(capsys):
    exact = ("--grow", "0")
    code, out, err = run(capsys, "photo.png", "--mask", "mask.png", "-o", "out.png", "--quality", "fast", *exact)
    assert (code, err) == (0, "")
    assert out.startswith("out.png (exemplar")
    np.testing.assert_array_equal(pixels("out.png")[~HOLE], pixels("photo.png")[~HOLE])
    assert not np.array_equal(pixels("out.png")[HOLE], pixels("photo.png")[HOLE])


@pytest.mark.usefixtures("folder")
def test_a_photo_of_16_bits_is_filled_with_all_of_them(capsys):
    ramp = (np.add.outer(31 * np.arange(SIZE[0]), 7 * np.arange(SIZE[1])) + 20000).astype(np.uint16)
    Image.fromarray(ramp).save("deep.png")
    code, _, err = run(capsys, "deep.png", "--mask", "mask.png", "-o", "out.png", "--quality", "fast", "--grow", "0")
    assert (code, err) == (0, "")
    filled = pixels("out.png")
    assert filled.dtype == np.uint16
    np.testing.assert_array_equal(filled[~HOLE], ramp[~HOLE])
    assert np.abs(filled[HOLE].astype(int) - ramp[HOLE]).mean() < 30  # an 8-bit level is 257
    code, out, _ = run(capsys, "deep.png", "--mask", "mask.png", "-o", "out.jpg", "--quality", "fast")
    assert code == 0
    assert "JPEG holds 8 bits a channel" in out


@pytest.mark.usefixtures("folder")
def test_a_pair_before_and_after(capsys):
    code, _, err = run(capsys, *MASKED, "--quality", "fast", "--before-after", "pair.png")
    assert (code, err) == (0, "")
    np.testing.assert_array_equal(pixels("pair-before.png"), pixels("photo.png"))
    np.testing.assert_array_equal(pixels("pair-after.png"), pixels("o.png"))
    assert not Path("pair.png").exists()
    code, _, err = run(capsys, *MASKED[:-1], "pair-after.png", "--before-after", "pair.png")
    assert code == 2
    assert "photo after" in err
    code, _, err = run(capsys, *MASKED, "--before-after", "pair.xyz")
    assert code == 2


@pytest.mark.usefixtures("folder")
def test_the_report(capsys):
    code, out, err = run(
        capsys, "photo.png", "--mask", "mask.png", "-o", "out.png", "--quality", "fast", "--seed", "3", "--json"
    )
    report = json.loads(out)
    assert (code, err, out.count("\n")) == (0, "", 1)
    assert set(report) == {
        "output", "model", "device", "seed", "seconds", "cpu_seconds", "regions", "peak_memory", "detail", "choices",
        "notes", "weighed",
    }  # fmt: skip
    assert (report["output"], report["model"], report["device"], report["seed"]) == ("out.png", "auto", "cpu", 3)
    assert report["regions"] == [{"box": [0, 0, 90, 120], "scale": 1.0, "model": "exemplar", "reason": "large hole"}]
    assert report["peak_memory"] > 1 << 20
    assert report["detail"] == "full"
    assert report["choices"] == []
    assert report["notes"] == []


@pytest.mark.usefixtures("folder")
def test_transparency_is_the_hole_without_a_mask(capsys):
    transparent = np.dstack([synthetic.photo(*SIZE), np.where(HOLE, 0, 200).astype(np.uint8)])
    Image.fromarray(transparent).save("alpha.png")
    code, _, _ = run(capsys, "alpha.png", "-o", "out.png", "--quality", "fast")
    assert code == 0
    filled = pixels("out.png")
    np.testing.assert_array_equal(filled[~HOLE], transparent[~HOLE])
    assert (filled[HOLE][:, 3] == 255).all()


@pytest.mark.usefixtures("folder")
def test_seeds_and_threads(capsys):
    def filled(*more: str) -> bytes:
        assert run(capsys, "photo.png", "--mask", "mask.png", "-o", "o.bmp", "--quality", "fast", *more)[0] == 0
        return pixels("o.bmp").tobytes()

    assert filled("--seed", "1") == filled("--seed", "1", "--threads", "2")
    assert filled("--seed", "1") != filled("--seed", "2")


@pytest.mark.usefixtures("folder")
def test_the_flow_is_saved(capsys):
    common = ("photo.png", "--mask", "mask.png", "-o", "out.png", "--model", "telea", "--grow", "0", "--flow")
    assert run(capsys, *common, "flow.flo")[0] == 0
    flow = read_flo("flow.flo")
    assert flow.shape == SIZE
    np.testing.assert_array_equal(flow.hole, HOLE[flow.box.slices])
    assert run(capsys, *common, "flow.png")[0] == 0
    assert pixels("flow.png").shape == (*SIZE, 3)


@pytest.mark.usefixtures("folder")
def test_guides_are_read_from_files(capsys):
    lines = np.zeros(SIZE, np.uint8)
    lines[45, 10:110] = 1
    Image.fromarray(lines).save("lines.png")
    donors = np.zeros(SIZE, np.uint8)
    donors[:, 80:] = 255
    Image.fromarray(donors).save("donors.png")
    common = ("photo.png", "--mask", "mask.png", "-o", "out.png", "--quality", "fast", "--lines", "lines.png")
    code, out, _ = run(capsys, *common, "--donors", "donors.png", "--json")
    assert code == 0
    assert not any("left out" in note for note in json.loads(out)["notes"])
    code, out, err = run(capsys, *common, "--labels", "lines.png", "--edges", "lines.png", "--model", "telea", "--json")
    assert (code, err) == (0, "")
    notes = json.loads(out)["notes"]
    assert len([note for note in notes if "does not listen" in note]) == 3


@pytest.mark.usefixtures("folder")
def test_the_only_part_to_copy_from(capsys):
    only = np.zeros(SIZE, np.uint8)
    only[:30, :40] = 255
    Image.fromarray(only).save("only.png")
    code, out, err = run(capsys, *MASKED, "--only", "only.png", "--flow", "flow.flo", "--model", "exemplar", "--json")
    assert (code, err) == (0, "")
    assert json.loads(out)["notes"] == []
    flow = read_flo("flow.flo")
    sources = [flow.source_of(int(row), int(column)) for row, column in np.argwhere(HOLE)]
    assert all(source and only[source[:2]] for source in sources)


@pytest.mark.usefixtures("folder")
def test_areas_are_masks_of_any_kind_and_never_grow(capsys):
    only = np.zeros(SIZE, bool)
    only[:30, :40] = True
    Image.fromarray(only.astype(np.uint8)).save("zero-and-one.png")
    Image.fromarray(np.dstack([np.full((*SIZE, 3), (200, 0, 0)), 255 * only]).astype(np.uint8)).save("paint.png")
    Image.fromarray(255 * only.astype(np.uint8)).save("white.jpg", quality=60)
    Image.fromarray((~only).astype(np.uint8)).save("rest.png")
    found = []
    for number, area in enumerate(
        ("--only zero-and-one.png", "--only paint.png", "--only white.jpg", "--donors rest.png")
    ):
        flow = f"flow-{number}.flo"
        assert run(capsys, *MASKED, *area.split(), "--grow", "2", "--flow", flow, "--model", "exemplar")[0] == 0
        read = read_flo(flow)
        found.append([read.source_of(int(row), int(column)) for row, column in np.argwhere(HOLE)])
    assert all(source and only[source[:2]] for source in found[0])
    assert found[0] == found[1] == found[2] == found[3]


@pytest.mark.usefixtures("folder")
def test_changes_made_while_opening_are_notes(capsys):
    Image.fromarray(synthetic.photo(*SIZE)[..., 0].astype(np.float32) - 100).save("deep.tif")
    code, out, _ = run(capsys, "deep.tif", "--mask", "mask.png", "-o", "out.tif", "--model", "telea")
    assert code == 0
    assert "Note: Its values run from -100 to " in out


@pytest.mark.usefixtures("folder")
def test_a_plain_fill_and_its_numbers(capsys):
    common = ("photo.png", "--mask", "mask.png", "-o", "out.png", "--model", "telea", "--plain")
    code, out, err = run(capsys, *common, "--dump", "all.npz", "--precision", "float32", "--json")
    assert (code, err) == (0, "")
    assert json.loads(out)["regions"] == [{"box": [0, 0, *SIZE], "scale": 1.0, "model": "telea", "reason": ""}]
    with np.load("all.npz") as dump:
        assert set(dump) == {"image", "sources", "weight"}
        assert (dump["image"].dtype, dump["image"].shape) == (np.float32, (3, *SIZE))
        assert (dump["sources"].dtype, dump["sources"].shape) == (np.int32, (2, *SIZE))
        image = dump["image"]
    np.testing.assert_array_equal(pixels("out.png"), np.rint(np.moveaxis(image, 0, 2) * 255))
    assert run(capsys, *common)[0] == 0


@pytest.mark.usefixtures("folder")
def test_the_flow_in_other_colours(capsys):
    common = ("photo.png", "--mask", "mask.png", "-o", "out.png", "--model", "telea", "--flow")
    assert run(capsys, *common, "usual.png")[0] == 0
    for style in (*STYLES, *fill_arguments.FORMER_STYLES):
        assert run(capsys, *common, f"{style}.png", "--flow-style", style)[0] == 0
    assert not np.array_equal(pixels("papers.png"), pixels("motion.png"))
    np.testing.assert_array_equal(pixels("usual.png"), pixels("papers.png"))
    for former, style in fill_arguments.FORMER_STYLES.items():
        np.testing.assert_array_equal(pixels(f"{former}.png"), pixels(f"{style}.png"))


def test_choices_are_those_of_the_engine():
    assert common_arguments.PRECISIONS == PRECISIONS
    assert fill_arguments.STYLES == STYLES
    setting = next(setting for setting in TABLE if setting.name == "flow_colours")
    assert (setting.default, setting.choices) == (STYLES[0], STYLES)
    assert dict(setting.former) == fill_arguments.FORMER_STYLES


WRONG = {
    "no photo": (["gone.png", "--mask", "mask.png", "-o", "o.png"], "no file gone.png"),
    "no picture": (["text.png", "--mask", "mask.png", "-o", "o.png"], "text.png is not a picture"),
    "a folder": ([".", "--mask", "mask.png", "-o", "o.png"], "folder"),
    "no mask": (["photo.png", "-o", "o.png"], "no transparent part"),
    "mask missing": (["photo.png", "--mask", "gone.png", "-o", "o.png"], "no file gone.png"),
    "mask size": (["photo.png", "--mask", "small.png", "-o", "o.png"], "9 x 7 pixels and the photo 120 x 90"),
    "mask empty": (["photo.png", "--mask", "black.png", "-o", "o.png"], "black.png has no hole"),
    "a photo as mask": (["photo.png", "--mask", "photo.png", "-o", "o.png"], "photo.png is a photo and not a mask"),
    "grow": (["photo.png", "--mask", "mask.png", "-o", "o.png", "--grow", "-1"], "whole number from 0"),
    "feather": (["photo.png", "--mask", "mask.png", "-o", "o.png", "--feather", "x"], "whole number from 0"),
    "turned for nothing": (
        ["photo.png", "--mask", "mask.png", "-o", "o.png", "--turn-mask", "90"],
        "Leave out --turn-mask",
    ),
    "turn": (["photo.png", "--mask", "mask.png", "-o", "o.png", "--turn-mask", "45"], "0, 90, 180, 270 or camera"),
    "invert what": (["photo.png", "-o", "o.png", "--invert-mask"], "--invert-mask changes a mask; name it with --mask"),
    "lines size": (["photo.png", "--mask", "mask.png", "--lines", "small.png", "-o", "o.png"], "guide lines are 9 x 7"),
    "model": (["photo.png", "--mask", "mask.png", "-o", "o.png", "--model", "tela"], "did you mean 'telea'"),
    "device": (["photo.png", "--mask", "mask.png", "-o", "o.png", "--device", "gpu"], "auto, cpu, cuda"),
    "no output": (["photo.png", "--mask", "mask.png"], "-o/--output"),
    "output folder": (["photo.png", "--mask", "mask.png", "-o", "nowhere/o.png"], "does not exist"),
    "output is a folder": (["photo.png", "--mask", "mask.png", "-o", "."], "format"),
    "output format": (["photo.png", "--mask", "mask.png", "-o", "o.gif"], "cannot be saved|can be saved"),
    "flow format": (
        ["photo.png", "--mask", "mask.png", "-o", "o.png", "--flow", "f.jpg"],
        "or .flo for numbers",
    ),
    "flow is output": (["photo.png", "--mask", "mask.png", "-o", "o.png", "--flow", "./o.png"], "two names"),
    "seed": (["photo.png", "--mask", "mask.png", "-o", "o.png", "--seed", "-1"], "whole number"),
    "threads": (["photo.png", "--mask", "mask.png", "-o", "o.png", "--threads", "0"], "whole number from 1"),
    "quality": (["photo.png", "--mask", "mask.png", "-o", "o.png", "--quality", "good"], "fast"),
    "plain by auto": (["photo.png", "--mask", "mask.png", "-o", "o.png", "--plain"], "name the model"),
    "dump alone": (["photo.png", "--mask", "mask.png", "-o", "o.png", "--dump", "a.npz"], "add --plain"),
    "dump format": (
        ["photo.png", "--mask", "mask.png", "-o", "o.png", "--plain", "--model", "telea", "--dump", "a.npy"],
        "use .npz",
    ),
    "dump folder": (
        ["photo.png", "--mask", "mask.png", "-o", "o.png", "--plain", "--model", "telea", "--dump", "nowhere/a.npz"],
        "does not exist",
    ),
    "flow style alone": (
        ["photo.png", "--mask", "mask.png", "-o", "o.png", "--flow-style", "papers"],
        "--flow FILE.png",
    ),
    "flow style": (
        ["photo.png", "--mask", "mask.png", "-o", "o.png", "--flow", "f.png", "--flow-style", "x"],
        "papers",
    ),
    "flow style of numbers": (
        ["photo.png", "--mask", "mask.png", "-o", "o.png", "--flow", "f.flo", "--flow-style", "papers"],
        "--flow FILE.png",
    ),
    "precision": (["photo.png", "--mask", "mask.png", "-o", "o.png", "--precision", "int8"], "bfloat16"),
    "no weights": (["photo.png", "--mask", "mask.png", "-o", "o.png", "--model", "lama"], "no weights"),
    "option": (["photo.png", "--mask", "mask.png", "-o", "o.png", "--colour"], "--colour"),
    "no source": (["photo.png", "--mask", "mask.png", "--donors", "white.png", "-o", "o.png"], "Nothing is left"),
    "only in the hole": ([*MASKED, "--only", "mask.png"], "outside the hole"),
    "only of another size": ([*MASKED, "--only", "small.png"], "The sampling area is 9 x 7 pixels"),
    "only on its side": ([*MASKED, "--only", "side.png"], "lies on its side"),
    "only a photo": ([*MASKED, "--only", "photo.png"], "paint the sampling area white on black"),
    "excluded part of another size": ([*MASKED, "--donors", "small.png"], "The excluded part is 9 x 7 pixels"),
    "too little to copy": ([*MASKED, "--only", "speck.png"], "too small"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_input_is_one_line(folder, capsys, case):
    Image.fromarray(np.full(SIZE, 255, np.uint8)).save("white.png")
    Image.fromarray(np.full(SIZE[::-1], 255, np.uint8)).save("side.png")
    speck = np.zeros(SIZE, np.uint8)
    speck[4:8, 4:8] = 255
    Image.fromarray(speck).save("speck.png")
    arguments, reasons = WRONG[case]
    before = sorted(folder.iterdir())
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "")
    assert err.startswith("inpaint-studio: ")
    assert err.count("\n") == 1
    assert any(reason in err for reason in reasons.split("|"))
    assert sorted(folder.iterdir()) == before


def test_a_failed_save_leaves_the_old_files(folder, capsys, monkeypatch):
    def full(_handle):
        raise OSError(28, "No space left on device")

    (folder / "out.png").write_bytes(b"old")
    monkeypatch.setattr("os.fsync", full)
    code, out, err = run(capsys, "photo.png", "--mask", "mask.png", "-o", "out.png", "--model", "telea", "--json")
    assert (code, out) == (2, "")
    assert "disk is full" in err
    assert (folder / "out.png").read_bytes() == b"old"
    assert not list(folder.glob(".inpaint-*"))


def test_a_fault_of_the_program_is_one_line_too(folder, capsys, monkeypatch):
    def fault(*_):
        raise ZeroDivisionError("division\nby zero")

    monkeypatch.setattr("inpaint_studio.cli.fill.run", fault)
    code, out, err = run(capsys, "photo.png", "--mask", "mask.png", "-o", "out.png", "--model", "telea")
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert "fault of the program: ZeroDivisionError: division by zero" in err
    assert not (folder / "out.png").exists()


def test_interrupted_while_filling(folder, capsys, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    before = sorted(folder.iterdir())
    for place in ("inpaint_studio.cli.fill.run", "inpaint_studio.engine.photo.encoding._to_pillow"):
        with monkeypatch.context() as patch:
            patch.setattr(place, interrupt)
            code, out, err = run(capsys, "photo.png", "--mask", "mask.png", "-o", "out.png", "--model", "telea")
        assert (code, out, err) == (130, "", "inpaint-studio: cancelled\n")
        assert sorted(folder.iterdir()) == before


@pytest.mark.usefixtures("folder")
def test_a_hole_is_filled_from_a_named_place(capsys):
    exact = ("--grow", "0", "--flow", "flow.flo", "--json")
    code, out, err = run(capsys, "photo.png", "--mask", "mask.png", "-o", "out.png", "--from", "20,15", *exact)
    assert (code, err) == (0, "")
    np.testing.assert_array_equal(pixels("out.png")[~HOLE], pixels("photo.png")[~HOLE])
    rows, columns = np.nonzero(HOLE)
    row, column = (rows.min() + rows.max() + 1) // 2, (columns.min() + columns.max() + 1) // 2
    assert read_flo(Path("flow.flo")).source_of(row, column) == (15, 20, 1.0)
    assert [region["model"] for region in json.loads(out)["regions"]] == ["exemplar"]


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("place", "words"), [("20", "not a place"), ("20,x", "whole number"), ("20,900", "outside the photo")]
)
def test_a_wrong_place_is_refused_with_one_sentence(capsys, place, words):
    code, out, err = run(capsys, "photo.png", "--mask", "mask.png", "-o", "out.png", "--from", place)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert words in err


@pytest.mark.usefixtures("folder")
def test_colours_can_be_adapted_and_pieces_mirrored(capsys):
    Image.fromarray(images.dusk(*SIZE)).save("sky.png")
    plain = ("sky.png", "--mask", "mask.png", "--quality", "fast", "-o")
    assert run(capsys, *plain, "plain.png")[0] == 0
    code, out, _ = run(capsys, *plain, "adapted.png", "--adapt", "80", "--mirror")
    assert code == 0
    assert "exemplar (large hole), colours adapted by 80 %, mirrored pieces, " in out
    assert not np.array_equal(pixels("plain.png"), pixels("adapted.png"))
    _, out, _ = run(capsys, *plain, "again.png", "--adapt", "80", "--json")
    assert json.loads(out)["choices"] == ["colours adapted by 80 %"]
    code, _, err = run(capsys, *plain, "wrong.png", "--adapt", "101")
    assert code == 2
    assert "'101' is not a whole number from 0 to 100" in err
