# SPDX-License-Identifier: Apache-2.0
"""An epoch of batches, received in the background."""

from __future__ import annotations

import contextlib
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any

import grpc

from ndstream.batch import Batch
from ndstream.errors import from_rpc
from ndstream.handoff import Closed, Handoff
from ndstream.shared_memory import Segments
from ndstream.v1 import stream_pb2
from ndstream.wire import Parsed, Views

_Event = tuple[stream_pb2.Batch, Views]


class BatchStream(Iterator[Batch]):
    """Iterates over the batches of one epoch. A thread receives ahead, at most ``prefetch`` batches.

    Leaving the ``with`` block, or dropping the last reference, cancels the call; the server then frees everything.

    Attributes:
        plan: the plan as the server understands it: counts, batches, shortfall.
        epoch: the epoch.
        batches: batches of this shard's epoch.
        start_batch: index of the first batch of this stream.
        shared_memory: whether batches come in shared memory, as far as there is room.
        trailer: the server's account of the whole stream, once it came to its end.
        waited: seconds spent waiting for batches so far.
        resume_token: continues after the batch delivered last; empty before the first.
    """

    def __init__(self, start: Callable[[bool], Any], prefetch: int = 2, shared_memory: bool = True) -> None:
        """``start`` begins the call, and asks for shared memory or does not."""
        if prefetch < 1:
            raise ValueError(f"prefetch: {prefetch} (expected: >= 1)")
        self._handoff: Handoff[_Event] = Handoff(prefetch)
        self._trailers: list[stream_pb2.StreamTrailer] = []
        self.waited = 0.0
        self.resume_token = ""
        call, header, segments = _open(start, shared_memory)
        self.shared_memory = segments is not None
        self.plan, self.epoch = header.plan, header.epoch
        self.batches, self.start_batch = header.batches, header.start_batch
        # Neither thread nor finalizer refers to this object, so that dropping it ends both.
        receiver = threading.Thread(
            target=_receive, args=(call, segments, self._handoff, self._trailers), name="ndstream-receive", daemon=True
        )
        self._finalizer = weakref.finalize(self, _shut, call, self._handoff, receiver)
        receiver.start()

    @property
    def trailer(self) -> stream_pb2.StreamTrailer | None:
        return self._trailers[0] if self._trailers else None

    def __iter__(self) -> BatchStream:
        return self

    def __next__(self) -> Batch:
        started = time.perf_counter()
        try:
            message, views = self._handoff.take()
        except Closed:
            raise StopIteration from None
        waited = time.perf_counter() - started
        self.waited += waited
        self.resume_token = message.resume_token
        return Batch(message, views, waited)

    def __enter__(self) -> BatchStream:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Cancels the call if it is still going on. May be called twice."""
        self._finalizer()


def _open(start: Callable[[bool], Any], shared_memory: bool) -> tuple[Any, stream_pb2.StreamHeader, Segments | None]:
    call = start(shared_memory)
    header = _header(call)
    if not header.segment_directory:
        return call, header, None
    try:
        return call, header, Segments(header.segment_directory)
    except OSError:  # on this machine, but with other mounts or as another user
        call.cancel()
        return _open(start, False)


def _header(call: Any) -> stream_pb2.StreamHeader:
    try:
        first: Parsed[stream_pb2.StreamBatchesResponse] = next(call)
    except grpc.RpcError as e:
        raise from_rpc(e) from None
    if not first.message.HasField("header"):
        raise ValueError("a stream that does not begin with its header")
    return first.message.header


def _receive(
    call: Any, segments: Segments | None, handoff: Handoff[_Event], trailers: list[stream_pb2.StreamTrailer]
) -> None:
    try:
        for parsed in call:
            if parsed.message.HasField("batch"):
                if segments is not None:
                    segments.place(parsed.message.batch, parsed.views)
                handoff.put((parsed.message.batch, parsed.views))
            elif parsed.message.HasField("trailer"):
                trailers.append(parsed.message.trailer)
        handoff.end()
    except Closed:
        call.cancel()
    except grpc.RpcError as e:
        handoff.end(from_rpc(e))
    except Exception as e:  # whatever it is, the taker must hear of it
        handoff.end(e)
    finally:
        if segments is not None:
            segments.close()


def _shut(call: Any, handoff: Handoff[_Event], receiver: threading.Thread) -> None:
    call.cancel()
    handoff.abandon()
    with contextlib.suppress(RuntimeError):  # dropped by the receiving thread itself
        receiver.join()
