# SPDX-License-Identifier: Apache-2.0
"""Data sets of noise that tests stitch back, and plans of their grids."""

from __future__ import annotations

import json
import signal
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio

import ndstream
from ndstream.distribution import launcher

HEIGHT, WIDTH = 70, 90
VIDEO_FROM_IMAGE = [[0.8, -0.6, 50.0], [0.6, 0.8, 0.0], [0.0, 0.0, 1.0]]


def write_raster(path: Path, pixels: Any) -> None:
    height, width, bands = pixels.shape
    with rasterio.open(path, "w", "GTiff", width, height, bands, dtype=pixels.dtype.name) as file:
        file.write(pixels.transpose(2, 0, 1))


def scene(seed: int) -> Any:
    """Noise in [0, 255)."""
    return np.random.default_rng(seed).integers(0, 255, (HEIGHT, WIDTH, 1), dtype=np.uint8)


def bundle(directory: Path, videos: bool = False, pixels: Callable[[int], Any] = scene) -> Path:
    """Three images of these pixels by id, or a video of three frames that is turned against them."""
    rows = []
    for i in (1, 2, 3):
        write_raster(directory / f"{i}.tif", pixels(i))
        row = {"id": i, "name": f"im{i}", "file_name": f"{i}.tif", "width": WIDTH, "height": HEIGHT, "channels": "gray"}
        if videos:
            row |= {"video_id": 1, "frame_index": i, "warp_img_to_vid": {"type": "affine", "matrix": VIDEO_FROM_IMAGE}}
        rows.append(row)
    annotation = {"id": 1, "image_id": 1, "category_id": 1, "bbox": [10, 10, 8, 8]}
    manifest = {
        "categories": [{"id": 1, "name": "thing"}],
        "videos": [{"id": 1, "name": "turned", "width": 110, "height": 120}] if videos else [],
        "images": rows,
        "annotations": [annotation],
    }
    path = directory / "data.kwcoco.json"
    path.write_text(json.dumps(manifest), encoding="utf-8")
    return path


def served(manifest: Path) -> ndstream.Sidecar:
    return ndstream.serve(manifest, workdir=manifest.parent / "work")


def grid_plan(client: ndstream.Client, *dims: int, overlap: float = 0.25, **options: Any) -> ndstream.Plan:
    task = "video_detection" if len(dims) == 3 else "image_detection"
    overlaps = [0.0, overlap, overlap] if len(dims) == 3 else [overlap]
    grid = ndstream.regions.Regions(client).new_sample_grid(task, dims, overlaps)["grid"]
    return ndstream.Plan(batch_size=4, grid=grid, **options)


def soft(batch: ndstream.Batch) -> Any:
    """A model's probabilities."""
    return batch.pixels.astype(np.float32) / 255


def refused(reason: str, call: Callable[[], object]) -> ndstream.Error:
    with pytest.raises(ndstream.Error) as failed:
        call()
    assert failed.value.reason == reason, failed.value
    return failed.value


class Server:
    """A server that can be killed and started again at the same place; ended in good order with its block."""

    def __init__(self, manifest: Path, *options: str, limits: str = "") -> None:
        """``limits``: commands of a shell to come first, such as ``ulimit -n 200``."""
        # Not beside the manifest, where paths may be long: a socket's has at most 107 bytes.
        self._place = tempfile.TemporaryDirectory(prefix="ndstream.", dir="/tmp")
        self.address = f"unix:{self._place.name}/socket"
        self._command = ["bash", "-c", f'{limits}\nexec "$@"', "bash", str(launcher()), "serve", str(manifest)]
        self._command += ["--listen", self.address, "--workdir", str(manifest.parent / "work"), *options]
        self.start()

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *failure: object) -> None:
        self.process.terminate()
        self.process.wait()
        self._place.cleanup()

    def start(self) -> None:
        self.process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def connect(self) -> ndstream.Client:
        """Waits as long as a slow machine may take to start it."""
        return ndstream.connect(self.address, wait=180)

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
