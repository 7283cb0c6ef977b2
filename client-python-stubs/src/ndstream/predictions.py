# SPDX-License-Identifier: Apache-2.0
"""Predictions of a model, cut into the windows that a stitching run takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ndstream.errors import Error
from ndstream.tensors import Array, Integers
from ndstream.v1 import stitch_pb2 as pb
from ndstream.v1 import tensor_pb2

if TYPE_CHECKING:
    from ndstream.batch import Batch

_IMAGE_AXES = {3: "NHW", 4: "NHWC"}
_VIDEO_AXES = {4: "NTHW", 5: "NTHWC"}


@dataclass(frozen=True)
class Canvases:
    """What a run's canvases have in common.

    Attributes:
        run: its name, for errors.
        bands: of every canvas.
        scale: (x, y): asset pixels a pixel of the space in which batches name their windows.
    """

    run: str
    bands: int
    scale: tuple[float, float]

    def windows(
        self, batch: Batch, predictions: Any, axes: str | None, weights: Any, downweight_edges: bool
    ) -> Iterator[pb.StitchWindow]:
        """One a sample, of video samples one a frame. None of rows that could not be read and of padding in time."""
        images = batch.image_ids[:, None] if batch.frame_image_ids is None else batch.frame_image_ids
        given = numbers(predictions)
        named = axes or (_IMAGE_AXES if batch.frame_image_ids is None else _VIDEO_AXES).get(given.ndim, "")
        values, order = self._by_frame(given, named.upper(), images)
        weight = None if weights is None else numbers(weights)
        holes = {hole.row for hole in batch.holes}
        for row, frame in np.argwhere(images >= 0):
            if row not in holes:
                value = values[row, frame]
                yield window(
                    int(images[row, frame]),
                    self._box(batch.windows[row], value.shape[order.index("H")], value.shape[order.index("W")]),
                    tensor(value, order),
                    window_id=f"s{batch.sample_ids[row]}",
                    weights=weight if weight is None or weight.ndim == 2 else weight[row],
                    downweight_edges=downweight_edges,
                )

    def _by_frame(self, values: Array, axes: str, images: Integers) -> tuple[Array, str]:
        """The values as (N, T, H, W, C) or (N, T, C, H, W), which views of them can be; and the axes of one window."""
        if "".join(sorted(axes)) not in ("HNW", "CHNW", "HNTW", "CHNTW") or len(axes) != values.ndim:
            raise self._error("BAD_SHAPE", values, axes, "axes N, H, W, and T and C where there are several")
        whole = axes
        for axis in "TC":
            if axis not in whole:
                values, whole = values[..., None], whole + axis
        order = "NTCHW" if whole.index("C") < whole.index("H") else "NTHWC"
        values = values.transpose([whole.index(axis) for axis in order])
        if "T" not in axes:  # what is said of the sample holds for each of its frames
            values = np.broadcast_to(values, (len(values), images.shape[1], *values.shape[2:]))
        if values.shape[:2] != images.shape:
            raise self._error("BAD_SHAPE", values, order, f"{images.shape[0]} samples of {images.shape[1]} frames")
        if values.shape[order.index("C")] != self.bands:
            raise self._error("BANDS", values, order, f"{self.bands} bands")
        return values, order[2:]

    def _box(self, canvas: Array, height: int, width: int) -> tuple[int, int, int, int]:
        """Where a window of the batch lies in asset pixels. A size that a scale made uneven is the prediction's own."""
        left, top, right, bottom = canvas * np.array([*self.scale, *self.scale])
        if abs(right - left - width) >= 1 or abs(bottom - top - height) >= 1:
            facts = {"run": self.run, "window": f"{height}x{width}", "expected": f"{bottom - top:g}x{right - left:g}"}
            raise Error("BAD_SHAPE", "the prediction has not the size of its window times the scale", metadata=facts)
        x, y = round(left), round(top)
        return x, y, x + width, y + height

    def _error(self, reason: str, values: Array, axes: str, expected: str) -> Error:
        facts = {"run": self.run, "shape": "x".join(map(str, values.shape)), "axes": axes, "expected": expected}
        return Error(reason, "the predictions do not fit the batch", metadata=facts)


def window(
    image_id: int,
    box: Sequence[int] | None,
    pixels: tensor_pb2.Tensor,
    *,
    window_id: str = "",
    weights: Any = None,
    downweight_edges: bool = False,
) -> pb.StitchWindow:
    """One window as a message: left, top, right, bottom in asset pixels, or None for the whole canvas."""
    message = pb.StitchWindow(image_id=image_id, window_id=window_id, downweight_edges=downweight_edges, pixels=pixels)
    if box is not None:
        left, top, right, bottom = box
        message.box.CopyFrom(pb.PixelBox(left=left, top=top, right=right, bottom=bottom))
    if weights is not None:
        message.weights.CopyFrom(tensor(np.asarray(weights, dtype="<f4"), "HW"))
    return message


def numbers(values: Any) -> Array:
    """An array of a list, of an array, or of a PyTorch tensor on whatever device, also one that has a gradient."""
    if hasattr(values, "detach"):
        values = values.detach().cpu()
        if str(values.dtype) == "torch.bfloat16":  # NumPy has no such type
            values = values.float()
    found = np.asarray(values)
    if found.dtype == np.bool_:
        return found.view(np.uint8)
    return found.astype(np.float32) if found.dtype == np.float16 else found


def tensor(values: Array, axes: str = "") -> tensor_pb2.Tensor:
    """An array as a message."""
    name = f"DTYPE_{values.dtype.name.upper()}"
    if name not in dict(tensor_pb2.DType.items()):
        raise Error("BAD_DTYPE", f"value: {values.dtype} (expected: an integer type, float32 or float64)")
    data = np.ascontiguousarray(values, dtype=values.dtype.newbyteorder("<"))
    return tensor_pb2.Tensor(dtype=name, shape=values.shape, axes=axes, data=data.tobytes())
