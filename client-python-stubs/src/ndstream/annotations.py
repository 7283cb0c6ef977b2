# SPDX-License-Identifier: Apache-2.0
"""Annotations of one or many samples, as the flat columns in which they travel."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from ndstream.tensors import Array, Floats, Integers, array, optional
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
        if self._shapes is None:
            return []
        polygons, rings, points, xy = self._shapes
        return [
            [xy[points[ring] : points[ring + 1]] for ring in range(rings[p], rings[p + 1])]
            for p in range(polygons[row], polygons[row + 1])
        ]

    def keypoints(self, row: int) -> Keypoints | None:
        """The keypoints of one annotation; None if it has none, or none were asked for."""
        if self._points is None:
            return None
        offsets, xy, visible, classes = self._points
        rows = slice(int(offsets[row]), int(offsets[row + 1]))
        if rows.start == rows.stop:
            return None
        names = self._message.keypoint_names
        return Keypoints(xy[rows], visible[rows], [names[c] if c >= 0 else None for c in classes[rows]])

    @cached_property
    def _shapes(self) -> tuple[Array, ...] | None:
        return self._columns("polygon_offsets", "ring_offsets", "point_offsets", "points")

    @cached_property
    def _points(self) -> tuple[Array, ...] | None:
        return self._columns("keypoint_offsets", "keypoints", "keypoint_visibility", "keypoint_classes")

    def _columns(self, *names: str) -> tuple[Array, ...] | None:
        """These columns, or None if the first is absent: they come together."""
        if not self._message.HasField(names[0]):
            return None
        return tuple(array(getattr(self._message, name)) for name in names)
