"""Which kind of weights file it is, by its content, and the reader for it."""

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

_HEAD = 512  # bytes that tell most kinds apart
_ZIP = (b"PK\3\4", b"PK\5\6")
_PICKLE = b"\x80"
# ZipFiles folders of other kinds, and files that are often mistaken for weights: how they begin, and the sentence.
_UNPACK = "is a packed folder ({}); unpack it and choose the weights file inside"
_OTHERS = {
    b"\x1f\x8b": _UNPACK.format("gzip"),
    b"BZh": _UNPACK.format("bzip2"),
    b"\xfd7zXZ\0": _UNPACK.format("xz"),
    b"7z\xbc\xaf\x27\x1c": _UNPACK.format("7z"),
    b"Rar!": _UNPACK.format("rar"),
    b"\x89HDF": "is an HDF5 file, which is not read; look for the weights in another form",
    b"\x93NUMPY": "is a NumPy array, which is not read; look for the weights in another form",
    b"version https://git-lfs": "only says where the weights are (Git LFS); download the file itself",
    b"4\n1\n": "is a Torch7 file in text form; save it anew in Torch7's binary form",
    b"3\n1\n": "is a Torch7 file in text form; save it anew in Torch7's binary form",
}
_PAGES = (b"<!doctype", b"<html", b"<head", b"<script", b"<?xml", b"<!--")


def of_folder(path: Path) -> dict[str, torch.Tensor]:
    """The tensors of the TensorFlow checkpoint in that folder."""
    files = FolderFiles(path)
    index = tf_bundle.only_index(files)
    if index is None:
        raise UnusableFile("is a folder without a TensorFlow checkpoint; choose the weights file inside")
    return tf_bundle.tensors(files, index)


def of_file(path: Path) -> dict[str, torch.Tensor]:
    """The tensors of that file, or of the checkpoint that it is a part of."""
    with path.open("rb") as file:
        source = ByteSource(file)
        if tf_table.matches(source):
            return tf_bundle.tensors(FolderFiles(path.parent), path.name)
        if tf_bundle.names_latest(source.take(0, min(_HEAD, source.size))):
            return _of_latest(path.parent)
        index = tf_bundle.companion(FolderFiles(path.parent), path.name)
        if index is not None:
            return tf_bundle.tensors(FolderFiles(path.parent), index)
        return _of_source(source)


def _of_latest(folder: Path) -> dict[str, torch.Tensor]:
    index = tf_bundle.only_index(FolderFiles(folder))
    if index is None:
        raise UnusableFile("names a TensorFlow checkpoint; put its .index and .data files into the same folder")
    return tf_bundle.tensors(FolderFiles(folder), index)


def _of_source(source: ByteSource) -> dict[str, torch.Tensor]:
    head = source.take(0, min(_HEAD, source.size))
    if head.startswith(_ZIP):
        return _of_zip(source)
    if _is_checkpoint(head):
        return _of_checkpoint(source, head)
    if _is_json(head):
        return load_tensors(json_tensors.list_tensors(source), source.size)
    raise _refusal(head)


def _is_checkpoint(head: bytes) -> bool:
    """Whether a file that begins so is one of the kinds that are a file of their own."""
    return head.startswith((*_ZIP, _PICKLE)) or safetensors.matches(head) or torch7.matches(head)


def _of_checkpoint(source: ByteSource, head: bytes) -> dict[str, torch.Tensor]:
    if safetensors.matches(head):
        return load_tensors(safetensors.list_tensors(source), source.size)
    if torch7.matches(head):
        return load_tensors(torch7.list_tensors(source), source.size)
    return load_tensors(torch_legacy.list_tensors(source), source.size)


def _of_zip(source: ByteSource, nested: bool = False) -> dict[str, torch.Tensor]:
    """A checkpoint of torch, or the only checkpoint among the files of a zip."""
    archive = Archive(source)
    root = torch_zip.root_of(archive)
    if root is not None:
        return load_tensors(torch_zip.list_tensors(archive, root), source.size)
    archive.check_few()
    names = [] if nested else [name for name in archive.names if _is_checkpoint(archive.start(name, _HEAD))]
    if len(names) > 1:
        raise UnusableFile(f"is a zip with {len(names)} weights files; unpack it and choose one")
    if not names:
        index = tf_bundle.only_index(ZipFiles(archive))
        if index is None:
            raise UnusableFile("is a zip without a weights file; choose the file with the network's weights")
        return tf_bundle.tensors(ZipFiles(archive), index)
    inner = archive.source(names[0])
    head = inner.take(0, min(_HEAD, inner.size))
    return _of_zip(inner, nested=True) if head.startswith(_ZIP) else _of_checkpoint(inner, head)


def _is_json(head: bytes) -> bool:
    return head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[")


def _refusal(head: bytes) -> UnusableFile:
    """What a file is that is no weights file."""
    for start, sentence in _OTHERS.items():
        if head.startswith(start):
            return UnusableFile(sentence)
    if head[257:262] == b"ustar":
        return UnusableFile(_UNPACK.format("tar"))
    if head.removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith(_PAGES):
        return UnusableFile(
            "is a web page, probably a login or a warning; download the weights themselves in a browser"
        )
    if not head.translate(None, bytes([*range(32, 256), 9, 10, 13])):
        return UnusableFile("is text, not weights; choose the file with the network's weights")
    return UnusableFile("is no weights file of a known kind; choose one of PyTorch, safetensors, Torch7 or TensorFlow")
