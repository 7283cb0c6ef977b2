# SPDX-License-Identifier: Apache-2.0
"""Random targets, answered by an ndstream server and by the Python reference; prints differences that are too large.

usage: against_ndsampler.py MANIFEST... [-n TARGETS] [--seed SEED]

Needs a Python with ndsampler, kwcoco, GDAL's binding and this package; without them it says SKIPPED and ends with
status 0. Bounds: shapes, types and places of NaN equal; integers within 1 unit for linear, 2 for cubic; floats within
2e-6 of their range; annotations equal, boxes to 1e-4. Where the reference is known to be wrong, the target is not
drawn: windows wholly outside, nearest under a warp, integers that it cannot resample. Allowed for: a row or column too
many from overviews, NaN beside NaN and borders of float data that is only shifted by whole pixels.
"""

from __future__ import annotations

import argparse
import random
import sys
import warnings
from collections import Counter
from typing import Any

import numpy as np

import ndstream

warnings.filterwarnings("ignore")
try:
    import cv2
    import kwcoco
    import ndsampler
    from osgeo import gdal
except ImportError as missing:
    print(f"SKIPPED: {missing}")
    sys.exit(0)

SCALES = [None, None, 0.5, 0.25, 0.31, 0.77, 1.12, 1.5, 2, (0.6, 1.4), (0.3, 0.45)]


def draw(choice: random.Random, data: Any) -> dict[str, Any]:
    """A target that both sides answer by the same rules."""
    video = choice.choice(list(data.videos()))
    gids = list(data.images(video_id=video))
    chosen = choice.sample(gids, min(len(gids), choice.choice([1, 1, 2])))
    canvas = data.index.videos[video]
    low, high = [], []
    for size in (canvas["height"], canvas["width"]):
        start = choice.randrange(-8, size - 4)
        low.append(start)
        high.append(start + choice.randrange(5, min(160, size)))
    target: dict[str, Any] = {
        "gids": chosen,
        "space_slice": tuple(slice(a, max(b, 3)) for a, b in zip(low, high)),
    }
    scale = choice.choice(SCALES)
    if scale is not None:
        target["scale"] = scale
    if choice.random() < 0.3:
        target["pad"] = (0, choice.randrange(0, 9), (choice.randrange(0, 5), choice.randrange(0, 12)))
    if choice.random() < 0.3:
        target["interpolation"] = choice.choice(["linear", "cubic", "lanczos"])
    if choice.random() < 0.2:
        target["antialias"] = False
    if choice.random() < 0.3:
        target["nodata"] = "float"
    channels = codes(data, chosen)
    if channels and choice.random() < 0.5:
        target["channels"] = "|".join(choice.sample(channels, choice.randrange(1, len(channels) + 1)))
    if choice.random() < 0.15:
        target["use_native_scale"] = True
        if choice.random() < 0.5:
            target["realign_native"] = "largest"
    return target


def codes(data: Any, gids: list[int]) -> list[str]:
    found: set[str] = set()
    for gid in gids:
        spec = data.coco_image(gid).channels
        if spec is not None:
            found.update(spec.fuse().as_list())
    return sorted(found)


def unlike(ours: np.ndarray, theirs: np.ndarray, target: dict[str, Any]) -> str | None:
    """What differs, or None."""
    if theirs.ndim == ours.ndim - 1:  # a lone band comes without its axis
        theirs = theirs[..., None]
    surplus = [theirs.shape[i] - ours.shape[i] for i in (-3, -2)] if theirs.ndim == ours.ndim else [0, 0]
    if any(surplus) and all(n in (0, 1) for n in surplus):  # a row or column too many, cut from overviews
        theirs = theirs[..., : ours.shape[-3], : ours.shape[-2], :]
    if ours.shape != theirs.shape or ours.dtype != theirs.dtype:
        return f"{ours.shape} {ours.dtype} against {theirs.shape} {theirs.dtype}"
    if ours.size == 0:
        return None
    for channel in range(ours.shape[-1]):
        found = unlike_channel(ours[..., channel].astype(float), theirs[..., channel].astype(float), target)
        if found:
            return f"channel {channel}: {found}"
    return None


