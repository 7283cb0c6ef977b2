# SPDX-License-Identifier: Apache-2.0
"""Predictions in shared memory, against a real server."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from stitching import HEIGHT, WIDTH, Server, bundle, grid_plan, refused, soft
from test_server import eventually

import ndstream
from ndstream.shared_memory import WindowSegment
from ndstream.v1 import stitch_pb2 as pb


@pytest.fixture(scope="module")
def memory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the server of the tests below, and nobody else, has its segments."""
    return tmp_path_factory.mktemp("memory")


@pytest.fixture(scope="module", params=[False, True], ids=["image", "video"])
def client(request: Any, memory: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ndstream.Client]:
    """Of a server that has little room for each segment."""
    manifest = bundle(tmp_path_factory.mktemp("data"), videos=request.param)
    options = {"workdir": manifest.parent / "work", "shared_memory": memory, "look_ahead": "64KiB"}
    with ndstream.serve(manifest, **options) as client:
        yield client
    assert not list(memory.iterdir())


def segments(memory: Path) -> list[Path]:
    return [file for file in memory.glob("ndstream-*/*") if file.name != "lock"]


def plan_of(client: ndstream.Client) -> ndstream.Plan:
    return grid_plan(client, *((2, 24, 32) if client.dataset().videos else (24, 32)))


def stitch(client: ndstream.Client, name: str, **options: Any) -> ndstream.StitchRun:
    """A run with files and a manifest of its own."""
    files = {"short_code": name, "manifest": f"{name}.kwcoco.json", "format": "geotiff", "quantize": None}
    return client.stitch("salient", run=name, **files, **options)


def rasters(run: ndstream.StitchRun) -> dict[int, bytes]:
    """Of every image the file, but for its place."""
    bundle_directory = Path(run.flush(finalize_all=True)).parent
    return {image.image_id: (bundle_directory / image.raster.file_name).read_bytes() for image in run.images()}


@pytest.mark.parametrize("dtype", ["uint8", "float32", ">f8"])
def test_both_ways_give_the_same_rasters(client: ndstream.Client, memory: Path, dtype: str) -> None:
    plan = plan_of(client)
    random = np.random.default_rng(1)
    sent = stitch(client, f"sent-{dtype[-2:]}", plan=plan, shared_memory=False)
    shared = stitch(client, f"shared-{dtype[-2:]}", plan=plan)
    for number, batch in enumerate(client.batches(plan)):
        values = (batch.pixels * (1 + random.random(batch.pixels.shape))).astype(dtype)
        weights = random.random((len(values), 24, 32) if number % 2 else (24, 32))
        for run in (sent, shared):
            run.add(batch, values, weights=weights, downweight_edges=number % 3 == 0)
        values[:] = 0  # what was added is the run's
    assert shared.shared_memory
    assert not sent.shared_memory
    assert rasters(shared) == rasters(sent)
    for run in (sent, shared):
        run.abort()
    assert eventually(lambda: not segments(memory))


def test_a_full_segment_is_waited_for(client: ndstream.Client, memory: Path) -> None:
    """As large a prediction as fits, again and again; and one that never fits goes in its message."""
    run = client.stitch("salient", space="image", quantize=None)
    values = np.arange(HEIGHT * WIDTH, dtype=np.float32).reshape(HEIGHT, WIDTH)
    for k in range(40):
        run.add_window(1 + k % 3, (0, 0, WIDTH, HEIGHT), values * k, window_id=f"w{k}")
    assert run.shared_memory
    (segment,) = segments(memory)
    assert segment.stat().st_size == 64 << 10
    assert values.nbytes * 40 > 10 * segment.stat().st_size
    run.add_window(1, (0, 0, WIDTH, 40 * HEIGHT), np.tile(values, (40, 1)), window_id="large")
    assert run.status().windows == 41
    expected = [k for k in range(40) if k % 3 == 0]
    got = run.read(1, (0, 0, WIDTH, HEIGHT))[:, :, 0]
    np.testing.assert_allclose(got, values * (sum(expected) + 1) / (len(expected) + 1), rtol=1e-6)
    run.abort()


def test_what_is_refused_is_refused(client: ndstream.Client) -> None:
    run = client.stitch("salient", space="image")
    run.add_window(1, (0, 0, 8, 8), np.ones((8, 8)), window_id="kept")
    run.sync()
    for reason, image, values, weights in [
        ("BANDS", 1, np.ones((8, 8, 2)), None),
        ("BAD_SHAPE", 1, np.ones((9, 8)), None),
        ("UNKNOWN_IMAGE", 77, np.ones((8, 8)), None),
        ("BAD_WEIGHTS", 1, np.ones((8, 8)), np.full((8, 8), -1.0)),
    ]:
        run.add_window(image, (0, 0, 8, 8), values, weights=weights, window_id=reason)
        assert run.shared_memory
        refused(reason, run.sync)
    assert run.status().windows == 1
    run.abort()


