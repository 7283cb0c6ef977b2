# SPDX-License-Identifier: Apache-2.0
"""Whether an answer of ndstream is that of the reference."""

from __future__ import annotations

from typing import Any

import numpy as np

Answer = dict[str, Any]


def difference(ours: Answer, theirs: Answer, target: dict[str, Any]) -> str | None:
    """The first thing that differs by more than is allowed, or None."""
    return (
        _of_images(ours["im"], theirs["im"], target)
        or _of_params(ours["params"], theirs["params"])
        or _of_targets(ours["target"], theirs["target"])
        or _of_annotations(ours["annots"], theirs["annots"])
    )


# ------------------------------------------------------------------ pixels


def _of_images(ours: Any, theirs: Any, target: dict[str, Any]) -> str | None:
    if not isinstance(theirs, list):
        return _of_arrays(ours, np.asarray(theirs), target)
    if [len(frame) for frame in ours] != [len(frame) for frame in theirs]:
        return f"parts {[len(frame) for frame in ours]} against {[len(frame) for frame in theirs]}"
    for t, (frame, reference) in enumerate(zip(ours, theirs)):
        for p, (part, other) in enumerate(zip(frame, reference)):
            found = _of_arrays(part, np.asarray(other), target)
            if found:
                return f"frame {t} part {p}: {found}"
    return None


def _of_arrays(ours: np.ndarray, theirs: np.ndarray, target: dict[str, Any]) -> str | None:
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
        found = _of_channels(ours[..., channel].astype(float), theirs[..., channel].astype(float), target)
        if found:
            return f"channel {channel}: {found}"
    return None


def _of_channels(a: np.ndarray, b: np.ndarray, target: dict[str, Any]) -> str | None:
    """Every channel has its own bound: a frame of integers comes as floats if another part is one."""
    lost = np.isnan(b) & ~np.isnan(a)
    if (np.isnan(a) & ~np.isnan(b)).any() or (lost & ~_near_nan(a, target)).any():
        return f"NaN at other places: {(np.isnan(a) != np.isnan(b)).sum()} of {a.size}"
    both = ~np.isnan(a) & ~np.isnan(b)
    if not both.any():
        return None
    largest = np.abs(a - b)[both].max()
    smooth = target.get("interpolation") in ("cubic", "lanczos")
    whole = np.array_equal(b[both], np.rint(b[both]))
    allowed = (2 if smooth else 1) if whole else 2e-6 * max(1.0, np.ptp(b[both]), np.abs(b[both]).max())
    return f"largest difference {largest:.6g}, allowed {allowed:.3g}" if largest > allowed else None


def _near_nan(pixels: np.ndarray, target: dict[str, Any]) -> np.ndarray:
    """Where the reference may have NaN and we a number: it spreads NaN even by a shift of whole pixels; we copy."""
    taps = {"cubic": 3, "lanczos": 5}.get(target.get("interpolation", ""), 1)
    width = 2 * taps + 1
    sides = [(0, 0)] * (pixels.ndim - 2) + [(taps, taps)] * 2
    edged = np.pad(np.isnan(pixels), sides, constant_values=True)
    return np.lib.stride_tricks.sliding_window_view(edged, (width, width), axis=(-2, -1)).any(axis=(-2, -1))


# ------------------------------------------------------------------ where it lies


def _of_params(ours: Answer, theirs: Answer) -> str | None:
    for key in ("offset", "sample_tlbr", "st_dims", "data_dims", "tf_rel_to_abs", "request_chanspec"):
        if key in theirs and not _equal(ours.get(key), theirs[key]):
            return f"params.{key}: {ours.get(key)} against {theirs[key]}"
    for ours_of_frame, theirs_of_frame in zip(
        ours.get("frame_sample_from_grid_warps", []), theirs.get("frame_sample_from_grid_warps", [])
    ):
        if not _equal(ours_of_frame, theirs_of_frame):
            return f"frame warp: {ours_of_frame} against {_plain(theirs_of_frame)}"
    for ours_of_frame, theirs_of_frame in zip(ours.get("jagged_meta", []), theirs.get("jagged_meta", [])):
        for key in ("align", "grid_to_part_warps"):
            if not all(map(_equal, ours_of_frame[key], theirs_of_frame[key])):
                return f"jagged_meta.{key}: {ours_of_frame[key]} against {_plain(theirs_of_frame[key])}"
    return None


