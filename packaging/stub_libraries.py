"""Small stand-ins for libraries that a program links but never calls (Linux).

The wheel of opencv-python links ffmpeg, Qt 5 and an OpenBLAS: 110 MB for video, windows and large matrices, which are
never asked for here; D-Bus links systemd, for a bus of its own. Without the libraries neither can be loaded, so each is
replaced by a library of the same name with the symbols that are asked of it. A function of such a stand-in ends the
process, but for those which run when the library is loaded: they do nothing.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_QUIET = re.compile(  # called while cv2 is loaded and unloaded, for objects that nothing uses
    r"q(Unr|R)egisterResourceData|_ZN14QtOpenCVPython(14QWaitCondition|6QMutex)[CD]\dEv"
)
Entry = tuple[str, str, str]
_OPENCV_FOLDER = "opencv_python.libs"
_DATA = frozenset("BDRVGS")
_SYSTEMD, _DBUS = "libsystemd.so.0", "libdbus-1.so.3"  # D-Bus asks for sockets of systemd where it is a bus itself
# The libraries that opencv links for these three jobs, and those that only these link.
OPENCV_UNUSED = re.compile(r"lib(Qt5\w*|av(codec|device|filter|format|util)|sw(scale|resample)|openblasp?)-")
OPENCV_INDIRECT = re.compile(
    r"lib(Qt5XcbQpa|avfilter|swresample|vpx|crypto|ssl|gfortran|quadmath|pcre2-16|xkbcommon(-x11)?|drm"
    r"|xcb-[a-z-]+|Xau|X11-xcb|xcb)-[0-9a-f]{8}\."
)


@dataclass(frozen=True)
class Symbol:
    """A symbol that is asked of a library: its name, its version ("" without one), and the bytes of data (0: code)."""

    name: str
    version: str = ""
    size: int = 0


def needed(library: Path) -> list[str]:
    """The names of the libraries that one links."""
    return re.findall(r"\(NEEDED\).*\[(.+)\]", _run("readelf", "-dW", str(library)))


def symbols_for(users: Iterable[Path], provider: Path) -> list[Symbol]:
    """What the users' undefined symbols find in the provider."""
    sought = {line.split()[-1].split("@")[0] for user in users for line in _symbols(user, "--undefined-only")}
    found: dict[tuple[str, str], Symbol] = {}
    for line in _symbols(provider, "--defined-only"):
        parts = line.split()
        name, _, version = parts[-1].replace("@@", "@").partition("@")
        if name not in sought or parts[-2] == "A":
            continue
        is_data = parts[-2].upper() in _DATA
        size = int(parts[1], 16) if is_data and len(parts) == 4 else int(is_data)
        found[name, version] = Symbol(name, version, size)
    return [found[key] for key in sorted(found)]


def source_of(symbols: Iterable[Symbol]) -> str:
    """The C source of a stand-in."""
    lines = ["extern void abort(void);"]
    for number, symbol in enumerate(symbols):
        label = f'__asm__("{symbol.name}")'
        if symbol.size:
            lines.append(f"char data_{number}[{symbol.size}] {label} __attribute__((aligned(16))) = {{0}};")
        elif _QUIET.search(symbol.name):
            lines.append(f"int code_{number}(void) {label}; int code_{number}(void) {{ return 1; }}")
        else:
            lines.append(f"void code_{number}(void) {label}; void code_{number}(void) {{ abort(); }}")
    return "\n".join(lines) + "\n"


def versions_of(symbols: Iterable[Symbol]) -> str:
    """The version script of a stand-in."""
    groups: dict[str, list[str]] = {}
    for symbol in symbols:
        groups.setdefault(symbol.version, []).append(symbol.name)
    groups.pop("", None)
    return "".join(
        f"{version} {{ global: {' '.join(f'{name};' for name in names)} }};\n" for version, names in groups.items()
    )