def test_a_hundred_runs_at_once(client: ndstream.Client, memory: Path) -> None:
    plan = plan_of(client)
    batches = list(client.batches(plan))
    counts: list[int] = []

    def predict(number: int) -> None:
        run = client.stitch("salient", run=f"run-{number}", patience=600)
        for batch in batches[:4]:
            run.add(batch, soft(batch) * number)
        run.sync()
        counts.append(run.status().windows)
        run.abort()

    threads = [threading.Thread(target=predict, args=(number,)) for number in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(counts) == 100
    assert len(set(counts)) == 1
    assert eventually(lambda: not segments(memory))


KILLED = """
    import os, signal, sys, ndstream
    client = ndstream.connect(sys.argv[1])
    run = client.stitch("salient", run="theirs")
    batches = list(client.batches(sys.argv[2]))
    while True:
        for batch in batches:
            run.add(batch, batch.pixels)
            if run.shared_memory:
                os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_client_leaves_nothing(client: ndstream.Client, memory: Path) -> None:
    name = client.create_plan(plan_of(client)).name
    command = [sys.executable, "-c", textwrap.dedent(KILLED), client.address, name]
    assert subprocess.run(command, timeout=300, check=False).returncode == -signal.SIGKILL
    assert eventually(lambda: not segments(memory))
    assert client.stitch("salient", run="theirs").resumed


def test_a_killed_server_is_waited_for_and_leaves_nothing(tmp_path: Path) -> None:
    memory = tmp_path / "memory"
    memory.mkdir()
    rasters_of = {}
    with (
        Server(bundle(tmp_path), "--shared-memory", str(memory)) as server,
        server.connect() as client,
    ):
        plan = grid_plan(client, 24, 24)
        batches = list(client.batches(plan))
        for name, kills in (("calm", ()), ("stormy", (3, 4, len(batches) - 2))):
            run = stitch(client, name, plan=plan)
            for number, batch in enumerate(batches):
                run.add(batch, soft(batch))
                if number in kills:
                    assert run.shared_memory or number == kills[1]
                    server.kill()
                    server.start()
            rasters_of[name] = rasters(run)
            run.abort()
        assert rasters_of["calm"] == rasters_of["stormy"]
        assert len(list(memory.iterdir())) == 1, "the directories of killed servers are gone"
    assert not list(memory.iterdir())


ELSEWHERE = """
    import sys, ndstream
    client = ndstream.connect(sys.argv[1])
    run = client.stitch("salient", run="elsewhere")
    for batch in client.batches(sys.argv[2]):
        run.add(batch, batch.pixels)
        assert not run.shared_memory
    print(run.status().windows)
"""


def test_a_client_with_other_mounts_sends_messages(client: ndstream.Client, memory: Path) -> None:
    if shutil.which("unshare") is None or subprocess.run(["unshare", "-rm", "true"], check=False).returncode != 0:
        pytest.skip("may not make a mount namespace")
    plan = client.create_plan(plan_of(client))
    hidden = f'mount -t tmpfs tmpfs {memory} && exec {sys.executable} -c "$1" {client.address} {plan.name}'
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", hidden, "sh", textwrap.dedent(ELSEWHERE)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.stdout.split() == [str(client.stitch("salient", run="elsewhere").status().windows)], done.stderr


def test_without_shared_memory_there_is_none(tmp_path: Path) -> None:
    with ndstream.serve(bundle(tmp_path), workdir=tmp_path, shared_memory=False) as client:
        run = client.stitch("salient", space="image")
        for k in range(10):
            run.add_window(1, (k, 0, k + 8, 8), np.ones((8, 8)))
        assert not run.shared_memory
        assert run.status().windows == 10


# ------------------------------------------------------------------ the parts of a segment


def test_parts_of_a_segment_never_overlap_and_none_is_lost(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    (tmp_path / "segment").write_bytes(bytes(1 << 16))
    segment = WindowSegment(pb.WindowSegment(directory=os.fspath(tmp_path), name="segment", length=1 << 16))
    held: list[tuple[int, Any]] = []
    refusals = 0
    for _ in range(5000):
        values = random.random(random.integers(1, 4000)).astype("<f4")
        offset = segment.begin(values.nbytes)
        if offset is None:
            refusals += 1
            assert held, "an empty segment has room"
            at, oldest = held.pop(0)
            np.testing.assert_array_equal(np.frombuffer(segment.read(at, oldest.nbytes), "<f4"), oldest)
            segment.end()
        else:
            segment.write(offset, values)
            held.append((offset, values))
    assert refusals > 1000
    while held:
        held.pop()
        segment.end()
    assert segment.begin(1 << 16) == 0
    assert segment.begin(1) is None
