"""The About dialog: the version, and the libraries and other works the program uses, with their licences."""

from __future__ import annotations

import platform
from html import escape
from importlib.metadata import PackageNotFoundError, version

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QTabWidget,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from inpaint_studio import paths
from inpaint_studio.texts import mark, tr
from inpaint_studio.ui import icons
from inpaint_studio.ui.panels.section import soft_label
from inpaint_studio.ui.screen_room import FittingDialog

LIBRARIES = (  # package, name, licence; one row for each dependency of the program
    ("PySide6-Essentials", "Qt for Python", "LGPL-3.0"),
    ("numpy", "NumPy", "BSD-3-Clause"),
    ("numba", "Numba", "BSD-2-Clause"),
    ("opencv-python", "OpenCV", "Apache-2.0"),
    ("Pillow", "Pillow", "MIT-CMU"),
    ("torch", "PyTorch", "BSD-3-Clause"),
    ("torchvision", "torchvision", "BSD-3-Clause"),
    ("lightning-fabric", "Lightning Fabric", "Apache-2.0"),
    ("torchmetrics", "TorchMetrics", "Apache-2.0"),
    ("safetensors", "safetensors", "Apache-2.0"),
    ("scikit-image", "scikit-image", "BSD-3-Clause"),
    ("pyqtgraph", "pyqtgraph", "MIT"),
    ("qimage2ndarray", "qimage2ndarray", "BSD-3-Clause"),
    ("platformdirs", "platformdirs", "MIT"),
    ("rich", "Rich", "MIT"),
    ("jinja2", "Jinja", "BSD-3-Clause"),
    ("psutil", "psutil", "BSD-3-Clause"),
    ("filelock", "filelock", "MIT"),
    ("scipy", "SciPy", "BSD-3-Clause"),
    ("tomli-w", "Tomli-W", "MIT"),
    ("google-crc32c", "google-crc32c", "Apache-2.0"),
)
OPTIONAL_LIBRARIES = (  # of the extras; shown where they are installed
    ("webdataset", "WebDataset", "BSD-3-Clause"),
    ("tensorboard", "TensorBoard", "Apache-2.0"),
    ("wandb", "Weights & Biases", "MIT"),
    ("mlflow-skinny", "MLflow", "Apache-2.0"),
    ("onnx", "ONNX", "Apache-2.0"),
    ("onnxscript", "ONNX Script", "MIT"),
    ("onnxruntime", "ONNX Runtime", "MIT"),
    ("ray", "Ray", "Apache-2.0"),
    ("pi-heif", "pi-heif", "BSD-3-Clause"),
    ("rawpy", "rawpy", "MIT"),
    ("jxlpy", "jxlpy", "MIT"),
)
_NOT_INSTALLED = mark("not installed")
_LICENCES = (
    (mark("Icons"), "icons/LICENSE-lucide.txt"),
    (mark("Sample photos"), "samples/LICENCE.txt"),
)


class AboutDialog(FittingDialog):
    """Name, version, libraries with their licences, and the licences of what is distributed with the program."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("About Inpaint Studio"))
        self.setMinimumSize(600, 480)
        sign = QLabel()
        sign.setPixmap(icons.app_icon().pixmap(QSize(72, 72), self.devicePixelRatioF()))
        name = QLabel(tr("Inpaint Studio"))
        font = name.font()
        font.setPointSizeF(font.pointSizeF() * 1.5)
        font.setBold(True)
        name.setFont(font)
        text_column = QVBoxLayout()
        text_column.setSpacing(3)
        text_column.addStretch(1)
        text_column.addWidget(name)
        text_column.addWidget(QLabel(tr("Fills holes in photographs, and shows where the pixels came from.")))
        text_column.addWidget(
            soft_label(
                tr(
                    "Version {version}, Python {python_version}. MIT licence.",
                    version=_version("inpaint-studio"),
                    python_version=platform.python_version(),
                )
            )
        )
        text_column.addStretch(1)
        head = QHBoxLayout()
        head.setSpacing(20)
        head.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(text_column, 1)
        self.tabs = QTabWidget()
        self.tabs.tabBar().setAccessibleName(tr("Parts of this window"))
        self.tabs.addTab(_page(_libraries()), tr("Libraries"))
        self.tabs.addTab(_page(_weights(), plain=True), tr("Weights"))
        for title, file in _LICENCES:
            self.tabs.addTab(_page(_text(file), plain=True), tr(title))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(28, 24, 28, 20)
        whole.setSpacing(20)
        whole.addLayout(head)
        whole.addWidget(self.tabs, 1)
        whole.addWidget(buttons)


def _page(text: str, plain: bool = False) -> QTextBrowser:
    page = QTextBrowser()
    page.setFrameShape(QTextBrowser.Shape.NoFrame)
    page.setOpenExternalLinks(True)
    page.document().setDocumentMargin(8)
    if plain:
        page.setPlainText(text)
    else:
        page.setHtml(text)
    return page


def _libraries() -> str:
    optional = [row for row in OPTIONAL_LIBRARIES if _version(row[0]) != tr(_NOT_INSTALLED)]
    rows = "".join(
        f"<tr><td>{escape(title)}</td><td style='padding-left:24px'>{_version(package)}</td>"
        f"<td style='padding-left:24px'>{licence}</td></tr>"
        for package, title, licence in (*LIBRARIES, *optional)
    )
    return f"<table cellspacing='0' cellpadding='3'>{rows}</table>"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return tr(_NOT_INSTALLED)


def _weights() -> str:
    """Return the cards of the weights that come with the program, and the credits of their photos."""
    from inpaint_studio.engine.weights import store
    from inpaint_studio.engine.weights.model_card import ModelCard

    parts = []
    for weights in store.sets():
        card = ModelCard.of(weights.facts) if weights.origin == "shipped" else None
        if card is not None:
            rows = "\n".join(f"{name}: {text}" if name else text for name, text in card.rows())
            parts.append(f"{weights.name}\n{rows}")
    try:
        parts.append((store.shipped_folder() / "CREDITS.md").read_text(encoding="utf-8"))
    except OSError:
        parts.append(tr("No weights come with this copy of the program."))
    return "\n\n".join(parts)


def _text(file: str) -> str:
    try:
        return (paths.resources() / file).read_text(encoding="utf-8")
    except OSError as error:
        return tr("{file} cannot be read: {reason}.", file=file, reason=error.strerror or error)
