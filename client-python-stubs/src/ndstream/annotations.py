# SPDX-License-Identifier: Apache-2.0
"""Annotations of one or many samples, as the flat columns in which they travel."""

from __future__ import annotations

from dataclasses import dataclass

from ndstream.tensors import Array, Floats, Integers, optional
from ndstream.v1 import sample_pb2

Ring = Floats
"""float64 (points, 2): x, y."""

Polygon = list[Ring]
"""The exterior ring, then the holes."""


@dataclass(frozen=True)
class Keypoints:
    """The keypoints of one annotation, K of them.

    Attributes:
        xy: float64 (K, 2).
        visible: int32 (K): 0 not labelled, 1 hidden, 2 visible.
        names: K names; None where the keypoint has no class.
    """

    xy: Floats
    visible: Array
    names: list[str | None]


@dataclass(frozen=True)
class Annotations:
    """Annotations of N samples, n in all. Coordinates are pixels of the sample: x to the right, y down.

    Attributes:
        sample_offsets: int64 (N+1): sample i owns rows ``sample_offsets[i]`` to ``sample_offsets[i+1]``.
        ids: int64 (n).
        category_ids: int64 (n).
        frames: int32 (n): index of the frame within the sample.
        boxes: float64 (n, 4): left, top, width, height; not clipped unless asked for.
        visibility: float64 (n): share of the box that lies in the window.
    """

    sample_offsets: Integers
    ids: Integers
    category_ids: Integers
    frames: Array
    boxes: Floats
    visibility: Floats
    _message: sample_pb2.Annotations

    @classmethod
    def of(cls, message: sample_pb2.Annotations) -> Annotations:
        columns = ("sample_offsets", "ids", "category_ids", "frames", "boxes", "visibility")
        arrays = {name: optional(message, name) for name in columns}
        missing = [name for name, column in arrays.items() if column is None]
        if missing:
            raise ValueError(f"annotations without {', '.join(missing)}")
        return cls(**arrays, _message=message)  # type: ignore[arg-type]

    def __len__(self) -> int:
        return len(self.ids)

    def rows(self, sample: int) -> slice:
        """The rows of one sample."""
        return slice(int(self.sample_offsets[sample]), int(self.sample_offsets[sample + 1]))

    def polygons(self, row: int) -> list[Polygon]:
        """The polygons of one annotation; empty if it has none, or none were asked for."""
        message = self._message
        polygon_offsets = optional(message, "polygon_offsets")
        rings, points = optional(message, "ring_offsets"), optional(message, "point_offsets")
        xy = optional(message, "points")
        if polygon_offsets is None or rings is None or points is None or xy is None:
            return []
        return [
            [xy[points[ring] : points[ring + 1]] for ring in range(rings[p], rings[p + 1])]
            for p in range(polygon_offsets[row], polygon_offsets[row + 1])
        ]

    def keypoints(self, row: int) -> Keypoints | None:
        """The keypoints of one annotation; None if it has none, or none were asked for."""
        message = self._message
        offsets = optional(message, "keypoint_offsets")
        if offsets is None or offsets[row] == offsets[row + 1]:
            return None
        span = slice(int(offsets[row]), int(offsets[row + 1]))
        xy, visible = optional(message, "keypoints"), optional(message, "keypoint_visibility")
        classes, names = optional(message, "keypoint_classes"), list(message.keypoint_names)
        assert xy is not None and visible is not None and classes is not None  # they come with the offsets
        return Keypoints(xy[span], visible[span], [names[c] if c >= 0 else None for c in classes[span]])
