# SPDX-License-Identifier: Apache-2.0
"""A stream of windows to the server that outlives the server."""

from __future__ import annotations

import queue
from collections import deque
from dataclasses import dataclass
from typing import Any

import grpc

from ndstream.errors import from_value
from ndstream.patience import Patience
from ndstream.shared_memory import WindowSegment
from ndstream.v1 import stitch_pb2 as pb
from ndstream.windows import Windows, carried

_MESSAGE_BYTES = 8 << 20
_UNDER_WAY = 4
_SMALLEST_SEGMENT = 1 << 20


class WindowStream:
    """Sends windows, a few messages ahead of their answers; all of these again if the server went away meanwhile.

    Where the server offers shared memory, windows are written there and messages only name them. The message that asks
    for it carries its windows, as do all if there is none.
    """

    def __init__(self, patience: Patience, shared_memory: bool) -> None:
        self._patience = patience
        self._may_share = shared_memory
        self._segment: WindowSegment | None = None
        self._asked = 0  # bytes that the segment was to have
        self._pending: deque[_Pending] = deque()
        self._requests: queue.SimpleQueue[pb.AccumulateRequest | None] = queue.SimpleQueue()
        self._answers: Any = None

    @property
    def shared_memory(self) -> bool:
        """Whether there is a segment at present."""
        return self._segment is not None

    def send(self, run: str, windows: Windows) -> None:
        """Sends windows. Waits while too many messages are under way, or the segment is full."""
        for part in windows.parts(_MESSAGE_BYTES):
            if self._may_share and self._segment is None:
                self.settle(0)  # what was asked for comes with the answer
            wanted = self._wanted(part.nbytes)
            if wanted:
                self._segment = None
            offset = self._room(part.nbytes)
            if self._segment is not None and offset is not None:
                self._put(_Pending(part.request(run, self._segment, offset), self._segment))
            else:
                request = part.request(run)
                request.segment_bytes = wanted
                self._put(_Pending(request, None))

    def _wanted(self, size: int) -> int:
        """Bytes to ask for so that a few messages of this size can be under way; 0 if they can already."""
        wanted = max(_SMALLEST_SEGMENT, 1 << (_UNDER_WAY * size - 1).bit_length())
        return wanted if self._may_share and wanted > self._asked else 0

    def _room(self, size: int) -> int | None:
        """The offset of so many free bytes in the segment, or None if it never has as many."""
        while self._segment is not None and 0 < size <= self._segment.length:
            offset = self._segment.begin(size)
            if offset is not None:
                return offset
            self.settle(len(self._pending) - 1)
        return None

    def _put(self, pending: _Pending) -> None:
        self._pending.append(pending)
        if self._answers is None:
            self._connect()
        else:
            self._requests.put(pending.request)
        self.settle(_UNDER_WAY)

    def settle(self, left: int) -> None:
        """Waits until all but ``left`` messages are acknowledged; connects again if the server went away meanwhile."""
        while len(self._pending) > left:
            try:
                if self._answers is None:
                    self._connect()
                answer = next(self._answers)
            except StopIteration:
                self._answers = None
                continue
            except grpc.RpcError as e:
                self._answers = None
                self._patience.wait_or_raise(e)
                continue
            self._patience.begin_anew()
            self._take(answer)

    def _take(self, answer: pb.AccumulateResponse) -> None:
        done = self._pending.popleft()
        if done.segment is not None:
            done.segment.end()
        if done.request.segment_bytes:
            self._open(answer, done.request.segment_bytes)
        for ack in answer.acks:
            if ack.state == pb.WINDOW_STATE_REFUSED:
                raise from_value(ack.error)

    def _open(self, answer: pb.AccumulateResponse, asked: int) -> None:
        self._asked = asked
        self._may_share = answer.HasField("segment")
        if self._may_share:
            try:
                self._segment = WindowSegment(answer.segment)
            except OSError:  # on this machine, but with other mounts or as another user
                self._may_share = False
                self._answers = None  # the server's goes with the stream

    def _connect(self) -> None:
        """Opens a stream and sends again what was not acknowledged: windows that counted already do no harm."""
        self.end()  # the stream before, if there is one
        self._requests = queue.SimpleQueue()
        self._segment, self._asked = None, 0
        self._pending = deque(map(_Pending.carried, self._pending))
        for pending in self._pending:
            self._requests.put(pending.request)
        self._answers = self._patience.stub.Accumulate(iter(self._requests.get, None))

    def end(self) -> None:
        """No more windows will come."""
        self._requests.put(None)


@dataclass(frozen=True)
class _Pending:
    """A message without an answer. If its numbers lie in a segment, it has the oldest part there."""

    request: pb.AccumulateRequest
    segment: WindowSegment | None

    def carried(self) -> _Pending:
        """The same for another stream, which cannot have this segment."""
        return self if self.segment is None else _Pending(carried(self.request, self.segment), None)