def _of_targets(ours: Answer, theirs: Answer) -> str | None:
    keys = (
        "gid vidid gids slices space_slice time_slice window_dims cx cy width height category_id space_dims annot_idx"
    )
    for key in keys.split():
        if theirs.get(key) is not None and not _equal(ours.get(key), theirs[key]):
            return f"target.{key}: {ours.get(key)} against {theirs[key]}"
    return None


def _plain(value: Any) -> Any:
    if hasattr(value, "matrix"):
        value = value.matrix if np.shape(value.matrix) == (3, 3) else np.vstack([value.matrix, [0, 0, 1]])
    if type(value).__name__ == "Boxes":
        return value.data.tolist()[0] if len(value) == 1 else value.data.tolist()
    if isinstance(value, slice):
        return [value.start, value.stop, value.step if value.step is not None else 1]
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, (list, tuple)) or type(value).__name__ in ("SortedSet", "Images"):
        return [_plain(v) for v in value]
    return getattr(value, "spec", value)


def _equal(ours: Any, theirs: Any) -> bool:
    ours, theirs = _plain(ours), _plain(theirs)
    if isinstance(theirs, list):
        same = isinstance(ours, list) and len(ours) == len(theirs)
        return same and all(map(_equal, ours, theirs))
    if isinstance(theirs, (int, float)) and isinstance(ours, (int, float)):
        return bool(np.isclose(ours, theirs, rtol=1e-6, atol=1e-6, equal_nan=True))
    return bool(ours == theirs)


# ------------------------------------------------------------------ annotations


def _of_annotations(ours: Answer, theirs: Answer) -> str | None:
    for key in ("aids", "cids", "rel_frame_index"):
        if list(map(int, ours[key])) != list(map(int, theirs[key])):
            return f"annots.{key}: {list(ours[key])} against {list(theirs[key])}"
    boxes = np.asarray(theirs["rel_boxes"].to_xywh().data, dtype=float).reshape(-1, 4)
    if not np.allclose(ours["rel_boxes"], boxes, atol=1e-4):
        return "boxes differ"
    frames = [(f["gid"], len(f["aids"])) for f in ours["frame_dets"]]
    reference = [(f.meta["gid"], len(f)) for f in theirs["frame_dets"]]
    if frames != reference:
        return f"annotations of frames {frames} against {reference}"
    for aid, mine, other in zip(ours["aids"], ours["rel_ssegs"], _data(theirs["rel_ssegs"], len(ours["aids"]))):
        if (mine is None) != (other is None) or (other is not None and not _same_polygons(mine, other)):
            return f"segmentation of annotation {aid}: {mine} against {other}"
    for aid, mine, other in zip(ours["aids"], ours["rel_kpts"], _data(theirs["rel_kpts"], len(ours["aids"]))):
        if (mine is None) != (other is None) or (other is not None and not _same_points(mine, other)):
            return f"keypoints of annotation {aid}: {mine} against {other}"
    return None


def _data(column: Any, count: int) -> list[Any]:
    rows = list(getattr(column, "data", column))
    return rows if len(rows) == count else [None] * count


def _same_polygons(ours: list[Any], theirs: Any) -> bool:
    mine = [ring for polygon in ours for ring in (polygon["exterior"], *polygon["interiors"])]
    other = []
    for polygon in theirs.data:
        other += [polygon.data["exterior"].data, *(ring.data for ring in polygon.data["interiors"])]
    return len(mine) == len(other) and all(_same_ring(np.asarray(ring), other) for ring in mine)


def _same_ring(ring: np.ndarray, others: list[np.ndarray]) -> bool:
    """Rings traced from run lengths may start elsewhere and come in another order."""
    for other in others:
        apart = np.abs(ring[:, None] - np.asarray(other)[None]).max(axis=2)
        if apart.min(axis=0).max() < 1e-3 and apart.min(axis=1).max() < 1e-3:
            return True
    return False


def _same_points(ours: list[Any], theirs: Any) -> bool:
    mine = np.array([point["xy"] for point in ours])
    other = np.asarray(theirs.data["xy"].data)
    visible = theirs.data.get("visible")
    return (
        mine.shape == other.shape
        and np.allclose(mine, other, atol=1e-3)
        and (visible is None or [point["visible"] for point in ours] == list(np.ravel(visible)))
    )
