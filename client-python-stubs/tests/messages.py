# SPDX-License-Identifier: Apache-2.0
"""Messages as a server would send them."""

from __future__ import annotations

from typing import Any

import numpy as np

from ndstream.batch import TENSORS, Batch
from ndstream.v1 import stream_pb2, tensor_pb2
from ndstream.wire import reader

READ = reader(stream_pb2.StreamBatchesResponse, *TENSORS)


def put(tensor: tensor_pb2.Tensor, values: Any, axes: str = "") -> None:
    values = np.ascontiguousarray(values)
    tensor.dtype = tensor_pb2.DType.Value(f"DTYPE_{values.dtype.name.upper()}")
    tensor.shape[:] = values.shape
    tensor.axes = axes
    tensor.data = values.astype(values.dtype.newbyteorder("<")).tobytes()


def batch_message(pixels: Any, boxes: list[Any], axes: str = "NHWC") -> stream_pb2.StreamBatchesResponse:
    """Samples that are positive if they have boxes; category 1, annotation ids 100 and on."""
    message = stream_pb2.StreamBatchesResponse()
    batch = message.batch
    batch.index, batch.epoch, batch.resume_token = 3, 1, "token"
    put(batch.pixels, pixels, axes)
    samples, counts = len(boxes), [len(b) for b in boxes]
    total = sum(counts)
    offsets = np.cumsum([0, *counts], dtype=np.int64)
    found = batch.annotations
    put(found.sample_offsets, offsets)
    put(found.ids, np.arange(100, 100 + total))
    put(found.category_ids, np.ones(total, np.int64))
    put(found.frames, np.zeros(total, np.int32))
    put(found.boxes, np.array([box for of_one in boxes for box in of_one], np.float64).reshape(-1, 4))
    put(found.visibility, np.ones(total))
    positive = np.array([count > 0 for count in counts])
    put(batch.positive, positive.astype(np.uint8))
    put(batch.sample_ids, np.arange(samples))
    put(batch.image_ids, np.arange(samples) + 1)
    put(batch.annotation_ids, np.where(positive, 100 + offsets[:-1], -1))
    put(batch.category_ids, positive.astype(np.int64))
    put(batch.windows, np.tile(np.array([0, 0, 8, 8], np.int64), (samples, 1)))
    put(batch.canvas_from_sample, np.tile(np.array([1.0, 0, 0, 0, 1, 0]), (samples, 1)))
    return message


def received(message: stream_pb2.StreamBatchesResponse) -> Batch:
    """The batch as it comes out of the channel."""
    parsed = READ(message.SerializeToString())
    return Batch(parsed.message.batch, parsed.views)
