"""Make the program that needs no Python: python packaging/build.py --variant cpu

The result is dist/inpaint-studio-VERSION-VARIANT-SYSTEM-MACHINE/ and the same as .tar.zst. It needs the environment of
`make package`: the program with its libraries, and PyInstaller.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from importlib.metadata import version as version_of
from importlib.util import find_spec
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import archive  # noqa: E402 - its folder is no package
import build_plan  # noqa: E402
import measures  # noqa: E402
import small_libraries  # noqa: E402
import stripping  # noqa: E402

from inpaint_studio import start_reasons  # noqa: E402


def main(argv: list[str] | None = None) -> int:
    """Build one variant; the status is 1 if it cannot be built or is too large."""
    options = _parser().parse_args(argv)
    try:
        return build(options.variant, options.output.resolve(), options.archive, options.dry_run)
    except (build_plan.BuildError, small_libraries.CompileError) as error:
        print(f"build: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="build.py", description=__doc__.splitlines()[0])
    parser.add_argument("--variant", choices=build_plan.VARIANTS, default="cpu")
    parser.add_argument("--output", type=Path, default=build_plan.ROOT / "dist", help="folder of the result")
    parser.add_argument("--no-archive", dest="archive", action="store_false", help="leave the .tar.zst out")
    parser.add_argument("--dry-run", action="store_true", help="show the plan and build nothing")
    return parser


def build(variant: str, output: Path, with_archive: bool = True, dry_run: bool = False) -> int:
    """Build `variant` into `output`. Raises BuildError and CompileError."""
    torch = None if variant == "lite" else build_plan.torch_build()
    build_plan.check_torch(variant, torch)
    imports, name = build_plan.hidden_imports(variant), build_plan.build_name(variant)
    if dry_run:
        print(f"{name}: {len(imports)} modules by name, {len(build_plan.data_files(variant))} resources")
        return 0
    if find_spec("PyInstaller") is None:
        raise build_plan.BuildError(
            f"PyInstaller is missing; install it by: {sys.executable} -m pip install -e '.[package]'"
        )
    output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".build-", dir=output) as work:
        made = _freeze(variant, torch, Path(work)) / name
        if sys.platform == "linux":
            print(f"strip: {stripping.strip_all(made / '_internal') / measures.MEGABYTE:.0f} MB of symbols less")
        _list_libraries(made / "_internal")
        check(made, variant)
        target = output / name
        _replace(made, target, Path(work) / "old")
    return _finish(target, variant, with_archive)


def _freeze(variant: str, torch: str | None, work: Path) -> Path:
    """Run PyInstaller; return the folder of its results."""
    command = [
        sys.executable,
        "-m",
        "PyInstaller",
        str(HERE / "inpaint-studio.spec"),
        "--noconfirm",
        "--log-level=WARN",
    ]
    command += [f"--distpath={work / 'dist'}", f"--workpath={work / 'work'}", "--", f"--variant={variant}"]
    libraries = _small_libraries() if variant == "lite" else None
    kernels = work / "kernels"
    _run([sys.executable, str(HERE / "compile_kernels.py"), str(kernels)])
    command.append(f"--kernels={kernels}")
    if variant == "lite":
        networks = work / "onnx"
        _run([sys.executable, str(HERE / "export_networks.py"), str(networks)])
        command.append(f"--networks={networks}")
    facts = work / "build.toml"
    torch_version = None if torch is None else version_of("torch")
    facts.write_text(build_plan.build_facts(variant, torch_version), encoding="utf-8")
    _run([*command, f"--facts={facts}"], libraries)
    return work / "dist"


def _list_libraries(inside: Path) -> None:
    """Write down the size of each library, so that the program notices at its start which one is damaged."""
    sizes = measures.sizes(inside)
    lines = [f"{size} {place}\n" for place, size in sorted(sizes.items()) if _is_library(place)]
    (inside / "resources" / start_reasons.LIBRARIES).write_text("".join(lines), encoding="utf-8")


def _is_library(place: str) -> bool:
    """Return whether the file of that name is loaded as code of the machine."""
    name = place.rpartition("/")[2]
    return name.endswith((".dll", ".pyd", ".dylib")) or name.endswith(".so") or ".so." in name


def _small_libraries() -> Path | None:
    """The folder of libraries compiled small; None where the wheels are taken, which make the build larger."""
    if sys.platform != "linux":
        return None
    print("OpenCV and numpy are compiled small; the first time that takes 10 to 15 minutes on 2 cores.", flush=True)
    return small_libraries.provide(build_plan.ROOT / "build" / "small-libraries")


def _run(command: list[str], libraries: Path | None = None) -> None:
    """Run a step with this checkout's modules before those of an installed version, and `libraries` before all."""
    paths = [*([str(libraries)] if libraries else []), str(build_plan.ROOT), os.environ.get("PYTHONPATH", "")]
    paths = [path for path in paths if path]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(command, env=environment, cwd=build_plan.ROOT, check=False)
    if done.returncode:
        raise build_plan.BuildError(
            f"{Path(command[2]).name} ended with status {done.returncode}; see its lines above."
        )