def unlike_channel(a: np.ndarray, b: np.ndarray, target: dict[str, Any]) -> str | None:
    """Every channel has its own bound: a frame of integers comes as floats if another part is one."""
    lost = np.isnan(b) & ~np.isnan(a)
    if (np.isnan(a) & ~np.isnan(b)).any() or (lost & ~near_nan(a, target)).any():
        return f"NaN at other places: {(np.isnan(a) != np.isnan(b)).sum()} of {a.size}"
    both = ~np.isnan(a) & ~np.isnan(b)
    if not both.any():
        return None
    largest = np.abs(a - b)[both].max()
    smooth = target.get("interpolation", "linear") != "linear"
    whole = np.array_equal(b[both], np.rint(b[both]))
    allowed = (2 if smooth else 1) if whole else 2e-6 * max(1.0, np.ptp(b[both]), np.abs(b[both]).max())
    return f"largest difference {largest:.6g}, allowed {allowed:.3g}" if largest > allowed else None


def near_nan(pixels: np.ndarray, target: dict[str, Any]) -> np.ndarray:
    """Where the reference may have NaN and we a number: it spreads NaN even by a shift of whole pixels; we copy."""
    taps = {"cubic": 3, "lanczos": 5}.get(target.get("interpolation", ""), 1)
    frames = pixels.reshape(-1, *pixels.shape[-2:])
    near = []
    for frame in frames:
        edged = np.pad(np.isnan(frame).astype(np.uint8), taps, constant_values=1)
        near.append(cv2.dilate(edged, np.ones((2 * taps + 1,) * 2, np.uint8))[taps:-taps, taps:-taps] > 0)
    return np.array(near).reshape(pixels.shape)


def compare(ours: dict[str, Any], theirs: dict[str, Any], target: dict[str, Any]) -> str | None:
    if isinstance(theirs["im"], list):
        for t, (frame, reference) in enumerate(zip(ours["im"], theirs["im"])):
            for p, (part, other) in enumerate(zip(frame, reference)):
                found = unlike(part, np.asarray(other), target)
                if found:
                    return f"frame {t} part {p}: {found}"
    else:
        found = unlike(ours["im"], np.asarray(theirs["im"]), target)
        if found:
            return found
    for key in ("offset", "sample_tlbr"):
        mine, other = np.ravel(ours["params"][key]), theirs["params"][key]
        other = np.ravel(getattr(other, "data", other))
        if not np.allclose(mine.astype(float), other.astype(float)):
            return f"params.{key}: {mine} against {other}"
    aids = [int(a) for a in theirs["annots"]["aids"]]
    if list(ours["annots"]["aids"]) != aids:
        return f"aids {list(ours['annots']['aids'])} against {aids}"
    boxes = np.asarray(theirs["annots"]["rel_boxes"].to_xywh().data, dtype=float).reshape(-1, 4)
    if not np.allclose(ours["annots"]["rel_boxes"], boxes, atol=1e-4):
        return "boxes differ"
    return None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("manifests", nargs="+")
    parser.add_argument("-n", type=int, default=500, help="targets of each manifest")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    gdal.UseExceptions()
    cv2.setNumThreads(1)
    outcomes: Counter[str] = Counter()
    for manifest in arguments.manifests:
        choice = random.Random(arguments.seed)
        data = kwcoco.CocoDataset(manifest)
        reference = ndsampler.CocoSampler(data)
        with ndstream.CocoSampler(manifest) as sampler:
            for step in range(arguments.n):
                target = draw(choice, data)
                try:
                    theirs = reference.load_sample(dict(target))
                except Exception as error:
                    outcomes["reference failed"] += 1
                    failure = f"{type(error).__name__}: {str(error)[:80]}"
                    print(f"{manifest} step {step}: the reference fails with {failure}: {target}")
                    continue
                try:
                    found = compare(sampler.load_sample(dict(target)), theirs, target)
                except ndstream.Error as error:
                    found = f"we fail with {error}"
                outcomes["different" if found else "same"] += 1
                if found:
                    print(f"{manifest} step {step}: {found}: {target}")
    print(", ".join(f"{count} {what}" for what, count in sorted(outcomes.items())), f"(seed {arguments.seed})")
    sys.exit(1 if outcomes["different"] else 0)


if __name__ == "__main__":
    main()
