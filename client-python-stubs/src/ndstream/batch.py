# SPDX-License-Identifier: Apache-2.0
"""One batch of samples."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from ndstream.annotations import Annotations, Keypoints, Polygon
from ndstream.errors import Error, from_value
from ndstream.streams import of_messages
from ndstream.tensors import Array, Floats, Integers, array, optional
from ndstream.v1 import stream_pb2
from ndstream.wire import Views

IN_PLACE = ("pixels", "ragged", "class_mask", "instance_mask")
"""The tensors of a batch that are large."""
TENSORS = tuple(f"batch.{name}" for name in IN_PLACE)
"""The tensors of a response with a batch that are read in place."""


@dataclass(frozen=True)
class Hole:
    """A row whose pixels could not be read and hold the fill value."""

    row: int
    error: Error


@dataclass(frozen=True)
class StageTimes:
    """Seconds spent on a batch in the server, summed over its samples (``assemble``: from first to last)."""

    queue: float
    open: float
    read: float
    warp: float
    annotate: float
    assemble: float


class Batch:
    """N samples. All arrays are read-only; copy what you want to change.

    Attributes:
        index: position within this shard's epoch, from 0.
        epoch: the epoch, from 0.
        resume_token: continues after this batch.
        waited: seconds the caller waited for this batch.
        message: the message as it came, without the elements of the big tensors.
    """

    def __init__(self, message: stream_pb2.Batch, views: Views, waited: float = 0.0) -> None:
        self.message = message
        self.waited = waited
        self._views = views

    index = property(lambda self: int(self.message.index))
    epoch = property(lambda self: int(self.message.epoch))
    resume_token = property(lambda self: str(self.message.resume_token))
    channels = property(lambda self: list(self.message.channels), doc="Codes of the channels, in order.")
    streams = property(lambda self: of_messages(self.message.streams), doc="Where the plan's ``streams`` lie.")

    def __len__(self) -> int:
        return len(self.positive)

    def __repr__(self) -> str:
        what = "ragged" if self.pixels is None else "x".join(map(str, self.pixels.shape)) + f" {self.pixels.dtype}"
        return f"<Batch {self.index} of epoch {self.epoch}: {what}, {int(self.positive.sum())} positive>"

    @cached_property
    def pixels(self) -> Array | None:
        """(N, H, W, C), or (N, T, H, W, C) of videos, or as ``axes`` asked; None if the batch is ragged."""
        return self._in_place("pixels")

    @cached_property
    def ragged(self) -> list[Array]:
        """One array a sample, if the batch is ragged."""
        views = self._views["batch.ragged"]
        return [array(tensor, view) for tensor, view in zip(self.message.ragged, views)]

    @cached_property
    def class_mask(self) -> Array | None:
        """int32 (N, H, W) or (N, T, H, W): index of the category, if asked for."""
        return self._in_place("class_mask")

    @cached_property
    def instance_mask(self) -> Array | None:
        """int32, like ``class_mask``: 1 + position of the annotation, if asked for."""
        return self._in_place("instance_mask")

    @cached_property
    def sample_ids(self) -> Integers:
        """(N): position of each sample in the plan's selection."""
        return self._column("sample_ids")

    @cached_property
    def image_ids(self) -> Integers:
        """(N): image of the (first) frame."""
        return self._column("image_ids")

    @cached_property
    def frame_image_ids(self) -> Integers | None:
        """(N, T) of video samples: image of every frame, -1 for padding in time; None of image samples."""
        return optional(self.message, "frame_image_ids")

    @cached_property
    def annotation_ids(self) -> Integers:
        """(N): the annotation a positive was made for, or -1."""
        return self._column("annotation_ids")

    @cached_property
    def category_ids(self) -> Integers:
        """(N): category of that annotation; of a negative the background id."""
        return self._column("category_ids")

    @cached_property
    def positive(self) -> npt.NDArray[np.bool_]:
        """(N): which samples are positive."""
        return self._column("positive").view(np.bool_)

    @cached_property
    def windows(self) -> Integers:
        """(N, 4): left, top, right, bottom of each window on its canvas, padding included."""
        return self._column("windows")

    @cached_property
    def canvas_from_sample(self) -> Floats:
        """(N, 2, 3): the affine map from pixels of the sample to its canvas."""
        return self._column("canvas_from_sample").reshape(-1, 2, 3)

    @cached_property
    def annotations(self) -> Annotations | None:
        """All annotations, as columns; None if not asked for."""
        return Annotations.of(self.message.annotations) if self.message.HasField("annotations") else None

    @cached_property
    def boxes(self) -> list[Floats]:
        """N arrays (k, 4): left, top, width, height of the annotations of each sample, in its pixels."""
        found = self.annotations
        return [] if found is None else [found.boxes[found.rows(i)] for i in range(len(self))]

    @cached_property
    def labels(self) -> list[Integers]:
        """N arrays (k): category ids that go with ``boxes``."""
        found = self.annotations
        return [] if found is None else [found.category_ids[found.rows(i)] for i in range(len(self))]

    def polygons(self, sample: int) -> list[list[Polygon]]:
        """Of every annotation of a sample, its polygons, in the order of ``boxes``."""
        found = self.annotations
        return [] if found is None else [found.polygons(k) for k in _range(found.rows(sample))]

    def keypoints(self, sample: int) -> list[Keypoints | None]:
        """Of every annotation of a sample, its keypoints, in the order of ``boxes``."""
        found = self.annotations
        return [] if found is None else [found.keypoints(k) for k in _range(found.rows(sample))]

    @cached_property
    def holes(self) -> list[Hole]:
        """Rows that could not be read; only if the plan says ``on_unreadable="hole"``."""
        return [Hole(hole.row, from_value(hole.error)) for hole in self.message.holes]

    @cached_property
    def times(self) -> StageTimes:
        """Where the server's time went."""
        times = self.message.times
        return StageTimes(
            *(getattr(times, stage) * 1e-9 for stage in ("queue", "open", "read", "warp", "annotate", "assemble"))
        )

    @property
    def nbytes(self) -> int:
        """Bytes of pixels."""
        return sum(view.nbytes for name in ("pixels", "ragged") for view in self._views[f"batch.{name}"])

    def _in_place(self, name: str) -> Array | None:
        if not self.message.HasField(name):
            return None
        return array(getattr(self.message, name), self._views[f"batch.{name}"][0])

    def _column(self, name: str) -> Array:
        column = optional(self.message, name)
        if column is None:
            raise ValueError(f"a batch without {name}")
        return column


def _range(rows: slice) -> range:
    return range(rows.start, rows.stop)
