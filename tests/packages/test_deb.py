"""The .deb and the folder of an AppImage, made of a small program that stands in for a build."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from tests.packages.conftest import PACKAGING

TRUE = Path("/bin/true")
BUILD = "INPAINT_STUDIO_BUILD"  # names the folder of a build for the tests that need a real one

needs_tools = pytest.mark.skipif(
    not TRUE.is_file() or shutil.which("dpkg-deb") is None or shutil.which("readelf") is None,
    reason="needs dpkg-deb, readelf and /bin/true",
)


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """The folder of a small build."""
    folder = tmp_path / "inpaint-studio-1.0-cpu-linux-x86_64"
    (folder / "_internal").mkdir(parents=True)
    shutil.copy(TRUE, folder / "inpaint-studio")
    (folder / "inpaint-studio").chmod(0o700)
    (folder / "_internal" / "data.txt").write_text("data", encoding="utf-8")
    return folder


@pytest.fixture
def unpacked(program: Path, tmp_path: Path) -> tuple[Path, dict[str, str]]:
    """The files of the package, and its control fields."""
    import deb

    made = deb.make(program, "cpu", tmp_path / "made")
    subprocess.run(["dpkg-deb", "-R", str(made), str(tmp_path / "tree")], check=True, timeout=60)
    fields = subprocess.run(
        ["dpkg-deb", "-f", str(made)], check=True, capture_output=True, text=True, timeout=60
    ).stdout
    lines = [line for line in fields.splitlines() if not line.startswith(" ")]
    return tmp_path / "tree", dict(line.split(": ", 1) for line in lines)


@needs_tools
def test_the_package_has_the_program_and_its_desktop_files(unpacked: tuple[Path, dict[str, str]]) -> None:
    import releases

    tree, fields = unpacked
    command = tree / "usr" / "bin" / "inpaint-studio"
    assert command.resolve() == (tree / "usr/lib/inpaint-studio/inpaint-studio").resolve()
    assert subprocess.run([str(command)], timeout=60).returncode == 0
    for name in ("applications", "metainfo", "icons/hicolor/scalable/apps", "man/man1", "doc/inpaint-studio"):
        assert list((tree / "usr" / "share" / name).iterdir())
    assert not (tree / "usr/share/mime").exists()  # this build cannot open raw files
    assert fields["Version"] == f"{releases.version()}-1"
    assert "libc6 (>= 2." in fields["Depends"]
    assert int(fields["Installed-Size"]) > 50
    assert sorted(path.name for path in (tree / "DEBIAN").iterdir()) == ["control", "md5sums"]  # no scripts


@needs_tools
def test_everybody_may_read_the_installed_files_and_only_root_write(unpacked: tuple[Path, dict[str, str]]) -> None:
    tree, _ = unpacked
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (tree / "usr").rglob("*") if not path.is_symlink()}
    assert {mode for path, mode in modes.items() if path.is_dir()} == {0o755}
    programs = {path.name for path, mode in modes.items() if path.is_file() and mode == 0o755}
    assert programs == {"inpaint-studio"}
    assert {mode for path, mode in modes.items() if path.is_file()} == {0o755, 0o644}


@needs_tools
def test_lintian_finds_nothing(program: Path, tmp_path: Path) -> None:
    import deb

    if shutil.which("lintian") is None:
        pytest.skip("needs lintian")
    made = deb.make(program, "cpu", tmp_path / "made")
    command = ["lintian", "--allow-root", "--fail-on", "error,warning", str(made)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout


def test_packages_of_the_libraries() -> None:
    import debian_packages

    qt = Path("libQt6Gui.so.6")
    needs = dict.fromkeys(("libEGL.so.1", "libxcb.so.1", "libm.so.6", "libQt6Core.so.6", "libgtk-3.so.0"), qt)
    packages = debian_packages.dependencies(needs, {"libQt6Core.so.6"}, (2, 28))
    assert packages == ["fontconfig-config", "libc6 (>= 2.28)", "libegl1", "libgl1", "libxcb1"]
    with pytest.raises(SystemExit, match=r"No package is known for libnew.so.3, which libQt6Gui.so.6 needs"):
        debian_packages.dependencies({"libnew.so.3": qt}, set(), (2, 28))


@pytest.mark.parametrize(
    ("version", "expected"),
    [("0.2.0", "0.2.0-1"), ("0.2.0.dev3", "0.2.0~dev3-1"), ("0.2.0rc1", "0.2.0~rc1-1"), ("1.0b2", "1.0~b2-1")],
)
def test_versions_in_the_form_of_debian(version: str, expected: str) -> None:
    import deb

    assert deb.debian_version(version) == expected


@pytest.mark.parametrize("variant", ["cpu", "cuda", "lite"])
def test_one_variant_replaces_another(variant: str) -> None:
    import deb

    text = deb.control("1.0.0", variant, ["libc6"], "amd64", 10)
    fields = dict(line.split(": ", 1) for line in text.splitlines() if not line.startswith(" "))
    names = {"inpaint-studio", "inpaint-studio-cuda", "inpaint-studio-lite"}
    assert {fields["Package"], *fields["Conflicts"].split(", ")} == names
    assert fields["Conflicts"] == fields["Replaces"]
    assert "inpaint-studio" in {fields["Package"], fields.get("Provides")}


def test_without_a_build_the_command_that_makes_one_is_named(tmp_path: Path) -> None:
    import deb

    with pytest.raises(SystemExit, match="make package VARIANT=lite"):
        deb.newest_build(tmp_path, "lite")


def make_app_dir(program: Path, *options: str) -> subprocess.CompletedProcess[str]:
    import sys

    script = PACKAGING / "linux" / "appimage.sh"
    tools = {**os.environ, "PYTHON": sys.executable, "PATH": "/usr/bin:/bin"}
    command = ["sh", str(script), *options, str(program)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, env=tools)


@needs_tools
def test_the_folder_of_an_appimage_starts(program: Path) -> None:
    done = make_app_dir(program)
    assert done.returncode == 0, done.stderr
    tree = program.with_name(program.name + ".AppDir")
    assert subprocess.run([str(tree / "AppRun")], timeout=60).returncode == 0
    for name in (".DirIcon", "io.github.inpaint_studio.InpaintStudio.desktop"):
        assert (tree / name).resolve(strict=True).is_file()
    if shutil.which("appimagetool", path="/usr/bin:/bin") is None:
        assert "No AppImage was made: appimagetool is missing" in done.stdout
        assert make_app_dir(program, "--strict").returncode == 1


@pytest.mark.skipif(BUILD not in os.environ, reason=f"{BUILD} names no build")
def test_the_folder_of_an_appimage_of_a_build_fills(tmp_path: Path) -> None:
    program = tmp_path / "build"
    program.symlink_to(Path(os.environ[BUILD]).resolve())
    samples = PACKAGING.parent / "resources" / "samples"
    done = make_app_dir(program)
    assert done.returncode == 0, done.stderr
    tree = Path(done.stdout.split("Made ", 1)[1].splitlines()[0].rstrip("."))
    try:
        start = [str(tree / "AppRun"), "fill", str(samples / "perched-osprey.jpg")]
        options = ["--mask", str(samples / "perched-osprey-hole.png"), "-o", str(tmp_path / "filled.png")]
        filled = subprocess.run([*start, *options], capture_output=True, text=True, timeout=300)
        assert filled.returncode == 0, filled.stderr
        assert (tmp_path / "filled.png").is_file()
    finally:
        shutil.rmtree(tree)
