# SPDX-License-Identifier: Apache-2.0
"""Long-running operations."""

from __future__ import annotations

import time
from typing import TypeVar

import grpc
from google.longrunning import operations_pb2
from google.protobuf.message import Message
from google.rpc import code_pb2, error_details_pb2

from ndstream.errors import Error, translated

M = TypeVar("M", bound=Message)


def result(channel: grpc.Channel, operation: operations_pb2.Operation, into: M, poll_seconds: float = 0.2) -> M:
    """Waits for the end of ``operation`` and unpacks its response.

    Raises:
        Error: why the operation failed.
    """
    get = channel.unary_unary(
        "/google.longrunning.Operations/GetOperation",
        request_serializer=operations_pb2.GetOperationRequest.SerializeToString,
        response_deserializer=operations_pb2.Operation.FromString,
    )
    while not operation.done:
        time.sleep(poll_seconds)
        with translated():
            operation = get(operations_pb2.GetOperationRequest(name=operation.name))
    if operation.HasField("error"):
        info = error_details_pb2.ErrorInfo()
        for detail in operation.error.details:
            detail.Unpack(info)
        code = code_pb2.Code.Name(operation.error.code)
        raise Error(info.reason, operation.error.message, code=code, metadata=dict(info.metadata))
    operation.response.Unpack(into)
    return into
