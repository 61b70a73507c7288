"""The one table of all actions: it makes the menus, the tool bar, the shortcuts and the F1 sheet."""

# ruff: noqa: E501 (a table is easier to read with one row per line)

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum

from PySide6.QtCore import QKeyCombination, QObject, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QWidget

from inpaint_studio import build_info, fault_watch
from inpaint_studio.texts import mark, name_either, tr
from inpaint_studio.ui import icons, theme
from inpaint_studio.ui.action_views import ICON_NAME

NO_TRAINING = mark("This build of Inpaint Studio has no training, so it cannot fine-tune; the full build can.")
_TIP_WIDTH = 60  # characters of a line of a tool tip; Qt does not wrap plain text


class Scope(Enum):
    """Where an action's keys work."""

    WINDOW = mark("anywhere in the window")
    CANVAS = mark("while the photo has the focus")
    GESTURE = mark("a key or button held over the photo; the canvas handles it")


@dataclass(frozen=True)
class Entry:
    """One row. `handler` names a method of `Handlers`; `needs` names the condition under which it is enabled."""

    id: str
    section: str  # its menu, and its heading on the F1 sheet
    text: str  # in sentence case, "..." where a dialog follows
    keys: tuple[str, ...] = ()  # as QKeySequence reads them; the first is shown
    icon: str = ""
    tip: str = ""  # one sentence, without the key
    handler: str = ""
    argument: str | None = None  # passed to the handler
    needs: str = ""
    checkable: bool = False
    scope: Scope = Scope.WINDOW
    repeats: bool = False  # while the key is held
    first_of_group: bool = False  # the menu has a line above it
    in_tool_bar: bool = False
    icon_alone: bool = False  # it has a button in a panel that shows no text

    def worded(self) -> Entry:
        """Return the row in the chosen language."""
        keys = tuple(map(tr, self.keys)) if self.scope is Scope.GESTURE else self.keys
        tip = NO_TRAINING if self.needs == "training" and not build_info.has_torch() else self.tip
        return replace(self, text=tr(self.text), tip=tr(tip) if tip else "", keys=keys)

    @property
    def key_names(self) -> tuple[str, ...]:
        """The keys as the user reads them."""
        return self.keys if self.scope is Scope.GESTURE else tuple(dict.fromkeys(map(native_name, self.keys)))

    @property
    def key_text(self) -> str:
        """The keys as the user reads them, joined by "or"."""
        return name_either(self.key_names)

    @property
    def tool_tip(self) -> str:
        """The tool tip of its button: the sentence and the key; where the button has no text the name, too."""
        first = native_name(self.keys[0]) if self.keys else ""
        sentence = self.tip or self.text.removesuffix("...")
        if self.in_tool_bar or self.icon_alone:
            name = f"{self.text} ({first})" if first else self.text
            return f"{name}\n{textwrap.fill(sentence, _TIP_WIDTH, break_on_hyphens=False)}"
        return f"{sentence} ({first})" if first else sentence


