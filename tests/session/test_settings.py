"""Settings have types and bounds, are written atomically, and a damaged file does not stop the program's start."""

from __future__ import annotations

import pytest

from inpaint_studio.session.settings import LARGEST_FILE, TABLE, Settings


def test_settings_are_kept_in_the_file(tmp_path) -> None:
    file = tmp_path / "deep" / "settings.toml"
    first = Settings(file)
    first.set("brush_size", 123)
    first.set("fill_on_release", True)
    first.set("last_folder", 'C:\\photos\\"né"\n\t𝕏\x7f')
    assert first.save() is None
    second = Settings(file)
    assert second.brush_size == 123
    assert second.fill_on_release is True
    assert second.last_folder == 'C:\\photos\\"né"\n\t𝕏\x7f'
    assert not second.problems
    assert [path.name for path in file.parent.iterdir()] == ["settings.toml"]


def test_every_default_is_allowed_by_its_own_declaration() -> None:
    assert [setting.fault(setting.default) for setting in TABLE] == [None] * len(TABLE)


def test_numbers_are_cut_to_their_range_and_wrong_kinds_refused(tmp_path) -> None:
    settings = Settings(tmp_path / "s.toml")
    names: list[str] = []
    settings.changed.connect(names.append)
    settings.set("brush_size", 5000)
    assert settings.brush_size == 1000
    settings.set("brush_size", 1000)  # no change, no word
    settings.set("brush_size", -3)
    assert settings.brush_size == 1
    assert names == ["brush_size", "brush_size"]
    with pytest.raises(ValueError, match="one of fast, best"):
        settings.set("quality", "worst")
    with pytest.raises(ValueError, match="true or false"):
        settings.set("fill_on_release", 1)
    with pytest.raises(AttributeError):
        _ = settings.no_such_setting


@pytest.mark.parametrize(
    "content",
    [
        b"\x00\xff\xfe",
        b"brush_size = ",
        b"a = " + b"[" * 5000,
        b"# " + b"x" * LARGEST_FILE,
    ],
)
def test_a_file_that_is_no_settings_file_leaves_the_defaults(tmp_path, content) -> None:
    file = tmp_path / "settings.toml"
    file.write_bytes(content)
    settings = Settings(file)
    assert settings.brush_size == 60
    assert len(settings.problems) == 1
    assert str(file) in settings.problems[0]
    assert (tmp_path / "settings.broken.toml").read_bytes() == content
    assert "settings.broken.toml" in settings.problems[0]
    assert settings.save() is None
    assert Settings(file).problems == []
    assert (tmp_path / "settings.broken.toml").read_bytes() == content


def test_single_values_that_do_not_fit_keep_their_default(tmp_path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('brush_size = "big"\nbrush_hardness = 900\nquality = "fast"\nfrom_the_future = 1\n')
    settings = Settings(file)
    assert (settings.brush_size, settings.brush_hardness, settings.quality) == (60, 80, "fast")
    assert len(settings.problems) == 2
    assert settings.save() is None
    assert "900" in (tmp_path / "settings.broken.toml").read_text()


@pytest.mark.parametrize(("saved", "meant"), [("ours", "motion"), ("official", "papers"), ("papers", "papers")])
def test_former_names_of_values_keep_their_meaning(tmp_path, saved, meant) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(f'flow_colours = "{saved}"\n')
    settings = Settings(file)
    assert (settings.flow_colours, settings.problems) == (meant, [])
    assert settings.save() is None
    assert f'flow_colours = "{meant}"' in file.read_text()


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path) -> None:
    (tmp_path / "file").write_text("")
    problem = Settings(tmp_path / "file" / "settings.toml").save()
    assert problem is not None
    assert problem.endswith(".")


def test_two_windows_keep_what_each_of_them_has_set(tmp_path) -> None:
    file = tmp_path / "settings.toml"
    first, second = Settings(file), Settings(file)
    first.set("accepted_licences", "lama")
    first.set("brush_size", 20)
    second.set("quality", "fast")
    second.set("brush_size", 30)
    assert first.save() is None
    assert second.save() is None
    again = Settings(file)
    assert (again.accepted_licences, again.quality, again.brush_size) == ("lama", "fast", 30)


@pytest.mark.parametrize("content", ["brush_size = 'large'\n", "no settings"])
def test_values_that_cannot_be_used_are_replaced_when_settings_are_saved(tmp_path, content) -> None:
    file = tmp_path / "settings.toml"
    settings = Settings(file)
    settings.set("brush_size", 20)
    file.write_text(content)
    assert settings.save() is None
    assert Settings(file).brush_size == 20
    assert not Settings(file).problems


def test_an_address_in_the_file_that_is_none_is_left_out(tmp_path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('weights_mirror = "http://mirror.example"\n', encoding="utf-8")
    settings = Settings(file)
    assert settings.get("weights_mirror") == ""
    assert "A mirror must be reached by https" in settings.problems[0]
    with pytest.raises(ValueError, match="must be reached by https"):
        settings.set("weights_mirror", "http://mirror.example")
