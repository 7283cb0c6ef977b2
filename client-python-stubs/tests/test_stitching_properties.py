# SPDX-License-Identifier: Apache-2.0
"""Stitching what the server itself cut into windows gives it back, however it was cut, sent and doubled."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from stitching import bundle, grid_plan, scene, served

import ndstream
from ndstream.v1 import grid_pb2, grid_pb2_grpc


@pytest.fixture(scope="module", params=["image", "video"])
def client(request: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ndstream.Client]:
    manifest = bundle(tmp_path_factory.mktemp(request.param), videos=request.param == "video")
    with served(manifest) as client:
        yield client


def random_plan(client: ndstream.Client, rng: Any) -> ndstream.Plan:
    """A grid of any window, overlap and border rule, with padding. Windows may be larger than the canvas."""
    in_video = client.dataset().videos > 0
    height, width = (int(10 ** rng.uniform(1.1, 2.1)) for _ in "yx")
    overlap = float(rng.choice([0.0, 0.1, 0.25, 0.5, 0.75]))
    spec = grid_pb2.GridSpec(
        task=grid_pb2.GRID_TASK_VIDEO if in_video else grid_pb2.GRID_TASK_IMAGE,
        window_dims=[int(rng.integers(1, 4)), height, width] if in_video else [height, width],
        overlap=[0.0, overlap, overlap] if in_video else [overlap],
        drop_bound=bool(rng.integers(2)),
    )
    border = int(rng.integers(0, 4))
    target = {"pad": [0, border, border] if in_video else [border, border]}
    return ndstream.Plan(batch_size=int(rng.integers(1, 6)), grid=grid(client, spec), target=target, with_annots=None)


def grid(client: ndstream.Client, spec: grid_pb2.GridSpec) -> str:
    stub = grid_pb2_grpc.GridServiceStub(client.channel)  # type: ignore[no-untyped-call]
    with ndstream.errors.translated():
        return str(stub.CreateGrid(grid_pb2.CreateGridRequest(spec=spec)).grid.name)


class Scenes:
    """What a perfect model predicts: any numbers, fixed for every pixel of an asset; nonsense beyond its border."""

    def __init__(self, client: ndstream.Client, scale: float, rng: Any) -> None:
        self.images = list(client.images())
        in_video = client.dataset().videos > 0
        width, height = (110, 120) if in_video else (self.images[0].width, self.images[0].height)
        self.scale = scale
        shape = (math.ceil(height * scale), math.ceil(width * scale), 2)
        self.of = {
            image.id: (rng.normal(size=shape) * 10.0 ** rng.integers(-6, 6, shape)).astype(np.float32)
            for image in self.images
        }
        self.covered = {image.id: np.zeros(shape[:2], bool) for image in self.images}

    def predict(self, batch: ndstream.Batch) -> Any:
        """(N, H, W, C) or (N, T, H, W, C)."""
        frames = batch.image_ids[:, None] if batch.frame_image_ids is None else batch.frame_image_ids
        values = np.array([[self._cut(i, w) for i in images] for w, images in zip(batch.windows, frames)])
        return values[:, 0] if batch.frame_image_ids is None else values

    def _cut(self, image: int, window: Any) -> Any:
        left, top = (round(edge * self.scale) for edge in window[:2])
        width, height = (round((window[i + 2] - window[i]) * self.scale) for i in (0, 1))
        truth = self.of[image]
        rows, columns = np.arange(top, top + height), np.arange(left, left + width)
        inside = np.ix_((rows >= 0) & (rows < len(truth)), (columns >= 0) & (columns < len(truth[0])))
        on_canvas = np.ix_(rows[inside[0].ravel()], columns[inside[1].ravel()])
        out = np.full((height, width, 2), 4711, np.float32)
        out[inside] = truth[on_canvas]
        self.covered[image][on_canvas] = True
        return out


@pytest.mark.parametrize("seed", range(10))
def test_the_windows_of_a_canvas_give_it_back(client: ndstream.Client, seed: int) -> None:
    rng = np.random.default_rng(seed)
    plan = random_plan(client, rng)
    batches = list(client.batches(plan))
    scale = float(rng.choice([0.5, 0.75, 1.0, 2.0]))
    scenes = Scenes(client, scale, rng)
    edges = bool(rng.integers(2))
    options: dict[str, Any] = {"quantize": None, "scale": scale, "plan": plan}
    sent = [(batch, scenes.predict(batch)) for batch in batches]
    run = client.stitch("p|q", **options)
    for batch, values in sent:
        run.add(batch, values, downweight_edges=edges)
    assert all(image.complete for image in run.images())
    met = [image for image, mask in scenes.covered.items() if mask.any()]  # a border rule may leave out a frame
    once = {image: run.read(image) for image in met}
    run.abort()
    for image in met:
        truth, mask = scenes.of[image], scenes.covered[image]
        np.testing.assert_array_equal(np.isnan(once[image]).any(axis=2), ~mask)
        np.testing.assert_array_equal(once[image][mask], truth[mask])

    noise = [(batch, rng.normal(size=values.shape).astype(np.float32)) for batch, values in sent]
    results = []
    for disturbed in (False, True):
        run = client.stitch("p|q", **options)
        again = noise[: int(rng.integers(len(noise)))] if disturbed else []
        send(
            client.address, run.name, options, [*noise, *again], edges, int(rng.integers(1, 5)) if disturbed else 1, rng
        )
        results.append([run.read(image) for image in met])
        run.abort()
    np.testing.assert_array_equal(*results)


def test_the_pixels_of_images_come_back(tmp_path: Path) -> None:
    with served(bundle(tmp_path)) as client:
        for size in ((1, 90), (33, 64), (100, 100)):
            plan = grid_plan(client, *size, overlap=0.0 if 1 in size else 0.4)
            run = client.stitch("again", quantize=None, plan=plan)
            for batch in client.batches(plan):
                run.add(batch, batch.pixels)
            for image in (1, 2, 3):
                np.testing.assert_array_equal(run.read(image), scene(image))


def send(address: str, run: str, options: Any, sent: list[Any], edges: bool, share: int, rng: Any) -> None:
    """Adds batches in random order over several connections at once."""
    order = rng.permutation(len(sent))

    def add(first: int) -> None:
        with ndstream.connect(address) as client:
            mine = client.stitch("p|q", run=run, **options)
            for number in order[first::share]:
                mine.add(*sent[number], downweight_edges=edges)
            mine.sync()

    threads = [threading.Thread(target=add, args=(first,)) for first in range(share)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.parametrize("size", [(40, 40), (64, 33), (120, 110)])
def test_a_turned_video_comes_back_within_the_resampler(tmp_path: Path, size: tuple[int, int]) -> None:
    smooth = np.add.outer(np.sin(np.arange(70) / 9), np.cos(np.arange(90) / 11)) * 60 + 128
    with served(bundle(tmp_path, videos=True, pixels=lambda i: smooth[:, :, None].astype(np.float32) + i)) as client:
        spec = grid_pb2.GridSpec(task=grid_pb2.GRID_TASK_VIDEO, window_dims=[1, *size], overlap=[0, 0.25, 0.25])
        plan = ndstream.Plan(batch_size=4, grid=grid(client, spec))
        with client.stitch("again", quantize=None, plan=plan) as run:
            for batch in client.batches(plan):
                run.add(batch, batch.pixels)
    with ndstream.serve(run.manifest) as client:
        for image in (1, 2, 3):
            back = client.load_sample({"gids": [image], "channels": "gray|again"}, with_annots=None).pixels[0]
            seen = ~np.isnan(back).any(axis=2)
            assert seen.mean() > 0.3
            # In the video's space the asset lies pixel on pixel; its windows were resampled one by one.
            assert np.abs(back[seen][:, 0] - back[seen][:, 1]).max() < 0.05
            turned = client.load_image(image, channels="gray|again")
            inner = turned[6:-6, 6:-6]
            # Turned back: twice through bilinear weights, of a surface that bends by less than 1 % a pixel.
            assert np.nanmax(np.abs(inner[..., 0] - inner[..., 1])) < 1.0
