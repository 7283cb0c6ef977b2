# SPDX-License-Identifier: Apache-2.0
"""What becomes of stitched predictions: regions, manifests, channels, hard negatives; and runs seen from a shell."""

from __future__ import annotations

import json
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from stitching import HEIGHT, WIDTH, bundle, refused, scene, served

import ndstream
from ndstream.distribution import launcher

# ------------------------------------------------------------------ from soft to hard


def two_classes() -> Any:
    """A square of class a with a hole, in which class b has two pixels that touch at a corner; the rest is low."""
    values = np.full((HEIGHT, WIDTH, 2), 0.1, np.float32)
    values[10:30, 20:50, 0] = 0.75
    values[15:20, 30:40, 0] = 0.2
    values[16, 32, 1], values[17, 33, 1] = 0.5, 1.0
    return values


def parts(region: Any) -> list[tuple[int, list[int]]]:
    """Of every polygon the number of corners, and of its holes."""
    return [(len(p.exterior) // 2, [len(hole.points) // 2 for hole in p.interiors]) for p in region.polygons]


@pytest.mark.parametrize("finalized", [False, True], ids=["canvas", "raster"])
def test_regions_have_scores_and_holes(images: ndstream.Client, finalized: bool) -> None:
    run = images.stitch("a|b", expected=(0, 1))
    run.add_window(1, None, two_classes())
    if finalized:
        run.finalize(1)
    first, second = run.polygons(1, threshold=0.4)
    assert (first.class_name, first.pixels, list(first.bbox)) == ("a", 550, [20, 10, 30, 20])
    assert (second.class_name, second.pixels, list(second.bbox)) == ("b", 2, [32, 16, 2, 2])
    assert parts(first) == [(4, [4])]
    assert parts(second) == [(4, []), (4, [])]
    assert (first.score, second.score) == pytest.approx((0.75, 0.75), abs=1 / 32767)
    assert [region.class_name for region in run.polygons(1, threshold=0.4, classes=["b"])] == ["b"]
    assert [region.class_name for region in run.polygons(1, threshold=0.4, min_pixels=3)] == ["a"]
    assert [region.pixels for region in run.polygons(1, arg_max_above=0.05)] == [HEIGHT * WIDTH - 2, 2]
    assert not list(run.polygons(1, threshold=1.0))
    refused("BAD_CHANNELS", lambda: list(run.polygons(1, classes=["c"])))
    refused("NOTHING_STITCHED", lambda: list(run.polygons(2)))


def test_outlines_may_move_by_the_tolerance(images: ndstream.Client) -> None:
    run = images.stitch("salient")
    staircase = np.add.outer(np.arange(40), np.arange(40)) < 40
    run.add_window(1, (5, 5, 45, 45), staircase)
    (exact,), (rough,) = (list(run.polygons(1, tolerance=tolerance)) for tolerance in (0.0, 1.0))
    assert exact.pixels == rough.pixels == 820
    assert parts(rough)[0][0] < 10 < parts(exact)[0][0]
    corners = np.reshape(rough.polygons[0].exterior, (-1, 2)) - 5
    assert (corners.sum(axis=1) <= 41 + 1).all()


def test_regions_become_annotations(tmp_path: Path) -> None:
    with served(bundle(tmp_path)) as client:
        run = client.stitch("thing|other")
        run.add_window(1, None, two_classes())
        run.finalize(1)
        for _ in range(2):
            assert len(list(run.polygons(1, threshold=0.4, annotate=True))) == 2
        assert len(list(run.polygons(1, threshold=0.6, annotate=True, classes=["other"]))) == 1
        run.close()
    rows = json.loads(Path(run.manifest).read_text(encoding="utf-8"))
    _, first, second, third = rows["annotations"]
    names = {row["id"]: row["name"] for row in rows["categories"]}
    assert [names[row["category_id"]] for row in (first, second)] == ["thing", "other"]
    assert (first["bbox"], first["ndstream_run"]) == ([20, 10, 30, 20], run.name)
    assert (len(second["segmentation"]), len(third["segmentation"])) == (2, 1)


# ------------------------------------------------------------------ manifests


@pytest.mark.parametrize("key", ["assets", "auxiliary"])
def test_entries_go_to_the_list_that_the_image_uses(tmp_path: Path, key: str) -> None:
    path = bundle(tmp_path)
    rows = json.loads(path.read_text(encoding="utf-8"))
    for row in rows["images"]:
        moved = {name: row.pop(name) for name in ("file_name", "channels")}
        row[key] = [{**moved, "width": WIDTH, "height": HEIGHT}]
    path.write_text(json.dumps(rows), encoding="utf-8")
    before = path.read_bytes()
    with served(path) as client, client.stitch("salient", manifest="pred.kwcoco.json", expected=(0, 1)) as run:
        run.add_window(2, None, np.ones((HEIGHT, WIDTH)))
    assert path.read_bytes() == before
    assert run.manifest == str(tmp_path / "pred.kwcoco.json")
    first, second, third = json.loads(Path(run.manifest).read_text(encoding="utf-8"))["images"]
    assert [entry["channels"] for entry in second[key]] == ["gray", "salient"]
    assert not {"assets", "auxiliary"} - {key} & set(second)
    assert [first, third] == [rows["images"][0], rows["images"][2]]
    with ndstream.serve(run.manifest) as client:
        both = client.load_image(2, channels="gray|salient")
        np.testing.assert_array_equal(both, np.concatenate([scene(2), np.ones_like(scene(2))], axis=2))


def test_the_newest_version_is_served(tmp_path: Path) -> None:
    path = bundle(tmp_path)
    for i, value in enumerate((0.25, 0.5, 0.75)):
        with served(path) as client:
            with client.stitch("salient", run=f"run-{i}", expected=(0, 1), if_exists="version") as run:
                run.add_window(1, None, np.full((HEIGHT, WIDTH), value))
            client.reload()
            np.testing.assert_allclose(client.load_image(1, channels="salient"), value, atol=1 / 32000)
    with ndstream.serve(path) as client:
        np.testing.assert_allclose(client.load_image(1, channels="salient"), 0.75, atol=1 / 32000)
    assert len(list((tmp_path / "_assets/pred").iterdir())) == 3


def test_a_zipped_manifest_is_not_written(tmp_path: Path) -> None:
    path = bundle(tmp_path)
    archive = tmp_path / "data.kwcoco.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.write(path, path.name)
    with served(archive) as client:
        refused("NOT_IMPLEMENTED", lambda: client.stitch("salient"))


# ------------------------------------------------------------------ the next epoch


def test_predictions_are_channels_and_scores_of_the_next_epoch(tmp_path: Path) -> None:
    """A model that takes the lower right corner of every image for a thing, whatever it is shown."""
    hot = np.zeros((HEIGHT, WIDTH, 1), np.float32)
    hot[40:, 50:] = 0.9
    with served(bundle(tmp_path)) as client:
        for name in ("first", "second"):
            with client.stitch(name, expected=(0, 1)) as run:
                for image in (1, 2, 3):
                    run.add_window(image, None, hot if name == "second" else hot * 0)
        fingerprint = client.dataset().fingerprint
        assert client.reload().fingerprint != fingerprint
        hard = {"window_dims": (8, 8), "negatives": 40, "negative_score": ("second", 0.5, None), "positives": False}
        found = list(client.batches(batch_size=8, target={"channels": "gray|first|second", "dtype": "float32"}, **hard))
        assert sum(map(len, found)) == 40
        for batch in found:
            assert batch.channels == ["gray", "first", "second"]
            for window, pixels in zip(batch.windows, batch.pixels):
                left, top, right, bottom = window
                assert right > 50 and bottom > 40
                np.testing.assert_allclose(pixels[..., 2], hot[top:bottom, left:right, 0], atol=1 / 32000)
                assert not pixels[..., 1].any()
        easy = {**hard, "negative_score": ("second", None, 0.1)}
        for batch in client.batches(batch_size=8, target={"channels": "second"}, **easy):
            assert not ((batch.windows[:, 2] > 50) & (batch.windows[:, 3] > 40)).any()
        refused("BAD_CHANNELS", lambda: client.create_plan(batch_size=1, **{**hard, "negative_score": ("x", 0, 1)}))
        refused("BAD_ARGUMENT", lambda: client.create_plan(batch_size=1, **{**hard, "negative_score": ("first", 1, 0)}))
        refused(
            "NO_POSITIVES", lambda: client.create_plan(batch_size=1, **{**hard, "negative_score": ("second", 1, 2)})
        )


# ------------------------------------------------------------------ the command


def status(*arguments: str) -> tuple[int, str, str]:
    """Exit status, output and messages of ``ndstream stitch status``."""
    done = subprocess.run(
        [str(launcher()), "stitch", "status", *arguments], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout, done.stderr


def test_the_command_tells_how_far_runs_are(images: ndstream.Client) -> None:
    run = images.stitch("a|b", run="told", windows=2)
    run.add_window(1, None, np.zeros((HEIGHT, WIDTH, 2)))
    run.add_window(2, None, np.zeros((HEIGHT, WIDTH, 2)))
    run.add_window(2, (0, 0, 1, 1), np.zeros((1, 1, 2)))
    file = run.finalize(2).file_name
    server = ("--server", images.address)
    lines = status(*server)[1].splitlines()
    assert lines[0].split()[:5] == ["RUN", "CHANNELS", "WINDOWS", "IMAGES", "COMPLETE"]
    assert ["told", "a|b", "3", "2", "1", "1"] in [line.split()[:6] for line in lines]
    _, *rows = status("told", *server)[1].splitlines()
    assert [row.split() for row in rows] == [
        ["1", str(WIDTH), "x", str(HEIGHT), "1", "1", "open"],
        ["2", str(WIDTH), "x", str(HEIGHT), "2", "0", file],
    ]
    assert [image["missing"] for image in json.loads(status("told", *server, "--json")[1])["images"]] == ["1", "0"]
    assert "told" in [each["name"] for each in json.loads(status(*server, "--json")[1])["runs"]]


def test_the_command_says_what_is_wrong(images: ndstream.Client) -> None:
    code, _, message = status("nobodys", "--server", images.address)
    assert (code, "nobodys" in message) == (1, True)
    code, _, message = status("--server", "tcp:127.0.0.1:1")
    assert (code, message.strip()) == (1, "ndstream: no server answers at tcp:127.0.0.1:1")
