"""Where an imported segmenter lies: MobileSAM as safetensors, or as a pair of ONNX files. One is kept, the newest.

It lies beside the folder of weights, as it fills nothing: no list of models shows it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import NamedTuple

from inpaint_studio import atomic, paths
from inpaint_studio.errors import WeightsError
from inpaint_studio.texts import tr

NAME = "mobile-sam"  # as on the command line
TITLE = "MobileSAM"
_TORCH, _ENCODER, _DECODER = f"{NAME}.safetensors", f"{NAME}.encoder.onnx", f"{NAME}.decoder.onnx"


class Stored(NamedTuple):
    """The files of a segmenter: one of weights, or encoder and decoder as ONNX."""

    files: tuple[Path, ...]
    stamp: tuple[tuple[int, int], ...]  # time of change (ns) and size of each file

    @property
    def kind(self) -> str:
        """The format, for the user."""
        return "torch" if len(self.files) == 1 else "ONNX"

    @property
    def size(self) -> int:
        """The size of all files, bytes."""
        return sum(size for _, size in self.stamp)

    @property
    def since(self) -> float:
        """When the newest file was written, seconds since 1970."""
        return max(changed for changed, _ in self.stamp) / 1e9


def folder() -> Path:
    """Give the folder of the segmenter (not created here)."""
    return paths.data_dir() / "segmenters"


def find() -> Stored | None:
    """Return the imported segmenter; None where there is none. Cheap enough to ask for every gesture."""
    for names in ((_TORCH,), (_ENCODER, _DECODER)):
        files = tuple(folder() / name for name in names)
        with suppress(OSError):
            facts = [file.stat() for file in files]
            return Stored(files, tuple((fact.st_mtime_ns, fact.st_size) for fact in facts))
    return None


def save_torch(write: Callable[[Path], object]) -> None:
    """Keep the weights that `write` puts into a file. Raises WeightsError, then nothing has changed."""
    _save({_TORCH: write}, (_ENCODER, _DECODER))


def save_onnx(encoder: bytes, decoder: bytes) -> None:
    """Keep a pair of ONNX files. Raises WeightsError."""
    _save(
        {_ENCODER: lambda path: path.write_bytes(encoder), _DECODER: lambda path: path.write_bytes(decoder)}, (_TORCH,)
    )


def remove() -> None:
    """Delete the segmenter. Raises WeightsError where there is none, or it cannot be deleted."""
    if find() is None:
        raise WeightsError(tr("There is no {title} to delete; it was not imported.", title=TITLE))
    _delete((_TORCH, _ENCODER, _DECODER))


def _save(writers: Mapping[str, Callable[[Path], object]], others: tuple[str, ...]) -> None:
    try:
        folder().mkdir(parents=True, exist_ok=True)
        with ExitStack() as files:  # all are written before the first takes its place: halves of two pairs do not fit
            for name, write in writers.items():
                write(files.enter_context(atomic.open_temporary_path(folder() / name, mode=0o644)))
    except OSError as error:
        raise WeightsError(
            tr(
                "{title} was not saved: {explain_write_error}.",
                title=TITLE,
                explain_write_error=atomic.explain_write_error(error),
            )
        ) from error
    _delete(others)


def _delete(names: tuple[str, ...]) -> None:
    try:
        for name in names:
            (folder() / name).unlink(missing_ok=True)
    except OSError as error:
        raise WeightsError(
            tr(
                "{title} was not deleted: {explain_write_error}.",
                title=TITLE,
                explain_write_error=atomic.explain_write_error(error),
            )
        ) from error