def make(symbols: list[Symbol], name: str, folder: Path) -> Path:
    """Compile the stand-in called `name` into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    source, script, target = folder / f"{name}.c", folder / f"{name}.map", folder / name
    source.write_text(source_of(symbols), encoding="ascii")
    options = ["-shared", "-fPIC", "-O1", "-s", "-w", "-fno-builtin", f"-Wl,-soname,{name}", "-Wl,-z,noexecstack"]
    versions = versions_of(symbols)
    if versions:
        script.write_text(versions, encoding="ascii")
        options.append(f"-Wl,--version-script,{script}")
    _run("gcc", *options, str(source), "-o", str(target))
    source.unlink()
    script.unlink(missing_ok=True)
    lacking = set(symbols) - {Symbol(each.name, each.version, each.size) for each in _defined(target, symbols)}
    if lacking:
        raise RuntimeError(f"{name} came out without {sorted(each.name for each in lacking)[:5]}")
    return target


def opencv_stand_ins(module: Path, libraries: Path, folder: Path) -> tuple[list[Path], set[str]]:
    """Make the stand-ins for opencv's module; return them, and the names of the libraries that are to go."""
    made, gone = [], set()
    for path in sorted(libraries.glob("*.so*")):
        if OPENCV_UNUSED.match(path.name) or OPENCV_INDIRECT.match(path.name):
            gone.add(path.name)
    for name in needed(module):
        if name in gone:
            made.append(make(symbols_for([module], libraries / name), name, folder))
    return made, gone


def put_in(entries: Iterable[Entry], folder: Path) -> list[Entry]:
    """Return the entries (place, source, kind) of a build with the stand-ins in place of what they stand for."""
    entries = list(entries)
    module = next((Path(source) for place, source, _kind in entries if place == "cv2/cv2.abi3.so"), None)
    made: list[Path] = []
    gone: set[str] = set()
    if module is not None:
        made, gone = opencv_stand_ins(module, module.parents[1] / _OPENCV_FOLDER, folder)
    sources = {Path(place).name: Path(source) for place, source, kind in entries if kind == "BINARY"}
    for name, source in sources.items():
        if name.startswith("libicudata.so"):
            made.append(icu_data_stand_in(source, folder))
        elif name == _SYSTEMD and _DBUS in sources:
            made.append(make(symbols_for([sources[_DBUS]], source), name, folder))
    stands = {path.name: path for path in made}
    kept: list[Entry] = []
    for place, source, kind in entries:
        name, here = Path(place).name, Path(source if kind == "SYMLINK" else place).parent.name
        if name in stands and kind != "SYMLINK":
            kept.append((place, str(stands[name]), kind))
        elif name in stands or name not in gone or here != _OPENCV_FOLDER:  # Pillow brings libraries of the same names
            kept.append((place, source, kind))
    return kept


def icu_data_stand_in(library: Path, folder: Path) -> Path:
    """Make ICU's data library without data: 30 MB of other languages' sorting rules.

    Qt asks them only to sort names and to change case by a language's own rules, and uses Unicode's without them.
    """
    names = [line.split()[-1] for line in _symbols(library, "--defined-only") if "_dat" in line]
    return make([Symbol(name, size=64) for name in names], library.name, folder)


def _defined(library: Path, symbols: Iterable[Symbol]) -> list[Symbol]:
    sizes = {(each.name, each.version): each.size for each in symbols}
    found = []
    for line in _symbols(library, "--defined-only"):
        name, _, version = line.split()[-1].replace("@@", "@").partition("@")
        if (name, version) in sizes:
            found.append(Symbol(name, version, sizes[name, version]))
    return found


def _symbols(library: Path, which: str) -> list[str]:
    lines = _run("nm", "-D", "-S", "--with-symbol-versions", which, str(library)).splitlines()
    return [line for line in lines if line.strip()]


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stderr.strip()[:500]}")
    return done.stdout
