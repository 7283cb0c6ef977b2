# SPDX-License-Identifier: Apache-2.0
"""Answers with kwimage objects, for code that was written for ndsampler. Needs kwimage."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ndstream.answers import Answer


def replace(out: Answer) -> Answer:
    """The answer with boxes, polygons, keypoints, detections of frames and transforms as kwimage objects."""
    import kwimage

    params, annots = out["params"], out.get("annots")
    params["sample_tlbr"] = kwimage.Boxes(params["sample_tlbr"], "ltrb")
    if "frame_sample_from_grid_warps" in params:
        params["frame_sample_from_grid_warps"] = _affines(kwimage, params["frame_sample_from_grid_warps"])
    for meta in params.get("jagged_meta", ()):
        for key in ("align", "grid_to_part_warps", "canvas_to_part_warps"):
            meta[key] = _affines(kwimage, meta[key])
    if annots is not None:
        annots["rel_boxes"] = kwimage.Boxes(annots["rel_boxes"], "xywh")
        annots["rel_ssegs"] = _polygon_list(kwimage, annots["rel_ssegs"])
        annots["rel_kpts"] = _points_list(kwimage, annots["rel_kpts"])
        annots["frame_dets"] = [_detections(kwimage, frame) for frame in annots["frame_dets"]]
    return out


def _affines(kwimage: Any, matrices: Iterable[Any]) -> list[Any]:
    return [kwimage.Affine(matrix) for matrix in matrices]


def _detections(kwimage: Any, frame: dict[str, Any]) -> Any:
    return kwimage.Detections(
        boxes=kwimage.Boxes(frame["boxes"], "xywh"),
        segmentations=_polygon_list(kwimage, frame["segmentations"]),
        keypoints=_points_list(kwimage, frame["keypoints"]),
        aids=frame["aids"],
        cids=frame["cids"],
        gid=frame["gid"],
        rel_frame_index=frame["rel_frame_index"],
        datakeys=["aids", "cids"],
        metakeys=["gid", "rel_frame_index"],
    )


def _polygon_list(kwimage: Any, column: list[Any]) -> Any:
    return kwimage.PolygonList([None if found is None else _polygons(kwimage, found) for found in column])


def _points_list(kwimage: Any, column: list[Any]) -> Any:
    return kwimage.PointsList([None if found is None else _points(kwimage, found) for found in column])


def _polygons(kwimage: Any, found: list[dict[str, Any]]) -> Any:
    return kwimage.MultiPolygon([kwimage.Polygon(**polygon) for polygon in found])


def _points(kwimage: Any, found: list[dict[str, Any]]) -> Any:
    return kwimage.Points.from_coco(
        [{"xy": p["xy"], "visible": p["visible"], "keypoint_category": p["category"]} for p in found]
    )
