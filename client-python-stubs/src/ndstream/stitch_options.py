# SPDX-License-Identifier: Apache-2.0
"""How a stitching run is asked for."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Union

from ndstream.choices import choice
from ndstream.errors import Error
from ndstream.plan import Plan
from ndstream.v1 import stitch_pb2 as pb
from ndstream.v1 import tensor_pb2

Scale = Union[float, tuple[float, float]]


def request(
    channels: str,
    *,
    run: str = "",
    dataset: str = "",
    space: str = "video",
    scale: Scale = 1.0,
    nan: str = "omit",
    expected: tuple[float, float] | None = None,
    plan: Plan | str | None = None,
    windows: int | None = None,
    grid: Sequence[int] | None = None,
    overlap: float | Sequence[float] = 0.0,
    auto_finalize: bool = False,
    format: str = "cog",
    quantize: str | None = "int16",
    round: bool = False,
    block_size: int = 0,
    compression: str = "",
    short_code: str = "",
    if_exists: str = "fail",
    manifest: str = "",
    memory_bytes: int = 0,
) -> pb.OpenRunRequest:
    """The request for these options; see :meth:`ndstream.Client.stitch`."""
    message = pb.OpenRunRequest(
        run=run or f"run-{time.time_ns():x}",
        dataset=dataset,
        channels=channels,
        space=choice(pb.StitchSpace, "space", space),
        scale=[scale, scale] if isinstance(scale, (int, float)) else scale,
        nan_policy=choice(pb.NanPolicy, "nan", nan),
        auto_finalize=auto_finalize,
        memory_bytes=memory_bytes,
    )
    if expected is not None:
        message.expected_min, message.expected_max = expected
    _expect(message.expected, plan, windows, grid, overlap)
    output = message.output
    output.format = choice(pb.RasterFormat, "format", format)
    output.no_quantize = quantize is None
    if quantize is not None:
        output.quantize.dtype = choice(tensor_pb2.DType, "quantize", quantize)
        output.quantize.round = round
        if expected is not None:
            output.quantize.min, output.quantize.max = expected
    output.block_size = block_size
    output.compression = compression
    output.short_code = short_code
    output.if_exists = choice(pb.IfExists, "if_exists", if_exists)
    output.manifest = manifest
    return message


def _expect(
    message: pb.ExpectedWindows,
    plan: Plan | str | None,
    windows: int | None,
    grid: Sequence[int] | None,
    overlap: float | Sequence[float],
) -> None:
    if sum(what is not None for what in (plan, windows, grid)) > 1:
        raise Error("BAD_ARGUMENT", "give one of plan, windows and grid")
    if isinstance(plan, str):
        message.plan = plan
    elif plan is not None:
        message.plan_spec.CopyFrom(plan.message())
    elif windows is not None:
        message.count = windows
    elif grid is not None:
        message.grid.window.extend(grid)
        message.grid.overlap.extend([overlap] if isinstance(overlap, (int, float)) else overlap)
