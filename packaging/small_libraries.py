"""OpenCV and numpy compiled small from their sources, for the build without PyTorch.

The wheels of the two hold what the program never calls: OpenCV's has video, neural networks and Intel's IPP, numpy's
an OpenBLAS. Compiled with fewer parts they have a fifth of the size. It takes 10 to 15 minutes on two cores, so the
result is kept in build/small-libraries, in a folder named by versions and options.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
from importlib.metadata import version as version_of
from pathlib import Path
from zipfile import ZipFile

MODULES = ("core", "imgproc", "photo", "python3")  # of OpenCV, with those that they need themselves
_LEFT_OUT = (  # of OpenCV: other devices' computing, other files, profiling
    *("IPP", "ITT", "OPENCL", "LAPACK", "EIGEN", "PROTOBUF", "FFMPEG", "GSTREAMER", "V4L", "1394", "JPEG", "PNG"),
    *("TIFF", "WEBP", "AVIF", "OPENEXR", "OPENJPEG", "JASPER", "GIF", "IMGCODEC_HDR", "IMGCODEC_SUNRASTER", "QUIRC"),
    *("IMGCODEC_PXM", "IMGCODEC_PFM", "VULKAN", "ADE", "FLATBUFFERS", "CUDA", "GTK", "QT", "OBSENSOR", "UNIFONT"),
)
OPENCV_OPTIONS = (
    f"-DBUILD_LIST={','.join(MODULES)}",
    *(f"-DWITH_{name}=OFF" for name in _LEFT_OUT),
    *(
        "-DCMAKE_BUILD_TYPE=Release",
        "-DCMAKE_CXX_FLAGS_RELEASE=-O2 -DNDEBUG",
        "-DBUILD_SHARED_LIBS=OFF",
        "-DCPU_DISPATCH=AVX2",
        "-DPYTHON3_LIMITED_API=ON",
    ),
    *("-DBUILD_TESTS=OFF", "-DBUILD_PERF_TESTS=OFF", "-DBUILD_EXAMPLES=OFF", "-DBUILD_opencv_apps=OFF"),
    *("-DBUILD_opencv_python2=OFF", "-DBUILD_opencv_python3=ON", "-DBUILD_JAVA=OFF", "-DOPENCV_GENERATE_SETUPVARS=OFF"),
    *("-DBUILD_ZLIB=ON", "-DOPENCV_PYTHON3_INSTALL_PATH=python", "-DENABLE_PRECOMPILED_HEADERS=OFF"),
)
NUMPY_OPTIONS = ("-Dblas=none", "-Dlapack=none", "-Dcpu-dispatch=X86_V3")  # its own linear algebra; AVX2 where it is


TOOLS = ("c++", "cmake", "ninja")


class CompileError(Exception):
    """Sources that cannot be had or compiled; the sentence names the step."""


def provide(folder: Path) -> Path:
    """Return the folder with both packages below `folder`, compiled the first time. Raises CompileError."""
    target = folder / key()
    if target.is_dir():
        return target
    missing = [name for name in TOOLS if shutil.which(name) is None]
    if missing:
        raise CompileError(f"Compiling OpenCV and numpy needs {', '.join(missing)}; install what is missing.")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".compile-", dir=folder) as work:
        made = Path(work) / "made"
        made.mkdir()
        _compile_numpy(Path(work), made)
        _compile_opencv(Path(work), made)
        _check(made)
        made.rename(target)
    return target


def key() -> str:
    """The name of the folder for these versions and options."""
    facts = (*versions().items(), OPENCV_OPTIONS, NUMPY_OPTIONS, sys.version_info[:2])
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]


def versions() -> dict[str, str]:
    """The versions to compile, those that are installed: the program was tested with them."""
    return {"numpy": version_of("numpy"), "opencv-python-headless": version_of("opencv-python")}


def _compile_numpy(work: Path, made: Path) -> None:
    settings = [f"-Csetup-args={option}" for option in NUMPY_OPTIONS]
    name = "numpy"
    command = ["wheel", "--no-deps", "--no-binary", name, "--wheel-dir", str(work), f"{name}=={versions()[name]}"]
    # Without its cache: there, wheels of other options have the same name.
    _run("numpy", [sys.executable, "-m", "pip", "--quiet", "--no-cache-dir", *command, *settings])
    with ZipFile(next(work.glob("numpy-*.whl"))) as wheel:
        wheel.extractall(made)


def _compile_opencv(work: Path, made: Path) -> None:
    """Compile with CMake: the set-up of opencv-python insists on type hints, which only all modules together have."""
    name, step = "opencv-python-headless", "OpenCV"
    command = ["download", "--no-deps", "--no-binary", name, "--dest", str(work), f"{name}=={versions()[name]}"]
    _run(step, [sys.executable, "-m", "pip", "--quiet", *command])
    with tarfile.open(next(work.glob("opencv*.tar.gz"))) as sources:
        sources.extractall(work, filter="data")
    source = next(work.glob("opencv*/opencv"))
    build, installed = work / "cmake", work / "installed"
    options = [*OPENCV_OPTIONS, *_python_options(), f"-DCMAKE_INSTALL_PREFIX={installed}", "-G", "Ninja"]
    _run(step, ["cmake", "-S", str(source), "-B", str(build), *options])
    _run(step, ["cmake", "--build", str(build)])
    _run(step, ["cmake", "--install", str(build), "--strip"])
    package = made / "cv2"
    shutil.copytree(installed / "python" / "cv2", package)
    _lay_out_like_the_wheel(package, source)


def _python_options() -> list[str]:
    """Which Python the module is for. Nothing is linked with its library, but CMake wants to hear its name."""
    library = Path(str(sysconfig.get_config_var("LIBDIR")), str(sysconfig.get_config_var("LDLIBRARY")))
    facts = {"INCLUDE_DIR": sysconfig.get_path("include"), "LIBRARY": library, "EXECUTABLE": sys.executable}
    found = [f"-DPYTHON3_{name}={value}" for name, value in facts.items()]
    return [*found, f"-DPYTHON_DEFAULT_EXECUTABLE={sys.executable}"]


def _lay_out_like_the_wheel(package: Path, source: Path) -> None:
    """Put the module beside the loader, which then needs no folder of this machine."""
    module = next(package.glob("python-*/cv2*.so"))
    module.rename(package / "cv2.abi3.so")
    module.parent.rmdir()
    for path in package.glob("config*.py"):
        path.unlink()
    (package / "config.py").write_text("import os\n\nBINARIES_PATHS = [] + BINARIES_PATHS\n", encoding="utf-8")
    place = "PYTHON_EXTENSIONS_PATHS = [LOADER_DIR] + PYTHON_EXTENSIONS_PATHS\n"
    (package / f"config-{sys.version_info[0]}.py").write_text(place, encoding="utf-8")
    for path in (source / "LICENSE", source / "COPYRIGHT"):
        if path.is_file():
            shutil.copy(path, package / f"{path.name}.txt")


def _check(made: Path) -> None:
    """Load both from the new folder and call each module that the program calls."""
    code = (
        "import cv2, numpy; assert cv2.__file__.startswith(F) and numpy.__file__.startswith(F), (cv2, numpy); "
        "hole = numpy.eye(32, dtype=numpy.uint8); cv2.inpaint(hole * 9, hole, 3, cv2.INPAINT_TELEA); "
        "cv2.grabCut; cv2.segmentation.IntelligentScissorsMB(); cv2.findContours(hole, 0, 2); "
        "numpy.linalg.inv(numpy.eye(3))"
    )
    _run("the check", [sys.executable, "-c", f"F = {str(made)!r}; {code}"], PYTHONPATH=str(made))


def _run(step: str, command: list[str], **more: str) -> None:
    done = subprocess.run(command, env={**os.environ, **more}, capture_output=True, text=True, check=False)
    if done.returncode:
        lines = (done.stdout + done.stderr).strip().splitlines()
        raise CompileError(f"Compiling {step} failed: {' / '.join(lines[-8:])[-900:]}")
