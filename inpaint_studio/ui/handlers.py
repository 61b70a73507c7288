"""What the actions do: one method for each handler that the table of actions names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget

from inpaint_studio.session import copying
from inpaint_studio.session.settings import SAMPLING_SHAPES
from inpaint_studio.texts import mark, tr
from inpaint_studio.ui.tools import TOOLS

if TYPE_CHECKING:
    from inpaint_studio.session.session import Session
    from inpaint_studio.session.weights_manager import ModelInfo
    from inpaint_studio.ui.actions import Actions
    from inpaint_studio.ui.areas import Areas
    from inpaint_studio.ui.batch.controls import BatchControls
    from inpaint_studio.ui.canvas.canvas import Canvas
    from inpaint_studio.ui.device_menu import DeviceMenu
    from inpaint_studio.ui.files import Files
    from inpaint_studio.ui.label_controls import LabelControls
    from inpaint_studio.ui.mask_files import MaskActions
    from inpaint_studio.ui.message_bar import MessageBar
    from inpaint_studio.ui.neighbours import Neighbours
    from inpaint_studio.ui.panels.column import PanelColumn
    from inpaint_studio.ui.training.status_button import TrainingControls
    from inpaint_studio.ui.view_controls import ViewControls

LINES_STAY = mark("The hole is cleared, and the guide lines stay. Clear again to delete them, too.")
_SIZE_FACTOR = 1.2  # of a step of the brush size
_HARDNESS_STEP = 10  # percent
_ZOOM_FACTOR = 1.25  # of a step of the zoom


class WindowParts(Protocol):
    """What the handlers use of the window, which implements it; so they do not import the window."""

    session: Session
    canvas: Canvas
    files: Files
    mask_files: MaskActions
    neighbours: Neighbours
    actions_: Actions
    areas: Areas
    column: PanelColumn
    message: MessageBar
    device_menu: DeviceMenu
    view_controls: ViewControls
    label_controls: LabelControls
    training_controls: TrainingControls
    batch_controls: BatchControls

    def show_tool(self) -> None:
        """Mark the chosen tool and show its options."""

    def focus_canvas(self) -> None:
        """Give the keyboard focus to the photo."""


class Handlers:
    """The handlers of one window."""

    def __init__(self, parts: WindowParts, window: QWidget) -> None:
        """`window`: closed by Quit, and the parent of dialogs."""
        self._parts, self._window = parts, window
        self._session = parts.session

    def open_photo(self) -> None:
        self._parts.files.open()

    def step_photo(self, way: str) -> None:
        """Open the next photo of the folder ("+") or the one before."""
        self._parts.neighbours.step(1 if way == "+" else -1)

    def save_photo(self) -> None:
        self._parts.files.save()

    def save_photo_as(self) -> None:
        self._parts.files.save_as()

    def save_flow(self) -> None:
        self._parts.files.save_flow(self._parts.canvas.compare.other_index)

    def save_pair(self) -> None:
        self._parts.files.save_pair()

    def copy_photo(self) -> None:
        self._session.status.emit(copying.copy_photo(self._session.document))

    def copy_part(self) -> None:
        self._session.status.emit(copying.copy_part(self._session.document, self._session.fills))

    def paste(self) -> None:
        self._parts.files.paste()

    def quit(self) -> None:
        self._window.close()

    def undo(self) -> None:
        """Undo what was done last, also where that is not finished: the gesture or its last point, a change, a fill."""
        if not self._parts.canvas.take_back() and not self._session.hole.take_back():
            self._session.fills.undo()

    def redo(self) -> None:
        self._session.document.redo()

    def clear_hole(self) -> None:
        """Remove the hole, or the part under the pointer; where there is no hole, the guide lines."""
        place, document = self._place(), self._session.document
        if place is not None:
            self._session.hole.clear(place)
        elif document.has_hole or not document.line_count:
            document.clear_hole()
            if document.line_count and document.live is None:
                self._parts.canvas.show_hint(tr(LINES_STAY))
        else:
            self.clear_lines()

    def clear_lines(self) -> None:
        """Remove all guide lines."""
        document = self._session.document
        document.remove_lines([line.number for line in document.lines], tr("Clear the guide lines"))

    def change_hole(self, what: str) -> None:
        """Change the hole, or the part under the pointer: ``grow``, ``shrink``, ``feather`` or fill the ``inside``."""
        hole, pixels, place = self._session.hole, int(self._session.settings.get("hole_pixels")), self._place()
        if what == "inside":
            hole.fill_inside(place)
        else:
            {"grow": hole.grow, "shrink": hole.shrink, "feather": hole.feather}[what](pixels, place)

    def _place(self) -> tuple[int, int] | None:
        """Return the pixel whose part of the hole is changed; None where all of it is."""
        if self._session.settings.get("hole_scope") != "part":
            return None
        return self._parts.canvas.last_place or (-1, -1)

    def grow_and_fill(self) -> None:
        self._session.hole.grow_and_fill(int(self._session.settings.get("hole_pixels")))

    def import_mask(self) -> None:
        self._parts.mask_files.import_mask()

    def export_mask(self) -> None:
        self._parts.mask_files.export_mask()

    def invert_hole(self) -> None:
        self._session.document.invert_hole()

    def clear_sampling(self) -> None:
        self._session.document.clear_sampling_areas()

    def swap_sampling(self) -> None:
        self._session.document.swap_sampling_areas()

    def remove_line(self) -> None:
        """Remove the chosen guide line; else the newest."""
        if not self._parts.canvas.tool.remove_chosen():
            self._session.document.remove_last_line()

    def use_tool(self, name: str) -> None:
        self._parts.canvas.set_tool(name)
        self._parts.show_tool()

    def step_size(self, way: str) -> None:
        """Make the brush larger ("+") or smaller by a fifth, at least by a pixel."""
        self._parts.canvas.scale_brush(_SIZE_FACTOR if way == "+" else 1 / _SIZE_FACTOR)

    def step_hardness(self, way: str) -> None:
        """Make the brush's edge harder ("+") or softer."""
        hardness = int(self._session.settings.get("brush_hardness"))
        self._session.settings.set("brush_hardness", hardness + (_HARDNESS_STEP if way == "+" else -_HARDNESS_STEP))

    def step_shape(self, way: str) -> None:
        """Mark sampling areas with the next shape ("+") or the one before."""
        settings, canvas = self._session.settings, self._parts.canvas
        place = SAMPLING_SHAPES.index(settings.get("sampling_shape")) + (1 if way == "+" else -1)
        shape = SAMPLING_SHAPES[place % len(SAMPLING_SHAPES)]
        settings.set("sampling_shape", shape)
        canvas.show_hint(tr("{tool}: {shape}.", tool=tr(canvas.tool.title), shape=tr(TOOLS[shape].title).lower()))

    def fill(self) -> None:
        self._session.hole.fill_after(self._session.fills.start)

    def another(self) -> None:
        self._session.hole.fill_after(self._session.fills.another)

    def more(self, count: int) -> None:
        """Make so many candidates of the hole."""
        self._session.hole.fill_after(lambda: self._session.fills.more(count))

    def escape(self) -> None:
        """Drop the stroke under way; else cancel the fill or the search; else drop the suggestions, or what the tool
        has chosen, or the message.
        """
        if self._parts.canvas.drop_stroke() or self._session.hole.cancel_fill():
            return
        if self._session.fills.is_busy:
            self._session.fills.cancel()
        elif self._session.hole.suggestions.is_searching:
            self._session.hole.suggestions.cancel()
        elif self._session.hole.suggestions.parts:
            self._session.hole.suggestions.drop()
        elif self._parts.canvas.compare.on:
            self._parts.canvas.compare.show(False)
        elif not self._parts.canvas.tool.dismiss():
            self._parts.message.dismiss()

    def fill_with_all(self) -> None:
        """Fill the hole with all models that are ready; while that runs, end it."""
        if self._session.queue.running:
            self._session.queue.cancel()
        else:
            self._session.hole.fill_after(self._session.queue.start)

    def find_suggestions(self, kind: str) -> None:
        self._session.hole.suggestions.find(kind)

    def accept_suggestion(self) -> None:
        self._session.hole.suggestions.accept()

    def accept_suggestions(self) -> None:
        """Accept all suggestions that are left."""
        self._session.hole.suggestions.accept_all()

    def refuse_suggestion(self) -> None:
        self._session.hole.suggestions.refuse()

    def step_suggestion(self, way: str) -> None:
        """Show the next suggestion ("+") or the one before."""
        self._session.hole.suggestions.step(1 if way == "+" else -1)

    def previous_candidate(self) -> None:
        self._session.fills.previous_candidate()

    def next_candidate(self) -> None:
        self._session.fills.next_candidate()

    def get_weights(self, name: str = "") -> None:
        """Show the published weights for the model of that name, or for the chosen one.

        Where that takes none, those for all models are shown.
        """
        models = self._session.models
        model = next((model for model in models.listed if model.name == (name or models.name)), None)
        self._show_published(model if model is not None and model.traits.needs_weights else None)

    def offer_weights(self) -> None:
        """Show the published weights for all models, the recommended ones first."""
        self._show_published(None)

    def _show_published(self, model: ModelInfo | None) -> None:
        from inpaint_studio.ui.dialogs.download import DownloadDialog

        dialog = DownloadDialog(self._session, model, self._window)
        dialog.import_requested.connect(self._parts.files.import_weights)
        self._show_dialog(dialog)

    def import_weights(self) -> None:
        self._parts.files.import_weights()

    def show_weights(self) -> None:
        from inpaint_studio.ui.dialogs.weights import WeightsDialog

        dialog = WeightsDialog(self._session, self._window)
        dialog.native = self._parts.files.native
        dialog.import_requested.connect(self._parts.files.import_weights)
        dialog.get_requested.connect(self.offer_weights)
        self._show_dialog(dialog)

    def fill_batch(self) -> None:
        """Show the window in which many photos are filled; it proposes the folder of the photo."""
        photo = self._session.document.photo
        self._parts.batch_controls.show(None if photo is None else photo.path)

    def fine_tune(self) -> None:
        self._parts.training_controls.show(propose=True)

    def show_flow(self, on: bool) -> None:
        self._parts.canvas.set_flow_view(on)

    def show_edges(self, on: bool) -> None:
        self._parts.view_controls.show_edges(on)

    def compare_areas(self) -> None:
        self._parts.view_controls.compare_areas()

    def show_compare(self, on: bool) -> None:
        self._parts.view_controls.show_compare(on)

    def show_first_stage(self, on: bool) -> None:
        self._parts.view_controls.show_first_stage(on)

    def predict_edges(self) -> None:
        self._parts.view_controls.predict_edges()

    def clear_edges(self) -> None:
        self._session.edges.clear()

    def show_labels(self, on: bool) -> None:
        self._parts.label_controls.show_view(on)

    def predict_labels(self) -> None:
        self._parts.label_controls.predict()

    def clear_labels(self) -> None:
        self._session.labels.clear()

    def add_class(self) -> None:
        self._session.labels.palette.add()

    def import_labels(self) -> None:
        self._parts.label_controls.import_map()

    def export_labels(self) -> None:
        self._parts.label_controls.export_map()

    def hide_overlays(self, on: bool) -> None:
        self._parts.canvas.overlays.hide(on)

    def fit(self) -> None:
        self._parts.canvas.fit()

    def actual_size(self) -> None:
        self._parts.canvas.zoom_to(1.0)

    def zoom(self, way: str) -> None:
        """Zoom in ("+") or out."""
        self._parts.canvas.zoom_to(self._parts.canvas.zoom * (_ZOOM_FACTOR if way == "+" else 1 / _ZOOM_FACTOR))

    def show_panels(self, on: bool) -> None:
        self._parts.column.setVisible(on)
        self._parts.actions_["panels"].setChecked(on)
        self._session.settings.set("panels_shown", on)
        if not on:
            self._parts.focus_canvas()

    def go_round(self, way: str) -> None:
        """Give the keyboard focus to the next area of the window ("+") or to the one before."""
        self._parts.areas.step(1 if way == "+" else -1)

    def show_settings(self) -> None:
        from inpaint_studio.ui.dialogs.settings import SettingsDialog

        choices = {"device": self._parts.device_menu.choices}
        dialog = SettingsDialog(self._session.settings, choices, self._window)
        dialog.edit_keys.clicked.connect(self.edit_keys)
        self._show_dialog(dialog)

    def show_keys(self) -> None:
        from inpaint_studio.ui.dialogs.keys import KeysDialog

        dialog = KeysDialog(self._parts.actions_.table, self._window)
        dialog.edit_keys.clicked.connect(dialog.accept)
        dialog.edit_keys.clicked.connect(self.edit_keys)
        self._show_dialog(dialog)

    def edit_keys(self) -> None:
        from inpaint_studio.ui.dialogs.shortcuts import ShortcutsDialog

        self._show_dialog(ShortcutsDialog(self._parts.actions_, self._session.settings, self._window))

    def show_about(self) -> None:
        from inpaint_studio.ui.dialogs.about import AboutDialog

        self._show_dialog(AboutDialog(self._window))

    def _show_dialog(self, dialog: QDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
