# SPDX-License-Identifier: Apache-2.0
"""The truth about a data set, read without ndstream."""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import rasterio


class Manifest:
    """A kwcoco file and its pixels."""

    def __init__(self, path: Path) -> None:
        self.root = path.parent
        self.rows: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        self.images = {row["id"]: row for row in self.rows["images"]}
        self.annotations = {row["id"]: row for row in self.rows["annotations"]}
        self._pixels: dict[str, Any] = {}

    @cached_property
    def boxes_of_images(self) -> dict[int, Any]:
        """Image id -> (n, 4): left, top, right, bottom."""
        found: dict[int, list[list[float]]] = {image_id: [] for image_id in self.images}
        for row in self.annotations.values():
            x, y, w, h = row["bbox"]
            found[row["image_id"]].append([x, y, x + w, y + h])
        return {image_id: np.array(boxes).reshape(-1, 4) for image_id, boxes in found.items()}

    def read(self, file_name: str) -> Any:
        """(H, W, C), read by GDAL."""
        if file_name not in self._pixels:
            with rasterio.open(self.root / file_name) as file:
                self._pixels[file_name] = file.read().transpose(1, 2, 0)
        return self._pixels[file_name]

    def window(self, pixels: Any, window: Any) -> Any:
        """The part left, top, right, bottom of (H, W, C); what lies outside is 0."""
        left, top, right, bottom = (int(v) for v in window)
        out = np.zeros((bottom - top, right - left, pixels.shape[2]), pixels.dtype)
        height, width = pixels.shape[:2]
        y0, y1, x0, x1 = max(top, 0), min(bottom, height), max(left, 0), min(right, width)
        if y1 > y0 and x1 > x0:
            out[y0 - top : y1 - top, x0 - left : x1 - left] = pixels[y0:y1, x0:x1]
        return out


def largest_overlap(window: Any, boxes: Any) -> float:
    """The largest share of any box that the window covers."""
    if len(boxes) == 0:
        return 0.0
    width = np.minimum(boxes[:, 2], window[2]) - np.maximum(boxes[:, 0], window[0])
    height = np.minimum(boxes[:, 3], window[3]) - np.maximum(boxes[:, 1], window[1])
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    return float((np.maximum(width, 0) * np.maximum(height, 0) / (areas + 1e-6)).max())
