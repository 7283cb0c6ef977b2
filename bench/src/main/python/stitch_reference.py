# SPDX-License-Identifier: Apache-2.0
"""Milliseconds kwarray's Stitcher takes to add a window of 512 x 512, one line a form: NAME MILLISECONDS."""

import time

import kwarray
import numpy as np

SIDE, WINDOW, STEP = 4096, 512, 256


def measure(bands: int, edges: bool) -> float:
    shape = (SIDE, SIDE) if bands == 1 else (SIDE, SIDE, bands)
    stitcher = kwarray.Stitcher(shape)
    patch = np.random.rand(WINDOW, WINDOW, *shape[2:]).astype(np.float32)
    weight = np.random.rand(WINDOW, WINDOW, *([1] if bands > 1 else [])).astype(np.float32) if edges else None
    times = []
    for i in range(120):
        y, x = STEP * (i // 15 % 15), STEP * (i % 15)
        start = time.perf_counter()
        stitcher.add((slice(y, y + WINDOW), slice(x, x + WINDOW)), patch, weight)
        times.append(1e3 * (time.perf_counter() - start))
    return sorted(times[20:])[10]


for bands in (1, 3):
    for edges in (False, True):
        print(f"{bands} {'edges' if edges else 'plain'} {measure(bands, edges):.4f}", flush=True)
