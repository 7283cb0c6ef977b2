# SPDX-License-Identifier: Apache-2.0
"""Predictions of a model, cut into the windows that a stitching run takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ndstream.errors import Error
from ndstream.tensors import Array, Integers
from ndstream.windows import Windows, numbers

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
    ) -> Windows:
        """One a sample, of video samples one a frame. None of rows that could not be read and of padding in time."""
        images = batch.image_ids[:, None] if batch.frame_image_ids is None else batch.frame_image_ids
        given = numbers("predictions", predictions)
        named = axes or (_IMAGE_AXES if batch.frame_image_ids is None else _VIDEO_AXES).get(given.ndim, "")
        values, order = self._by_frame(given, str(named).upper(), images)
        counts = images >= 0
        counts[[hole.row for hole in batch.holes]] = False
        rows = np.nonzero(counts)[0]
        boxes = self._boxes(batch.windows, values.shape[2 + order.index("H")], values.shape[2 + order.index("W")])
        places = boxes[rows].tolist()
        # By sample and place: two plans count their samples alike, and one plan has several samples in a place.
        ids = ["s{}@{},{},{},{}".format(*each) for each in zip(batch.sample_ids[rows].tolist(), *zip(*places))]
        return Windows(
            values=values.reshape(-1, *values.shape[2:]) if counts.all() else values[counts],
            axes=order,
            image_ids=images[counts].tolist(),
            window_ids=ids,
            boxes=places,
            weights=None if weights is None else self._weights(weights, rows, len(images)),
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

    def _weights(self, weights: Any, rows: Integers, samples: int) -> Array:
        """One array (H, W) for all windows, or one a window."""
        given = numbers("weights", weights, np.float32)
        if given.ndim == 2:
            return given[None]
        if given.ndim != 3 or len(given) not in (1, samples):
            shape = "x".join(map(str, given.shape))
            facts = {"run": self.run, "shape": shape, "expected": f"HxW, or {samples}xHxW for as many samples"}
            raise Error("BAD_WEIGHTS", "the weights do not fit the batch", metadata=facts)
        return given if len(given) == 1 else given[rows]

    def _boxes(self, windows: Array, height: int, width: int) -> Array:
        """Where windows of the batch lie in asset pixels. A size that a scale made uneven is the prediction's own."""
        scaled = windows * np.array([*self.scale, *self.scale])
        sizes = scaled[:, 2:] - scaled[:, :2]
        for w, h in sizes[(np.abs(sizes - [width, height]) >= 1).any(axis=1)]:
            facts = {"run": self.run, "window": f"{height}x{width}", "expected": f"{h:g}x{w:g}"}
            raise Error("BAD_SHAPE", "the prediction has not the size of its window times the scale", metadata=facts)
        corners = np.rint(scaled[:, :2]).astype(np.int64)
        return np.hstack([corners, corners + np.array([width, height])])

    def _error(self, reason: str, values: Array, axes: str, expected: str) -> Error:
        facts = {"run": self.run, "shape": "x".join(map(str, values.shape)), "axes": axes, "expected": expected}
        return Error(reason, "the predictions do not fit the batch", metadata=facts)
