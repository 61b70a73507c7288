"""What goes into a frozen program: asked by the PyInstaller spec, by build.py and by their tests.

Only functions that answer from the sources and from what is installed: nothing is built here.
"""

from __future__ import annotations

import platform
import subprocess
import sys
import tomllib
from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from importlib.metadata import Distribution, PackageNotFoundError, distribution, packages_distributions
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "packaging")]

import install  # noqa: E402 - its folder is no package
from releases import version  # noqa: E402

VARIANTS = ("cpu", "cuda", "lite")
PACKAGES = ("inpaint_studio", "training")
NOT_PACKED = {"screenshots"}  # for the README
# numpy.f2py stays: scipy imports every name that numpy has.
_TOOLS = (  # of the developers, or for many machines: nothing in the window or on the command line needs them
    *("Cython", "IPython", "PyInstaller", "_pytest", "altgraph", "hatchling", "hypothesis", "mypy", "mypyc", "pip"),
    *("pytest", "pytestqt", "ruff", "setuptools", "pkg_resources", "wheel", "tests", "xdist", "Xlib", "execnet"),
    *("ray", "tensorboard", "webdataset", "wandb", "mlflow", "pyarrow", "pandas", "matplotlib", "tkinter", "_tkinter"),
    *(
        "aiohttp",
        "yarl",
        "multidict",
        "propcache",
        "grpc",
        "cython",
        "pyximport",
        "werkzeug",
        "sqlalchemy",
        "docutils",
        "sphinx",
        "dask",
        "tifffile",
        "pywt",
        "pooch",
    ),
    *("torch.utils.tensorboard", "triton", "torchaudio", "torchtext", "onnxruntime.tools"),
    *("onnxruntime.quantization", "onnxruntime.transformers", "sympy.testing", "lib2to3", "pydoc_data", "idlelib"),
    *("scipy.datasets", "skimage.data", "pyqtgraph.examples", "pyqtgraph.opengl"),
    # Qt's own network; rich asks for pygments and markdown only where it shows source code and texts of theirs.
    *("PySide6.QtNetwork", "pygments", "markdown_it", "mdurl", "readline"),
    *("PIL.ImageTk", "PIL.ImageQt", "cv2.gapi", "cv2.typing", "PySide6.scripts", "OpenGL"),
)
_COMPILER = ("numba", "llvmlite")  # a build has its kernels compiled
_NOT_LITE = (
    *("torch", "torchvision", "torchmetrics", "lightning_fabric", "lightning_utilities", "scipy", "skimage", "imageio"),
    *("networkx", "sympy", "mpmath", "onnx", "onnxscript", "onnx_ir", "ml_dtypes", "training"),
    *("fsspec", "google.protobuf", "pyqtgraph", "numpy.f2py", "charset_normalizer", "yaml", "sqlite3", "_sqlite3"),
)
_OPTIONAL = ("onnxruntime", "pi_heif", "jxlpy", "rawpy", "PIL.AvifImagePlugin")  # imported by name, where installed


class BuildError(Exception):
    """A build that cannot be made; its sentence says what to do."""


def system_name(system: str = sys.platform) -> str:
    """The system's name in the names of packages."""
    return {"win32": "windows", "darwin": "macos"}.get(system, "linux")


def machine_name(machine: str | None = None) -> str:
    """The processor's name in the names of packages."""
    name = (machine or platform.machine()).lower()
    return {"amd64": "x86_64", "aarch64": "arm64"}.get(name, name)


def build_name(variant: str) -> str:
    """The name of the folder of a build, and of its archive without the ending."""
    return f"inpaint-studio-{version()}-{variant}-{system_name()}-{machine_name()}"