def check(made: Path, variant: str) -> None:
    """Try the new program. Raises BuildError if it does not start or fill, or if a model is missing."""
    program = made / ("inpaint-studio-cli.exe" if sys.platform == "win32" else "inpaint-studio")
    with tempfile.TemporaryDirectory() as home:
        places = dict.fromkeys(("HOME", "USERPROFILE", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"), home)
        environment = {**os.environ, **places, "PYTHONPATH": ""}
        answers = [_ask([str(program), *words], environment, home) for words in _questions(Path(home))]
    found = {entry["name"]: "frozen" for entry in json.loads(answers[0])["models"]}
    build_plan.check_models(found, build_plan.model_modules())
    wrong = measures.forbidden(measures.sizes(made), build_plan.excluded(variant))
    if wrong:
        raise build_plan.BuildError(f"The build has {', '.join(wrong)} inside; exclude these in build_plan.py.")


def _questions(home: Path) -> list[list[str]]:
    """Command lines that together load most libraries: the list of models, and a fill of each kind."""
    sample = build_plan.ROOT / "resources" / "samples" / "perched-osprey"
    fill = ["fill", f"{sample}.jpg", "--mask", f"{sample}-hole.png"]
    fills = [[*fill, "-o", str(home / f"{model}.png"), "--model", model] for model in ("exemplar", "lama")]
    return [["models", "list", "--json"], *fills]


def _ask(command: list[str], environment: dict[str, str], home: str) -> str:
    done = subprocess.run(command, env=environment, cwd=home, capture_output=True, text=True, check=False)
    if done.returncode:
        words = " ".join(command[1:3])
        raise build_plan.BuildError(f"The new program cannot do '{words}': {done.stderr.strip()[-500:]}")
    return done.stdout


def _replace(made: Path, target: Path, old: Path) -> None:
    """Put the new build in the place of the old one by renaming."""
    if target.exists():
        target.rename(old)
    made.rename(target)


def _finish(target: Path, variant: str, with_archive: bool) -> int:
    files = measures.sizes(target)
    print(measures.table(files))
    packed = None
    command = archive.compressor(os.cpu_count() or 1)
    if with_archive and command is None:
        print("There is no program zstd here, so no archive was written; install zstd and build again.")
    elif with_archive and command is not None:
        path = target.with_name(f"{target.name}.tar.zst")
        archive.write(target, path, build_plan.commit_time(), command)
        packed = path.stat().st_size
        print(f"{packed / measures.MEGABYTE:9.1f} MB  {path.name}")
    wrong = measures.faults(variant, sum(files.values()), packed)
    for sentence in wrong:
        print(f"build: {sentence}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
