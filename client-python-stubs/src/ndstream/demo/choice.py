# SPDX-License-Identifier: Apache-2.0
"""What to stream of a data set nobody has told us anything about."""

from __future__ import annotations

import itertools

import numpy as np

from ndstream.client import Client
from ndstream.v1 import dataset_pb2

_LOOKED_AT = 5000


def common_channels(client: Client) -> str | None:
    """The channels that all images have, in the order of the first; None if files name none or none is common."""
    common: list[str] | None = None
    for image in client.images():
        has = list(dict.fromkeys(code for asset in image.assets for code in asset.channels))
        common = has if common is None else [code for code in common if code in has]
    return "|".join(common) if common else None


def window_size(client: Client) -> int:
    """A power of two, 32 to 256, that shows most annotations with something round them."""
    annotations = itertools.islice(client.annotations(), _LOOKED_AT)
    sides = [max(a.bbox[2], a.bbox[3]) for a in annotations if len(a.bbox) == 4]
    if not sides:
        return 64
    wanted = float(np.percentile(sides, 75)) * 1.25
    room = min((_short_side(image) for image in client.images() if _short_side(image)), default=256)
    size = 32
    while size < wanted and size < 256 and size * 2 <= room:
        size *= 2
    return size


def _short_side(image: dataset_pb2.Image) -> int:
    return min(image.width, image.height)