def modules() -> list[str]:
    """Every module of the program's own packages, found as files: importing them all would load every library."""
    found = []
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found.append(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    return found


def model_modules() -> dict[str, str]:
    """The module of each model, asked of the registry that the program asks. Raises BuildError if it is not whole."""
    if str(ROOT) not in sys.path[:1]:
        sys.path.insert(0, str(ROOT))  # else the registry of an installed version answers, or none
    from inpaint_studio.models.base.registry import registry

    found = registry()
    return check_models({name: type(model).__module__ for name, model in found.models.items()}, shipped_models())


def check_models(found: dict[str, str], expected: Collection[str]) -> dict[str, str]:
    """Return `found`. Raises BuildError if it is empty, or lacks a model that is expected."""
    if not found:
        raise BuildError("The registry gave no models; start the build in a complete checkout.")
    missing = sorted(set(expected) - set(found))
    if missing:
        raise BuildError(f"The registry lacks {', '.join(missing)}; repair these modules before you build.")
    return found


def shipped_models() -> set[str]:
    """The names of the models that must be inside: of each network with a recipe, and of each fill without one."""
    recipes = {path.stem.replace("_", "-") for path in (ROOT / "training" / "recipes").glob("[!_]*.py")}
    return recipes | {"exemplar"}


def hidden_imports(variant: str) -> list[str]:
    """The modules that no import statement leads to. Raises BuildError if a model is missing."""
    own = modules()
    lacking = sorted(set(model_modules().values()) - set(own))
    outside = [name for name in lacking if name.split(".")[0] == "inpaint_studio"]
    if outside:
        raise BuildError(f"The modules {', '.join(outside)} have models, but there are no such files.")
    left_out = excluded(variant)
    optional = [name for name in _OPTIONAL if find_spec(name.split(".")[0]) is not None]
    if "jxlpy" in optional:
        optional.append("jxlpy.JXLImagePlugin")
    names = [*own, *optional, "PIL.JpegImagePlugin", "PIL.PngImagePlugin"]
    return [name for name in names if not _inside(name, left_out)]


def excluded(variant: str) -> list[str]:
    """The modules that must not be inside, with all below them."""
    return [*_TOOLS, *_COMPILER, *(_NOT_LITE if variant == "lite" else ())]


def _inside(module: str, packages: Iterable[str]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def data_files(variant: str) -> list[tuple[str, str]]:
    """What lies beside the code: (source, folder in the build)."""
    resources = sorted(path for path in (ROOT / "resources").iterdir() if path.name[0] not in "._")
    pairs = []
    for path in resources:
        if variant == "lite" and path.name == "weights":  # they are for torch; the exported networks come instead
            pairs.append((str(path / "CREDITS.md"), "resources/weights"))
        elif path.name not in NOT_PACKED:
            pairs.append((str(path), f"resources/{path.name}" if path.is_dir() else "resources"))
    if variant != "lite":
        pairs += [(str(path), "training/release") for path in sorted((ROOT / "training" / "release").glob("*.toml"))]
    return [*pairs, (str(ROOT / "LICENSE"), ".")]


def metadata_files(top_level: Iterable[str], variant: str) -> list[tuple[str, str]]:
    """Name, version and licences of each library inside: (source, place in the build).

    Versions and plug-ins are looked up in them while the program runs. What says where the library lay on the machine
    that built it is left out.
    """
    owners, left_out = packages_distributions(), excluded(variant)
    chosen = [module for module in top_level if not _inside(module, left_out)]
    names = {"inpaint-studio", *(name for module in chosen for name in owners.get(module, ()))}
    pairs = []
    for name in sorted(names):
        try:
            found = distribution(name)
        except PackageNotFoundError:
            continue
        pairs += _metadata_of(found)
    return sorted(set(pairs))


def _metadata_of(found: Distribution) -> list[tuple[str, str]]:
    pairs = []
    for file in found.files or ():
        folder = next((part for part in file.parts if part.endswith(".dist-info")), None)
        if folder is None or file.parts[0] != folder:
            continue
        if file.name in ("METADATA", "entry_points.txt") or "licenses" in file.parts or "LICEN" in file.name.upper():
            source = Path(str(file.locate()))
            if source.is_file():
                pairs.append((str(source), file.as_posix()))
    return pairs


def torch_build() -> str | None:
    """What the torch in this environment is: "cpu", "cuda 12.6" or the like; None if there is none."""
    code = "import torch; print('cuda ' + torch.version.cuda if torch.version.cuda else 'cpu')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    return done.stdout.strip() or None


def check_torch(variant: str, installed: str | None) -> None:
    """Refuse a build whose torch is not the variant's. Raises BuildError with the command that changes it."""
    if variant == "lite":
        return
    if installed is not None and installed.split()[0] == variant:
        return
    is_now = "no torch is installed" if installed is None else f"the torch that is installed is for {installed}"
    packages = " ".join(f'"{each}"' for each in install.requirements(("torch", "torchvision", "numpy", "Pillow")))
    raise BuildError(
        f"The {variant} build needs torch for {variant}, but {is_now}; install the other by: "
        f"{sys.executable} -m pip install --force-reinstall {packages} --index-url {install.index_of(variant)}"
    )


def commit() -> str:
    """The commit of the checkout; "unknown" outside one."""
    done = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


def commit_time() -> int:
    """The time of the commit, in seconds: files in archives get it."""
    done = subprocess.run(["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True, check=False)
    return int(done.stdout.strip() or 0)


def build_facts(variant: str, torch: str | None, when: datetime | None = None) -> str:
    """The text of build.toml, by which the program knows what it is."""
    date = (when or datetime.now(UTC)).strftime("%Y-%m-%d")
    text = (
        f'variant = "{variant}"\nversion = "{version()}"\ndate = "{date}"\ncommit = "{commit()}"\n'
        f'torch = "{torch or ""}"\n'
    )
    tomllib.loads(text)  # a sign that would break it is found here
    return text
