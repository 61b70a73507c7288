"""The language follows the setting, the environment or the system, and its catalogue is read."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from inpaint_studio import language, paths, qm_file
from inpaint_studio.errors import InputError
from inpaint_studio.texts import tr

LOCALES = ("LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE")


@pytest.fixture(autouse=True)
def restored(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """No setting and no locale at first; English again afterwards."""
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(paths, "config_dir", lambda: tmp_path)
    monkeypatch.setenv(language.VARIABLE, "")
    for name in LOCALES:
        monkeypatch.delenv(name, raising=False)
    yield
    language.start("en")


@pytest.mark.parametrize(
    ("locale", "found"),
    [
        ("zh_CN.UTF-8", "zh_CN"),
        ("zh_SG", "zh_CN"),
        ("zh_TW.UTF-8", "en"),
        ("zh_HK", "en"),
        ("de_DE.UTF-8", "en"),
        ("C", "en"),
        ("", "en"),
    ],
)
def test_the_language_follows_the_system(locale: str, found: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", locale)
    assert language.start() == found == language.present()


def test_the_first_language_of_a_list_that_the_program_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.setenv("LANGUAGE", "fr:zh_CN:en")
    assert language.start() == "zh_CN"


def test_the_setting_goes_before_the_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    (tmp_path / "settings.toml").write_text('language = "zh_CN"\n', encoding="utf-8")
    assert language.start() == "zh_CN"


@pytest.mark.parametrize("text", ["language = [", 'language = "tlh"', "language = 5", ""])
def test_an_unusable_setting_leaves_the_choice_to_the_system(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    (tmp_path / "settings.toml").write_text(text, encoding="utf-8")
    assert language.start() == "zh_CN"


def test_an_error_is_worded_in_the_language_and_keeps_its_code() -> None:
    language.start("zh_CN")
    error = InputError(tr("There is no file {name}; check the name.", name="a.png"))
    assert error.code == "There is no file {name}; check the name."
    assert error.values == {"name": "a.png"}
    assert error.plain != "There is no file a.png; check the name."
    assert "a.png" in str(error)


def test_what_is_no_catalogue_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text.qm").write_bytes(b"Hello")
    with pytest.raises(ValueError, match="no catalogue"):
        qm_file.read(tmp_path / "text.qm")


def test_a_damaged_catalogue_leaves_the_program_english(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = (paths.resources() / "translations" / "zh_CN.qm").read_bytes()
    (tmp_path / "translations").mkdir()
    monkeypatch.setattr(paths, "resources", lambda: tmp_path)
    for size in (0, 8, 18, len(whole) // 2, len(whole) - 1):
        (tmp_path / "translations" / "zh_CN.qm").write_bytes(whole[:size])
        language.start("zh_CN")
        assert tr("A sentence that no catalogue holds.") == "A sentence that no catalogue holds."
