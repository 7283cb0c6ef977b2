# SPDX-License-Identifier: Apache-2.0
"""Batches and predictions in shared memory: the elements of their tensors are mapped, not received or sent."""

from __future__ import annotations

import mmap
import os
import weakref
from collections import deque

import numpy as np

from ndstream.batch import IN_PLACE
from ndstream.tensors import Array
from ndstream.v1 import stitch_pb2, stream_pb2, tensor_pb2
from ndstream.wire import Views

# Where a segment is, in its last four bytes.
_PLACE = slice(-4, None)
_HOME, _MAPPED = b"\0\0\0\0", b"\2\0\0\0"

_ALIGNMENT = 64


class Segments:
    """The segments of one stream. Each is mapped once, and used by one batch after the other.

    A batch holds its segment until the last view of it is gone, also when the stream has ended.
    """

    def __init__(self, directory: str) -> None:
        """Raises OSError if the directory cannot be opened: other mounts than the server's, or another user."""
        self._directory = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
        self._mapped: dict[str, mmap.mmap] = {}

    def close(self) -> None:
        """Maps no more. What batches hold stays."""
        os.close(self._directory)
        self._mapped.clear()

    def place(self, batch: stream_pb2.Batch, views: Views) -> None:
        """Completes the views of a batch by the elements that lie in shared memory."""
        held: dict[str, memoryview] = {}
        for name in IN_PLACE:
            for k, tensor in enumerate(_tensors(batch, name)):
                if tensor.HasField("shared"):
                    where = tensor.shared
                    if where.segment not in held:
                        held[where.segment] = self._hold(where.segment)
                    views[f"batch.{name}"][k] = held[where.segment][where.offset : where.offset + where.length]

    def _hold(self, segment: str) -> memoryview:
        """The bytes of a segment. It goes back to the server when the last view of them is gone."""
        mapped = self._mapped.get(segment)
        if mapped is None:
            mapped = self._mapped[segment] = _map(self._directory, segment)
        mapped[_PLACE] = _MAPPED
        whole = np.frombuffer(mapped, dtype=np.uint8)  # the mapping serves many batches, this array only one
        weakref.finalize(whole, _give_back, mapped, os.getpid()).atexit = False
        return whole.data.toreadonly()


class WindowSegment:
    """A segment that predictions are written to, a part for every message under way. Parts end in the order they began.

    Attributes:
        name: of the file.
        length: bytes.
    """

    def __init__(self, where: stitch_pb2.WindowSegment) -> None:
        """Raises OSError if it cannot be opened: other mounts than the server's, or another user."""
        directory = os.open(where.directory, os.O_RDONLY | os.O_DIRECTORY)
        try:
            self._mapped = _map(directory, where.name)
        finally:
            os.close(directory)
        self.name = where.name
        self.length = len(self._mapped)
        self._parts: deque[tuple[int, int]] = deque()

    def begin(self, size: int) -> int | None:
        """The offset of a free part of so many bytes, or None until others have ended."""
        if not self._parts:
            begin, limit = 0, self.length
        else:
            oldest, begin = self._parts[0][0], self._parts[-1][1]
            if begin > oldest and begin + size > self.length:
                begin = 0  # the end of the file stays empty this time round
            limit = oldest if begin <= oldest else self.length
        if begin + size > limit:
            return None
        self._parts.append((begin, -(-(begin + size) // _ALIGNMENT) * _ALIGNMENT))
        return begin

    def end(self) -> None:
        """The oldest part is free again."""
        self._parts.popleft()

    def write(self, offset: int, values: Array) -> None:
        """Copies an array to an offset, row-major and without gaps."""
        np.copyto(np.ndarray(values.shape, values.dtype, self._mapped, offset), values)

    def read(self, offset: int, length: int) -> bytes:
        return self._mapped[offset : offset + length]


def _map(directory: int, segment: str) -> mmap.mmap:
    if "/" in segment:
        raise ValueError(f"segment: {segment!r} (expected: the name of a file)")
    file = os.open(segment, os.O_RDWR | os.O_NOFOLLOW, dir_fd=directory)
    try:
        return mmap.mmap(file, 0)
    finally:
        os.close(file)


def _tensors(batch: stream_pb2.Batch, name: str) -> list[tensor_pb2.Tensor]:
    if name == "ragged":
        return list(batch.ragged)
    return [getattr(batch, name)] if batch.HasField(name) else []


def _give_back(mapped: mmap.mmap, owner: int) -> None:
    if os.getpid() == owner:  # a forked child has the array too, and it is not its own to give
        mapped[_PLACE] = _HOME
