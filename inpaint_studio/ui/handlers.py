"""What the actions of the table do to a window and its session: one method a handler named there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog

if TYPE_CHECKING:
    from inpaint_studio.ui.window import Window

_SIZE_FACTOR = 1.2  # of a step of the brush size
_HARDNESS_STEP = 10  # percent
_ZOOM_FACTOR = 1.25


class Handlers:
    """The handlers of one window."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._session = window.session

    def open_photo(self) -> None:
        self._window.files.open()

    def save_photo(self) -> None:
        self._window.files.save()

    def save_photo_as(self) -> None:
        self._window.files.save_as()

    def save_flow(self) -> None:
        self._window.files.save_flow()

    def paste(self) -> None:
        self._window.files.paste()

    def quit(self) -> None:
        self._window.close()

    def undo(self) -> None:
        self._session.document.undo()

    def redo(self) -> None:
        self._session.document.redo()

    def clear_hole(self) -> None:
        self._session.document.clear_hole()

    def invert_hole(self) -> None:
        self._session.document.invert_hole()

    def remove_line(self) -> None:
        self._session.document.remove_last_line()

    def use_tool(self, name: str) -> None:
        self._window.canvas.set_tool(name)
        self._window.show_tool()

    def step_size(self, way: str) -> None:
        """Make the brush larger ("+") or smaller by a fifth, at least by a pixel."""
        self._window.canvas.scale_brush(_SIZE_FACTOR if way == "+" else 1 / _SIZE_FACTOR)

    def step_hardness(self, way: str) -> None:
        """Make the brush's edge harder ("+") or softer."""
        hardness = int(self._session.settings.get("brush_hardness"))
        self._session.settings.set("brush_hardness", hardness + (_HARDNESS_STEP if way == "+" else -_HARDNESS_STEP))

    def fill(self) -> None:
        self._window.message.settle()
        self._session.fill()

    def another(self) -> None:
        self._window.message.settle()
        self._session.another()

    def escape(self) -> None:
        """Drop the stroke under way; else cancel the fill; else close the message."""
        if self._window.canvas.drop_stroke():
            return
        if self._session.is_busy:
            self._session.cancel()
        else:
            self._window.message.dismiss()

    def previous_candidate(self) -> None:
        self._session.previous_candidate()

    def next_candidate(self) -> None:
        self._session.next_candidate()

    def get_weights(self, name: str = "") -> None:
        """Show what was published for the model of that name, or for the chosen one."""
        from inpaint_studio.ui.dialogs.download import GetWeights

        model = next((model for model in self._session.models if model.name == (name or self._session.model)), None)
        if model is not None:
            dialog = GetWeights(self._session, model, self._window)
            dialog.import_wanted.connect(self._window.files.import_weights)
            self._show_dialog(dialog)

    def import_weights(self) -> None:
        self._window.files.import_weights()

    def show_weights(self) -> None:
        from inpaint_studio.ui.dialogs.weights import WeightsDialog

        dialog = WeightsDialog(self._session, self._window)
        dialog.native = self._window.files.native
        dialog.import_wanted.connect(self._window.files.import_weights)
        self._show_dialog(dialog)

    def fine_tune(self) -> None:
        self._window.finetune.show(self._session.model)

    def show_flow(self, on: bool) -> None:
        self._window.canvas.set_flow_view(on)

    def show_edges(self, on: bool) -> None:
        self._window.views.show_edges(on)

    def show_first_stage(self, on: bool) -> None:
        self._window.views.show_first_stage(on)

    def predict_edges(self) -> None:
        self._window.message.settle()
        self._window.views.predict_edges()

    def clear_edges(self) -> None:
        self._session.clear_edges()

    def fit(self) -> None:
        self._window.canvas.fit()

    def actual_size(self) -> None:
        self._window.canvas.zoom_to(1.0)

    def zoom(self, way: str) -> None:
        """Look closer ("+") or step back."""
        self._window.canvas.zoom_to(self._window.canvas.zoom * (_ZOOM_FACTOR if way == "+" else 1 / _ZOOM_FACTOR))

    def show_panels(self, on: bool) -> None:
        self._window.column.setVisible(on)
        self._window.actions_["panels"].setChecked(on)
        self._session.settings.set("panels_shown", on)
        if not on:
            self._window.to_canvas()

    def show_settings(self) -> None:
        from inpaint_studio.ui.dialogs.settings import SettingsDialog

        choices = {"device": self._window.device.choices}
        self._show_dialog(SettingsDialog(self._session.settings, choices, self._window))

    def show_keys(self) -> None:
        from inpaint_studio.ui.dialogs.keys import KeysSheet

        self._show_dialog(KeysSheet(self._window.actions_.table, self._window))

    def show_about(self) -> None:
        from inpaint_studio.ui.dialogs.about import About

        self._show_dialog(About(self._window))

    def _show_dialog(self, dialog: QDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
