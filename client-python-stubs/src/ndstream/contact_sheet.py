# SPDX-License-Identifier: Apache-2.0
"""A picture of the windows of batches, with their annotations. Needs Pillow."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ndstream.annotations import Polygon
from ndstream.batch import Batch
from ndstream.display import Colours, Stretch, pictures
from ndstream.tensors import Array, Floats

_BACKGROUND, _CARD, _TEXT, _FAINT = (18, 20, 26), (30, 33, 41), (235, 237, 242), (150, 156, 170)
_POSITIVE, _NEGATIVE = (58, 181, 110), (220, 95, 80)
_CLASSES = ((255, 209, 64), (84, 199, 255), (255, 128, 200), (170, 235, 100), (190, 150, 255), (255, 160, 90))
_LABELLED = 9
_FRAME, _CAPTION, _GAP, _MARGIN, _HEADER = 4, 24, 12, 24, 64


@dataclass(frozen=True)
class Tile:
    """One window.

    Attributes:
        colours: uint8 (H, W, 3).
        positive: decides the colour of the frame.
        caption: a few words.
        boxes: (n, 4): left, top, width, height in pixels of the window.
        labels: n category ids.
        polygons: of each annotation.
        own: row of the annotation the window was made for, or -1.
    """

    colours: Colours
    positive: bool
    caption: str
    boxes: Floats
    labels: Sequence[int]
    polygons: Sequence[Sequence[Polygon]]
    own: int


class ContactSheet:
    """Collects the windows of the first batches.

    Args:
        names: category id -> name.
        columns: tiles in a row.
        rows: rows at most; what comes later is not shown.
        tile: size of a tile in pixels of the sheet.
    """

    def __init__(self, names: Mapping[int, str], columns: int = 8, rows: int = 5, tile: int = 168) -> None:
        self._names = names
        self._columns, self._capacity, self._size = columns, columns * rows, tile
        self._tiles: list[Tile] = []

    @property
    def full(self) -> bool:
        return len(self._tiles) >= self._capacity

    def add(self, batch: Batch) -> None:
        """Adds the windows of a batch, as far as there is room."""
        windows = _windows(batch)
        stretch = None if batch.pixels is None else Stretch.fit(windows[0])
        for i in range(min(len(batch), self._capacity - len(self._tiles))):
            picture = windows[0][i] if stretch else windows[i][0]
            self._tiles.append(self._tile(batch, i, (stretch or Stretch.fit(picture)).colours(picture)))

    def _tile(self, batch: Batch, i: int, colours: Colours) -> Tile:
        positive = bool(batch.positive[i])
        name = self._names.get(int(batch.category_ids[i]), "") if positive else "negative"
        found = batch.annotations
        rows = slice(0, 0) if found is None else found.rows(i)
        # Of a video the first frame is shown, and so are its annotations.
        shown = [] if found is None else [k for k in range(rows.start, rows.stop) if found.frames[k] == 0]
        ids = [] if found is None else [int(found.ids[k]) for k in shown]
        return Tile(
            colours=colours,
            positive=positive,
            caption=f"{name} · image {batch.image_ids[i]}",
            boxes=np.zeros((0, 4)) if found is None else found.boxes[shown],
            labels=[] if found is None else [int(found.category_ids[k]) for k in shown],
            polygons=[] if found is None else [found.polygons(k) for k in shown],
            own=ids.index(int(batch.annotation_ids[i])) if int(batch.annotation_ids[i]) in ids else -1,
        )

    def save(self, path: str | os.PathLike[str], title: str) -> None:
        """Writes the sheet as PNG."""
        self.draw(title).save(path)

    def draw(self, title: str) -> Image.Image:
        """The sheet."""
        columns = min(self._columns, max(1, len(self._tiles)))
        rows = max(1, math.ceil(len(self._tiles) / columns))
        cell = self._size + 2 * _FRAME
        width = max(2 * _MARGIN + columns * (cell + _GAP) - _GAP, 640)
        height = _HEADER + rows * (cell + _CAPTION + _GAP) - _GAP + _MARGIN
        sheet = Image.new("RGB", (width, height), _BACKGROUND)
        pen = ImageDraw.Draw(sheet)
        self._draw_header(pen, title, width)
        for k, tile in enumerate(self._tiles):
            x = _MARGIN + (k % columns) * (cell + _GAP)
            y = _HEADER + (k // columns) * (cell + _CAPTION + _GAP)
            colour = _POSITIVE if tile.positive else _NEGATIVE
            pen.rounded_rectangle((x, y, x + cell - 1, y + cell + _CAPTION - 1), radius=6, fill=_CARD)
            pen.rounded_rectangle((x, y, x + cell - 1, y + cell - 1), radius=4, fill=colour)
            sheet.paste(self._draw_tile(tile), (x + _FRAME, y + _FRAME))
            pen.ellipse((x + 8, y + cell + 8, x + 16, y + cell + 16), fill=colour)
            pen.text((x + 22, y + cell + 12), _fitted(tile.caption, cell - 28), _TEXT, _font(12), anchor="lm")
        return sheet

    def _draw_header(self, pen: Any, title: str, width: int) -> None:
        positives = sum(tile.positive for tile in self._tiles)
        pen.text((_MARGIN, 34), title, _TEXT, _font(20), anchor="lm")
        x = width - _MARGIN
        for colour, words in (
            (_NEGATIVE, f"{len(self._tiles) - positives} negative"),
            (_POSITIVE, f"{positives} positive"),
        ):
            x -= int(pen.textlength(words, _font(14)))
            pen.text((x, 34), words, _FAINT, _font(14), anchor="lm")
            pen.rounded_rectangle((x - 20, 28, x - 8, 40), radius=3, fill=colour)
            x -= 44

    def _draw_tile(self, tile: Tile) -> Image.Image:
        rows, columns = tile.colours.shape[:2]
        scale = self._size / max(rows, columns, 1)
        size = max(1, round(columns * scale)), max(1, round(rows * scale))
        # Few pixels are shown as the squares they are; many are smoothed.
        how = Image.Resampling.NEAREST if scale >= 3 else Image.Resampling.LANCZOS
        picture = Image.new("RGB", (self._size, self._size), _CARD)
        left, top = (self._size - size[0]) // 2, (self._size - size[1]) // 2
        inside = Image.fromarray(tile.colours).resize(size, how)
        pen = ImageDraw.Draw(inside)
        for k in sorted(range(len(tile.labels)), key=lambda k: k == tile.own):  # its own lies on top
            self._draw_annotation(pen, tile, k, scale)
        picture.paste(inside, (left, top))
        return picture

    def _draw_annotation(self, pen: Any, tile: Tile, k: int, scale: float) -> None:
        colour = _CLASSES[tile.labels[k] % len(_CLASSES)]
        for rings in tile.polygons[k]:
            for ring in rings:
                points = [(float(x), float(y)) for x, y in ring * scale]
                pen.line([*points, *points[:1]], fill=colour, width=1)
        x, y, w, h = (float(v) for v in tile.boxes[k] * scale)
        own = k == tile.own
        if own or not tile.polygons[k]:
            pen.rectangle((x, y, x + max(w, 1), y + max(h, 1)), outline=colour, width=2 if own else 1)
        name = self._names.get(tile.labels[k], str(tile.labels[k]))
        room = pen.textlength(name, _font(10)) + 6
        # Small neighbours, and those that begin outside, would drown in labels.
        if own or (w > room and h > 28 and x > -w / 2 and y > -h / 2 and len(tile.labels) <= _LABELLED):
            x, y = max(x, 0), max(y - 13 if h < 40 else y, 0)  # above what it would hide
            pen.rectangle((x, y, x + room, y + 13), fill=colour)
            pen.text((x + 3, y + 7), name, _BACKGROUND, _font(10), anchor="lm")


def _windows(batch: Batch) -> list[Array]:
    """Pictures (N, H, W, C): one array of all windows, or one a window if the batch is ragged."""
    if batch.pixels is not None:
        return [pictures(batch.pixels, batch.message.pixels.axes)]
    return [pictures(part, tensor.axes) for part, tensor in zip(batch.ragged, batch.message.ragged)]


def _font(size: int) -> Any:
    return ImageFont.load_default(size=size)


def _fitted(words: str, width: int) -> str:
    """The words, cut where they would not fit."""
    font = _font(12)
    if font.getlength(words) <= width:
        return words
    while words and font.getlength(words + "…") > width:
        words = words[:-1]
    return words + "…"
