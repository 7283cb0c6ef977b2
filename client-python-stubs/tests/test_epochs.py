# SPDX-License-Identifier: Apache-2.0
"""Whole epochs of the real data, against what the files say."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import Any

import numpy as np
import pytest
from manifest import Manifest, largest_overlap
from oracle import real

import ndstream

TREES = {"batch_size": 16, "window_dims": (64, 64), "neg_to_pos_ratio": 1.0, "target": {"channels": "red|green|blue"}}
SERIES = {"batch_size": 32, "window_dims": (32, 32), "neg_to_pos_ratio": 0.5, "target": {"channels": "ndvi|clm"}}


def digest(stream: Any) -> list[str]:
    """A hash of everything in each batch."""
    out = []
    for batch in stream:
        h = hashlib.sha256()
        for name in ("pixels", "sample_ids", "annotation_ids", "windows", "positive", "canvas_from_sample"):
            h.update(np.ascontiguousarray(getattr(batch, name)).tobytes())
        h.update(batch.resume_token.encode())
        h.update(batch.message.annotations.SerializeToString(deterministic=True))
        out.append(h.hexdigest())
    return out


@pytest.mark.parametrize(("name", "plan"), [("neon_trees", TREES), ("s2_series", SERIES)])
def test_every_positive_exactly_once_and_negatives_that_keep_clear(servers: Any, name: str, plan: Any) -> None:
    truth, client = Manifest(real(name)), servers(real(name))
    seen: Counter[int] = Counter()
    negatives = 0
    with client.batches(**plan, negative_thresh=0.3) as stream:
        for batch in stream:
            for i in range(len(batch)):
                if batch.positive[i]:
                    annotation = truth.annotations[int(batch.annotation_ids[i])]
                    seen[annotation["id"]] += 1
                    assert annotation["image_id"] == batch.image_ids[i]
                    assert annotation["category_id"] == batch.category_ids[i]
                else:
                    negatives += 1
                    overlap = largest_overlap(batch.windows[i], truth.boxes_of_images[int(batch.image_ids[i])])
                    assert overlap < 0.3, f"negative {batch.windows[i]} of image {batch.image_ids[i]}"
        about = stream.plan
    assert seen == Counter(dict.fromkeys(truth.annotations, 1))
    assert negatives == about.negatives
    if not about.shortfall:
        assert negatives == int(plan["neg_to_pos_ratio"] * len(truth.annotations))
    assert stream.trailer.samples == negatives + len(truth.annotations)


def test_pixels_and_boxes_of_trees_are_those_of_the_files(trees: ndstream.Client) -> None:
    truth = Manifest(real("neon_trees"))
    with trees.batches(**TREES, seed=3, with_annots="boxes") as stream:
        for batch in stream:
            for i in range(len(batch)):
                image = truth.images[int(batch.image_ids[i])]
                window = batch.windows[i]
                pixels = truth.read(image["file_name"])[..., :3]
                np.testing.assert_array_equal(batch.pixels[i], truth.window(pixels, window))
                _same_boxes(truth, batch, i)


def _same_boxes(truth: Manifest, batch: ndstream.Batch, i: int) -> None:
    found = batch.annotations
    assert found is not None
    rows = found.rows(i)
    left, top, right, bottom = batch.windows[i]
    expect = {}
    for row in truth.annotations.values():
        x, y, w, h = row["bbox"]
        if row["image_id"] == batch.image_ids[i] and x <= right and x + w >= left and y <= bottom and y + h >= top:
            expect[row["id"]] = [x - left, y - top, w, h]
    assert found.ids[rows].tolist() == sorted(expect)
    np.testing.assert_allclose(found.boxes[rows], [expect[a] for a in sorted(expect)] or np.zeros((0, 4)), atol=1e-9)
    for k in range(rows.start, rows.stop):
        assert truth.annotations[int(found.ids[k])]["category_id"] == found.category_ids[k]


def test_pixels_of_the_series_are_those_of_the_files(series: ndstream.Client) -> None:
    truth = Manifest(real("s2_series"))
    plan = ndstream.Plan(16, (24, 24), neg_to_pos_ratio=0.2, target={"channels": "clm|ndvi"}, with_annots=False)
    with series.batches(plan, max_batches=20) as stream:
        for batch in stream:
            assert batch.pixels.dtype == np.float32
            for i in range(len(batch)):
                files = {a["channels"]: a for a in truth.images[int(batch.image_ids[i])]["auxiliary"]}
                inside = _inside(batch.windows[i], truth.images[int(batch.image_ids[i])])
                mask = truth.window(truth.read(files["clm"]["file_name"]), batch.windows[i])[..., 0]
                np.testing.assert_array_equal(batch.pixels[i][..., 0][inside], mask[inside])
                quantized = truth.window(truth.read(files["ndvi"]["file_name"]), batch.windows[i])[..., 0]
                np.testing.assert_allclose(
                    batch.pixels[i][..., 1][inside], _dequantized(quantized, files["ndvi"])[inside], atol=1e-6
                )


def _inside(window: Any, image: Any) -> Any:
    """Cells of the window that lie on the image."""
    left, top, right, bottom = (int(v) for v in window)
    rows, columns = np.arange(top, bottom), np.arange(left, right)
    return ((rows >= 0) & (rows < image["height"]))[:, None] & ((columns >= 0) & (columns < image["width"]))


def _dequantized(values: Any, asset: Any) -> Any:
    q = asset["quantization"]
    out = (values.astype(np.float64) - q["quant_min"]) * (q["orig_max"] - q["orig_min"])
    out = out / (q["quant_max"] - q["quant_min"]) + q["orig_min"]
    return np.where(values == q["nodata"], np.nan, out)


def test_shards_divide_the_epoch(trees: ndstream.Client) -> None:
    whole = [batch.sample_ids.tolist() for batch in trees.batches(**TREES)]
    for shards in (2, 3):
        parts = [[b.sample_ids.tolist() for b in trees.batches(**TREES, shard=s, shards=shards)] for s in range(shards)]
        assert [parts[k % shards][k // shards] for k in range(len(whole))] == whole


def test_epochs_differ_and_repeat(trees: ndstream.Client) -> None:
    first, again, second = (digest(trees.batches(**TREES, epoch=e, max_batches=5)) for e in (0, 0, 1))
    assert first == again
    assert first != second


def test_resuming_anywhere_gives_the_same_tail(trees: ndstream.Client) -> None:
    whole = digest(trees.batches(**TREES))
    for stop in (1, 7, len(whole) - 1):
        with trees.batches(**TREES) as stream:
            for _ in range(stop):
                next(stream)
            token = stream.resume_token
        assert len(token) < 100
        assert digest(trees.batches(**TREES, resume=token)) == whole[stop:]


def test_one_batch_by_its_position_is_the_one_of_the_stream(trees: ndstream.Client) -> None:
    plan = ndstream.Plan(**TREES)
    streamed = list(trees.batches(plan, epoch=2, max_batches=4))
    for batch in streamed:
        assert digest([trees.get_batch(plan, batch.index, epoch=2)]) == digest([batch])


def test_two_servers_send_the_same_bytes(trees: ndstream.Client) -> None:
    with ndstream.serve(real("neon_trees"), workers=1) as other:
        assert digest(other.batches(**TREES)) == digest(trees.batches(**TREES))


def test_masks_are_painted(series: ndstream.Client) -> None:
    masks = ndstream.Masks(class_mask=True, instance_mask=True)
    plan = ndstream.Plan(8, (32, 32), target={"channels": "ndvi"}, masks=masks)
    batch = next(series.batches(plan))
    assert batch.class_mask.shape == batch.instance_mask.shape == (8, 32, 32)
    inside = batch.instance_mask > 0
    assert inside.any()
    assert (batch.class_mask[inside] >= 0).all()
