# SPDX-License-Identifier: Apache-2.0
"""Loaded samples as the dictionaries that ndsampler returns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ndstream.annotations import Annotations
from ndstream.sample import NativePart, Sample
from ndstream.tensors import matrix
from ndstream.v1 import sample_pb2, target_pb2

Answer = dict[str, Any]

_NO_IMAGE = -1  # stands for the image of a frame outside the video

_PLAIN_FIELDS = {
    "image_id": "gid",
    "video_id": "vidid",
    "annotation_id": "aid",
    "cx": "cx",
    "cy": "cy",
    "width": "width",
    "height": "height",
    "category_id": "category_id",
}


def answer(sample: Sample, given: Mapping[str, Any]) -> Answer:
    """``im``, ``target``, ``params``, ``channels``; ``annots`` unless declined, ``streams`` if any were named.

    Args:
        sample: what was loaded.
        given: the target as the caller wrote it, with short names: its keys come back unless inference changed them.
    """
    native = sample.pixels is None
    target = {**given, **_target(sample.target, sample.params)}
    out: Answer = {
        "im": [[part.pixels for part in frame] for frame in sample.native_frames] if native else sample.pixels,
        "target": target,
        "tr": target,
        "params": _params(sample),
        "channels": sample.channels,
    }
    if sample.streams:
        out["streams"] = [{**vars(stream)} for stream in sample.streams]
    if sample.annotations is not None:
        target["annot_idx"] = sample.params.annotation_index
        out["annots"] = _annots(sample)
    return out


def _target(message: target_pb2.Target, params: sample_pb2.SampleParams) -> dict[str, Any]:
    out = {name: getattr(message, field) for field, name in _PLAIN_FIELDS.items() if message.HasField(field)}
    if message.HasField("image_ids"):
        out["gids"] = _frame_ids(message)
    if message.HasField("window_dims"):
        out["window_dims"] = tuple(message.window_dims.dims) or message.window_dims.word
    for name in ("slices", "space_slice"):
        if message.HasField(name):
            out[name] = tuple(map(_slice, getattr(message, name).slices))
    if message.HasField("time_slice"):
        out["time_slice"] = _slice(message.time_slice)
    out["space_dims"] = tuple(params.space_dims) or None
    out["data_dims"] = tuple(params.data_dims) or None
    return out


def _frame_ids(message: target_pb2.Target) -> list[int | None]:
    """The image of every frame; None for one outside the video."""
    return [None if image_id == _NO_IMAGE else image_id for image_id in message.image_ids.ids]


def _slice(message: target_pb2.Slice) -> slice:
    bounds = (getattr(message, name) if message.HasField(name) else None for name in ("start", "stop", "step"))
    return slice(*bounds)


def _params(sample: Sample) -> dict[str, Any]:
    params = sample.params
    out: dict[str, Any] = {
        "offset": np.array([params.offset_x, params.offset_y]),
        "tf_rel_to_abs": matrix(params.canvas_from_sample),
        "sample_tlbr": np.array([params.left, params.top, params.right, params.bottom]),
        "st_dims": [(params.top, params.bottom), (params.left, params.right)],
        "data_dims": tuple(params.data_dims) or None,
        "pad": [_pad(axis) for axis in params.pad.axes] if params.HasField("pad") else None,
    }
    if sample.target.HasField("image_ids"):
        out["request_chanspec"] = params.request_chanspec if params.HasField("request_chanspec") else None
        out["frame_sample_from_grid_warps"] = [matrix(warp) for warp in params.sample_from_canvas]
    if sample.target.use_native_scale:
        out["jagged_meta"] = [_jagged(frame) for frame in sample.native_frames]
    return out


def _pad(axis: target_pb2.Pad.Axis) -> int | tuple[int, int]:
    return axis.before if axis.before == axis.after else (axis.before, axis.after)


def _jagged(frame: list[NativePart]) -> dict[str, Any]:
    return {
        "chans": ["|".join(part.channels) for part in frame],
        "align": [part.align for part in frame],
        "grid_to_part_warps": [part.part_from_grid for part in frame],
        "canvas_to_part_warps": [part.part_from_canvas for part in frame],
        "streams": [part.stream for part in frame],
    }


def _annots(sample: Sample) -> dict[str, Any]:
    found = sample.annotations
    assert found is not None
    segmentations = [_segmentation(found, row) for row in range(len(found))]
    keypoints = [_keypoints(found, row) for row in range(len(found))]
    return {
        "aids": found.ids,
        "cids": found.category_ids,
        "rel_frame_index": found.frames.astype(np.int64),
        "rel_boxes": found.boxes,
        "rel_ssegs": segmentations,
        "rel_kpts": keypoints,
        "visibility": found.visibility,
        "frame_dets": [_frame(sample, found, index, segmentations, keypoints) for index in _frames(sample)],
    }


def _frames(sample: Sample) -> range:
    return range(len(sample.target.image_ids.ids) if sample.target.HasField("image_ids") else 1)


def _frame(
    sample: Sample, found: Annotations, index: int, segmentations: list[Any], keypoints: list[Any]
) -> dict[str, Any]:
    rows = np.flatnonzero(found.frames == index)
    loose = not sample.target.HasField("image_ids")  # a video sample may name an image too, which is ignored
    return {
        "gid": sample.target.image_id if loose else _frame_ids(sample.target)[index],
        "rel_frame_index": index,
        "aids": found.ids[rows],
        "cids": found.category_ids[rows],
        "boxes": found.boxes[rows],
        "segmentations": [segmentations[row] for row in rows],
        "keypoints": [keypoints[row] for row in rows],
    }


def _segmentation(found: Annotations, row: int) -> list[dict[str, Any]] | None:
    polygons = [{"exterior": rings[0], "interiors": rings[1:]} for rings in found.polygons(row)]
    return polygons or None


def _keypoints(found: Annotations, row: int) -> list[dict[str, Any]] | None:
    points = found.keypoints(row)
    if points is None:
        return None
    return [
        {"xy": (float(x), float(y)), "visible": int(visible), "category": name}
        for (x, y), visible, name in zip(points.xy, points.visible, points.names)
    ]
