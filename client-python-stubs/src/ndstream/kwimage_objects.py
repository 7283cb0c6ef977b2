# SPDX-License-Identifier: Apache-2.0
"""Answers with kwimage objects, for code that was written for ndsampler. Needs kwimage."""

from __future__ import annotations

from typing import Any

from ndstream.answers import Answer


def replace(out: Answer) -> Answer:
    """The answer with boxes, polygons and keypoints as kwimage objects."""
    annots = out.get("annots")
    if annots is None:
        return out
    import kwimage

    annots["rel_boxes"] = kwimage.Boxes(annots["rel_boxes"], "xywh")
    annots["rel_ssegs"] = kwimage.PolygonList(
        [None if found is None else _polygons(kwimage, found) for found in annots["rel_ssegs"]]
    )
    annots["rel_kpts"] = kwimage.PointsList(
        [None if found is None else _points(kwimage, found) for found in annots["rel_kpts"]]
    )
    return out


def _polygons(kwimage: Any, found: list[dict[str, Any]]) -> Any:
    return kwimage.MultiPolygon([kwimage.Polygon(**polygon) for polygon in found])


def _points(kwimage: Any, found: list[dict[str, Any]]) -> Any:
    return kwimage.Points.from_coco(
        [{"xy": p["xy"], "visible": p["visible"], "keypoint_category": p["category"]} for p in found]
    )
