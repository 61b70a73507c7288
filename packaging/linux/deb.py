"""Makes a .deb from a build: ``python packaging/linux/deb.py dist/inpaint-studio-0.2.0-cpu-linux-x86_64``.

It installs on systems whose C library is not older than that of the machine that made the build; the package names
the one it needs. Without a folder, the newest build in dist/ is taken.
"""

from __future__ import annotations

import argparse
import gzip
import os
import shutil
import subprocess
import sys
import tempfile
import time
from email.utils import formatdate
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT / "packaging"), str(HERE)]

import debian_packages  # noqa: E402
import desktop_files  # noqa: E402
import releases  # noqa: E402

NAME = "inpaint-studio"
PLACE = f"usr/lib/{NAME}"
_MACHINES = {"x86_64": "amd64", "aarch64": "arm64"}
_MAINTAINER = "The Inpaint Studio authors <maintainers@inpaint-studio.invalid>"
_VARIANTS = {
    "cpu": "This build computes on the processor.",
    "cuda": "This build computes on NVIDIA cards, and on the processor.",
    "lite": "This build is a small one without PyTorch: it does not train networks.",
}
_DESCRIPTION = """\
fill holes in photos, and see where every filled pixel came from
 Open a photo, brush over what should go, draw a guide line for what should
 continue, and press Enter. A colour-coded flow shows where every filled pixel
 came from. Outside the hole nothing is changed.
 .
 {variant}"""


def control(version: str, variant: str, depends: list[str], machine: str, kilobytes: int) -> str:
    """Return the control file."""
    name = NAME if variant == "cpu" else f"{NAME}-{variant}"
    others = ", ".join(NAME if each == "cpu" else f"{NAME}-{each}" for each in _VARIANTS if each != variant)
    fields = {
        "Package": name,
        "Version": debian_version(version),
        "Architecture": machine,
        "Maintainer": _MAINTAINER,
        "Installed-Size": str(kilobytes),
        "Depends": ", ".join(depends),
        "Recommends": "fonts-dejavu-core | fonts-noto-core | fonts-liberation, xdg-desktop-portal",
        "Suggests": "fonts-noto-cjk",
        "Provides": "" if name == NAME else NAME,
        "Conflicts": others,
        "Replaces": others,
        "Section": "graphics",
        "Priority": "optional",
        "Description": _DESCRIPTION.format(variant=_VARIANTS[variant]),
    }
    return "".join(f"{key}: {value}\n" for key, value in fields.items() if value)


def debian_version(version: str) -> str:
    """Return a version of Python in Debian's form: 0.2.0.dev1 and 0.2.0rc1 are older than 0.2.0 in both."""
    for word in (".dev", "rc", "b", "a"):
        version = version.replace(word, f"~{word.lstrip('.')}", 1) if "~" not in version else version
    return f"{version}-1"


def change_log(package: str, version: str, when: float) -> str:
    """Return Debian's change log. What is new stands in CHANGELOG.md, which the package contains."""
    date = formatdate(when)
    return (
        f"{package} ({debian_version(version)}) unstable; urgency=medium\n\n"
        f"  * Inpaint Studio {version}. What is new stands in changelog.gz.\n\n"
        f" -- {_MAINTAINER}  {date}\n"
    )


