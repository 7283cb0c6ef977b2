# SPDX-License-Identifier: Apache-2.0
"""Mistakes in a loop that stitches: each is told by name, and costs nothing that was right."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from stitching import HEIGHT, WIDTH, bundle, grid_plan, refused, served, soft

import ndstream

TILE = (0, 0, 32, 32)
ONES = np.ones((32, 32), np.float32)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ndstream.Client]:
    with served(bundle(tmp_path_factory.mktemp("mistakes"))) as client:
        yield client


@pytest.fixture(scope="module")
def batch(client: ndstream.Client) -> ndstream.Batch:
    return next(iter(client.batches(grid_plan(client, 32, 32))))


@pytest.mark.parametrize(
    ("reason", "options"),
    [
        ("BAD_DTYPE", {"predictions": [[1], [2, 3]]}),
        ("BAD_DTYPE", {"predictions": None}),
        ("BAD_DTYPE", {"predictions": {"logits": 1}}),
        ("BAD_SHAPE", {"predictions": 0.5}),
        ("BAD_SHAPE", {"axes": 3}),
        ("BAD_WEIGHTS", {"weights": 2.0}),
        ("BAD_WEIGHTS", {"weights": np.ones(4)}),
        ("BAD_WEIGHTS", {"weights": np.ones((4, 32, 32, 1))}),
        ("BAD_WEIGHTS", {"weights": np.ones((3, 32, 32))}),
        ("BAD_WEIGHTS", {"weights": np.ones((5, 32, 32))}),
        ("BAD_DTYPE", {"weights": "many"}),
    ],
)
def test_what_is_no_prediction(
    client: ndstream.Client, batch: ndstream.Batch, reason: str, options: dict[str, Any]
) -> None:
    run = client.stitch("p")
    (name,) = options
    error = refused(reason, lambda: run.add(batch, **{"predictions": soft(batch), **options}))
    assert name in str(error)
    assert run.status().windows == 0
    run.abort()


def test_arguments_in_the_wrong_order(client: ndstream.Client, batch: ndstream.Batch) -> None:
    run = client.stitch("p")
    values: Any = soft(batch)
    assert "batch" in str(refused("BAD_ARGUMENT", lambda: run.add(values, batch)))
    run.abort()


def test_one_array_of_weights_for_all(client: ndstream.Client, batch: ndstream.Batch) -> None:
    for weights in (ONES, ONES[None]):
        run = client.stitch("p")
        run.add(batch, soft(batch), weights=weights)
        assert run.status().windows == 4
        run.abort()


@pytest.mark.parametrize("image", [1.0, "1", None, 1.5])
def test_ids_are_integers(client: ndstream.Client, image: Any) -> None:
    run = client.stitch("p")
    assert "image_id" in str(refused("BAD_ARGUMENT", lambda: run.add_window(image, TILE, ONES)))
    run.add_window(np.int64(1), np.array(TILE), ONES)
    for ask in (run.read, run.finalize):
        refused("BAD_ARGUMENT", lambda ask=ask: ask(image))
    assert run.read(np.uint8(1), TILE).sum() == 32 * 32
    run.abort()


def test_an_unknown_image_is_told_with_the_run(client: ndstream.Client) -> None:
    run = client.stitch("p")
    for ask in (run.read, run.finalize):
        facts = refused("UNKNOWN_IMAGE", lambda ask=ask: ask(77)).metadata
        assert (facts["run"], facts["image"]) == (run.name, "77")
    run.abort()


@pytest.mark.parametrize("box", [(0, 0, 32), (0.5, 0, 32.5, 32), 3, (slice(0, 32), slice(0, 32))])
def test_boxes_are_four_integers(client: ndstream.Client, box: Any) -> None:
    run = client.stitch("p")
    assert "box" in str(refused("BAD_ARGUMENT", lambda: run.add_window(1, box, ONES)))
    run.add_window(1, TILE, ONES)
    refused("BAD_ARGUMENT", lambda: run.read(1, box))
    refused("BAD_WINDOW", lambda: run.read(1, (500, 500, 600, 600)))
    run.abort()


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("format", {"format": "tif"}),
        ("quantize", {"quantize": "float16"}),
        ("quantize", {"quantize": {}}),
        ("expected", {"expected": 1}),
        ("expected", {"expected": (0, 1, 2)}),
        ("run", {"run": 5}),
        ("channels", {"channels": ["a", "b"]}),
        ("window", {"grid": 32}),
        ("block_size", {"block_size": 16.5}),
        ("short_code", {"short_code": "x" * 300}),
    ],
)
def test_options_are_named(client: ndstream.Client, name: str, options: dict[str, Any]) -> None:
    assert name in str(refused("BAD_ARGUMENT", lambda: client.stitch(**{"channels": "p", **options})))


@pytest.mark.parametrize(
    "options",
    [
        {"quantize": np.uint8},
        {"quantize": np.dtype("int32")},
        {"format": "png"},
        {"scale": np.float32(2)},
        {"expected": np.array([0, 0])},
        {"overviews": [2]},
    ],
)
def test_options_of_numpy(client: ndstream.Client, options: dict[str, Any]) -> None:
    client.stitch("p", **options).abort()


def test_an_image_that_cannot_be_written_does_not_keep_others_from_the_manifest(tmp_path: Path) -> None:
    with served(bundle(tmp_path)) as client:
        run = client.stitch("salient", run="one-endless")
        run.add_window(1, None, np.full((HEIGHT, WIDTH), np.inf, np.float32))
        run.add_window(2, None, np.full((HEIGHT, WIDTH), 0.5, np.float32))
        failure = refused("QUANT_RANGE", lambda: run.flush(finalize_all=True))
        assert failure.metadata["image"] == "1"
        assert "range" in failure.metadata["remedy"]
        rows = {row["id"]: row for row in json.loads((tmp_path / "data.kwcoco.json").read_text("utf-8"))["images"]}
        assert [entry["channels"] for entry in rows[2]["auxiliary"]] == ["salient"]
        assert "auxiliary" not in rows[1]
