"""Files that are not weights, and paths that are not files."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from tests.engine.weights.corpus.cases import CASES, body, case

OTHERS: dict[str, bytes] = {
    "empty": b"",
    "one-byte": b"P",
    "zeros": bytes(5000),
    "noise": np.random.default_rng(7).integers(0, 256, 5000, dtype=np.uint8).tobytes(),
    "text": b"Weights are on the next page.\n" * 50,
    "web-page": b"\xef\xbb\xbf\n<!DOCTYPE html><html><head><title>Sign in - Google Accounts</title></head></html>",
    "git-lfs": b"version https://git-lfs.github.com/spec/v1\noid sha256:ab\nsize 3\n",
    "gzip": b"\x1f\x8b\x08\0" + bytes(50),
    "tar": bytes(257) + b"ustar\x0000" + bytes(300),
    "hdf5": b"\x89HDF\r\n\x1a\n" + bytes(50),
    "numpy": b"\x93NUMPY\x01\0" + bytes(50),
    "picture": b"\x89PNG\r\n\x1a\n" + bytes(50),
    "pickle-of-nothing": b"\x80",
    "zip-of-nothing": b"PK\3\4",
}
for _name, _body in OTHERS.items():
    CASES[f"file-{_name}"] = lambda folder, made=_body: body(folder, "w.pth", made)


@case
def file_missing(folder: Path) -> Path:
    return folder / "gone.pth"


@case
def file_below_a_file(folder: Path) -> Path:
    return body(folder, "w.pth", b"x") / "inner.pth"


@case
def folder_of_nothing(folder: Path) -> Path:
    (folder / "w").mkdir()
    return folder / "w"


if os.name == "posix":

    @case
    def file_with_a_name_of_two_lines(folder: Path) -> Path:
        return body(folder, "w\n\x1b[31mred" + "x" * 150, b"x")

    @case
    def link_to_itself(folder: Path) -> Path:
        (folder / "w.pth").symlink_to("w.pth")
        return folder / "w.pth"

    @case
    def pipe(folder: Path) -> Path:
        os.mkfifo(folder / "w.pth")
        return folder / "w.pth"

    if os.geteuid() != 0:  # root may read everything

        @case
        def file_that_may_not_be_read(folder: Path) -> Path:
            body(folder, "w.pth", b"x").chmod(0)
            return folder / "w.pth"
