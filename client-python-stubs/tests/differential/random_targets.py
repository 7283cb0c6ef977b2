# SPDX-License-Identifier: Apache-2.0
"""Random targets that both sides answer by the same rules.

Not drawn, because the reference is known to be wrong or to refuse: windows wholly outside the canvas, nearest under a
warp or with padding, integers that it cannot resample, padding in time, annotations of one space used in another,
scales and channel codes of image samples, missing channels beside an overview that has a row too many.
"""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path
from typing import Any

from osgeo import gdal

SCALES = [None, None, None, 0.5, 0.25, 0.125, 0.31, 0.77, 1, 1.12, 1.5, 2, (0.6, 1.4), (0.3, 0.45)]
HALVINGS = [0.5, 0.25, 0.125]
LARGEST = 160


class RandomTargets:
    """Targets and arguments of load_sample for one data set."""

    def __init__(self, data: Any, seed: int) -> None:
        self.data = data
        self.choice = random.Random(seed)
        self.videos = [v for v in data.videos() if self._readable(data.images(video_id=v))]
        self.images = [g for g in data.images() if self._readable([g])]
        self.with_file = [g for g in self.images if data.imgs[g].get("file_name")]
        self.annotations = [a for a in data.anns if self._is_centred(a)]

    def draw(self) -> tuple[str, dict[str, Any], dict[str, Any]]:
        """The kind of target, the target, and the other arguments."""
        kinds = {
            "video": self.videos,
            "frames": self.videos,
            "loose image": self.images,
            "image": self.with_file,
            "annotation": self.annotations,
        }
        kind = self.choice.choice([kind for kind, sources in kinds.items() if sources])
        source = self.choice.choice(list(kinds[kind]))
        if kind in ("image", "annotation"):
            target, gids = self._image(kind, source)
        else:
            target, gids = self._video(kind, source)
        return kind, target, self._arguments(gids)

    def chance(self, share: float) -> bool:
        return self.choice.random() < share

    def _is_centred(self, aid: int) -> bool:
        """Whether a window of any size round the annotation's box meets its image."""
        row = self.data.anns[aid]
        if row.get("bbox") is None or row["image_id"] not in self.with_file:
            return False
        image = self.data.imgs[row["image_id"]]
        x, y, width, height = row["bbox"]
        return bool(0 < x + width / 2 < image["width"] and 0 < y + height / 2 < image["height"])

    def _readable(self, gids: Any) -> bool:
        """Whether there are files, and the reference can resample them all."""
        files = [file["file_name"] for gid in gids for file in self.data.coco_image(gid).iter_asset_objs()]
        return bool(files) and all(_resamples(str(Path(self.data.bundle_dpath, name))) for name in files)

    # ------------------------------------------------------------------ targets

    def _image(self, kind: str, source: int) -> tuple[dict[str, Any], list[int]]:
        gid = self.data.anns[source]["image_id"] if kind == "annotation" else source
        row = self.data.imgs[gid]
        size = row["height"], row["width"]
        if kind == "annotation":
            target: dict[str, Any] = {"aid": source, **self._window_dims(0.6)}
            if self.chance(0.2):
                target.update(width=self.choice.uniform(4, 60), height=self.choice.uniform(4, 60))
        else:
            target = {self.choice.choice(["gid", "image_id"]): gid, **self._window(size, "slices")}
        if self.chance(0.4):
            target["pad"] = self.choice.choice([self.choice.randrange(9), (self._pad(), self._pad())])
        if self.chance(0.2):
            target["padkw"] = {"mode": "constant", "constant_values": self.choice.randrange(200)}
        specs = [f["channels"] for f in row.get("auxiliary") or [] if f.get("channels") and not f.get("quantization")]
        if row.get("channels"):
            specs.append(row["channels"])
        if specs and "assets" not in row and self.chance(0.3):
            target["channels"] = self.choice.sample(specs, self.choice.randrange(1, len(specs) + 1))
        return target, [gid]

    def _video(self, kind: str, source: int) -> tuple[dict[str, Any], list[int]]:
        if kind == "loose image":
            target: dict[str, Any] = {"gids": [source]}
            gids = [source]
            canvas = self.data.index.videos.get(self.data.imgs[source].get("video_id"), self.data.imgs[source])
        else:
            gids = list(self.data.images(video_id=source))
            canvas = self.data.index.videos[source]
            if kind == "video":
                target = {self.choice.choice(["vidid", "video_id"]): source}
                if self.chance(0.7):
                    target["time_slice"] = self._time(len(gids))
                    gids = gids[target["time_slice"]]
            else:
                gids = self.choice.sample(gids, min(len(gids), self.choice.choice([1, 1, 2, 3])))
                target = {"gids": gids}
        target.update(self._window((canvas["height"], canvas["width"]), "space_slice"))
        self._add_sampling(target, gids)
        return target, gids

    def _add_sampling(self, target: dict[str, Any], gids: list[int]) -> None:
        scale = self.choice.choice(SCALES)
        if scale is not None:
            target["scale"] = scale
        inside = "space_slice" not in target or all(s.start >= 0 for s in target["space_slice"])
        if self.chance(0.3):
            target["pad"] = (0, self._pad(), self._pad())
        elif inside and self.chance(0.15) and not self._warped(gids) and target.keys().isdisjoint({"cx"}):
            target["interpolation"] = "nearest"
        if "interpolation" not in target and self.chance(0.35):
            target["interpolation"] = self.choice.choice(["linear", "area", "cubic", "lanczos", "auto"])
        if self.chance(0.25):
            target["antialias"] = self.choice.choice([True, False, "auto"])
        if self.chance(0.3):
            target["nodata"] = self.choice.choice(["float", "nan", "auto"])
        if self.chance(0.2):
            target["dtype"] = self.choice.choice(["float32", "float64"])
        codes = self._codes(gids)
        if codes and self.chance(0.5):
            target["channels"] = "|".join(self.choice.sample(codes, self.choice.randrange(1, len(codes) + 1)))
        if "channels" in target and scale not in HALVINGS and self.chance(0.1):
            target["channels"] += "|never|" + target["channels"].split("|")[0]
        if target.get("interpolation") != "nearest" and self.chance(0.15):
            target["use_native_scale"] = True
            if self.chance(0.5) and "never" not in target.get("channels", ""):
                target["realign_native"] = "largest"

    # ------------------------------------------------------------------ parts of targets

    def _window(self, size: tuple[int, int], key: str) -> dict[str, Any]:
        form = self.choice.choice(["slices", "slices", "slices", "centre", "all"])
        if form == "all" and max(size) <= 2 * LARGEST:
            return {}
        if form == "centre":
            centre = {"cy": self.choice.uniform(0, size[0]), "cx": self.choice.uniform(0, size[1])}
            extent = {"height": self.choice.uniform(3, LARGEST), "width": self.choice.uniform(3, LARGEST)}
            return {**centre, **extent, **self._window_dims(0.5)}
        slices = []
        for length in size:
            start = self.choice.randrange(-8, length - 4)
            slices.append(slice(start, max(start + self.choice.randrange(5, LARGEST), 3)))
        return {key: tuple(slices)}

    def _window_dims(self, share: float) -> dict[str, Any]:
        if not self.chance(share):
            return {}
        dims = self.choice.choice(["extent", "square", (self.choice.randrange(4, 99), self.choice.randrange(4, 99))])
        return {"window_dims": dims}

    def _time(self, frames: int) -> slice:
        start = self.choice.randrange(frames)
        stop = self.choice.randrange(start + 1, frames + 1)
        return slice(start, min(stop, start + 4), self.choice.choice([None, None, 2]))

    def _pad(self) -> Any:
        return self.choice.choice([self.choice.randrange(9), (self.choice.randrange(5), self.choice.randrange(12))])

    def _codes(self, gids: list[int]) -> list[str]:
        found: set[str] = set()
        for gid in gids:
            spec = self.data.coco_image(gid).channels
            if spec is None:
                return []
            found.update(spec.fuse().as_list())
        return sorted(found)

    def _warped(self, gids: list[int]) -> bool:
        """Whether any pixel of these images is moved on its way to the canvas."""
        for gid in gids:
            row = self.data.imgs[gid]
            canvas = self.data.index.videos.get(row.get("video_id"), row)
            size = canvas["width"], canvas["height"]
            warps = [row.get("warp_img_to_vid")]
            for file in self.data.coco_image(gid).iter_asset_objs():
                warps.append(file.get("warp_aux_to_img"))
                if (file.get("width", size[0]), file.get("height", size[1])) != size:
                    return True
            if any(warp and set(warp) - {"type"} for warp in warps):
                return True
        return False

    def _arguments(self, gids: list[int]) -> dict[str, Any]:
        arguments: dict[str, Any] = {}
        if self.chance(0.3):
            arguments["visible_thresh"] = self.choice.choice([0.01, 0.1, 0.3, 0.5, 0.9])
        if self.chance(0.2):
            words = ["boxes", "segmentation", "keypoints"]
            asked = self.choice.sample(words, self.choice.randrange(1, 4))
            arguments["with_annots"] = self.choice.choice([asked, "+".join(asked)])
        if self.chance(0.1):
            known = [
                a for g in gids for a in self.data.index.gid_to_aids[g] if self.data.anns[a].get("bbox") is not None
            ]
            arguments["annot_ids"] = self.choice.sample(known, min(len(known), 3))
        return arguments


@cache
def _resamples(path: str) -> bool:
    """Wide integers it does not."""
    try:
        file = gdal.Open(path)
        wide = file.GetRasterBand(1).DataType in (gdal.GDT_Int32, gdal.GDT_UInt32)
        return not wide and file.ReadAsArray(0, 0, 1, 1) is not None
    except RuntimeError:
        return False
