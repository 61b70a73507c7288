"""Open, save, paste and drop photos, with a question before unsaved work is lost; choose weights to import."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, QStandardPaths, Qt, Signal
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QWidget

from inpaint_studio import paths
from inpaint_studio.engine.photo import formats
from inpaint_studio.session import project
from inpaint_studio.session.pair_export import export_pair
from inpaint_studio.session.project import is_project
from inpaint_studio.session.session import FILES, Session, name_marks
from inpaint_studio.texts import mark, tr
from inpaint_studio.ui.dialogs.overwrite import OverwriteChoice, OverwriteDialog
from inpaint_studio.ui.dialogs.unsaved import UnsavedChoice, UnsavedDialog

Kinds = dict[str, tuple[str, ...]]  # kinds of files: the dialog's filter -> the suffixes

WEIGHTS = mark("Weights (*.safetensors *.pth *.pt *.ckpt *.t7 *.p *.index *.json *.zip *.onnx)")
ANY = mark("All files (*)")
FLOWS: Kinds = {
    mark("Image of the flow (*.png)"): (".png",),
    mark("Page to point at (*.html)"): (".html",),
    mark("Figure with arrows (*.svg)"): (".svg",),
    mark("Middlebury flow, numbers (*.flo)"): (".flo",),
}
MAX_RECENT = 8


class Files(QObject):
    """The File menu of a window. Nothing here blocks: dialogs are opened, and their results arrive as signals."""

    nameChanged = Signal()  # the photo has another name
    recentChanged = Signal()
    trouble = Signal(str)
    mask_dropped = Signal(object)  # Path of an image that is a mask for the photo

    def __init__(self, window: QWidget, session: Session) -> None:
        super().__init__(window)
        self._window, self._session = window, session
        self.native = True  # the desktop's own file dialogs
        self._then: Callable[[], None] | None = None  # called after the save under way
        session.opened.connect(self._on_opened)
        session.saved.connect(self._on_saved)
        session.failed.connect(self._on_failed)

    # The photo's name

    @property
    def path(self) -> Path | None:
        """The file that a save writes to; None for samples and pasted images, which are not the user's files."""
        photo = self._session.document.photo
        if photo is None or photo.path is None or _is_sample(photo.path):
            return None
        return photo.path

    @property
    def name(self) -> str:
        """The photo's name in the window title."""
        photo = self._session.document.photo
        if photo is None:
            return ""
        return photo.path.name if photo.path is not None else tr("Pasted picture")

    # Opening

    def open(self) -> None:
        """Show the dialog to open a photo."""
        self.guard(self._show_open_dialog)

    def open_path(self, path: Path) -> None:
        """Open this photo, after the question about unsaved work."""
        self.guard(lambda: self._session.open(path))

    def paste(self) -> None:
        """Open what is on the clipboard: an image, or a copied file."""
        data = QGuiApplication.clipboard().mimeData()
        if not self.take(data):
            self._session.paste(QImage())  # reports that there is none

    def accepts(self, data: QMimeData) -> bool:
        """Whether `data` holds an image or a file."""
        return data.hasImage() or bool(local_files(data))

    def take(self, data: QMimeData) -> bool:
        """Open the image in `data` or import the weights; False if it holds neither an image nor files."""
        files = local_files(data)
        if files:
            self._take_files(files)
        elif data.hasImage():
            image = QImage(data.imageData())
            self.guard(lambda: self._paste(image))
        return bool(files) or data.hasImage()

    def _take_files(self, files: list[Path]) -> None:
        """Open the first image among `files`; if there is none, import them as one set of weights.

        An image that is a mask for the photo is added to the hole instead.
        """
        image = first_to_open(files)
        if image is not None:
            self._take_image(image)
            return

        def on_found(image: Path | None) -> None:
            if image is not None:
                self._take_image(image)
            else:
                self._session.weights.import_files(files)

        queues, failed = self._session.queues, self._session.failed
        queues.io.run(partial(_first_image, files), on_found, failed.emit, lane=FILES)

    def _take_image(self, path: Path) -> None:
        """Add a mask for the photo to the hole; open any other image, and projects."""
        if is_project(path):
            self.open_path(path)
            return

        def on_found(is_mask: bool) -> None:
            if is_mask:
                self.mask_dropped.emit(path)
            else:
                self.open_path(path)

        self._session.hole.masks.find_out(path, on_found)

    def _paste(self, image: QImage) -> None:
        self._session.paste(image)

    @property
    def recent(self) -> list[Path]:
        """Recently opened photos, the newest first."""
        return [Path(line) for line in str(self._session.settings.get("recent")).splitlines() if line]

    def clear_recent(self) -> None:
        """Clear the list of recent photos."""
        self._session.settings.set("recent", "")
        self.recentChanged.emit()

    def _remember(self, path: Path) -> None:
        lines = [str(path), *(str(other) for other in self.recent if other != path)]
        self._session.settings.set("recent", "\n".join(line for line in lines[:MAX_RECENT] if "\n" not in line))
        self._session.settings.set("last_folder", str(path.parent))
        self.recentChanged.emit()

    # Saving

    def save(self, then: Callable[[], None] | None = None) -> None:
        """Save over the photo's file, and ask first where that would lose something; call `then` once it is saved.

        Where there is no file, or one of a format that is not written, the user chooses another.
        """
        self._then = then
        path = self.path
        kind = None if path is None else formats.format_of(path)
        if path is not None and (project.is_project(path) or (kind is not None and kind.writable)):
            self._save_or_ask(path)
        else:
            self.save_as(then)

    def _save_or_ask(self, path: Path) -> None:
        self._session.save(path, partial(self._ask_before_replacing, path))

    def _ask_before_replacing(self, path: Path, losses: Sequence[str]) -> None:
        """Ask whether the file at `path` shall lose what the sentences in `losses` name."""
        then = self._then
        dialog = OverwriteDialog(path.name, losses, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        def on_finished() -> None:
            if dialog.choice is OverwriteChoice.REPLACE:
                self._session.save(path)
            elif dialog.choice is OverwriteChoice.SAVE_AS:
                self.save_as(then)
            else:
                self._forget_then()

        dialog.finished.connect(on_finished)
        dialog.open()

    def save_as(self, then: Callable[[], None] | None = None) -> None:
        """Show the dialog to save the photo; call `then` once it is saved."""
        self._then = then
        photo = self._session.document.photo
        if photo is None:
            return
        path = photo.path
        suffix = ".png" if path is None else path.suffix.lower()
        kind = None
        if path is not None and not project.is_project(path):
            kind = formats.format_of(path) or formats.find_format(photo.meta.format)
        if kind is not None and suffix not in kind.suffixes:
            suffix = kind.suffixes[0]
        if kind is not None and not kind.writable:
            suffix = kind.instead
        name = f"{path.stem}{suffix}" if path is not None else f"picture{suffix}"
        kinds = _photo_kinds() | {tr(project.FILTER): (project.SUFFIX,)}
        dialog = self.save_dialog(tr("Save as"), self.folder() / name, kinds, suffix)
        dialog.fileSelected.connect(lambda chosen: self._save_or_ask(add_suffix(Path(chosen), dialog, kinds)))
        dialog.rejected.connect(self._forget_then)
        dialog.open()

    def save_flow(self, beside: int = -1) -> None:
        """Show the dialog to save the flow of the newest fill; `beside`: with that of the candidate of this index."""
        path = self._session.document.photo.path if self._session.document.photo is not None else None
        name = f"{path.stem if path is not None else 'picture'}-flow.png"
        kinds = {tr(kind): suffixes for kind, suffixes in FLOWS.items() if beside < 0 or ".flo" not in suffixes}
        dialog = self.save_dialog(tr("Export flow"), self.folder() / name, kinds, ".png")
        dialog.fileSelected.connect(
            lambda chosen: self._session.save_flow(add_suffix(Path(chosen), dialog, kinds), beside)
        )
        dialog.open()

    def save_pair(self) -> None:
        """Show the dialog to save the photo as it was opened and as it is now; nothing is replaced."""
        photo = self._session.document.photo
        if photo is None:
            return
        name, kinds = photo.path.with_suffix(".png").name if photo.path is not None else "picture.png", _photo_kinds()
        dialog = self.save_dialog(tr("Export before and after"), self.folder() / name, kinds, ".png")
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)  # each file gets a longer name that is free
        dialog.fileSelected.connect(lambda chosen: export_pair(self._session, add_suffix(Path(chosen), dialog, kinds)))
        dialog.open()

    # Weights

    def import_weights(self, system: str = "") -> None:
        """Show the dialog to choose the files of one set of weights, and import them for `system` ("": any model)."""
        settings = self._session.settings
        folder = Path(str(settings.get("weights_folder")) or Path.home())
        dialog = QFileDialog(self._window, tr("Import weights"), str(folder if folder.is_dir() else Path.home()))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setLabelText(QFileDialog.DialogLabel.Accept, tr("Import"))
        dialog.setNameFilters([tr(WEIGHTS), tr(ANY)])
        self.prepare(dialog)

        def on_selected(names: list[str]) -> None:
            files = [Path(name) for name in names]
            settings.set("weights_folder", str(files[0].parent))
            self._session.weights.import_files(files, system)

        dialog.filesSelected.connect(on_selected)
        dialog.open()

    # Unsaved work

    def guard(self, then: Callable[[], None]) -> None:
        """Call `then` at once if there is no unsaved work, else after the user has saved it or chosen to lose it.

        While that work is being saved, wait for the end of the save before asking.
        """
        if not self._session.document.modified:
            then()
            return
        if self._session.is_saving:
            self._then = lambda: self.guard(then)
            return
        marks = "" if is_project(self.path) else name_marks(self._session.document)
        dialog = UnsavedDialog(self.name, marks, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        def on_finished() -> None:
            if dialog.choice is UnsavedChoice.DISCARD:
                then()
            elif dialog.choice is UnsavedChoice.SAVE:
                self.save(then)

        dialog.finished.connect(on_finished)
        dialog.open()

    def _forget_then(self) -> None:
        self._then = None

    # Results of the session

    def _on_opened(self) -> None:
        path = self.path
        if path is not None:
            self._remember(path.absolute())
        self.nameChanged.emit()

    def _on_saved(self, path: str) -> None:
        self._remember(Path(path).absolute())
        self.nameChanged.emit()
        then, self._then = self._then, None
        if then is not None:
            then()

    def _on_failed(self, _sentence: str) -> None:
        self._forget_then()

    # Dialogs

    def _show_open_dialog(self) -> None:
        dialog = QFileDialog(self._window, tr("Open a photo"), str(self.folder()))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        photos = formats.suffixes(formats.FORMATS)
        both = tr("Photos and projects ({suffixes})", suffixes=_globs([*photos, project.SUFFIX]))
        dialog.setNameFilters([both, formats.dialog_filter(tr("Photos"), formats.FORMATS), tr(project.FILTER), tr(ANY)])
        self.prepare(dialog)
        dialog.fileSelected.connect(lambda chosen: self._session.open(chosen))
        dialog.open()

    def import_dialog(self, title: str, read: Callable[[Path], object]) -> None:
        """Show a dialog to choose an image file that is laid over the photo; `read` gets its path."""
        dialog = QFileDialog(self._window, title, str(self.folder()))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setLabelText(QFileDialog.DialogLabel.Accept, tr("Import"))
        dialog.setNameFilters([formats.dialog_filter(tr("Images"), formats.FORMATS), tr(ANY)])
        self.prepare(dialog)
        dialog.fileSelected.connect(lambda chosen: read(Path(chosen)))
        dialog.open()

    def save_dialog(self, title: str, proposed: Path, kinds: Kinds, suffix: str) -> QFileDialog:
        """Make a dialog to save a file of one of `kinds`, at first that with `suffix`."""
        dialog = QFileDialog(self._window, title, str(proposed.parent))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        self.prepare(dialog)
        dialog.setNameFilters(list(kinds))
        dialog.selectNameFilter(
            next((kind for kind, suffixes in kinds.items() if suffix in suffixes), next(iter(kinds)))
        )
        dialog.selectFile(proposed.name)
        dialog.filterSelected.connect(partial(_follow_kind, dialog, kinds))
        return dialog

    def prepare(self, dialog: QFileDialog) -> None:
        """Make `dialog` the desktop's own or Qt's, and delete it once it is closed."""
        dialog.setOption(QFileDialog.Option.DontUseNativeDialog, not self.native)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def folder(self) -> Path:
        """The folder that dialogs start in: the photo's, else that of the last photo, else the user's pictures."""
        if self.path is not None:
            return self.path.parent
        last = str(self._session.settings.get("last_folder"))
        if last and Path(last).is_dir():
            return Path(last)
        pictures = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation))
        return pictures if pictures.is_dir() else Path.home()


