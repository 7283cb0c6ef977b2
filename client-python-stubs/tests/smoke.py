# SPDX-License-Identifier: Apache-2.0
"""Run by test_packaging.py inside environments with other versions of protobuf and Python: prints what it found."""

from __future__ import annotations

import sys

import google.protobuf
import grpc
import numpy as np

import ndstream
from ndstream.batch import TENSORS, Batch
from ndstream.errors import from_rpc
from ndstream.v1 import grid_pb2_grpc, stream_pb2, stream_pb2_grpc, tensor_pb2
from ndstream.wire import reader


class Server(stream_pb2_grpc.StreamServiceServicer):
    """One batch of one 2x2 window, then an error."""

    def StreamBatches(self, request, context):  # noqa: N802 - gRPC's name
        yield stream_pb2.StreamBatchesResponse(header=stream_pb2.StreamHeader(batches=1))
        answer = stream_pb2.StreamBatchesResponse()
        pixels = answer.batch.pixels
        pixels.dtype, pixels.axes, pixels.data = tensor_pb2.DTYPE_UINT8, "NHWC", bytes(range(4))
        pixels.shape[:] = [1, 2, 2, 1]
        answer.batch.positive.dtype, answer.batch.positive.data = tensor_pb2.DTYPE_UINT8, b"\1"
        answer.batch.positive.shape[:] = [1]
        yield answer
        context.abort(grpc.StatusCode.NOT_FOUND, "gone")


def main() -> None:
    from concurrent.futures import ThreadPoolExecutor

    server = grpc.server(ThreadPoolExecutor(2))
    stream_pb2_grpc.add_StreamServiceServicer_to_server(Server(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    with ndstream.connect(f"127.0.0.1:{port}", wait=60) as client:
        assert grid_pb2_grpc.GridServiceStub(client.channel) is not None
        stream = client.batches(batch_size=1, window_dims=(2, 2))
        batch = next(stream)
        np.testing.assert_array_equal(batch.pixels, np.arange(4).reshape(1, 2, 2, 1))
        try:
            next(stream)
        except ndstream.Error as e:
            assert e.code == "NOT_FOUND", e
        else:
            raise AssertionError("the error did not arrive")
    server.stop(0).wait()
    assert reader(stream_pb2.GetBatchResponse, *TENSORS) and Batch and from_rpc
    print(f"python {sys.version.split()[0]} protobuf {google.protobuf.__version__} grpcio {grpc.__version__}: ok")


if __name__ == "__main__":
    main()
