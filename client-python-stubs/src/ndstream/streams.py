# SPDX-License-Identifier: Apache-2.0
"""Streams of channels within one sample."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ndstream.v1 import sample_pb2


@dataclass(frozen=True)
class ChannelStream:
    """Channels that belong together.

    Attributes:
        sensor: the ``sensor_coarse`` of the images that have them; None: any.
        channels: codes as they were asked for.
        range: where they lie on the channel axis.
        frames: frames of this sensor; in all others the channels are NaN. Empty for a batch.
    """

    sensor: str | None
    channels: str
    range: slice
    frames: list[int]


def of_messages(messages: Iterable[sample_pb2.ChannelStream]) -> list[ChannelStream]:
    """The streams of a sample or a batch."""
    return [ChannelStream(m.sensor or None, m.channels, slice(m.start, m.stop), list(m.frames)) for m in messages]