def local_files(data: QMimeData) -> list[Path]:
    """List the files of this computer in `data`."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


def first_to_open(files: Sequence[Path]) -> Path | None:
    """Return the first of these files whose name is that of a photo or a project; None without one."""
    return next((file for file in files if is_project(file) or formats.format_of(file)), None)


def _globs(suffixes: Iterable[str]) -> str:
    return " ".join(f"*{suffix}" for suffix in suffixes)


def _photo_kinds() -> Kinds:
    return {formats.dialog_filter(each.title, [each]): each.suffixes for each in formats.writable_formats()}


def _is_sample(path: Path) -> bool:
    return path.resolve().is_relative_to(paths.resources().resolve())


def _first_image(paths: Sequence[Path]) -> Path | None:
    """Return the first of these files that is an image by its content; None where none is."""
    from inpaint_studio.engine.photo.decoding import is_image

    return next((path for path in paths if is_image(path)), None)


def _follow_kind(dialog: QFileDialog, kinds: Kinds, kind: str) -> None:
    """Give the name in the dialog the suffix of the kind that was chosen."""
    suffixes, names = kinds.get(kind, ()), dialog.selectedFiles()
    if not suffixes or not names:
        return
    path = Path(names[0])
    known = {suffix for each in kinds.values() for suffix in each}
    if path.suffix.lower() not in suffixes:
        dialog.selectFile(f"{path.stem if path.suffix.lower() in known else path.name}{suffixes[0]}")


def add_suffix(path: Path, dialog: QFileDialog, kinds: Kinds) -> Path:
    """Add the suffix of the chosen kind to `path` if it has none."""
    if path.suffix:
        return path
    return path.with_suffix(kinds.get(dialog.selectedNameFilter(), (".png",))[0])
