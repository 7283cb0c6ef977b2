# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pickle
import subprocess
import sys
import textwrap
from typing import Any

import numpy as np
import pytest

import ndstream

torch = pytest.importorskip("torch")

PLAN = ndstream.Plan(16, (32, 32), neg_to_pos_ratio=1.0, target={"channels": "red|green|blue"}, with_annots="boxes")


def ids(batches: Any) -> list[list[int]]:
    return [batch["sample_ids"].tolist() for batch in batches]


@pytest.fixture
def stream(trees: ndstream.Client) -> Any:
    from ndstream.torch import BatchStream

    return lambda **options: BatchStream(trees.address, PLAN, **options)


def test_batches_are_tensors(stream: Any, trees: ndstream.Client) -> None:
    loader = torch.utils.data.DataLoader(stream(), batch_size=None)
    with trees.batches(PLAN) as expected:
        for got, want in zip(loader, expected):
            assert got["pixels"].shape == (len(want), 3, 32, 32)
            np.testing.assert_array_equal(got["pixels"].numpy().transpose(0, 2, 3, 1), want.pixels)
            assert got["positive"].dtype == torch.bool
            assert [len(boxes) for boxes in got["boxes"]] == [len(boxes) for boxes in want.boxes]
            got["pixels"].add_(1)  # may be written to


def test_ranks_share_an_epoch(stream: Any) -> None:
    whole = ids(stream())
    parts = [ids(stream(rank=rank, world=3)) for rank in range(3)]
    assert [parts[k % 3][k // 3] for k in range(len(whole))] == whole


def test_every_iteration_is_another_epoch(stream: Any) -> None:
    one = stream()
    first, second = ids(one), ids(one)
    assert first != second
    one.set_epoch(0)
    assert ids(one) == first


def test_the_state_goes_on_where_it_was_saved(stream: Any) -> None:
    whole = ids(stream(epoch=4))
    one = stream(epoch=4)
    batches = iter(one)
    begun = [next(batches)["sample_ids"].tolist() for _ in range(5)]
    state = pickle.loads(pickle.dumps(one.state_dict()))
    batches.close()
    other = stream()
    other.load_state_dict(state)
    assert begun + ids(other) == whole
    assert other.epoch == 5


WORKERS = """
    import sys, torch, ndstream
    from ndstream.torch import BatchStream
    if __name__ == "__main__":
        stream = BatchStream(sys.argv[1], batch_size=16, window_dims=(32, 32), neg_to_pos_ratio=1.0,
            target={"channels": "red|green|blue"}, with_annots="boxes")
        loader = torch.utils.data.DataLoader(
            stream, batch_size=None, num_workers=2, multiprocessing_context=sys.argv[2])
        print([batch["sample_ids"].tolist() for batch in loader])
"""


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_workers_give_the_same_batches_in_the_same_order(
    stream: Any, trees: ndstream.Client, tmp_path: Any, start: str
) -> None:
    script = tmp_path / "workers.py"
    script.write_text(textwrap.dedent(WORKERS), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(script), trees.address, start], capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == str(ids(stream()))
