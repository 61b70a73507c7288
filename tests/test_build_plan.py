"""The plan of the packed program: what goes inside, what stays out, and when a build is refused."""

from __future__ import annotations

import ast
import importlib.util
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]
PACKAGING = ROOT / "packaging"
linux_tools = pytest.mark.skipif(
    sys.platform != "linux" or not all(map(shutil.which, ("gcc", "nm", "readelf"))), reason="needs gcc and binutils"
)


def _load(name: str) -> ModuleType:
    """Import a file of packaging/, which is no package."""
    spec = importlib.util.spec_from_file_location(f"packaging_{name}", PACKAGING / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


plan, trimming, stubs = _load("build_plan"), _load("trimming"), _load("stub_libraries")
measures, archive, systems, stripping = _load("measures"), _load("archive"), _load("systems"), _load("stripping")


def test_every_model_of_the_registry_goes_inside() -> None:
    inside = set(plan.hidden_imports("cpu"))
    models = plan.model_modules()
    assert {"exemplar", "lama", "mi-gan"} <= set(models)
    assert set(models.values()) <= inside
    assert "training.recipes.lama" in inside
    assert any(name.startswith("inpaint_studio.models.networks.") for name in inside)


def test_an_empty_registry_ends_the_build() -> None:
    with pytest.raises(plan.BuildError, match="no models"):
        plan.check_models({}, {"lama"})


def test_a_missing_model_ends_the_build() -> None:
    with pytest.raises(plan.BuildError, match="lacks lama"):
        plan.check_models({"exemplar": "inpaint_studio.models.exemplar"}, {"exemplar", "lama"})


def test_what_others_import_stays_inside() -> None:
    for module in ("networkx.drawing", "numpy.f2py", "torch.testing._internal", "torch._inductor", "torchgen"):
        names = plan.excluded("cpu")
        assert not [name for name in names if module == name or module.startswith(f"{name}.")]


def test_developers_tools_stay_outside() -> None:
    for variant in plan.VARIANTS:
        assert {"pytest", "mypy", "ray", "PyInstaller", "tensorboard"} <= set(plan.excluded(variant))
    assert "torch" not in plan.excluded("cpu")
    assert "numpy.f2py" not in plan.excluded("cpu")  # scipy cannot be imported without it
    assert "numba" in plan.excluded("cpu")  # its kernels are compiled


def test_the_lite_build_has_no_torch_and_no_training() -> None:
    assert {"torch", "scipy", "numba", "training"} <= set(plan.excluded("lite"))
    assert not [name for name in plan.hidden_imports("lite") if name.split(".")[0] in ("training", "torch")]


def test_all_resources_but_the_pictures_of_the_readme_go_inside() -> None:
    places = {Path(source).name: place for source, place in plan.data_files("cpu")}
    assert places["weights"] == "resources/weights"
    assert places["weights.toml"] == "resources"
    assert {"icons", "translations", "samples", "report", "flow_page", "paper_figures.toml"} <= set(places)
    assert "screenshots" not in places


def test_libraries_bring_their_versions_but_not_the_builders_folders() -> None:
    files = plan.metadata_files(["numpy", "PIL", "numba"], "cpu")
    names = {Path(place).name for _source, place in files}
    assert any(place.startswith("numpy-") and place.endswith("/METADATA") for _source, place in files)
    assert any(place.startswith("inpaint_studio-") for _source, place in files)
    assert not any(place.startswith("numba-") for _source, place in files)
    assert not names & {"RECORD", "direct_url.json", "INSTALLER"}


@pytest.mark.parametrize(
    ("variant", "installed"), [("cpu", "cuda 12.6"), ("cuda", "cpu"), ("cpu", None), ("cuda", None)]
)
def test_a_torch_that_does_not_fit_is_refused_with_the_command(variant: str, installed: str | None) -> None:
    with pytest.raises(plan.BuildError, match=rf"needs torch for {variant}.*pip install .*torch.*index-url"):
        plan.check_torch(variant, installed)


def test_a_torch_that_fits_is_taken() -> None:
    plan.check_torch("cpu", "cpu")
    plan.check_torch("cuda", "cuda 12.6")
    plan.check_torch("lite", None)


def test_the_facts_are_what_the_program_reads() -> None:
    import tomllib

    facts = tomllib.loads(plan.build_facts("cpu", "2.13.0+cpu"))
    assert (facts["variant"], facts["torch"]) == ("cpu", "2.13.0+cpu")
    assert facts["version"] == plan.version()
    assert tomllib.loads(plan.build_facts("lite", None))["torch"] == ""


def test_what_torch_needs_at_run_time_stays() -> None:
    assert trimming.is_kept("torch/bin/torch_shm_manager", "cpu")
    assert trimming.is_kept("torch/testing/_internal/common_utils.py", "cpu")
    assert trimming.is_kept("torch/lib/libtorch_cpu.so", "cpu")
    assert not trimming.is_kept("torch/lib/libtorch_cpu.so", "lite")
    assert trimming.is_kept("PySide6/QtOpenGL.abi3.so", "cpu")  # the plot of losses imports it
    assert not trimming.is_kept("PySide6/QtOpenGL.abi3.so", "lite")
    assert not trimming.is_kept("torch/test/test_api", "cpu")
    assert not trimming.is_kept("torchvision/_C.so", "cpu")  # it may be for CUDA, and ask for its libraries
    assert trimming.is_kept("torchvision/transforms/functional.py", "cpu")


def test_scikit_image_keeps_the_hints_it_reads_when_imported() -> None:
    assert trimming.is_kept("skimage/__init__.pyi", "cpu")
    assert trimming.is_kept("skimage/feature/__init__.pyi", "cuda")
    assert not trimming.is_kept("skimage/__init__.pyi", "lite")


def test_qt_keeps_its_window_systems() -> None:
    plugins = "PySide6/Qt/plugins/platforms/lib"
    for name in ("qxcb", "qwayland", "qoffscreen", "qminimal"):
        assert trimming.is_kept(f"{plugins}{name}.so", "lite")
    assert not trimming.is_kept(f"{plugins}qvnc.so", "cpu")
    assert trimming.is_kept("PySide6/Qt/plugins/wayland-shell-integration/libxdg-shell.so", "lite")
    assert trimming.is_kept("PySide6/Qt/plugins/wayland-decoration-client/libadwaita.so", "lite")
    assert trimming.trim([("PySide6\\Qt6Core.dll", "x", "BINARY"), ("a/b.pyi", "x", "DATA")], "cpu") == [
        ("PySide6\\Qt6Core.dll", "x", "BINARY")
    ]


def test_the_texts_of_qt_are_there_in_the_languages_of_the_program() -> None:
    languages = {path.stem for path in (ROOT / "resources" / "translations").glob("*.ts")} - {"en"}
    for folder in ("PySide6/Qt/translations", "PySide6/translations"):
        for language in languages:
            assert trimming.is_kept(f"{folder}/qtbase_{language}.qm", "cpu")
        assert not trimming.is_kept(f"{folder}/qtbase_de.qm", "cpu")
    assert trimming.is_kept("resources/translations/zh_CN.qm", "lite")


@pytest.mark.parametrize("system", ["linux", "win32", "darwin"])
def test_each_system_has_its_launchers(system: str, tmp_path: Path) -> None:
    launchers = systems.programs(system, tmp_path)
    names = {each["name"]: each["console"] for each in launchers}
    assert names["inpaint-studio"] is (system == "linux")
    assert ("inpaint-studio-cli" in names) is (system == "win32")
    files = [
        value for each in launchers for key, value in each.items() if key not in ("name", "console", "argv_emulation")
    ]
    assert bool(files) is (system != "linux")
    assert all(Path(file).exists() for file in files)


def test_the_bundle_of_macos_has_the_version(tmp_path: Path) -> None:
    bundle = systems.bundle("1.2.3", tmp_path)
    assert bundle["info_plist"]["CFBundleShortVersionString"] == "1.2.3"
    assert bundle["name"].endswith(".app")


def test_a_build_that_is_too_large_is_named() -> None:
    assert measures.faults("cpu", 999_000_000, 329_000_000) == []
    assert len(measures.faults("cpu", 1_001_000_000, 331_000_000)) == 2
    assert measures.faults("lite", 201_000_000, None) == ["The lite build has 201 MB unpacked; the limit is 200 MB."]
    assert measures.faults("cuda", 9_000_000_000, 9_000_000_000) == []


def test_the_table_adds_up(tmp_path: Path) -> None:
    (tmp_path / "_internal" / "torch").mkdir(parents=True)
    (tmp_path / "_internal" / "torch" / "a").write_bytes(b"x" * 3_000_000)
    (tmp_path / "_internal" / "torch" / "b").symlink_to("a")
    (tmp_path / "launcher").write_bytes(b"x" * 1_000_000)
    files = measures.sizes(tmp_path)
    assert measures.largest(files) == [("torch", 3_000_000), ("launcher", 1_000_000)]
    assert "4.0 MB  all together" in measures.table(files)
    assert measures.forbidden(files, ["torch", "torch.x", "mypy"]) == ["torch"]


@pytest.mark.skipif(shutil.which("zstd") is None, reason="needs zstd")
def test_the_same_files_give_the_same_archive(tmp_path: Path) -> None:
    folder = tmp_path / "program"
    (folder / "in").mkdir(parents=True)
    (folder / "in" / "run").write_text("text")
    (folder / "in" / "run").chmod(0o700)
    (folder / "link").symlink_to("in/run")
    (folder / "folder-link").symlink_to("in", target_is_directory=True)
    command = archive.compressor(1)
    archive.write(folder, tmp_path / "one.tar.zst", 1000, command)
    os.utime(folder / "in" / "run", (5, 5))
    archive.write(folder, tmp_path / "two.tar.zst", 1000, command)
    assert (tmp_path / "one.tar.zst").read_bytes() == (tmp_path / "two.tar.zst").read_bytes()
    subprocess.run(["zstd", "-q", "-d", "--long=27", str(tmp_path / "one.tar.zst")], check=True)
    with tarfile.open(tmp_path / "one.tar") as tar:
        assert tar.getnames() == [f"program{end}" for end in ("", "/folder-link", "/in", "/link", "/in/run")]
        assert tar.getmember("program/in/run").mode == 0o755
        assert tar.getmember("program/folder-link").issym()


def test_an_archive_that_fails_leaves_the_old_one(tmp_path: Path) -> None:
    (tmp_path / "program").mkdir()
    (tmp_path / "a.tar.zst").write_bytes(b"old")
    command = [sys.executable, "-c", "import sys; sys.stdin.buffer.read(); sys.exit(3)"]
    with pytest.raises(OSError, match="status 3"):
        archive.write(tmp_path / "program", tmp_path / "a.tar.zst", 0, command)
    assert (tmp_path / "a.tar.zst").read_bytes() == b"old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.tar.zst", "program"]


