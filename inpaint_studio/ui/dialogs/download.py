"""The published weights of a model: those that the program can download, and those that the user has to download."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from inpaint_studio.engine.weights import licences
from inpaint_studio.session.session import Session
from inpaint_studio.session.weights_manager import ModelInfo
from inpaint_studio.texts import join_facts, name_all, tr
from inpaint_studio.ui.elided_label import breakable
from inpaint_studio.ui.panels.section import rule, soft_label
from inpaint_studio.ui.screen_room import FittingDialog, keep_on_screen

if TYPE_CHECKING:
    from inpaint_studio.engine.weights.published import PublishedFile, PublishedWeights

_WIDTH, _HIGHEST = 560, 640  # px


class DownloadDialog(FittingDialog):
    """One row for each published set: its title, size and licence, and the button that downloads it."""

    import_requested = Signal(str)  # the system's name

    def __init__(self, session: Session, model: ModelInfo | None, parent: QWidget | None = None) -> None:
        """`model`: that for which weights are shown; None: those for all models that the program can download."""
        super().__init__(parent)
        self._session, self._model = session, model
        self._system = ""
        if model is not None:
            self._system = model.name if model.weights is None else model.weights.system
        self.setWindowTitle(tr("Weights for {title}", title=model.title) if model is not None else tr("Get weights"))
        self.buttons: dict[str, QPushButton] = {}  # by the set's id, where there are several models SYSTEM:ID
        self._rows = QVBoxLayout()
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(12)
        holder = QWidget()
        holder.setObjectName("column")
        holder.setLayout(self._rows)
        self._area = QScrollArea()
        self._area.setObjectName("offers")
        self._area.setAccessibleName(tr("Published weights"))
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(holder)
        self.note = soft_label(" ", wrap=True)
        self.import_ = QPushButton(tr("Import..."))
        self.import_.setToolTip(tr("Import the files that your browser has downloaded"))
        self.import_.clicked.connect(self._import)
        close = QPushButton(tr("Close"))
        close.clicked.connect(self.reject)
        close.setDefault(True)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.note, 1)
        foot.addWidget(self.import_)
        foot.addWidget(close)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(24, 20, 24, 20)
        whole.setSpacing(16)
        whole.addWidget(self._area, 1)
        whole.addLayout(foot)
        self.setMinimumSize(_WIDTH, 320)
        session.weights.published.connect(self._show)
        session.weights.list_published(self._system)

    def _show(self, system: str, published: list[PublishedWeights]) -> None:
        if system != self._system or self._rows.count():
            return
        if not published:
            self._rows.addWidget(QLabel(tr("No published weights are known for this model.")))
        for number, entry in enumerate(published):
            if number:
                self._rows.addWidget(rule())
            self._rows.addWidget(self._row(entry))
        self._rows.addStretch(1)
        QTimer.singleShot(0, self, self._fit)  # a layout measures rows only once they are shown

    def _fit(self) -> None:
        """Make the window as high as its rows, up to a limit."""
        inner = self._rows.heightForWidth(self._area.viewport().width())
        self.resize(self.width(), min(max(self.height(), inner + self.height() - self._area.height()), _HIGHEST))
        keep_on_screen(self)

    def _row(self, entry: PublishedWeights) -> QWidget:
        row = QWidget()
        title = QLabel(self._title(entry))
        title.setWordWrap(True)
        texts = QVBoxLayout()
        texts.setSpacing(3)
        texts.addWidget(title)
        texts.addWidget(_plain(", ".join(_format_file(file) for file in entry.files)))
        texts.addWidget(_plain(_format_licence(entry)))
        stopped = next((each for each in self._session.weights.unfinished if each.entry == entry), None)
        if stopped is not None:
            texts.addWidget(_plain(tr("{arrived:.1f} MB have arrived before.", arrived=stopped.arrived / 1000000.0)))
        button = QPushButton((tr("Download") if stopped is None else tr("Resume")) if entry.direct else tr("Open page"))
        button.setProperty("wide", "true")
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setAccessibleName(f"{button.text()}: {entry.title}")
        button.setToolTip("\n".join(dict.fromkeys(file.url or file.page for file in entry.files)))
        button.clicked.connect(lambda: self._get(entry))
        self.buttons[entry.id if self._model is not None else f"{entry.system}:{entry.id}"] = button
        across = QHBoxLayout(row)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(16)
        across.addLayout(texts, 1)
        across.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return row

    def _title(self, entry: PublishedWeights) -> str:
        """The title of the set; where sets for several models are shown, with that of its model."""
        if self._model is not None:
            return entry.title
        titles = {model.name: model.title for model in self._session.models.listed}
        title = tr("{model}: {title}", model=titles.get(entry.system, entry.system), title=entry.title)
        return tr("{title} (recommended)", title=title) if entry.recommended else title

    def _get(self, entry: PublishedWeights) -> None:
        if entry.direct:
            self._session.weights.get(entry)
            self.accept()
            return
        for page in entry.pages:
            QDesktopServices.openUrl(QUrl(page))
        names = name_all([file.name for file in entry.files])
        self.note.setText(tr("Your browser opens the page. Download {names} there, then import it here.", names=names))

    def _import(self) -> None:
        self.accept()
        self.import_requested.emit(self._system)


def _plain(text: str) -> QLabel:
    label = soft_label(breakable(text), wrap=True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label


def _format_file(file: PublishedFile) -> str:
    """Format a file's name with its size and what it is checked by, where that is known."""
    sums = (
        (tr("checked by its SHA-256"), file.sha256),
        (tr("checked by its MD5"), file.md5),
        (tr("checked by the beginning of its SHA-256"), file.sha256_start),
    )
    facts = join_facts((file.amount, next((checked for checked, value in sums if value), "")))
    return tr("{name} ({facts})", name=file.name, facts=facts) if facts else file.name


def _format_licence(entry: PublishedWeights) -> str:
    mark = tr(licences.MARKS[entry.licence])
    use = tr("Free to use") if entry.licence == "free" else f"{mark[:1].upper()}{mark[1:]}"
    return tr("{use}: {terms}.", use=use, terms=entry.terms) if entry.terms else tr("{use}.", use=use)
