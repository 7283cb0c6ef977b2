# SPDX-License-Identifier: Apache-2.0
"""Batches in shared memory, against a real server."""

from __future__ import annotations

import gc
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from oracle import real
from test_server import PLAN, eventually, nothing_is_held

import ndstream
from ndstream.sidecar import Sidecar


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[ndstream.Client]:
    """Of a server that has its segments in a directory of this test alone."""
    with ndstream.serve(real("neon_trees"), shared_memory=tmp_path) as client:
        yield client
    assert not list(tmp_path.glob("ndstream-*"))


def segments(parent: Path) -> list[Path]:
    return [file for file in parent.glob("ndstream-*/*") if file.name != "lock"]


def arrays(batch: ndstream.Batch) -> list[Any]:
    found = [batch.pixels, batch.class_mask, batch.instance_mask, batch.sample_ids]
    return [a for a in found if a is not None] + (batch.ragged if batch.pixels is None else [])


def is_shared(batch: ndstream.Batch) -> bool:
    return any(tensor.HasField("shared") for tensor in [batch.message.pixels, *batch.message.ragged])


@pytest.mark.parametrize(
    "options",
    [
        PLAN,
        {**PLAN, "masks": ndstream.Masks(class_mask=True, instance_mask=True), "with_annots": "segmentation"},
        {"batch_size": 8, "ragged": True},
        {**PLAN, "target": {"channels": "red|green|blue", "dtype": "float32", "axes": "CHW"}},
    ],
    ids=["pixels", "masks", "ragged", "planes"],
)
def test_both_transports_give_the_same_arrays(shared: ndstream.Client, tmp_path: Path, options: Any) -> None:
    with shared.batches(**options) as mapped, shared.batches(**options, shared_memory=False) as received:
        assert mapped.shared_memory
        assert not received.shared_memory
        count = 0
        for got, want in zip(mapped, received):
            assert is_shared(got)
            for ours, theirs in zip(arrays(got), arrays(want)):
                np.testing.assert_array_equal(ours, theirs)
                assert not ours.flags.writeable
            count += 1
        assert count == mapped.batches
    del got, ours
    assert eventually(lambda: nothing_is_held(shared))
    assert not segments(tmp_path)


def test_who_keeps_an_epoch_has_it_right_when_the_server_is_gone(tmp_path: Path) -> None:
    with ndstream.serve(real("neon_trees"), shared_memory=tmp_path, look_ahead="1MiB") as client:
        kept = list(client.batches(**PLAN))
        want = [batch.pixels for batch in client.batches(**PLAN, shared_memory=False)]
    assert not list(tmp_path.glob("ndstream-*"))
    assert any(is_shared(batch) for batch in kept)
    assert not all(is_shared(batch) for batch in kept), "more than the look-ahead is kept, so some came in messages"
    for batch, pixels in zip(kept, want):
        np.testing.assert_array_equal(batch.pixels, pixels)


def test_an_array_holds_its_segment_and_gives_it_back_in_any_order(tmp_path: Path) -> None:
    names = set()
    held: list[Any] = []
    with (
        ndstream.serve(real("neon_trees"), shared_memory=tmp_path, look_ahead="1MiB") as client,
        client.batches(**PLAN, prefetch=1) as stream,
    ):
        want = [batch.pixels for batch in client.batches(**PLAN, shared_memory=False)]
        for k, batch in enumerate(stream):
            names.add(batch.message.pixels.shared.segment)
            held.append((k, batch.pixels[2:, ::2]))  # a view of a view; the batch itself goes
            if len(held) == 4:
                for at in (2, 0, 1, 0):
                    number, view = held.pop(at)
                    np.testing.assert_array_equal(view, want[number][2:, ::2])
        assert len(names - {""}) < len(want) / 2
        for number, view in held:
            np.testing.assert_array_equal(view, want[number][2:, ::2])


def test_a_cancelled_stream_leaves_its_arrays_and_no_file(shared: ndstream.Client, tmp_path: Path) -> None:
    want = next(shared.batches(**PLAN, shared_memory=False)).pixels
    with shared.batches(**PLAN) as stream:
        batch = next(stream)
        assert segments(tmp_path)
    assert eventually(lambda: not segments(tmp_path) and nothing_is_held(shared))
    np.testing.assert_array_equal(batch.pixels, want)


def test_tensors_hold_their_segment(shared: ndstream.Client) -> None:
    torch = pytest.importorskip("torch")
    from ndstream.torch import BatchStream

    plan = ndstream.Plan(**PLAN)
    want = [batch["pixels"].numpy() for batch in BatchStream(shared.address, plan, shared_memory=False)]
    kept = []
    for batch in BatchStream(shared.address, plan):
        kept.append(batch["pixels"])
        if len(kept) < 3:
            kept[-1].add_(1)  # may be written to
        del batch
        gc.collect()
    for k, tensor in enumerate(kept):
        assert torch.equal(tensor, torch.from_numpy(want[k] + (1 if k < 2 else 0)))


def test_what_a_killed_server_left_goes_when_the_next_one_starts(tmp_path: Path) -> None:
    sidecar = Sidecar([str(real("neon_trees"))], 60, {"shared_memory": tmp_path})
    stream = sidecar.client.batches(**PLAN)
    batch = next(stream)
    sidecar.process.kill()
    sidecar.process.wait()
    (left,) = tmp_path.glob("ndstream-*")
    assert segments(tmp_path)
    assert batch.pixels.any(), "still there for who has it"
    sidecar.close()
    with ndstream.serve(real("neon_trees"), shared_memory=tmp_path) as client:
        assert not left.exists()
        np.testing.assert_array_equal(next(client.batches(**PLAN)).pixels, batch.pixels)


ELSEWHERE = """
    import sys, ndstream
    client = ndstream.connect(sys.argv[1])
    for epoch in range(2):
        with client.batches(batch_size=8, window_dims=(64, 64), target={"channels": "red|green|blue"}) as stream:
            print(stream.shared_memory, sum(len(batch) for batch in stream) > 0)
"""


def test_a_client_with_other_mounts_gets_messages(shared: ndstream.Client, tmp_path: Path) -> None:
    if shutil.which("unshare") is None or subprocess.run(["unshare", "-rm", "true"], check=False).returncode != 0:
        pytest.skip("may not make a mount namespace")
    hidden = f'mount -t tmpfs tmpfs {tmp_path} && exec {sys.executable} -c "$1" {shared.address}'
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", hidden, "sh", textwrap.dedent(ELSEWHERE)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.stdout.split() == ["False", "True"] * 2, done.stderr
