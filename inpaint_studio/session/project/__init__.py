"""Projects: OpenRaster files that hold the photo's file, its layers, and all that is needed to go on working."""

from pathlib import PurePath

from inpaint_studio.texts import mark

SUFFIX = ".ora"
FILTER = mark("OpenRaster project (*.ora)")  # of file dialogs


def is_project(path: PurePath | None) -> bool:
    """Return whether the file's name ends as that of a project."""
    return path is not None and path.suffix.lower() == SUFFIX
