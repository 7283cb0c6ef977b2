# SPDX-License-Identifier: Apache-2.0
"""Samples a second of the Python reference on the benchmark's data, one thread, processor time, annotations included.

usage: sample_reference.py MANIFEST SECONDS [WORD ...]; prints `pixels kind side scale samples_per_second` for every cell that has all words
"""
import os
import random
import sys
import time
import warnings

os.environ.setdefault("GDAL_CACHEMAX", "512")
warnings.filterwarnings("ignore")

import cv2  # noqa: E402
import kwcoco  # noqa: E402
import ndsampler  # noqa: E402

KINDS = [("uint8x3", 3, 4096, 1), ("int16x13", 13, 2048, 3)]


def rate(sampler, image_id, bands, canvas, side, scale, seconds):
    choice = random.Random(0)

    def one():
        x, y = choice.randrange(100, canvas - side - 100), choice.randrange(100, canvas - side - 100)
        target = {"gids": [image_id], "space_slice": (slice(y, y + side), slice(x, x + side)), "channels": f"c:{bands}"}
        if scale != 1:
            target["scale"] = scale
        sampler.load_sample(target)

    for _ in range(3):
        one()
    count, start = 0, time.process_time()
    while time.process_time() - start < seconds:
        one()
        count += 1
    return count / (time.process_time() - start)


def main():
    cv2.setNumThreads(1)
    manifest, seconds, words = sys.argv[1], float(sys.argv[2]), set(sys.argv[3:])
    sampler = ndsampler.CocoSampler(kwcoco.CocoDataset(manifest))
    for label, bands, canvas, first in KINDS:
        for warped in (0, 1):
            for side in (64, 256, 1024):
                for scale in (1.0, 0.5, 0.125):
                    cell = [label, ("crop", "warp")[warped], str(side), str(scale)]
                    if not words <= set(cell):
                        continue
                    found = rate(sampler, first + warped, bands, canvas, side, scale, seconds)
                    print(*cell, f"{found:.2f}", flush=True)


if __name__ == "__main__":
    main()
