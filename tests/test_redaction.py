"""What reports and logs keep of errors: their place in the program, no names of files."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from inpaint_studio import fault_reports, fault_watch, log_file, redaction
from inpaint_studio.errors import InputError
from inpaint_studio.texts import tr

SECRET = "SECRET-holiday"


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / f"{SECRET} state"
    monkeypatch.setenv("INPAINT_STUDIO_STATE", str(folder))
    return folder


def _fail(kind: type[Exception], *arguments: object) -> Exception:
    try:
        raise kind(*arguments)
    except Exception as error:
        return error


@pytest.mark.parametrize(
    "error",
    [
        _fail(ValueError, f"cannot read '/home/anna/{SECRET}/photo.jpg'"),
        _fail(OSError, 2, "No such file", f"C:\\Users\\anna\\{SECRET}.png"),
        _fail(KeyError, SECRET),
        _fail(InputError, tr("There is no file {name}; check the name.", name=f"{SECRET}.jpg")),
    ],
)
def test_reports_and_logs_name_no_files(error: Exception) -> None:
    handler = log_file.start("test")
    try:
        with fault_watch.watching("test") as watch:
            watch.note_action("fill")
            path = watch.report(error)
        logging.getLogger("inpaint_studio.test").warning("%s is not a photo", f"/home/anna/{SECRET}.jpg")
        assert path is not None
        report = path.read_text(encoding="utf-8")
        assert type(error).__name__ in report
        assert "fill" in report
        assert "main thread" in report
        assert handler.path is not None
        log = handler.path.read_text(encoding="utf-8")
        assert "… is not a photo" in log
        for text in (report, log):
            assert SECRET not in text
            assert "anna" not in text
    finally:
        for name in ("inpaint_studio", "training"):
            logging.getLogger(name).removeHandler(handler)
        handler.close()


def test_messages_of_libraries_lose_quotes_and_paths() -> None:
    text = f'cannot open "{SECRET} 1.jpg" in /mnt/{SECRET} of mine\nline 12: bad header'
    assert redaction.redact(text) == "cannot open … in …\nline 12: bad header"


def test_the_same_fault_again_is_counted_in_one_report() -> None:
    error = _fail(ValueError, "x")
    with fault_watch.watching("test") as watch:
        seen: list[Path] = []
        watch.listener = seen.append
        paths = {watch.report(error) for _ in range(12)}
    assert len(paths) == 1
    assert len(seen) == 1
    assert "It has come 10 times." in fault_reports.read(seen[0])


def test_only_the_newest_reports_are_kept() -> None:
    for number in range(15):
        assert fault_reports.write([("Fault", str(number))], new=True) is not None
    assert len(fault_reports.list_reports()) == 10
    newest = fault_reports.list_new()[0]
    seen = fault_reports.mark_seen(newest)
    assert seen not in fault_reports.list_new()
    fault_reports.delete(seen)
    assert not seen.exists()


def test_a_state_folder_that_cannot_be_written_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("INPAINT_STUDIO_STATE", str(tmp_path / "file" / "state"))
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path / "file"))
    with fault_watch.watching("test") as watch:
        assert watch.report(_fail(ValueError, "x")) is None
    assert fault_reports.list_new() == []
