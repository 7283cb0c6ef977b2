# SPDX-License-Identifier: Apache-2.0
"""Measures what arrives in Python, ``python -m ndstream.bench stream ADDRESS...``, and what goes back, ``... stitch``.

Batches come in messages and, where the server offers it, in shared memory. Beside them it measures a *bare* stream: a
gRPC server that sends messages of zeros of the same size and nothing else (``io.ndstream.bench.BareStream``, method
``/ndstream.bench.BareStream/Stream``: the request is the text ``BYTES COUNT``, each answer is BYTES zeros). The ratio
says what all the rest costs. Processor time is that of this process and of the server's, if told which it is.

Predictions go back to a server of its own, in messages and in shared memory in turns, until all windows of an image are
on the disk: :meth:`ndstream.StitchRun.add` with batches of 8 windows of 512 x 512 float32, and of 64 small ones.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import numpy as np

import ndstream
from ndstream.channel import open_channel
from ndstream.v1 import stream_pb2, tensor_pb2

_BARE = "/ndstream.bench.BareStream/Stream"
_BARE_MESSAGES = 100  # a call
_SIDE = 8192  # of the image that predictions go onto
_WARM_UP_SECONDS = 3.0  # a server just started compiles its code while it runs


@dataclass(frozen=True)
class Rate:
    """What was received in how many seconds."""

    messages: int
    bytes: int
    seconds: float
    processor_seconds: float

    @property
    def megabytes_a_second(self) -> float:
        return self.bytes / 1e6 / self.seconds

    def __str__(self) -> str:
        return (
            f"{self.messages / self.seconds:9.1f} messages/s {self.megabytes_a_second:9.1f} MB/s"
            f" {self.processor_seconds / self.bytes * 1e9:7.2f} CPU s/GB"
        )


class Processes:
    """This process and its server."""

    def __init__(self, server: int | None) -> None:
        self._files = [Path(f"/proc/{pid}/stat") for pid in (os.getpid(), server) if pid is not None]

    def processor_seconds(self) -> float:
        """Used so far by all of them."""
        # After the name, which may hold anything: user and system time are the 14th and 15th field.
        times = [file.read_text().rpartition(")")[2].split()[11:13] for file in self._files]
        return sum(int(user) + int(system) for user, system in times) / os.sysconf("SC_CLK_TCK")


def measure_batches(
    client: ndstream.Client, plan: ndstream.Plan, seconds: float, server: Processes, shared: bool
) -> Rate:
    """Receives epochs of batches for so long, after a while to warm up."""
    messages = size = 0
    warm = time.perf_counter() + _WARM_UP_SECONDS
    started = None
    used = 0.0
    for batch in _epochs(client, plan, shared):
        now = time.perf_counter()
        if started is None:
            if now >= warm:
                started, used = now, server.processor_seconds()
            continue
        messages += 1
        size += batch.nbytes
        if now - started >= seconds:
            return Rate(messages, size, now - started, server.processor_seconds() - used)
    raise AssertionError("epochs never end")


def _epochs(client: ndstream.Client, plan: ndstream.Plan, shared: bool) -> Iterator[ndstream.Batch]:
    epoch = 0
    while True:
        with client.batches(plan, epoch=epoch, shared_memory=shared) as stream:
            yield from stream
        epoch += 1


def measure_bare(address: str, size: int, seconds: float, server: Processes) -> Rate:
    """Receives messages of ``size`` zeros for so long, after a while to warm up."""
    with open_channel(address) as channel:
        call: Any = channel.unary_stream(_BARE, request_serializer=None, response_deserializer=None)

        def receive(at_least: float) -> Rate:
            started, used = time.perf_counter(), server.processor_seconds()
            messages, elapsed = 0, 0.0
            while elapsed < at_least:
                messages += sum(1 for _ in call(f"{size} {_BARE_MESSAGES}".encode()))
                elapsed = time.perf_counter() - started
            return Rate(messages, messages * size, elapsed, server.processor_seconds() - used)

        receive(_WARM_UP_SECONDS)
        return receive(seconds)


class Predictions:
    """What a model might say to windows that cover an image: the same random numbers to every batch."""

    def __init__(self, batch_size: int, window: int, bands: int) -> None:
        corners = np.arange(0, _SIDE, window)
        left, top = (axis.reshape(-1, batch_size) for axis in np.meshgrid(corners, corners))
        boxes = np.stack([left, top, left + window, top + window], axis=-1)
        self.batches = [_batch(number, rows) for number, rows in enumerate(boxes)]
        self.values = np.random.default_rng(0).random((batch_size, window, window, bands), np.float32)
        self.name = f"{batch_size} x {window}² x {bands}"
        self.channels = "|".join(f"b{band}" for band in range(bands))


def _batch(number: int, boxes: Any) -> ndstream.Batch:
    """A batch of image 1, without pixels."""
    count = len(boxes)
    columns = {
        "sample_ids": np.arange(number * count, (number + 1) * count),
        "image_ids": np.ones(count, np.int64),
        "windows": boxes,
    }
    message = stream_pb2.Batch()
    for name, column in columns.items():
        tensor: tensor_pb2.Tensor = getattr(message, name)
        tensor.dtype = tensor_pb2.DTYPE_INT64
        tensor.shape.extend(column.shape)
        tensor.data = column.astype("<i8").tobytes()
    return ndstream.Batch(message, {})


def measure_predictions(sidecar: ndstream.Sidecar, given: Predictions, shared: bool) -> tuple[Rate, float]:
    """Adds all until they are on the disk; also the processor time of this thread for one ``add``, in milliseconds."""
    processes = Processes(sidecar.process.pid)
    run = sidecar.client.stitch(given.channels, space="image", expected=(0, 1), shared_memory=shared)
    started, used = time.perf_counter(), processes.processor_seconds()
    before = time.thread_time()
    for batch in given.batches:
        run.add(batch, given.values)
    adding = time.thread_time() - before
    run.sync()
    seconds, used = time.perf_counter() - started, processes.processor_seconds() - used
    run.abort()
    count = len(given.batches)
    return Rate(count, count * given.values.nbytes, seconds, used), adding / count * 1e3


def _stitch(rounds: int) -> None:
    with tempfile.TemporaryDirectory() as work:
        manifest = Path(work) / "image.kwcoco.json"
        image = {"id": 1, "name": "image", "file_name": "image.tif", "width": _SIDE, "height": _SIDE}
        manifest.write_text(json.dumps({"images": [image], "annotations": []}), encoding="utf-8")
        sidecar = ndstream.serve(manifest, workdir=work, stitch_memory="2GiB")
        with sidecar:
            for given in (Predictions(8, 512, 1), Predictions(8, 512, 3), Predictions(64, 64, 1)):
                for name, shared in [("messages", False), ("shared memory", True)] * rounds:
                    rate, call = measure_predictions(sidecar, given, shared)
                    print(f"{given.name:13} {name:13} {rate}  {call:6.2f} ms a call", flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a measurement and prints a line for each address."""
    parser = argparse.ArgumentParser(prog="python -m ndstream.bench")
    commands = parser.add_subparsers(required=True, dest="command")
    stream = commands.add_parser("stream", help="batches a second into Python")
    stream.add_argument("address", nargs="+", help="of an ndstream server: unix:/path, tcp:host:port")
    stream.add_argument(
        "--bare", nargs="*", default=[], metavar="ADDRESS", help="of bare streams, one for each address"
    )
    stream.add_argument("--server", type=int, metavar="PID", help="process of the ndstream server")
    stream.add_argument("--bare-server", type=int, metavar="PID", help="process of the bare server")
    stream.add_argument("--seconds", type=float, default=5.0, help="for each measurement (default: %(default)s)")
    stream.add_argument("--batch-size", type=int, default=16)
    stream.add_argument("--window", type=int, default=256)
    stream.add_argument("--negatives", type=float, default=1.0)
    stream.add_argument("--channels")
    stitch = commands.add_parser("stitch", help="predictions a second from Python")
    stitch.add_argument("--rounds", type=int, default=2, help="of messages and shared memory (default: %(default)s)")
    options = parser.parse_args(arguments)
    try:
        if options.command == "stitch":
            _stitch(options.rounds)
        else:
            _stream(options, parser)
    except (ndstream.Error, grpc.RpcError) as e:
        print(f"bench: {e}", file=sys.stderr)
        return 1
    return 0


