# SPDX-License-Identifier: Apache-2.0
"""Windows of predictions as the messages that a stitching run takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from ndstream.errors import Error
from ndstream.shared_memory import WindowSegment
from ndstream.tensors import Array
from ndstream.v1 import stitch_pb2 as pb
from ndstream.v1 import tensor_pb2

_DTYPES = {name[len("DTYPE_") :].lower() for name, number in tensor_pb2.DType.items() if number}


@dataclass(frozen=True)
class Windows:
    """Windows of one shape and type.

    Attributes:
        values: one array a window.
        axes: of one window.
        image_ids: one a window.
        window_ids: one a window; empty: its box is its id.
        boxes: one a window, left, top, right, bottom in asset pixels; or None for whole canvases.
        weights: float32, one array (H, W) a window, or a single one for all windows; or None.
        downweight_edges: give the middle of windows more say.
    """

    values: Array
    axes: str
    image_ids: Sequence[int]
    window_ids: Sequence[str]
    boxes: Sequence[Sequence[int]] | None
    weights: Array | None
    downweight_edges: bool

    def __len__(self) -> int:
        return len(self.image_ids)

    @property
    def nbytes(self) -> int:
        """Bytes of values and weights."""
        return self.values.nbytes + (0 if self.weights is None else self.weights.nbytes)

    def parts(self, size: int) -> Iterator[Windows]:
        """The same windows, at most about ``size`` bytes at once, and never less than a window."""
        step = max(1, size * len(self) // max(1, self.nbytes))
        for first in range(0, len(self), step):
            yield self if step >= len(self) else self._part(slice(first, first + step))

    def _part(self, rows: slice) -> Windows:
        return replace(
            self,
            values=self.values[rows],
            image_ids=self.image_ids[rows],
            window_ids=self.window_ids[rows],
            boxes=None if self.boxes is None else self.boxes[rows],
            weights=self.weights if self.weights is None or len(self.weights) == 1 else self.weights[rows],
        )

    def request(self, run: str, segment: WindowSegment | None = None, offset: int = 0) -> pb.AccumulateRequest:
        """A message that carries the numbers, or names their places: it puts them into a segment, from an offset on."""
        request = pb.AccumulateRequest(run=run, windows=[self._alike(segment)] * len(self))
        windows = request.windows
        for window, image_id, window_id in zip(windows, self.image_ids, self.window_ids):
            window.image_id, window.window_id = image_id, window_id
        for window, corners in zip(windows, self.boxes or ()):
            box = window.box
            box.left, box.top, box.right, box.bottom = corners
        _fill([window.pixels for window in windows], self.values, segment, offset)
        if self.weights is not None:
            _fill([window.weights for window in windows], self.weights, segment, offset + self.values.nbytes)
        return request

    def _alike(self, segment: WindowSegment | None) -> pb.StitchWindow:
        """What all windows have in common."""
        alike = pb.StitchWindow(downweight_edges=self.downweight_edges, pixels=_head(self.values, self.axes, segment))
        if self.weights is not None:
            alike.weights.CopyFrom(_head(self.weights, "HW", segment))
        return alike


def _head(values: Array, axes: str, segment: WindowSegment | None) -> tensor_pb2.Tensor:
    head = tensor_pb2.Tensor(dtype=f"DTYPE_{values.dtype.name.upper()}", shape=values.shape[1:], axes=axes)
    if segment is not None:
        head.shared.segment, head.shared.length = segment.name, values[0].nbytes
    return head


def _fill(tensors: list[tensor_pb2.Tensor], values: Array, segment: WindowSegment | None, offset: int) -> None:
    """Gives every tensor its array, or all of them the only one."""
    repeat = len(tensors) if len(values) == 1 else 1
    if segment is None:
        for tensor, data in zip(tensors, [value.tobytes() for value in values] * repeat):
            tensor.data = data
        return
    segment.write(offset, values)
    places = range(offset, offset + values.nbytes, values[0].nbytes)
    for tensor, place in zip(tensors, list(places) * repeat):
        tensor.shared.offset = place


def numbers(name: str, values: Any, dtype: npt.DTypeLike | None = None) -> Array:
    """A little-endian array of a list, an array, or a PyTorch tensor, on whatever device and also with a gradient.

    Raises:
        Error: BAD_DTYPE names the argument if it is no array of numbers.
    """
    try:
        if hasattr(values, "detach"):
            values = values.detach().cpu()
            if str(values.dtype) == "torch.bfloat16":  # NumPy has no such type
                values = values.float()
        found = np.asarray(values, dtype=dtype)
    except (TypeError, ValueError, RuntimeError) as e:
        raise Error("BAD_DTYPE", f"{name}: {type(values).__name__} is no array of numbers: {e}") from e
    if found.dtype == np.bool_:
        return found.view(np.uint8)
    single = np.dtype(np.float32) if found.dtype == np.float16 else found.dtype
    if single.name not in _DTYPES:
        raise Error("BAD_DTYPE", f"{name}: {single} (expected: bool, an integer type, float16, float32 or float64)")
    return found.astype(single.newbyteorder("<"), copy=False)


def carried(request: pb.AccumulateRequest, segment: WindowSegment) -> pb.AccumulateRequest:
    """The message with the numbers that it names in a segment."""
    whole = pb.AccumulateRequest()
    whole.CopyFrom(request)
    for window in whole.windows:
        for tensor in (window.pixels, window.weights):
            if tensor.HasField("shared"):
                tensor.data = segment.read(tensor.shared.offset, tensor.shared.length)
                tensor.ClearField("shared")
    return whole
