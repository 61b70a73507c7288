"""Notices in the model panel, shown instead of the options while the chosen model cannot fill: why, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from inpaint_studio.engine.weights import licences
from inpaint_studio.session.weights_manager import ModelInfo, WeightsJob
from inpaint_studio.texts import tr
from inpaint_studio.ui import icons, theme
from inpaint_studio.ui.elided_label import breakable
from inpaint_studio.ui.panels.section import reserved_label

if TYPE_CHECKING:
    from inpaint_studio.engine.weights.catalogue import Unfinished

_LINES = 5  # of text, always, so that another text does not move the layout: a licence with its terms fits
_ICON = 18  # px


class Notice(QWidget):
    """An icon, a few lines of text, and a row of buttons at the bottom."""

    def __init__(self, icon: str, colour: str = "SOFT") -> None:
        super().__init__()
        sign = icons.Sign(_ICON, icons.icon(icon, colour))
        self.text = ""  # the text shown
        self._text = reserved_label(_LINES)
        self._text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        head = QHBoxLayout()
        head.setSpacing(theme.GRID)
        head.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self._text, 1)
        self.foot = QHBoxLayout()
        self.foot.setSpacing(theme.GRID)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(theme.GRID)
        whole.addLayout(head)
        whole.addStretch(1)
        whole.addLayout(self.foot)

    def set_text(self, text: str) -> None:
        """Show `text`."""
        self.text = text
        self._text.setText(breakable(text))
        self._text.setToolTip(text)

    def add_button(self, text: str, tip: str, icon: str = "") -> QPushButton:
        """Add a button at the bottom, as wide as the others."""
        button = QPushButton(f" {text}" if icon else text)
        if icon:
            button.setIcon(icons.icon(icon))
        button.setToolTip(tip)
        button.setAccessibleName(text)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.foot.addWidget(button, 1)
        return button


class NoWeightsNotice(Notice):
    """The chosen model has no weights: how to get them."""

    def __init__(self) -> None:
        super().__init__("box")
        self.get = self.add_button(tr("Get..."), tr("See what the authors published, and get it"), "download")
        self.import_ = self.add_button(tr("Import..."), tr("Import weights from files you have"), "import")

    def show_model(self, model: ModelInfo) -> None:
        self.get.setVisible(not model.obstacle)  # what was published is for the full build, too
        self.set_text(
            model.obstacle
            or tr(
                "{title} has no weights yet. Get those that were published, or import files you have.",
                title=model.title,
            )
        )


class UnfinishedNotice(Notice):
    """A download for the chosen model stopped, in this run of the program or an earlier one: go on, or not."""

    def __init__(self) -> None:
        super().__init__("download")
        self.resume = self.add_button(tr("Resume"), tr("Go on where the download stopped"), "download")
        self.discard = self.add_button(tr("Delete"), tr("Delete what has arrived; other weights can be fetched then"))

    def show_download(self, unfinished: Unfinished) -> None:
        entry = unfinished.entry
        of = tr(" of {amount}", amount=entry.amount) if entry.amount else ""
        self.set_text(
            tr(
                "A download stopped after {arrived:.1f} MB{of}: {title}.",
                arrived=unfinished.arrived / 1000000.0,
                of=of,
                title=entry.title,
            )
        )


class WeightsJobNotice(Notice):
    """Weights for the chosen model are being downloaded or imported."""

    cancelled = Signal()
    paused = Signal()

    def __init__(self) -> None:
        super().__init__("download", theme.ACCENT)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 1000)
        self.bar.setAccessibleName(tr("Progress of the weights"))
        self.foot.addWidget(self.bar, 1, Qt.AlignmentFlag.AlignVCenter)
        self.pause = self.add_button(tr("Pause"), tr("Stop, and go on later; the program can be closed meanwhile"))
        self.cancel = self.add_button(tr("Cancel"), tr("Stop the import"))
        for button in (self.pause, self.cancel):
            self.foot.setStretchFactor(button, 0)
        self.pause.hide()  # there is room for one of them
        self.pause.clicked.connect(self.paused)
        self.cancel.clicked.connect(self.cancelled)

    def show_job(self, job: WeightsJob) -> None:
        self.pause.setVisible(job.entry is not None)
        self.cancel.setVisible(job.entry is None)
        self.set_text(f"{job.note or job.text}.")
        self.bar.setValue(round(1000 * job.fraction))


class LicenceNotice(Notice):
    """The licence of the chosen model's weights, before they are used the first time."""

    def __init__(self) -> None:
        super().__init__("scale", theme.TEXT)
        self.foot.addStretch(1)
        self.use = self.add_button(tr("Use it"), tr("The licence is not shown again for these weights"))
        self.use.setProperty("primary", "true")

    def show_model(self, model: ModelInfo) -> None:
        if model.weights is not None:
            self.set_text(licences.sentence(model.weights.licence, model.weights.terms))
