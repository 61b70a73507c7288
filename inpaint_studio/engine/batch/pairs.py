"""Pair the photos of a batch with their masks, by the stems of their names, whatever their endings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from inpaint_studio.engine.batch.find import FoundPhoto, list_images
from inpaint_studio.engine.photo import decoding, formats
from inpaint_studio.errors import InputError, PhotoError
from inpaint_studio.texts import tr

SUFFIX = "_mask"  # between the stem of the photo and the ending of its mask


class MaskFinder:
    """Finds the mask of a photo: in a folder of masks, in one file for all, or beside the photo.

    ``beach.jpg`` has ``beach_mask.png`` or, where the masks are not among the photos, ``beach.png``.
    """

    def __init__(self, photos: Sequence[FoundPhoto], masks: Path | None, suffix: str = SUFFIX) -> None:
        """`masks` is a folder or one mask for all photos; None: they lie beside the photos.

        Raises InputError where `masks` does not exist, or masks cannot be distinguished from photos.
        """
        self._suffix = suffix
        self._one = masks if masks is not None and masks.is_file() else None
        self._folder = masks if masks is not None and self._one is None else None
        if self._folder is not None and not self._folder.is_dir():
            raise InputError(tr("There is no folder or mask {name}; check the name.", name=masks))
        self._photos = {photo.path.resolve() for photo in photos}
        self._places = {(photo.place.parent, photo.path.stem.casefold()) for photo in photos}
        self._near: dict[Path, dict[str, list[Path]]] = {}
        if self._folder is None and self._one is None and not suffix:
            raise InputError(
                tr("Masks beside the photos need a suffix, or they cannot be distinguished from them."),
                tr("Use --masks DIR."),
            )
        self._all = None if self._folder is None else _by_stem(list_images(self._folder))

    def is_mask(self, photo: FoundPhoto, stems: set[tuple[Path, str]]) -> bool:
        """Return whether an image that was found is the mask of another one.

        `stems` has the folders and stems of all, without capitals. It can only be one where masks lie beside the
        photos, or among them in their own folder.
        """
        stem = photo.path.stem.casefold()
        if self._one is not None:
            return photo.path.resolve() == self._one.resolve()
        if self._folder is not None and self._folder.resolve() not in photo.path.resolve().parents:
            return False
        base = stem.removesuffix(self._suffix.casefold())
        return base != stem and (photo.path.parent.resolve(), base) in stems

    def find(self, photo: FoundPhoto) -> Path | None:
        """Return the mask of `photo`; None where it has none. Raises InputError where it has several."""
        if self._one is not None:
            return self._one
        if self._all is not None:
            found = self._in_folder(photo)
        else:
            found = self._beside(photo.path.parent).get(f"{photo.path.stem}{self._suffix}".casefold(), [])
        found = [path for path in found if path.resolve() != photo.path.resolve()]
        if len(found) > 1:
            names = ", ".join(str(path) for path in found)
            raise InputError(tr("{name} has several masks: {masks}; keep one.", name=photo.path.name, masks=names))
        return found[0] if found else None

    def _in_folder(self, photo: FoundPhoto) -> list[Path]:
        assert self._folder is not None
        assert self._all is not None
        path = photo.path
        names = dict.fromkeys(
            f"{stem}{end}".casefold() for end in (self._suffix, "") for stem in (path.stem, path.name)
        )
        for name in names:
            found = [
                mask
                for mask in self._all.get(name, [])
                if name.endswith(self._suffix.casefold()) or mask.resolve() not in self._photos
            ]
            near = [mask for mask in found if self._place(mask) == photo.place.parent]
            others = [mask for mask in found if (self._place(mask), path.stem.casefold()) not in self._places]
            if near or others:
                return near or others
        return []

    def _place(self, mask: Path) -> Path:
        """Return the subfolder of a mask; one that lies where another photo of that name does is that photo's."""
        assert self._folder is not None
        return mask.parent.relative_to(self._folder)

    def _beside(self, folder: Path) -> dict[str, list[Path]]:
        if folder not in self._near:
            try:
                files = sorted(path for path in folder.iterdir() if path.name[0] != "." and formats.format_of(path))
            except OSError:
                files = []
            self._near[folder] = _by_stem(files)
        return self._near[folder]


def leave_out_masks(photos: Sequence[FoundPhoto], finder: MaskFinder) -> list[FoundPhoto]:
    """Return the photos without the images that are masks of others."""
    stems = {(photo.path.parent.resolve(), photo.path.stem.casefold()) for photo in photos}
    return [photo for photo in photos if photo.fault or not finder.is_mask(photo, stems)]


def may_be_transparent(path: Path) -> bool:
    """Return whether a photo may have transparent parts, by its header; True where the file cannot be read."""
    try:
        with decoding.explain_errors(path), decoding.open_image(path) as image:
            return image.has_transparency_data
    except PhotoError:
        return True  # the fill says what is wrong with it


def _by_stem(paths: Iterable[Path]) -> dict[str, list[Path]]:
    found: dict[str, list[Path]] = {}
    for path in paths:
        found.setdefault(path.stem.casefold(), []).append(path)
    return found
