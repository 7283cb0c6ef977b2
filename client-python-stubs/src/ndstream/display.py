# SPDX-License-Identifier: Apache-2.0
"""Pixels of any type and number of channels made into colours one can look at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ndstream.tensors import Array, Floats

Colours = npt.NDArray[np.uint8]

NO_DATA = (44, 47, 56)
"""The colour where a channel has no value."""


def pictures(pixels: Array, axes: str) -> Array:
    """(N, H, W, C) of any pixels with these axes: of a video its first frame, of an array without N one picture."""
    order = [axes.index(letter) for letter in "NTHWC" if letter in axes]
    out = pixels.transpose(order)
    if "N" not in axes:
        out = out[np.newaxis]
    first: Array = out[:, 0] if "T" in axes else out
    return first


@dataclass(frozen=True)
class Stretch:
    """A linear map of the values of up to three channels to 0 .. 255.

    Attributes:
        low, high: float64 (C), C being 1 or 3.
    """

    low: Floats
    high: Floats

    @classmethod
    def fit(cls, pixels: Array, percent: float = 2.0) -> Stretch:
        """Spans all but the lowest and highest ``percent`` of the values of (N, H, W, C). uint8 stays as it is."""
        shown = _shown(pixels)
        channels = shown.shape[-1]
        if shown.dtype == np.uint8:
            return cls(np.zeros(channels), np.full(channels, 255.0))
        values = shown.reshape(-1, channels).astype(np.float64)
        values[~np.isfinite(values)] = np.nan
        known = [column[~np.isnan(column)] for column in values.T]
        spans = [np.percentile(k, [percent, 100 - percent]) if k.size else np.array([0.0, 1.0]) for k in known]
        low, high = np.array(spans).T
        return cls(low, np.where(high > low, high, low + 1))

    def colours(self, picture: Array) -> Colours:
        """uint8 (H, W, 3) of (H, W, C)."""
        shown = _shown(picture).astype(np.float64)
        unknown = ~np.isfinite(shown).all(axis=-1)
        share = np.clip((np.nan_to_num(shown) - self.low) / (self.high - self.low), 0, 1)
        out = np.array(np.broadcast_to(np.rint(share * 255).astype(np.uint8), (*share.shape[:2], 3)))
        out[unknown] = NO_DATA
        return out


def _shown(pixels: Array) -> Array:
    """The first three channels, or only the first if there are fewer."""
    return pixels[..., :3] if pixels.shape[-1] >= 3 else pixels[..., :1]