def native_name(key: str) -> str:
    """Return the name of a key as this system writes it. Both Enter keys are called Enter."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText).replace("Return", "Enter")


FILE, EDIT, TOOLS, SUGGEST, FILL, MODEL, VIEW, HELP = (
    mark("File"),
    mark("Edit"),
    mark("Tools"),
    mark("Suggest"),
    mark("Fill"),
    mark("Model"),
    mark("View"),
    mark("Help"),
)
SECTIONS = (FILE, EDIT, TOOLS, SUGGEST, FILL, MODEL, VIEW, HELP)

# Conditions that never hold together, so that their actions may share keys: suggestions take the keys of the folder.
EXCLUSIVE = ("suggestion", "neighbours")

_FIXED = (
    Entry("open", FILE, mark("Open..."), ("Ctrl+O",), "folder-open", mark("Open a photo"), "open_photo"),
    Entry("next-photo", FILE, mark("Next photo"), ("PgDown",), "", mark("Open the next photo in the folder"), "step_photo", "+", needs="neighbours", scope=Scope.CANVAS),
    Entry("previous-photo", FILE, mark("Previous photo"), ("PgUp",), "", mark("Open the photo before this one in the folder"), "step_photo", "-", needs="neighbours", scope=Scope.CANVAS),
    Entry("save", FILE, mark("Save"), ("Ctrl+S",), "save", mark("Save the photo"), "save_photo", needs="photo", first_of_group=True),
    Entry("save-as", FILE, mark("Save as..."), ("Ctrl+Shift+S",), "", mark("Save the photo under another name"), "save_photo_as", needs="photo"),
    Entry("save-flow", FILE, mark("Export flow..."), ("Ctrl+Shift+E",), "waypoints", mark("Save where the fill came from: as an image, a page to point at, a figure with "
"arrows, or numbers"), "save_flow", needs="flow"),
    Entry("save-pair", FILE, mark("Export before and after..."), ("Ctrl+B",), "columns-2", mark("Save the photo as it was opened and as it is now, as two files"), "save_pair", needs="photo"),
    Entry("import-mask", FILE, mark("Import mask..."), ("Ctrl+M",), "import", mark("Add a mask from a file to the hole"), "import_mask", needs="photo", first_of_group=True),
    Entry("export-mask", FILE, mark("Export mask..."), ("Ctrl+Shift+M",), "download", mark("Save the hole as a mask, white inside"), "export_mask", needs="hole"),
    Entry("import-labels", FILE, mark("Import labels..."), ("Ctrl+L",), "", mark("Paint the classes of a label map from a file"), "import_labels", needs="photo", first_of_group=True),
    Entry("export-labels", FILE, mark("Export labels..."), ("Ctrl+Shift+L",), "", mark("Save the labels as a label map with the names of the classes"), "export_labels", needs="label map"),
    Entry("batch", FILE, mark("Batch..."), ("Ctrl+Shift+B",), "images", mark("Fill the holes of many photos, in a window of its own"), "fill_batch", first_of_group=True),
    Entry("quit", FILE, mark("Quit"), ("Ctrl+Q",), "log-out", mark("Close the program"), "quit", first_of_group=True),
    Entry("undo", EDIT, mark("Undo"), ("Ctrl+Z",), "undo-2", mark("Take back the last step"), "undo", needs="undo", repeats=True, in_tool_bar=True),
    Entry("redo", EDIT, mark("Redo"), ("Ctrl+Shift+Z", "Ctrl+Y"), "redo-2", mark("Do again what was taken back"), "redo", needs="redo", repeats=True, in_tool_bar=True),
    Entry("copy", EDIT, mark("Copy the result"), ("Ctrl+C",), "copy", mark("Copy the photo as it is now"), "copy_photo", needs="photo", first_of_group=True),
    Entry("copy-part", EDIT, mark("Copy the hole only"), ("Ctrl+Shift+C",), "", mark("Copy the pixels in the hole, or in what was filled last; everything else is transparent"), "copy_part", needs="photo"),
    Entry("paste", EDIT, mark("Paste as new photo"), ("Ctrl+V",), "clipboard-paste", mark("Open the image on the clipboard"), "paste"),
    Entry("clear", EDIT, mark("Clear the hole"), ("Ctrl+D",), "eraser", mark("Unmark all of the hole; once more, and the guide lines go, too"), "clear_hole", needs="photo", first_of_group=True),
    Entry("grow-hole", EDIT, mark("Grow the hole"), ("Ctrl+G",), "maximize-2", mark("Enlarge the hole by some pixels"), "change_hole", "grow", needs="hole", repeats=True),
    Entry("shrink-hole", EDIT, mark("Shrink the hole"), ("Ctrl+Shift+G",), "minimize-2", mark("Make the hole smaller by some pixels"), "change_hole", "shrink", needs="hole", repeats=True),
    Entry("feather-hole", EDIT, mark("Feather the hole"), ("Ctrl+F",), "blend", mark("Give the hole a soft rim, blended into the photo"), "change_hole", "feather", needs="hole"),
    Entry("fill-inside", EDIT, mark("Fill the inside of the hole"), ("Ctrl+E",), "circle-dot", mark("Make hole of what the hole encloses"), "change_hole", "inside", needs="hole"),
    Entry("invert", EDIT, mark("Invert the hole"), ("Ctrl+I",), "contrast", mark("Mark what is not marked, and the other way round"), "invert_hole", needs="photo"),
    Entry("clear-sampling", EDIT, mark("Clear the sampling areas"), ("Ctrl+Shift+D",), "trash-2", mark("Delete all that is marked by “Do not sample here” and “Sample only here”"), "clear_sampling", needs="sampling", first_of_group=True, icon_alone=True),
    Entry("swap-sampling", EDIT, mark("Swap the sampling areas"), ("Ctrl+Shift+I",), "contrast", mark("Sample only from places marked “Do not sample here”, and the other way round"), "swap_sampling", needs="sampling"),
    Entry("remove-line", EDIT, mark("Delete a guide line"), ("Delete", "Backspace"), "trash-2", mark("Delete the chosen guide line, or the one drawn last"), "remove_line", needs="line"),
    Entry("clear-lines", EDIT, mark("Clear the guide lines"), ("Shift+Delete",), "", mark("Delete all guide lines"), "clear_lines", needs="line"),
    Entry("settings", EDIT, mark("Settings..."), ("Ctrl+,",), "settings", mark("Change how the program behaves"), "show_settings", first_of_group=True),
    Entry("smaller", TOOLS, mark("Smaller brush"), ("[",), "", mark("Make the brush smaller"), "step_size", "-", needs="size", repeats=True, first_of_group=True),
    Entry("larger", TOOLS, mark("Larger brush"), ("]",), "", mark("Make the brush larger"), "step_size", "+", needs="size", repeats=True),
    Entry("softer", TOOLS, mark("Softer brush"), ("{",), "", mark("Soften the brush's edge"), "step_hardness", "-", needs="hardness", repeats=True),
    Entry("harder", TOOLS, mark("Harder brush"), ("}",), "", mark("Harden the brush's edge"), "step_hardness", "+", needs="hardness", repeats=True),
    Entry("next-shape", TOOLS, mark("Next sampling shape"), ("Q",), "", mark("Mark sampling areas with the next shape: brush, lasso, rectangle and so on"), "step_shape", "+", needs="sampling tool"),
    Entry("previous-shape", TOOLS, mark("Previous sampling shape"), ("Shift+Q",), "", mark("Mark sampling areas with the shape before"), "step_shape", "-", needs="sampling tool"),
    Entry("nudge-source", TOOLS, mark("Move the chosen source"), (mark("Arrow keys"),), scope=Scope.GESTURE, tip=mark("By a pixel, with Shift by ten")),
    Entry("straight-line", TOOLS, mark("Draw a straight line"), (mark("Shift+click"),), scope=Scope.GESTURE, tip=mark("From the end of the stroke before, with any brush")),
    Entry("brush-wheel", TOOLS, mark("Size the brush"), ("Ctrl+wheel",), scope=Scope.GESTURE),
    Entry("erase-button", TOOLS, mark("Erase with any brush"), (mark("Right button"), mark("Pen's eraser")), scope=Scope.GESTURE),
    Entry("suggest-shadow", SUGGEST, mark("Find the shadow"), ("Shift+S",), "shadow", mark("Find the shadow beside the hole"), "find_suggestions", "shadow", needs="photo"),
    Entry("suggest-wires", SUGGEST, mark("Find wires"), ("Shift+W",), "wires", mark("Find wires across the photo"), "find_suggestions", "wires", needs="photo"),
    Entry("suggest-dust", SUGGEST, mark("Find dust and spots"), ("Shift+D",), "dust", mark("Find small spots on plain surroundings"), "find_suggestions", "dust", needs="photo"),
    Entry("suggest-text", SUGGEST, mark("Find small text"), ("Shift+T",), "text", mark("Find captions and date stamps"), "find_suggestions", "text", needs="photo"),
    Entry("accept-suggestion", SUGGEST, mark("Accept"), ("Y",), "check", mark("Make the suggestion part of the hole, and show the next"), "accept_suggestion", needs="suggestion", first_of_group=True),
    Entry("accept-suggestions", SUGGEST, mark("Accept all"), ("Shift+Y",), "", mark("Make all suggestions that are left part of the hole"), "accept_suggestions", needs="suggestion"),
    Entry("refuse-suggestion", SUGGEST, mark("Refuse"), ("N",), "x", mark("Drop the suggestion, and show the next"), "refuse_suggestion", needs="suggestion"),
    Entry("next-suggestion", SUGGEST, mark("Next suggestion"), ("PgDown",), "", mark("Show the suggestion after this one"), "step_suggestion", "+", needs="suggestion", repeats=True),
    Entry("previous-suggestion", SUGGEST, mark("Previous suggestion"), ("PgUp",), "", mark("Show the suggestion before this one"), "step_suggestion", "-", needs="suggestion", repeats=True),
    Entry("fill", FILL, mark("Fill the hole"), ("Return", "Enter"), "sparkles", mark("Fill the hole with the chosen model"), "fill", needs="photo", scope=Scope.CANVAS),
    Entry("escape", FILL, mark("Drop the stroke, or cancel the fill"), ("Esc",), "x", mark("Drop the stroke under way, or cancel the fill"), "escape"),
    Entry("another", FILL, mark("Another one"), ("Ctrl+Return", "Ctrl+Enter"), "dices", mark("Fill the drawn hole, or the last one again, with the next seed"), "another", needs="photo", first_of_group=True),
    Entry("grow-and-fill", FILL, mark("Grow and fill again"), ("Shift+Return", "Shift+Enter"), "sparkles", mark("Grow the hole by some pixels and fill it; without a hole, do so with the one filled "
"last"), "grow_and_fill", needs="photo"),
    Entry("all-models", FILL, mark("All models"), ("Ctrl+Shift+Return", "Ctrl+Shift+Enter"), "layers-2", mark("Fill the hole with every model that is ready; each fill becomes a candidate"), "fill_with_all", needs="photo"),
    Entry("previous", FILL, mark("Previous candidate"), (",",), "", mark("Show the fill before this one"), "previous_candidate", needs="previous"),
    Entry("next", FILL, mark("Next candidate"), (".",), "", mark("Show the fill after this one"), "next_candidate", needs="next"),
    Entry("predict-edges", FILL, mark("Predict edges"), ("Shift+G",), "pencil-sparkles", mark("Let the network draw the edges of the hole, so that you can correct them"), "predict_edges", needs="predicts", first_of_group=True),
    Entry("clear-edges", FILL, mark("Clear the edges"), (), "", mark("Delete all edges in the hole; the network draws its own again"), "clear_edges", needs="edges"),
    Entry("predict-labels", FILL, mark("Predict labels"), ("Shift+J",), "shapes", mark("Let the network say what belongs where in the hole, so that you can paint over it"), "predict_labels", needs="predicts labels", first_of_group=True),
    Entry("add-class", FILL, mark("Add a class"), (), "", mark("Add a class of your own to the palette of the labels"), "add_class", needs="own classes"),
    Entry("clear-labels", FILL, mark("Clear the labels"), (), "", mark("Delete all labels, painted and predicted"), "clear_labels", needs="labels"),
    Entry("get-weights", MODEL, mark("Get weights..."), (), "download", mark("See the weights published for the chosen network, or for all, and download them"), "get_weights"),
    Entry("import-weights", MODEL, mark("Import weights..."), (), "import", mark("Import weights from files you have"), "import_weights"),
    Entry("weights", MODEL, mark("Weights..."), (), "box", mark("See, rename and delete the weights on this computer"), "show_weights", first_of_group=True),
    Entry("fine-tune", MODEL, mark("Fine-tune..."), (), "graduation-cap", mark("Train a model on your own photos"), "fine_tune", needs="training", first_of_group=True),
    Entry("flow", VIEW, mark("Flow view"), ("A",), "waypoints", mark("Show where every filled pixel came from"), "show_flow", checkable=True, in_tool_bar=True),
    Entry("edges", VIEW, mark("Edges view"), ("G",), "pencil-line", mark("Show the edges in the hole; the brush draws them and the right button erases"), "show_edges", needs="edges view", checkable=True, icon_alone=True),
    Entry("labels", VIEW, mark("Labels view"), ("J",), "shapes", mark("Show the classes that are painted and predicted, or those that the last fill "
"followed"), "show_labels", needs="labels view", checkable=True, icon_alone=True),
    Entry("first-stage", VIEW, mark("First stage"), ("C",), "layers-2", mark("Show the image from the network's first stage instead of the fill"), "show_first_stage", needs="first stage", checkable=True),
    Entry("compare", VIEW, mark("Compare candidates"), ("X",), "contrast", mark("Show two candidates side by side, with a split to drag"), "show_compare", needs="compare", checkable=True, icon_alone=True),
    Entry("compare-areas", VIEW, mark("Compare with these areas"), ("Shift+A",), "columns-2", mark("Fill the last hole again under the sampling areas marked now, and show both flows "
"side by side"), "compare_areas", needs="filled"),
    Entry("hide-overlays", VIEW, mark("Hide the overlays"), ("Ctrl+H",), "eye-off", mark("Show the photo alone, without hole, lines, areas, labels and marks, until you draw "
"or press it again"), "hide_overlays", needs="photo", checkable=True),
    Entry("original", VIEW, mark("Show the original"), (mark("Tab held"),), scope=Scope.GESTURE, tip=mark("Shift+Tab leaves the photo")),
    Entry("fit", VIEW, mark("Fit to window"), ("Ctrl+0",), "scan", mark("Show the whole photo"), "fit", first_of_group=True, in_tool_bar=True),
    Entry("actual", VIEW, mark("Actual size"), ("Ctrl+1",), "", mark("Show each pixel of the photo as one pixel of the screen"), "actual_size"),
    Entry("zoom-in", VIEW, mark("Zoom in"), ("+", "="), "zoom-in", mark("Show the photo larger"), "zoom", "+", repeats=True),
    Entry("zoom-out", VIEW, mark("Zoom out"), ("-",), "zoom-out", mark("Show the photo smaller"), "zoom", "-", repeats=True),
    Entry("zoom-wheel", VIEW, mark("Zoom at the pointer"), (mark("Wheel"),), scope=Scope.GESTURE),
    Entry("pan", VIEW, mark("Move the photo"), (mark("Space held"), mark("Middle button")), scope=Scope.GESTURE),
    Entry("panels", VIEW, mark("Panels"), ("F",), "panel-right", mark("Show or fold away the panels"), "show_panels", checkable=True, first_of_group=True, in_tool_bar=True),
    Entry("next-area", VIEW, mark("Next area"), ("F6",), "", mark("Go on from the photo to the tools, the panels and back"), "go_round", "+"),
    Entry("previous-area", VIEW, mark("Previous area"), ("Shift+F6",), "", mark("Go from the photo to the panels, the tools and back"), "go_round", "-"),
    Entry("edit-keys", EDIT, mark("Keys..."), (), "keyboard", mark("Choose the keys of the actions"), "edit_keys"),
    Entry("keys", HELP, mark("All keys"), ("F1",), "keyboard", mark("Show every key"), "show_keys"),
    Entry("about", HELP, mark("About Inpaint Studio"), (), "info", mark("Version and licences"), "show_about"),
)  # fmt: skip


def entries() -> list[Entry]:
    """Make the whole table: the tools (from their own table) and all other actions, in the order of the menus."""
    from inpaint_studio.ui.tools import TOOLS as TOOL_TABLE

    tools = [
        Entry(
            f"tool-{name}",
            TOOLS,
            tool.title,
            (tool.key,),
            tool.icon,
            tool.tip,
            "use_tool",
            name,
            checkable=True,
            in_tool_bar=True,
        )
        for name, tool in TOOL_TABLE.items()
    ]
    rows = [row.worded() for row in (*tools, *_FIXED)]
    return sorted(rows, key=lambda row: SECTIONS.index(row.section))


class Actions(QObject):
    """The actions of one window: a QAction for every row of the table that is not a gesture."""

    keysChanged = Signal()

    def __init__(self, handlers: object, window: QWidget, canvas: QWidget) -> None:
        """Call methods of `handlers`; keys of the scope CANVAS belong to `canvas`, all others to `window`."""
        super().__init__(window)
        self.usual = entries()
        self.table = self.usual  # with the keys that the actions have now
        self._actions: dict[str, QAction] = {}
        self._tools = QActionGroup(self)
        for row in self.table:
            if row.scope is not Scope.GESTURE:
                action = self._make(row, getattr(handlers, row.handler))
                self._actions[row.id] = action
                (canvas if row.scope is Scope.CANVAS else window).addAction(action)
        self._by_key: dict[str, QAction] = {}
        self.set_table(self.table)

    def __getitem__(self, id_: str) -> QAction:
        return self._actions[id_]

    def rows(self, section: str) -> list[Entry]:
        """List the rows of a section that have an action."""
        return [row for row in self.table if row.section == section and row.id in self._actions]

    def set_table(self, table: list[Entry]) -> None:
        """Give the actions the keys of `table`, which has the same rows; tips and menus show them."""
        self.table = table
        for row in table:
            if row.id in self._actions:
                action = self._actions[row.id]
                action.setShortcuts([QKeySequence(key) for key in row.keys])
                action.setToolTip(row.tool_tip)
        self._by_key = {
            keys.toString(): self._actions[row.id]
            for row in table
            if row.scope is Scope.WINDOW
            for keys in self._actions[row.id].shortcuts()
        }
        self.keysChanged.emit()

    def key_of(self, id_: str) -> str:
        """Return the first key of an action, as this system writes it; "" where it has none."""
        keys = next(row.keys for row in self.table if row.id == id_)
        return native_name(keys[0]) if keys else ""

    def by_key(self, combination: QKeyCombination) -> QAction | None:
        """Find the action of the window with that key; None if there is none."""
        return self._by_key.get(QKeySequence(combination).toString())

    def refresh(self, conditions: dict[str, bool]) -> None:
        """Enable the actions whose condition is true, and disable those whose condition is false."""
        for row in self.table:
            if row.id in self._actions and row.needs:
                self._actions[row.id].setEnabled(conditions[row.needs])

    def _make(self, row: Entry, handler: Callable[..., object]) -> QAction:
        action = QAction(row.text, self)
        action.setObjectName(row.id)
        action.setStatusTip(row.tip)
        action.setCheckable(row.checkable)
        action.setAutoRepeat(row.repeats)
        if row.icon:
            action.setIcon(icons.icon(row.icon, theme.TEXT, theme.TEXT))
            action.setProperty(ICON_NAME, row.icon)
        if row.scope is Scope.CANVAS:
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        if row.handler == "use_tool":
            self._tools.addAction(action)
        action.triggered.connect(_call(handler, row))
        return action


def _call(handler: Callable[..., object], row: Entry) -> Callable[[bool], None]:
    def call(checked: bool) -> None:
        fault_watch.note_action(row.id)
        if row.argument is not None:
            handler(row.argument)
        elif row.checkable:
            handler(checked)
        else:
            handler()

    return call
