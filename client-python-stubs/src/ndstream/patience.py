# SPDX-License-Identifier: Apache-2.0
"""Calls that outlast a server's absence."""

from __future__ import annotations

import time
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import grpc

from ndstream.errors import Error, from_rpc
from ndstream.v1 import stitch_pb2_grpc

if TYPE_CHECKING:
    from ndstream.client import Client

_PAUSE_SECONDS = 0.2


class Patience:
    """The stitching service of a server that may be away for a while, at first over the client's channel.

    A channel that lost its server fails calls at once until its own time to connect again has come. So after a pause
    there is a new channel, which does connect, and the last try begins when the patience is over: a server that is back
    before is always found.

    Attributes:
        stub: of the service, for one call.
    """

    def __init__(self, client: Client, seconds: float) -> None:
        self._open_channel = client.open_channel
        self._seconds = seconds
        self._until: float | None = None  # while the server is away
        self._last_try = False
        self._clients = self.stub = _stub(client.channel)
        self._close_own: Callable[[], object] | None = None

    def call(self, method: str, request: Any) -> Any:
        """Calls until there is an answer: only for what may be done twice."""
        while True:
            try:
                answer = getattr(self.stub, method)(request)
            except grpc.RpcError as e:
                self.wait_or_raise(e)
            else:
                self.begin_anew()
                return answer

    def wait_or_raise(self, error: grpc.RpcError) -> None:
        """Waits a little for a server that is away or has no room just now; raises what waiting does not mend."""
        failure = from_rpc(error)
        away = failure.code in ("UNAVAILABLE", "CANCELLED")  # a server that is stopped cuts off what takes too long
        if self._last_try or not (away or failure.reason == "BUSY"):
            if self._last_try and away:
                failure = Error("SERVER_UNREACHABLE", f"the server stayed away too long; {failure}", code="UNAVAILABLE")
            self.begin_anew()
            raise failure from None
        if self._until is None:
            self._until = time.monotonic() + self._seconds
        time.sleep(max(0.0, min(_PAUSE_SECONDS, self._until - time.monotonic())))
        self._last_try = time.monotonic() >= self._until
        if away:
            self._connect_anew()

    def begin_anew(self) -> None:
        """The server answered, or was given up: the next failure is a first one."""
        self._until, self._last_try = None, False

    def _connect_anew(self) -> None:
        self.close()
        channel = self._open_channel()
        self._close_own = weakref.finalize(self, channel.close)
        self.stub = _stub(channel)

    def close(self) -> None:
        """Ends the calls over a channel of our own, if there is one."""
        if self._close_own is not None:
            self._close_own()
            self.stub = self._clients


def _stub(channel: grpc.Channel) -> Any:
    return stitch_pb2_grpc.StitchServiceStub(channel)  # type: ignore[no-untyped-call]
