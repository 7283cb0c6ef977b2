# SPDX-License-Identifier: Apache-2.0
"""Predictions go back and become rasters, against a real server."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from stitching import HEIGHT, WIDTH, Server, bundle, grid_plan, refused, scene, served, soft
from test_server import eventually

import ndstream

# ------------------------------------------------------------------ from soft probabilities to rasters


def test_five_lines_make_a_raster_of_every_image(tmp_path: Path) -> None:
    with served(bundle(tmp_path)) as client:
        plan = grid_plan(client, 32, 32)
        with client.stitch("salient", expected=(0, 1), plan=plan) as run:
            for batch in client.batches(plan):
                run.add(batch, soft(batch))
    rows = json.loads(Path(run.manifest).read_text(encoding="utf-8"))["images"]
    for row in rows:
        assert row["has_predictions"] == {"salient": True}
        assert row["prediction_region"]["type"] == "MultiPolygon"
        ((corners,),) = row["prediction_region"]["coordinates"]
        assert sorted(corners) == [[0, 0], [0, HEIGHT], [WIDTH, 0], [WIDTH, HEIGHT]]
        (entry,) = row["auxiliary"]
        assert entry["channels"] == "salient"
        with rasterio.open(tmp_path / entry["file_name"]) as file:
            assert (file.nodata, file.descriptions) == (-9999, ("salient",))
            stored = file.read(1)
        step = 1 / 32767
        assert np.abs(stored * step - scene(row["id"])[:, :, 0] / 255).max() <= step * 1.001


@pytest.mark.parametrize("axes", ["".join(order) for order in itertools.permutations("NHWC")] + ["NHW", "WHN"])
def test_every_order_of_axes(images: ndstream.Client, axes: str) -> None:
    (batch,) = images.batches(grid_plan(images, HEIGHT, WIDTH))
    values = soft(batch) if "C" in axes else soft(batch)[..., 0]
    whole = "NHWC" if "C" in axes else "NHW"
    run = images.stitch("salient", quantize=None)
    run.add(batch, values.transpose([whole.index(axis) for axis in axes]), axes=axes)
    for row, image in enumerate(batch.image_ids):
        np.testing.assert_array_equal(run.read(image), soft(batch)[row])


def test_tensors_of_pytorch(images: ndstream.Client) -> None:
    torch = pytest.importorskip("torch")
    (batch,) = images.batches(grid_plan(images, HEIGHT, WIDTH))
    values = torch.tensor(soft(batch), requires_grad=True)
    for name, dtype in {"f": torch.float32, "d": torch.float64, "h": torch.float16, "b": torch.bfloat16}.items():
        run = images.stitch("salient", run=name, quantize=None)
        run.add(batch, values.to(dtype))
        found = np.stack([run.read(image) for image in batch.image_ids])
        np.testing.assert_array_equal(found, values.to(dtype).float().detach().numpy())


@pytest.mark.parametrize("axes", [None, "NTCHW", "TNWHC", "NTHW", "NHWC", "NHW"])
def test_video_samples_go_to_each_of_their_frames(video: ndstream.Client, axes: str | None) -> None:
    plan = grid_plan(video, 2, 64, 64)
    whole = {image: video.load_sample({"gids": [image]}, with_annots=False).pixels[0] for image in (1, 2, 3)}
    run = video.stitch("salient", quantize=None, plan=plan)
    for batch in video.batches(plan):
        values = batch.pixels[:, :, :, :, 0] if axes == "NTHW" else batch.pixels
        if axes in ("NHWC", "NHW"):  # one prediction a sample, made of its first frame
            values = values[:, 0] if axes == "NHWC" else values[:, 0, :, :, 0]
        elif axes not in (None, "NTHW"):
            values = values.transpose(["NTHWC".index(axis) for axis in axes])
        run.add(batch, values, axes=axes)
    assert [image.complete for image in run.images()] == [True] * 3
    truth = whole
    if axes in ("NHWC", "NHW"):  # windows of frames 1, 2 and 2, 3
        truth = {1: whole[1], 2: (whole[1] + whole[2].astype(float)) / 2, 3: whole[2]}
    for image in whole:
        canvas = run.read(image)
        assert canvas.shape == (120, 110, 1)
        assert np.abs(canvas - truth[image]).max() <= 1  # of what a window's border may differ from the whole


def test_the_batchs_space_must_be_the_runs(video: ndstream.Client) -> None:
    (batch, *_) = video.batches(grid_plan(video, 32, 32))
    run = video.stitch("salient")
    assert 'space="image"' in str(refused("BAD_ARGUMENT", lambda: run.add(batch, soft(batch))))
    video.stitch("salient", space="image", run="inside").add(batch, soft(batch))


def test_a_scale(images: ndstream.Client) -> None:
    plan = grid_plan(images, 30, 30, target={"scale": 0.5, "interpolation": "nearest", "antialias": False})
    run = images.stitch("salient", scale=0.5, plan=plan, quantize=None)
    for batch in images.batches(plan):
        run.add(batch, soft(batch))
    assert run.read(2).shape == (35, 45, 1)
    assert not np.isnan(run.read(2)).any()
    assert run.status().complete_images == 3


def test_two_plans_in_one_run(images: ndstream.Client) -> None:
    run = images.stitch("salient", quantize=None)
    plans = [grid_plan(images, 32, 32), grid_plan(images, 48, 40)]
    again = ndstream.Plan(batch_size=3, grid=plans[0].grid)
    for plan in [*plans, again]:
        for batch in images.batches(plan):
            run.add(batch, np.full((*batch.pixels.shape[:3], 1), float(plan is plans[1]), np.float32))
    windows = [sum(len(batch.image_ids) for batch in images.batches(plan)) for plan in plans]
    assert run.status().windows == sum(windows)
    assert 0 < run.read(1).mean() < 1


# ------------------------------------------------------------------ completeness


def test_complete_by_plan_is_known(images: ndstream.Client) -> None:
    plan = grid_plan(images, 32, 32)
    batches = list(images.batches(plan))
    run = images.stitch("salient", plan=plan)
    for batch in batches[:-1]:
        run.add(batch, soft(batch))
    missing = {image.image_id: image.missing for image in run.images()}
    last = np.unique(batches[-1].image_ids, return_counts=True)
    assert {image: count for image, count in missing.items() if count} == dict(zip(*map(np.ndarray.tolist, last)))
    error = refused("INCOMPLETE", run.close)
    assert all(str(image) in error.metadata["images"] for image in last[0])
    run.add(batches[-1], soft(batches[-1]))
    run.close()
    assert len(list(images.images())) == 3


def test_images_of_the_plan_without_any_window_are_missed(images: ndstream.Client) -> None:
    plan = grid_plan(images, HEIGHT, WIDTH, in_order=True)
    run = images.stitch("salient", plan=images.create_plan(plan).name)
    run.add_window(1, None, np.zeros((HEIGHT, WIDTH)))
    assert refused("INCOMPLETE", run.close).metadata["images"] == "[2, 3]"
    run.close(incomplete=True)


def test_complete_by_grid_and_by_number(images: ndstream.Client) -> None:
    plan = grid_plan(images, 32, 32)
    for expected in ({"grid": (32, 32), "overlap": 0.25}, {"windows": 12}):
        run = images.stitch("salient", run=next(iter(expected)), **expected)
        assert run.status().complete_images == 0
        for batch in images.batches(plan):
            run.add(batch, soft(batch))
        run.sync()
        assert run.status().complete_images == 3


def test_auto_finalize(images: ndstream.Client) -> None:
    plan = grid_plan(images, 32, 32)
    run = images.stitch("salient", plan=plan, auto_finalize=True)
    for batch in images.batches(plan):
        run.add(batch, soft(batch))
    # Windows are acknowledged before the raster is written.
    assert eventually(lambda: run.status().finalized_images == 3)
    run.close()


# ------------------------------------------------------------------ what is refused


def test_what_does_not_fit_is_refused(images: ndstream.Client) -> None:
    (batch, *_) = images.batches(grid_plan(images, 32, 32))
    run = images.stitch("a|b")
    good = np.zeros((4, 32, 32, 2), np.float32)
    assert refused("BAD_SHAPE", lambda: run.add(batch, good[:3])).metadata["run"] == run.name
    refused("BAD_SHAPE", lambda: run.add(batch, good[:, :30]))
    refused("BAD_SHAPE", lambda: run.add(batch, good[0, 0]))
    refused("BAD_SHAPE", lambda: run.add(batch, good, axes="NHWX"))
    refused("BANDS", lambda: run.add(batch, good[..., :1]))
    refused("BAD_DTYPE", lambda: run.add(batch, good.astype(complex)))
    assert run.status().windows == 0


@pytest.mark.parametrize(
    ("reason", "image", "options"),
    [
        ("BAD_SHAPE", 1, {"box": (0, 0, 9, 8)}),
        ("BAD_WEIGHTS", 1, {"weights": np.full((8, 8), np.nan)}),
        ("BAD_WEIGHTS", 1, {"weights": np.full((8, 8), -1.0)}),
        ("BANDS", 1, {"prediction": np.zeros((8, 8, 2))}),
        ("UNKNOWN_IMAGE", 77, {}),
        ("FINALIZED", 3, {}),
    ],
)
def test_bad_windows_are_named(images: ndstream.Client, reason: str, image: int, options: dict[str, Any]) -> None:
    window = {"box": (0, 0, 8, 8), "prediction": np.zeros((8, 8)), "window_id": "w", **options}
    run = images.stitch("salient")
    run.add_window(1, (0, 0, 8, 8), np.ones((8, 8)), window_id="kept")
    run.add_window(3, None, np.ones((HEIGHT, WIDTH)))
    run.finalize(3)
    run.add_window(image, **window)
    facts = refused(reason, run.sync).metadata
    assert (facts["run"], facts["image"], facts["window"]) == (run.name, str(image), "w")
    np.testing.assert_array_equal(run.read(1, (0, 0, 8, 8)), 1)


def test_wrong_runs(images: ndstream.Client) -> None:
    run = images.stitch("salient", run="mine")
    assert images.stitch("salient", run="mine").resumed
    refused("RUN_EXISTS", lambda: images.stitch("other", run="mine"))
    run.name = "nobodys"
    run.add_window(1, None, np.zeros((HEIGHT, WIDTH)))
    refused("UNKNOWN_RUN", run.sync)
    other = images.stitch("salient", run="theirs")
    other.add_window(1, (0, 0, 1, 1), np.zeros((1, 1)))
    other.sync()
    other.name = "mine"
    other.add_window(1, (0, 0, 1, 1), np.zeros((1, 1)))
    assert refused("WRONG_RUN", other.sync).metadata["stream_of"] == "theirs"


def test_bad_options_are_refused(images: ndstream.Client) -> None:
    refused("BAD_ARGUMENT", lambda: images.stitch("salient", format="jpeg"))
    refused("BAD_ARGUMENT", lambda: images.stitch("salient", windows=1, grid=(3, 3)))
    refused("QUANT_RANGE", lambda: images.stitch("salient", expected=(1, 0)))
    refused("FORMAT_BANDS", lambda: images.stitch("a|b", format="png"))
    refused("UNKNOWN_PLAN", lambda: images.stitch("salient", plan="0123456789abcdef"))
    refused("ASSET_EXISTS", lambda: images.stitch("gray", plan=grid_plan(images, 32, 32)))


def test_an_aborted_run_leaves_nothing(images: ndstream.Client, manifest: Path) -> None:
    before = manifest.read_bytes()
    run = images.stitch("salient", run="gone")
    run.add_window(1, None, np.zeros((HEIGHT, WIDTH)))
    run.sync()
    run.abort()
    refused("UNKNOWN_RUN", run.status)
    assert manifest.read_bytes() == before
    assert not images.stitch("other", run="gone").resumed


def test_an_exception_keeps_the_run(images: ndstream.Client) -> None:
    with pytest.raises(RuntimeError), images.stitch("salient", run="kept") as run:
        run.add_window(1, None, np.ones((HEIGHT, WIDTH)))
        run.sync()
        raise RuntimeError
    assert images.stitch("salient", run="kept").status().windows == 1


# ------------------------------------------------------------------ a server that dies


def test_a_killed_server_is_waited_for(tmp_path: Path) -> None:
    with Server(bundle(tmp_path)) as server, server.connect() as client:
        plan = grid_plan(client, 32, 32)
        batches = list(client.batches(plan))
        with client.stitch("salient", plan=plan, quantize=None) as run:
            for number, batch in enumerate(batches):
                run.add(batch, soft(batch))
                if number == len(batches) // 2:
                    server.kill()
                    server.start()
    for image in (1, 2, 3):
        with rasterio.open(tmp_path / "_assets" / "pred" / f"im{image}_salient.tif") as file:
            np.testing.assert_array_equal(file.read(1), scene(image)[:, :, 0].astype(np.float32) / 255)


@pytest.mark.parametrize("patience", [0.0, 1.0])
def test_a_server_that_stays_away_is_given_up_and_found_when_it_is_back(tmp_path: Path, patience: float) -> None:
    with Server(bundle(tmp_path)) as server, server.connect() as client:
        run = client.stitch("salient", patience=patience)
        server.kill()
        run.add_window(1, None, np.zeros((HEIGHT, WIDTH)))
        refused("SERVER_UNREACHABLE", run.sync)
        refused("SERVER_UNREACHABLE", run.abort)
        server.start()
        server.connect().close()
        assert run.status().windows == 1


def test_what_waiting_does_not_mend_is_told_at_once(images: ndstream.Client) -> None:
    run = images.stitch("salient", patience=600.0)
    run.add_window(1, None, np.zeros((HEIGHT, WIDTH)))
    run.abort()
    run.abort()
    refused("UNKNOWN_RUN", run.status)
