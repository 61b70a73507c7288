"""Look into an ONNX file before it is opened: whether all of its numbers lie in the file itself.

The runtime follows the names of other files, and where a network comes from memory it looks for them in the current
folder. Fields and their numbers: onnx.proto3 of ONNX, https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3
"""

from __future__ import annotations

from collections.abc import Mapping

from inpaint_studio.engine.weights.readers.byte_source import UnusableFile
from inpaint_studio.engine.weights.readers.tf_protobuf import read_fields
from inpaint_studio.errors import WeightsError
from inpaint_studio.texts import tr

# What a message may hold that leads to a tensor: its field's number, and the message there.
_WITHIN: Mapping[str, Mapping[int, str]] = {
    "model": {7: "graph", 20: "training", 25: "function"},
    "training": {1: "graph", 2: "graph"},
    "graph": {1: "node", 5: "tensor", 15: "sparse"},
    "function": {7: "node", 11: "attribute"},
    "node": {5: "attribute"},
    "attribute": {5: "tensor", 6: "graph", 10: "tensor", 11: "graph", 22: "sparse", 23: "sparse"},
    "sparse": {1: "tensor", 2: "tensor"},
}
_GRAPH = 7  # of a model
_OPSET, _FUNCTION = 8, 25  # of a model
_DOMAIN, _VERSION = 1, 2  # of a set of operations
_NEWEST_OPSET = 30
_EXTERNAL_DATA, _DATA_LOCATION = 13, 14  # of a tensor
_DEEPEST = 100  # messages within each other; protobuf's own limit


def check_whole(content: bytes) -> None:
    """Raise WeightsError where a tensor lies in another file, ValueError where `content` is no ONNX file."""
    waiting: list[tuple[str, bytes, int]] = [("model", content, 1)]
    try:
        if not any(field == _GRAPH and isinstance(value, bytes) for field, value in read_fields(content)):
            raise ValueError("no ONNX file: no graph")
        while waiting:
            kind, message, depth = waiting.pop()
            if depth > _DEEPEST:
                raise ValueError("no ONNX file: nested too deeply")
            within = _WITHIN.get(kind, {})
            for field, value in read_fields(message):
                if kind == "tensor" and (field == _EXTERNAL_DATA or (field == _DATA_LOCATION and value)):
                    raise WeightsError(
                        tr("This ONNX file keeps its numbers in another file; save it again as one file.")
                    )
                if field in within and isinstance(value, bytes):
                    waiting.append((within[field], value, depth + 1))
    except UnusableFile as error:
        raise ValueError("no ONNX file") from error


def check_domains(content: bytes) -> None:
    """Raise ValueError where a network has operations that are not ONNX's own, or newer ones than are known here."""
    try:
        for field, value in read_fields(content):
            if field == _OPSET and isinstance(value, bytes):
                fields = dict(read_fields(value))
                if fields.get(_DOMAIN, b"") not in (b"", b"ai.onnx") or int(fields.get(_VERSION, 0)) > _NEWEST_OPSET:
                    raise ValueError("operations of others")
            elif field == _FUNCTION:
                raise ValueError("functions of its own")
    except UnusableFile as error:
        raise ValueError("no ONNX file") from error