def stage(program: Path, tree: Path, variant: str, when: float) -> None:
    """Put everything into `tree` as it is installed."""
    version, package = releases.version(), NAME if variant == "cpu" else f"{NAME}-{variant}"
    shutil.copytree(program, tree / PLACE, symlinks=True)
    (tree / "usr" / "bin").mkdir(parents=True)
    (tree / "usr" / "bin" / NAME).symlink_to(f"../lib/{NAME}/{NAME}")
    share = tree / "usr" / "share"
    desktop_files.write(share, program)
    documents = share / "doc" / package
    documents.mkdir(parents=True)
    (documents / "copyright").write_text((HERE / "copyright").read_text(encoding="utf-8"), encoding="utf-8")
    for name, text in (
        ("changelog.Debian.gz", change_log(package, version, when)),
        ("changelog.gz", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")),
    ):
        (documents / name).write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    overrides = share / "lintian" / "overrides" / package
    overrides.parent.mkdir(parents=True)
    overrides.write_text((HERE / "lintian-overrides").read_text(encoding="utf-8").replace("PACKAGE", package))
    _set_modes(tree, {tree / PLACE / NAME})


def _set_modes(tree: Path, programs: set[Path]) -> None:
    """Let everybody read and nobody but root write; only programs may be run."""
    tree.chmod(0o755)
    for path in tree.rglob("*"):
        if path.is_symlink():
            continue
        runs = path.is_dir() or path in programs or (path.suffix == "" and os.access(path, os.X_OK) and _is_elf(path))
        path.chmod(0o755 if runs else 0o644)


def _is_elf(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"


def make(program: Path, variant: str, output: Path, level: int = 6) -> Path:
    """Make the package in the folder `output`, packed with xz at `level`; return its file."""
    when = float(os.environ.get("SOURCE_DATE_EPOCH", time.time()))
    files = debian_packages.elf_files(program)
    needs, glibc = debian_packages.read_needs(files)
    brought = {path.name for path in program.rglob("*.so*")}
    depends = debian_packages.dependencies(needs, brought, glibc)
    machine = _MACHINES.get(os.uname().machine, os.uname().machine)
    with tempfile.TemporaryDirectory(prefix="inpaint-studio-deb-") as folder:
        tree = Path(folder) / "tree"
        stage(program, tree, variant, when)
        size = sum(max(1, -(-path.lstat().st_size // 1024)) for path in tree.rglob("*"))
        about = tree / "DEBIAN"
        about.mkdir()
        text = control(releases.version(), variant, depends, machine, size)
        (about / "control").write_text(text, encoding="utf-8")
        _write_checksums(tree, about)
        package = text.split("\n", 1)[0].removeprefix("Package: ")
        made = output / f"{package}_{debian_version(releases.version())}_{machine}.deb"
        output.mkdir(parents=True, exist_ok=True)
        # xz: every dpkg reads it; Debian's reads zstd only since Debian 12.
        command = ["dpkg-deb", "--root-owner-group", "-Zxz", f"-z{level}", "--build", str(tree), str(made)]
        subprocess.run(command, check=True, env={**os.environ, "SOURCE_DATE_EPOCH": str(int(when))})
    return made


def _write_checksums(tree: Path, about: Path) -> None:
    import hashlib

    lines = []
    for path in sorted(tree.rglob("*")):
        if path.is_file() and not path.is_symlink() and about not in path.parents:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
            lines.append(f"{digest}  {path.relative_to(tree)}\n")
    (about / "md5sums").write_text("".join(lines), encoding="utf-8")


def newest_build(folder: Path, variant: str) -> Path:
    """Return the newest build of `variant` in a folder. Raises SystemExit with a sentence if there is none."""
    found = [path for path in folder.glob(f"{NAME}-*-{variant}-linux-*") if (path / NAME).is_file()]
    if not found:
        raise SystemExit(f"There is no {variant} build in {folder}; make it with: make package VARIANT={variant}")
    return max(found, key=lambda path: path.stat().st_mtime)


def main(arguments: list[str] | None = None) -> None:
    """Make the package of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", nargs="?", type=Path, help="the folder of the build")
    parser.add_argument("--variant", choices=_VARIANTS, default="cpu")
    parser.add_argument("--output", type=Path, default=ROOT / "dist")
    parser.add_argument("--level", type=int, choices=range(10), default=6, help="0 is quick and large")
    options = parser.parse_args(arguments)
    for tool, package in (("dpkg-deb", "dpkg"), ("readelf", "binutils")):
        if shutil.which(tool) is None:
            raise SystemExit(f"A .deb cannot be made here: {tool} is missing, of the package {package}.")
    program = options.program or newest_build(ROOT / "dist", options.variant)
    if not (program / NAME).is_file():
        raise SystemExit(f"{program} is no build: it has no program {NAME}.")
    print(f"Made {make(program, options.variant, options.output, options.level)}.")


if __name__ == "__main__":
    main()