def _compile(source: str, target: Path, *options: str) -> Path:
    subprocess.run(
        ["gcc", "-x", "c", "-", "-x", "none", "-o", str(target), *options], input=source, text=True, check=True
    )
    return target


@linux_tools
def test_a_stand_in_has_the_symbols_that_are_used_and_no_more(tmp_path: Path) -> None:
    script = tmp_path / "versions"
    script.write_text("REAL_1 { global: *; };")
    real = _compile(
        "int table[100] = {1}; int used(void) { return 7; } int spare(void) { return 8; }",
        tmp_path / "libreal.so.1",
        *("-shared", "-fPIC", f"-Wl,--version-script,{script}", "-Wl,-soname,libreal.so.1"),
    )
    user = _compile(
        "#include <stdio.h>\nextern int table[100]; int used(void);"
        'int main(int n, char **v) { puts(table[0] ? "real" : "stand-in"); return n > 1 ? used() : 0; }',
        tmp_path / "user",
        *("-fPIC", str(real), "-Wl,-rpath,$ORIGIN", "-Wl,-z,now"),
    )
    symbols = stubs.symbols_for([user], real)
    assert [(each.name, each.version) for each in symbols] == [("table", "REAL_1"), ("used", "REAL_1")]
    stand_in = stubs.make(symbols, "libreal.so.1", tmp_path / "made")
    shutil.copy(stand_in, real)
    done = subprocess.run([str(user)], capture_output=True, text=True, check=True)
    assert done.stdout == "stand-in\n"
    assert subprocess.run([str(user), "call"], capture_output=True, check=False).returncode < 0


