"""Labels in one window: the tool and its view belong together; predictions, and the dialogs for label maps."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from inpaint_studio.session.raster import LABELS, PREDICTED
from inpaint_studio.session.session import Session
from inpaint_studio.texts import mark, tr
from inpaint_studio.ui.actions import Actions
from inpaint_studio.ui.canvas import modes
from inpaint_studio.ui.canvas.canvas import Canvas
from inpaint_studio.ui.files import Files, Kinds, add_suffix
from inpaint_studio.ui.panels.column import PanelColumn
from inpaint_studio.ui.tools.labels import LabelTool

MAPS: Kinds = {"Label map (*.png)": (".png",)}
HOW_TO = mark("Paint what should be where; Alt picks a class, the right button erases. Enter fills.")


class LabelControls(QObject):
    """The tool for labels brings their view, and leaves with it; the view may be shown without the tool."""

    def __init__(
        self,
        window: QWidget,
        session: Session,
        canvas: Canvas,
        actions: Actions,
        column: PanelColumn,
        files: Files,
        show_problem: Callable[[], None],
    ) -> None:
        """`show_problem` shows in the model panel why the chosen model cannot be used."""
        super().__init__(canvas)
        self._window, self._session, self._canvas, self._files = window, session, canvas, files
        self._actions, self._show_problem = actions, show_problem
        self._last = canvas.tool.name  # the tool chosen last that was another one
        self._view_follows = False  # the tool has switched the view on
        column.labels.add_actions(actions)
        column.model_section.add_toggle(actions["labels"], with_text=False)
        session.opened.connect(self._on_opened)
        session.labels.files.imported.connect(self._on_imported)
        canvas.toolChanged.connect(self._on_tool)
        canvas.viewChanged.connect(self._on_view)
        canvas.cursorMoved.connect(column.labels.show_place)

    def conditions(self) -> dict[str, bool]:
        """The conditions of the table of actions that concern labels."""
        session, views = self._session, self._canvas.modes
        has_photo, drawn = session.document.photo is not None, self._canvas.has_any(LABELS, PREDICTED)
        predicts = session.models.predicts("labels")
        concerned = predicts or "labels" in session.models.follows
        return {
            "predicts labels": has_photo and predicts,
            "labels": drawn,
            "label map": drawn or views.has_used_labels,
            "labels view": has_photo and (concerned or drawn or views.has_used_labels),
            "own classes": session.labels.palette.is_own,
        }

    def predict(self) -> None:
        """Predict the labels, and show them."""
        if self._session.labels.predict():
            self._canvas.modes.show(modes.LABELS)
        elif self._session.models.blocked_reason:
            self._show_problem()

    def show_view(self, on: bool) -> None:
        """Show the labels, or no more; predict them if there are none and the model can."""
        self._canvas.modes.show(modes.LABELS, on)
        self._actions["labels"].setChecked(self._canvas.modes.name == modes.LABELS)
        if on:
            self._session.labels.predict_if_missing()

    def import_map(self) -> None:
        """Show the dialog to choose a label map."""
        self._files.import_dialog(tr("Import labels"), self.import_path)

    def import_path(self, path: Path) -> None:
        """Read this label map; it is shown when it is in the document."""
        self._session.labels.files.read(path)

    def export_map(self) -> None:
        """Show the dialog to save the labels as a label map."""
        photo = self._session.document.photo
        if photo is None:
            return
        name = f"{photo.path.stem if photo.path is not None else 'picture'}-labels.png"
        dialog = self._files.save_dialog(tr("Export labels"), self._files.folder() / name, MAPS, ".png")
        dialog.fileSelected.connect(
            lambda chosen: self._session.labels.files.save(add_suffix(Path(chosen), dialog, MAPS))
        )
        dialog.open()

    @Slot()
    def _on_opened(self) -> None:
        if self._canvas.tool.name == LabelTool.name:  # it was chosen before there was a photo
            self._on_tool(LabelTool.name)

    @Slot()
    def _on_imported(self) -> None:
        self._canvas.modes.show(modes.LABELS)

    @Slot(str)
    def _on_tool(self, name: str) -> None:
        if name != LabelTool.name:
            self._last = name
            follows, self._view_follows = self._view_follows, False
            if follows:
                self._canvas.modes.show(modes.LABELS, on=False)
        elif self._canvas.modes.name != modes.LABELS:
            self._view_follows = True
            self.show_view(True)
            if not self._session.fills.is_busy:
                self._canvas.show_hint(tr(HOW_TO))

    @Slot(str)
    def _on_view(self, name: str) -> None:
        if name != modes.LABELS and self._canvas.tool.name == LabelTool.name:
            self._canvas.set_tool(self._last)
