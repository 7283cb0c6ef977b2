# SPDX-License-Identifier: Apache-2.0
"""How a stitching run is asked for."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any, Union

import numpy as np
import numpy.typing as npt

from ndstream.arguments import built, choice, unfit
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
    quantize: npt.DTypeLike | None = "",
    round: bool = False,
    block_size: int = 0,
    compression: str = "",
    overviews: Sequence[int] = (),
    short_code: str = "",
    if_exists: str = "fail",
    manifest: str = "",
    memory_bytes: int = 0,
) -> pb.OpenRunRequest:
    """The request for these options; see :meth:`ndstream.Client.stitch`."""
    low, high = (None, None) if expected is None else _range(expected)
    dtype = _dtype(quantize)
    quantization = None if quantize is None else built(pb.QuantizeOptions, dtype=dtype, round=round, min=low, max=high)
    output = built(
        pb.OutputOptions,
        format=choice(pb.RasterFormat, "format", format),
        no_quantize=quantize is None,
        quantize=quantization,
        block_size=block_size,
        compression=compression,
        overviews=overviews,
        short_code=short_code,
        if_exists=choice(pb.IfExists, "if_exists", if_exists),
        manifest=manifest,
    )
    return built(
        pb.OpenRunRequest,
        run=run or f"run-{time.time_ns():x}",
        dataset=dataset,
        channels=channels,
        space=choice(pb.StitchSpace, "space", space),
        scale=[scale, scale] if np.ndim(scale) == 0 else scale,
        nan_policy=choice(pb.NanPolicy, "nan", nan),
        expected_min=low,
        expected_max=high,
        expected=_expected(plan, windows, grid, overlap),
        auto_finalize=auto_finalize,
        output=output,
        memory_bytes=memory_bytes,
    )


def _range(expected: Any) -> tuple[float, float]:
    try:
        low, high = map(float, expected)
    except (TypeError, ValueError):
        raise unfit("expected", expected, "the least and the largest value") from None
    return low, high


def _dtype(quantize: Any) -> Any:
    """The type to store, or None: the format's own."""
    if quantize is None or (isinstance(quantize, str) and not quantize):
        return None
    try:
        word = quantize if isinstance(quantize, str) else np.dtype(quantize).name
    except TypeError:
        raise unfit("quantize", quantize, "an integer type") from None
    return choice(tensor_pb2.DType, "quantize", word)


def _expected(
    plan: Plan | str | None, windows: int | None, grid: Sequence[int] | None, overlap: float | Sequence[float]
) -> pb.ExpectedWindows | None:
    if sum(what is not None for what in (plan, windows, grid)) > 1:
        raise Error("BAD_ARGUMENT", "give one of plan, windows and grid")
    if isinstance(plan, str):
        return pb.ExpectedWindows(plan=plan)
    if plan is not None:
        return pb.ExpectedWindows(plan_spec=plan.message())
    if windows is not None:
        return built(pb.ExpectedWindows, count=windows)
    if grid is not None:
        overlaps = [overlap] if np.ndim(overlap) == 0 else overlap
        return pb.ExpectedWindows(grid=built(pb.ExpectedGrid, window=grid, overlap=overlaps))
    return None
