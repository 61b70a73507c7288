"""Tiny ONNX files with the inputs and outputs of MobileSAM's encoder and decoder.

The encoder marks where the image is red; the decoder returns that as its first mask, cut to what lies below and right
of the box's upper left corner.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def encoder(flat: bool = True, channels: int = 256) -> bytes:
    """An encoder of an image H x W x 3 in 0..255, or of 1 x 3 x 1024 x 1024 in the network's colours."""
    from onnx import TensorProto, helper

    shape = ["height", "width", 3] if flat else [1, 3, 1024, 1024]
    nodes = []
    red = "image"
    if flat:  # move the channels to the front, and pad to the square
        nodes += [
            helper.make_node("Transpose", ["image"], ["front"], perm=[2, 0, 1]),
            helper.make_node("Unsqueeze", ["front", "zero"], ["batch"]),
            helper.make_node("Shape", ["batch"], ["size"]),
            helper.make_node("Sub", ["square", "size"], ["missing"]),
            helper.make_node("Concat", ["zeros", "missing"], ["pads"], axis=0),
            helper.make_node("Pad", ["batch", "pads"], ["padded"]),
        ]
        red = "padded"
    nodes += [
        helper.make_node("AveragePool", [red], ["small"], kernel_shape=[16, 16], strides=[16, 16]),
        helper.make_node("Conv", ["small", "mixing"], ["one"]),
        helper.make_node("Expand", ["one", "many"], ["embeddings"]),
    ]
    mixing = np.array([1, -0.5, -0.5], np.float32).reshape(1, 3, 1, 1)
    constants = {
        "zero": np.array([0], np.int64),
        "zeros": np.zeros(4, np.int64),
        "square": np.array([1, 3, 1024, 1024], np.int64),
        "mixing": mixing,
        "many": np.array([1, channels, 64, 64], np.int64),
    }
    return _model(nodes, {"image": shape}, {"embeddings": [1, channels, 64, 64]}, constants, TensorProto)


def decoder(inputs: tuple[str, ...] = ()) -> bytes:
    """A decoder with the inputs of the authors' script, and those named besides."""
    from onnx import TensorProto, helper

    entries: dict[str, Any] = {
        "image_embeddings": [1, 256, 64, 64],
        "point_coords": [1, "points", 2],
        "point_labels": [1, "points"],
        "mask_input": [1, 1, 256, 256],
        "has_mask_input": [1],
        "orig_im_size": [2],
        **{name: [1] for name in inputs},
    }
    nodes = [
        helper.make_node("Slice", ["image_embeddings", "first", "fifth", "channels"], ["four"]),
        helper.make_node("Sub", ["four", "threshold"], ["logits"]),
        helper.make_node("Resize", ["logits", "", "scales"], ["low_res_masks"], mode="nearest"),
        helper.make_node("Resize", ["low_res_masks", "", "scales"], ["masks"], mode="nearest"),
        helper.make_node("ReduceMean", ["low_res_masks"], ["iou_predictions"], axes=[2, 3], keepdims=0),
    ]
    constants = {
        "first": np.array([0], np.int64),
        "fifth": np.array([4], np.int64),
        "channels": np.array([1], np.int64),
        "threshold": np.array(100, np.float32),
        "scales": np.array([1, 1, 4, 4], np.float32),
    }
    outputs = {
        "masks": [1, 4, 1024, 1024],
        "iou_predictions": [1, 4],
        "low_res_masks": [1, 4, 256, 256],
    }
    return _model(nodes, entries, outputs, constants, TensorProto)


def _model(nodes: Any, inputs: Any, outputs: Any, constants: dict[str, np.ndarray], types: Any) -> bytes:
    from onnx import helper, numpy_helper

    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info(name, types.FLOAT, shape) for name, shape in inputs.items()],
        [helper.make_tensor_value_info(name, types.FLOAT, shape) for name, shape in outputs.items()],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 16)])
    made.ir_version = 8
    content: bytes = made.SerializeToString()
    return content
