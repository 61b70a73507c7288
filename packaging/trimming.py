"""Which of the collected files stay in the build. What is left out was tried: the program runs without it.

What must stay although it looks spare: ``torch_shm_manager`` (arrays shared between processes),
``torch.testing._internal`` and ``torch._inductor`` (torch.optim.Adam imports it).
"""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

Entry = tuple[str, str, str]  # place in the build, source, kind
_KEPT = ("torch/bin/torch_shm_manager*", "PySide6/*translations/qtbase_zh_CN.qm")  # Qt's texts in the languages here
_LEFT_OUT = (
    # torch: its C++ tests, headers and tools.
    *(
        "torch/bin/*",
        "torch/test/*",
        "torch/include/*",
        "torch/share/*",
        "torch/lib/*.a",
        "torch/lib/libtorchbind_test*",
    ),
    *("torch/lib/libjitbackend_test*", "torch/lib/libbackend_with_compiler*", "torch/lib/libaoti_custom_ops*"),
    # torchvision reads no photo here, and its operators are not used (see torchvision_compat.py); beside torch's CPU
    # build these may even want CUDA.
    *("torchvision/image.*", "torchvision/_C.*", "torchvision.libs/*", "libcudart.*", "libnvjpeg.*"),
    # Qt: screens without a window system, other languages' texts of unused modules, and what brings GTK along: the
    # file dialogs come from the desktop portal.
    *("PySide6/Qt/plugins/egldeviceintegrations/*", "PySide6/Qt/plugins/generic/*", "PySide6/Qt/qml/*"),
    *("PySide6/Qt/plugins/platforms/libqeglfs*", "PySide6/Qt/plugins/platforms/libqlinuxfb*"),
    *("PySide6/Qt/plugins/platforms/libqvnc*", "PySide6/Qt/plugins/platforms/libqvkkhr*"),
    *("PySide6/Qt/plugins/platforms/libqminimalegl*", "PySide6/Qt/plugins/platformthemes/libqgtk3*"),
    *("*libQt6Egl*", "*libQt6Qml*", "*libQt6Quick*", "*libQt6VirtualKeyboard*", "*libQt6Pdf*", "*libQt6Designer*"),
    *("PySide6/QtTest*", "*libQt6Test*", "PySide6/QtQml*", "PySide6/QtQuick*", "*opengl32sw.dll"),
    *("PySide6/Qt/translations/*", "PySide6/translations/*", "resources/translations/*.ts"),
    # Qt's network with what it brings along, shells of cars and of compositors' tests, formats that Pillow reads.
    *("PySide6/QtNetwork*", "*libQt6Network*", "PySide6/Qt/plugins/networkinformation/*", "PySide6/Qt/plugins/tls/*"),
    *("libgio-2.0*", "libgobject-2.0*", "libgmodule-2.0*", "libmount.*", "libblkid.*"),
    *("libgcrypt.*", "libgpg-error.*", "liblz4.*", "libcap.*"),  # of systemd, which is a stand-in
    *("libselinux.*", "libgssapi_krb5.*", "libkrb5*", "libk5crypto.*", "libcom_err.*", "libkeyutils.*"),
    *("PySide6/Qt/plugins/wayland-shell-integration/lib[!x]*", "*libQt6WlShellIntegration*"),
    *("PySide6/Qt/plugins/wayland-graphics-integration-client/lib*-server.so", "*/imageformats/libqtiff*"),
    *("*/imageformats/libqicns*", "*/imageformats/libqtga*", "*/imageformats/libqwbmp*"),
    *("libgtk-3*", "libgdk*", "libcairo*", "libpango*", "libatk*", "libatspi*", "libpixman*", "libharfbuzz.so*"),
    *("libthai*", "libdatrie*", "libfribidi*", "libepoxy*", "libjpeg.so.62", "libgraphite2*", "libXrender*"),
    # opencv: what its highgui draws with.
    *("cv2/qt/*", "cv2/data/*", "cv2/LICENSE*"),
    # Type hints, tests and sources of libraries.
    *("*.pyi", "*.pxd", "*.pyx", "*.h", "*.hpp", "*.cpp", "*.cmake", "*/tests/*", "*/testdata/*"),
    *("hypothesis-*", "pytest-*", "cython-*", "[Rr]ay-*", "setuptools-*"),
    *("onnx/backend/test/*", "onnxruntime/transformers/*", "pyqtgraph/icons/*.svg.bak", "skimage/data/*"),
)
_PLOTS = ("pyqtgraph*", "PySide6/QtOpenGL*", "*libQt6OpenGLWidgets*")  # of trainings; pyqtgraph imports OpenGL
_NOT_LITE = ("numba*", "llvmlite*", "scipy*", "skimage*", "torch*", "onnx/*", "ml_dtypes/*", "training/*", *_PLOTS)
_NOT_LITE += ("libsqlite3.*", "*libQt6OpenGL.*", "PySide6/Qt/plugins/wayland-graphics-integration-client/*")


def is_kept(place: str, variant: str) -> bool:
    """Return whether the file at `place` in the build is needed."""
    # scikit-image reads its own .pyi files while it is imported, to learn what to import later.
    if _matches(place, _KEPT) or (variant != "lite" and _matches(place, ("skimage/*.pyi",))):
        return True
    return not (_matches(place, _LEFT_OUT) or (variant == "lite" and _matches(place, _NOT_LITE)))


def _matches(place: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(place, pattern) for pattern in patterns)


def trim(entries: Iterable[Entry], variant: str) -> list[Entry]:
    """Return the entries that stay."""
    return [entry for entry in entries if is_kept(entry[0].replace("\\", "/"), variant)]
