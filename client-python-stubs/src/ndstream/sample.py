# SPDX-License-Identifier: Apache-2.0
"""One loaded sample."""

from __future__ import annotations

from dataclasses import dataclass

from ndstream import streams
from ndstream.annotations import Annotations
from ndstream.streams import ChannelStream
from ndstream.tensors import Array, Floats, array, matrix
from ndstream.v1 import sample_pb2, target_pb2
from ndstream.wire import Parsed

TENSORS = ("sample.pixels", "sample.native_frames.parts.pixels", "sample.class_mask", "sample.instance_mask")
"""The tensors of a LoadSampleResponse that are read in place."""


@dataclass(frozen=True)
class NativePart:
    """Consecutive channels of one file, at the resolution of that file.

    Attributes:
        pixels: (H, W, C).
        channels: C codes.
        align: 3x3, as the reference computes it.
        part_from_grid: 3x3, as the reference computes it: scale and offset of the window, without the part's own scale.
        part_from_canvas: 3x3: the true map from image or video space to the part.
        stream: position in ``Sample.streams`` of the stream it belongs to.
    """

    pixels: Array
    channels: list[str]
    align: Floats
    part_from_grid: Floats
    part_from_canvas: Floats
    stream: int


@dataclass(frozen=True)
class Sample:
    """The pixels of a target and the annotations that meet it.

    Attributes:
        pixels: (H, W, C) of an image, (T, H, W, C) of a video, or as ``axes`` asked; None with native scale. Read-only.
        native_frames: with native scale, the parts of every frame.
        channels: C codes.
        streams: where the target's ``streams`` lie; empty if it named none.
        annotations: None if they were not asked for.
        class_mask, instance_mask: int32 (H, W) or (T, H, W), if they were asked for.
        target: the target after inference.
        params: where the sample lies.
    """

    pixels: Array | None
    native_frames: list[list[NativePart]]
    channels: list[str]
    streams: list[ChannelStream]
    annotations: Annotations | None
    class_mask: Array | None
    instance_mask: Array | None
    target: target_pb2.Target
    params: sample_pb2.SampleParams


def of_response(parsed: Parsed[sample_pb2.LoadSampleResponse]) -> Sample:
    """The sample in the answer of LoadSample, its arrays being views of the received bytes."""
    message, views = parsed.message.sample, parsed.views

    def in_place(name: str) -> Array | None:
        return array(getattr(message, name), views[f"sample.{name}"][0]) if message.HasField(name) else None

    elements = iter(views["sample.native_frames.parts.pixels"])
    frames = [
        [
            NativePart(
                array(part.pixels, next(elements)),
                list(part.channels),
                matrix(part.align),
                matrix(part.part_from_grid),
                matrix(part.part_from_canvas),
                part.stream,
            )
            for part in frame.parts
        ]
        for frame in message.native_frames
    ]
    return Sample(
        pixels=in_place("pixels"),
        native_frames=frames,
        channels=list(message.channels),
        streams=streams.of_messages(message.streams),
        annotations=Annotations.of(message.annotations) if message.HasField("annotations") else None,
        class_mask=in_place("class_mask"),
        instance_mask=in_place("instance_mask"),
        target=message.target,
        params=message.params,
    )
