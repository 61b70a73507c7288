"""The menu of recently opened photos, each with a small picture of it, and the button that opens a photo."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QAction, QIcon, QImage, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from inpaint_studio.session import thumbnails
from inpaint_studio.session.raster import PHOTO
from inpaint_studio.session.session import Session
from inpaint_studio.texts import tr
from inpaint_studio.ui import theme
from inpaint_studio.ui.action_views import ActionToolButton
from inpaint_studio.ui.files import Files

_SIDE = thumbnails.SIDE // 2  # logical px
_WIDTH = 320  # px of a file's name, which is elided in the middle over that


class RecentMenu(QMenu):
    """Lists the recent photos, the newest first. The small pictures come from a thread, as disks may be slow."""

    def __init__(self, session: Session, files: Files, parent: QWidget) -> None:
        super().__init__(tr("Open recent"), parent)
        self._session, self._files = session, files
        self._lane = session.queues.reads.lane("thumbnails")
        self._icons: dict[Path, QIcon] = {}
        self.setStyleSheet(f"QMenu {{ icon-size: {_SIDE}px; }}")
        self.setToolTipsVisible(True)
        session.opened.connect(self._keep)
        session.saved.connect(self._keep)
        files.recentChanged.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        """List the photos, and get their small pictures."""
        self.clear()
        recent = self._files.recent
        for path in recent:
            name = self.fontMetrics().elidedText(path.name, Qt.TextElideMode.ElideMiddle, _WIDTH)
            action = self.addAction(self._icons.get(path, QIcon()), name.replace("&", "&&"))
            action.setToolTip(str(path))
            action.setData(str(path))
            action.triggered.connect(partial(self._open, path))
        if recent:
            self.addSeparator()
            self.addAction(tr("Clear this list")).triggered.connect(self._files.clear_recent)
        else:
            self.addAction(tr("No photo was opened yet")).setEnabled(False)
        self._lane.run(partial(thumbnails.keep_only, recent))
        self._lane.run(partial(thumbnails.read, recent), self._on_read)

    def _open(self, path: Path) -> None:
        self._files.open_path(path)

    def _on_read(self, images: dict[Path, QImage]) -> None:
        self._icons = {path: QIcon(QPixmap.fromImage(image)) for path, image in images.items()}
        for action in self.actions():
            if action.data():
                action.setIcon(self._icons.get(Path(action.data()), QIcon()))

    @Slot()
    def _keep(self) -> None:
        """Keep a small picture of the photo as it is in its file now, then show it."""
        path = self._files.path
        if path is not None:
            from inpaint_studio.engine.photo.colours import bytes_to_srgb, find_space  # not before the first picture

            document = self._session.document
            sampled = bytes_to_srgb(find_space(document.colours), thumbnails.sample(document.raster(PHOTO)))
            self._lane.run(partial(thumbnails.write, path.absolute(), sampled))
            self._lane.run(partial(thumbnails.read, self._files.recent), self._on_read)


class OpenCorner(QWidget):
    """The button that opens a photo, in the corner of the menu bar above the tools."""

    def __init__(self, action: QAction, width: int) -> None:
        """`width`: of the tool bar below, px."""
        super().__init__()
        self.button = ActionToolButton(action, theme.ON_ACCENT)
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        self.button.setIconSize(QSize(theme.ICON, theme.ICON))
        self.button.setFixedSize(theme.BUTTON, theme.FIELD_HEIGHT - 4)
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.button.setAccessibleName(tr("Open a photo"))
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.GRID - 4, 0, 0, 0)  # the menu bar itself has 4 px
        row.addWidget(self.button)
        row.addStretch(1)
        self.setFixedWidth(width)
