"""Measures ndsampler's region selection on a manifest: one line an operation, name, tab, seconds.

Usage: regions_reference.py MANIFEST ONLY: only operations with ONLY in their name.

Seconds of processor time, so that other work on the machine counts least.
"""

import sys
import time

import kwcoco
from ndsampler.abstract_sampler import AbstractSampler  # noqa: F401  (fails early without ndsampler)
from ndsampler.coco_regions import CocoRegions, select_positive_regions
from ndsampler.isect_indexer import FrameIntersectionIndex
import kwimage

QUERIES = 2000


def once(name, work, units=1):
    """Times one call; short ones three times, the best counts."""
    if sys.argv[2] not in name:
        return
    best = float("inf")
    for _ in range(3):
        start = time.process_time()
        work()
        seconds = time.process_time() - start
        best = min(best, seconds)
        if seconds > 2:
            break
    print(f"{name}\t{best / units}", flush=True)


def main():
    dset = kwcoco.CocoDataset(sys.argv[1])
    count = dset.n_annots
    regions = CocoRegions(dset, verbose=0)
    once("targets", lambda: CocoRegions(dset, verbose=0).targets)
    once("index build", lambda: FrameIntersectionIndex.from_coco(dset, verbose=0))
    index = regions.isect_index  # made once, as ours is
    gids = list(dset.imgs)
    side = dset.imgs[gids[0]]["width"] - 256
    boxes = [
        (gids[i * 7919 % len(gids)], kwimage.Boxes([i * 31 % side, i * 57 % side, i * 31 % side + 256, i * 57 % side + 256], "ltrb"))
        for i in range(QUERIES)
    ]

    def query():
        for gid, box in boxes:
            index.overlapping_aids(gid, box)

    def iooas():
        for gid, box in boxes:
            index.iooas(gid, box)

    for name, work in (("overlap query", query), ("iooas query", iooas)):
        once(name, work, QUERIES)

    once("preselect 64x64", lambda: regions.preselect(n_neg=count, window_dims=(64, 64), rng=0, verbose=0))
    once("preselect sizes of positives", lambda: regions.preselect(n_neg=count, rng=0, verbose=0))
    once("select_positives 300x300", lambda: select_positive_regions(regions.targets, window_dims=(300, 300), rng=0, verbose=0))
    grids = (
        ("image grid 256", "image_detection", (256, 256), 0),
        ("image grid 256 overlap 0.5", "image_detection", (256, 256), 0.5),
        ("video grid 5x256", "video_detection", (5, 256, 256), 0),
    )
    for name, task, dims, overlap in grids:
        once(name, lambda: regions.new_sample_grid(task, dims, overlap, verbose=0))


main()