def _stream(options: argparse.Namespace, parser: argparse.ArgumentParser) -> None:
    if options.bare and len(options.bare) != len(options.address):
        parser.error("--bare needs as many addresses as there are servers")
    plan = ndstream.Plan(
        batch_size=options.batch_size,
        window_dims=(options.window, options.window),
        neg_to_pos_ratio=options.negatives,
        target={"channels": options.channels} if options.channels else {},
        remainder="drop",
        with_annots="boxes",
    )
    for k, address in enumerate(options.address):
        _compare(address, options.bare[k] if options.bare else None, plan, options)


def _compare(address: str, bare: str | None, plan: ndstream.Plan, options: argparse.Namespace) -> None:
    rates: dict[str, Rate] = {}
    with ndstream.connect(address) as client:
        size = client.create_plan(plan).batch_bytes
        server = Processes(options.server)
        rates["messages"] = measure_batches(client, plan, options.seconds, server, shared=False)
        with client.batches(plan, max_batches=1) as stream:
            offered = stream.shared_memory
        if offered:
            rates["shared memory"] = measure_batches(client, plan, options.seconds, server, shared=True)
    if bare is not None:
        rates["bare zeros"] = measure_bare(bare, size, options.seconds, Processes(options.bare_server))
    kind = "unix" if address.startswith("unix:") else "tcp"
    for name, rate in rates.items():
        ratio = f"  {rate.megabytes_a_second / rates['bare zeros'].megabytes_a_second:.2f} of bare" if bare else ""
        print(f"{kind:4} {name:13} {size / 1e6:7.2f} MB {rate}{ratio}")


if __name__ == "__main__":
    sys.exit(main())
