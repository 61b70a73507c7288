"""Detect the format of a weights file by its content, and read it with the reader for that format."""

from __future__ import annotations

from pathlib import Path

import torch

from inpaint_studio.engine.weights.readers import (
    json_tensors,
    safetensors,
    tf_bundle,
    tf_table,
    torch7,
    torch_legacy,
    torch_zip,
)
from inpaint_studio.engine.weights.readers.archive import Archive
from inpaint_studio.engine.weights.readers.byte_source import ByteSource, UnusableFile
from inpaint_studio.engine.weights.readers.file_set import FolderFiles, ZipFiles
from inpaint_studio.engine.weights.readers.tensors import load_tensors
from inpaint_studio.texts import mark, tr

_HEAD = 512  # bytes at the beginning that distinguish most formats
_ZIP = (b"PK\3\4", b"PK\5\6")
_PICKLE = b"\x80"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# Archives of other kinds, and files that are often mistaken for weights: how they begin, and the sentence.
_UNPACK = mark("is a packed folder ({kind}); unpack it and choose the weights file inside")
_PACKED = {
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\0": "xz",
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"Rar!": "rar",
}
_OTHERS = {
    b"\x89HDF": mark("is an HDF5 file, which is not read; look for the weights in another format"),
    b"\x93NUMPY": mark("is a NumPy array, which is not read; look for the weights in another format"),
    b"version https://git-lfs": mark("is only a pointer to the weights (Git LFS); download the file itself"),
    b"4\n1\n": mark("is a Torch7 file in text form; save it again in Torch7's binary form"),
    b"3\n1\n": mark("is a Torch7 file in text form; save it again in Torch7's binary form"),
}
_PAGES = (b"<!doctype", b"<html", b"<head", b"<script", b"<?xml", b"<!--")


def read_folder(path: Path) -> dict[str, torch.Tensor]:
    """Read the TensorFlow checkpoint in a folder. Raises UnusableFile where there is none."""
    files = FolderFiles(path)
    index = tf_bundle.find_index(files)
    if index is None:
        raise UnusableFile(tr("is a folder without a TensorFlow checkpoint; choose the weights file inside"))
    return tf_bundle.read(files, index)


def read_file(path: Path) -> dict[str, torch.Tensor]:
    """Read a weights file, or the whole checkpoint that the file is a part of. Raises UnusableFile."""
    with path.open("rb") as file:
        source = ByteSource(file)
        if tf_table.matches(source):
            return tf_bundle.read(FolderFiles(path.parent), path.name)
        if tf_bundle.is_state_file(source.head(_HEAD)):
            return _read_latest(path.parent)
        index = tf_bundle.index_beside(FolderFiles(path.parent), path.name)
        if index is not None:
            return tf_bundle.read(FolderFiles(path.parent), index)
        return _read_source(source)


def _read_latest(folder: Path) -> dict[str, torch.Tensor]:
    index = tf_bundle.find_index(FolderFiles(folder))
    if index is None:
        raise UnusableFile(tr("names a TensorFlow checkpoint; put its .index and .data files into the same folder"))
    return tf_bundle.read(FolderFiles(folder), index)


def _read_source(source: ByteSource) -> dict[str, torch.Tensor]:
    head = source.head(_HEAD)
    if head.startswith(_ZIP):
        return _read_zip(source)
    if _is_single_file(head):
        return _read_single_file(source, head)
    if head.removeprefix(_BYTE_ORDER_MARK).lstrip()[:1] in (b"{", b"["):
        return load_tensors(json_tensors.list_tensors(source), source.size)
    raise _explain_refusal(head)


def _is_single_file(head: bytes) -> bool:
    """Return whether a file that begins so has one of the formats in which a checkpoint is a single file."""
    return head.startswith((*_ZIP, _PICKLE)) or safetensors.matches(head) or torch7.matches(head)


def _read_single_file(source: ByteSource, head: bytes) -> dict[str, torch.Tensor]:
    if safetensors.matches(head):
        return load_tensors(safetensors.list_tensors(source), source.size)
    if torch7.matches(head):
        return load_tensors(torch7.list_tensors(source), source.size)
    return load_tensors(torch_legacy.list_tensors(source), source.size)


def _read_zip(source: ByteSource, nested: bool = False) -> dict[str, torch.Tensor]:
    """Read a checkpoint of torch, or the only checkpoint among the files of a zip."""
    archive = Archive(source)
    root = torch_zip.find_root(archive)
    if root is not None:
        return load_tensors(torch_zip.list_tensors(archive, root), source.size)
    archive.check_few()
    names = [] if nested else [name for name in archive.names if _is_single_file(archive.head(name, _HEAD))]
    if len(names) > 1:
        raise UnusableFile(tr("is a zip with {count} weights files; unpack it and choose one", count=len(names)))
    if not names:
        index = tf_bundle.find_index(ZipFiles(archive))
        if index is None:
            raise UnusableFile(tr("is a zip without a weights file; choose the file with the network's weights"))
        return tf_bundle.read(ZipFiles(archive), index)
    inner = archive.source(names[0])
    head = inner.head(_HEAD)
    return _read_zip(inner, nested=True) if head.startswith(_ZIP) else _read_single_file(inner, head)


def _explain_refusal(head: bytes) -> UnusableFile:
    """Make the error for a file of no known weights format: what it is instead."""
    for start, kind in _PACKED.items():
        if head.startswith(start):
            return UnusableFile(tr(_UNPACK, kind=kind))
    for start, sentence in _OTHERS.items():
        if head.startswith(start):
            return UnusableFile(tr(sentence))
    if head[257:262] == b"ustar":
        return UnusableFile(tr(_UNPACK, kind="tar"))
    if head.removeprefix(_BYTE_ORDER_MARK).lstrip().lower().startswith(_PAGES):
        return UnusableFile(
            tr("is a web page, probably a login or a warning; download the weights themselves in a browser")
        )
    if not head.translate(None, bytes([*range(32, 256), 9, 10, 13])):
        return UnusableFile(tr("is text, not weights; choose the file with the network's weights"))
    return UnusableFile(
        tr("is not a weights file of a known format; choose one of PyTorch, safetensors, Torch7 or TensorFlow")
    )
