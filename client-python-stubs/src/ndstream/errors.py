# SPDX-License-Identifier: Apache-2.0
"""The one exception of this package."""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import grpc
from google.rpc import code_pb2, error_details_pb2, status_pb2

_STATUS_DETAILS = "grpc-status-details-bin"
_OTHER_VERSION = "UNKNOWN_METHOD"


@dataclass(frozen=True)
class Violation:
    """One bad field of a request."""

    field: str
    description: str


class Error(Exception):
    """What the server (or this client, for what it can see itself) has against a request.

    Branch on ``reason``, never on the text: the reasons are a closed list, see ``docs/errors.md``.

    Attributes:
        reason: upper-case name such as ``UNKNOWN_IMAGE``; ``""`` if whoever failed is no ndstream server.
        code: name of the gRPC status code, such as ``NOT_FOUND``.
        metadata: the facts, by name.
        violations: every bad field of the request, not only the first.
    """

    def __init__(
        self,
        reason: str,
        message: str,
        *,
        code: str = "INVALID_ARGUMENT",
        metadata: Mapping[str, str] | None = None,
        violations: Sequence[Violation] = (),
    ) -> None:
        super().__init__(message)
        self.reason = reason
        self.code = code
        self.metadata = dict(metadata or {})
        self.violations = tuple(violations)

    def __str__(self) -> str:
        # A server's text holds its facts already.
        facts = "".join(f" {k}={v}" for k, v in self.metadata.items() if str(v) not in self.args[0])
        fields = "".join(f"\n  {v.field}: {v.description}" for v in self.violations if len(self.violations) > 1)
        return f"[{self.reason or self.code}] {self.args[0]}{facts}{fields}"

    def __reduce__(self) -> tuple[Any, ...]:  # keyword arguments do not survive the usual way to a DataLoader's parent
        return _rebuild, (self.reason, self.args[0], self.code, self.metadata, self.violations)


def _rebuild(
    reason: str, message: str, code: str, metadata: dict[str, str], violations: tuple[Violation, ...]
) -> Error:
    return Error(reason, message, code=code, metadata=metadata, violations=violations)


def from_rpc(error: grpc.RpcError) -> Error:
    """The facts of a failed call: its status code and the ErrorInfo and BadRequest of its status details."""
    code = error.code().name
    reason, metadata, violations = "", {}, []
    for detail in _details(error.trailing_metadata() or ()):
        info, bad = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
        if detail.Unpack(info):
            reason, metadata = info.reason, dict(info.metadata)
            if reason == _OTHER_VERSION:
                metadata["client_version"] = version("ndstream")
        elif detail.Unpack(bad):
            violations = [Violation(v.field, v.description) for v in bad.field_violations]
    return Error(reason, error.details() or code, code=code, metadata=metadata, violations=violations)


def from_value(error: Any) -> Error:
    """The same of a ``SampleError`` message, which reports a failure inside an answer."""
    code = code_pb2.Code.Name(error.code)
    return Error(error.reason, error.message, code=code, metadata=dict(error.metadata))


@contextlib.contextmanager
def translated() -> Generator[None, None, None]:
    """Turns failed calls inside the block into :class:`Error`."""
    try:
        yield
    except grpc.RpcError as e:
        raise from_rpc(e) from None


def _details(trailers: Iterable[Any]) -> list[Any]:
    for key, value in trailers:
        if key == _STATUS_DETAILS:
            return list(status_pb2.Status.FromString(value).details)
    return []