def test_only_opencvs_own_libraries_go(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    made = tmp_path / "libQt5Core-0.so"
    monkeypatch.setattr(stubs, "opencv_stand_ins", lambda *_: ([made], {"libXau-1.so", "libQt5Core-0.so"}))
    module = ("cv2/cv2.abi3.so", "/site/cv2/cv2.abi3.so", "EXTENSION")
    pillow = ("pillow.libs/libXau-1.so", "/site/pillow.libs/libXau-1.so", "BINARY")
    entries = [
        module,
        pillow,
        ("opencv_python.libs/libXau-1.so", "/site/opencv_python.libs/libXau-1.so", "BINARY"),
        ("libXau-1.so", "opencv_python.libs/libXau-1.so", "SYMLINK"),
        ("opencv_python.libs/libQt5Core-0.so", "/site/opencv_python.libs/libQt5Core-0.so", "BINARY"),
    ]
    assert stubs.put_in(entries, tmp_path) == [
        module,
        pillow,
        ("opencv_python.libs/libQt5Core-0.so", str(made), "BINARY"),
    ]


@linux_tools
def test_a_damaged_library_is_seen(tmp_path: Path) -> None:
    good = _compile("int f(void) { return 1; }", tmp_path / "libgood.so", "-shared", "-fPIC")
    assert stripping.is_loadable(good)
    data = bytearray(good.read_bytes())
    headers = int.from_bytes(data[32:40], "little")
    data[headers + 8] ^= 1  # the first segment no longer begins where its page begins
    bad = tmp_path / "libbad.so"
    bad.write_bytes(data)
    assert not stripping.is_loadable(bad)


@linux_tools
def test_stripping_gains_and_keeps_the_library_whole(tmp_path: Path) -> None:
    library = _compile("static int g(void) { return 1; } int f(void) { return g(); }", tmp_path / "libf.so", "-shared")
    before = library.stat().st_size
    assert stripping.strip_all(tmp_path) == before - library.stat().st_size > 0
    assert stripping.is_loadable(library)
    assert [path.name for path in tmp_path.iterdir()] == ["libf.so"]


def test_a_cluster_needs_the_program_from_pip(monkeypatch: pytest.MonkeyPatch) -> None:
    from inpaint_studio.engine.batch.ray_pool import connect
    from inpaint_studio.errors import InputError

    monkeypatch.setitem(sys.modules, "ray", None)  # its import fails then
    with pytest.raises(InputError) as plain:
        connect("auto")
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    with pytest.raises(InputError) as packed:
        connect("auto")
    assert "packed" not in str(plain.value)
    assert "A packed program cannot get it" in str(packed.value)


def _launch(**variables: str) -> dict[str, str]:
    """The variables that a program started from the packed program would get."""
    code = (
        "import os, runpy, sys, types; cli = types.ModuleType('cli'); cli.main = lambda: None;"
        "sys.modules['inpaint_studio.cli'] = cli;"
        f"runpy.run_path({str(PACKAGING / 'launcher.py')!r}, run_name='launcher'); print(dict(os.environ))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, **variables}, capture_output=True, text=True, check=True
    )
    found: dict[str, str] = ast.literal_eval(done.stdout)
    return found


def test_programs_of_the_system_do_not_get_our_libraries(tmp_path: Path) -> None:
    ours, theirs = str(tmp_path / "ours"), str(tmp_path / "theirs")
    assert "LD_LIBRARY_PATH" not in _launch(LD_LIBRARY_PATH=ours)
    kept = _launch(LD_LIBRARY_PATH=ours, LD_LIBRARY_PATH_ORIG=theirs)
    assert kept["LD_LIBRARY_PATH"] == theirs
    assert "LD_LIBRARY_PATH_ORIG" not in kept
