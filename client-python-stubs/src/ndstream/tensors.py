# SPDX-License-Identifier: Apache-2.0
"""``Tensor`` messages as NumPy arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from ndstream.v1 import tensor_pb2 as pb

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

_DTYPES = {
    value: np.dtype(name[len("DTYPE_") :].lower()).newbyteorder("<")
    for name, value in pb.DType.items()
    if value != pb.DTYPE_UNSPECIFIED
}


def array(tensor: pb.Tensor, data: bytes | memoryview | None = None) -> Array:
    """The elements of ``tensor``, or of ``data`` in its shape and type. Read-only, and a view where it can be.

    A view of received bytes begins wherever the field happened to lie, so elements wider than a byte may be
    unaligned (``flags.aligned``). NumPy copes; for other libraries use ``numpy.require(x, requirements="A")``.
    """
    flat = np.frombuffer(tensor.data if data is None else data, dtype=_DTYPES[tensor.dtype])
    return flat.reshape(tuple(tensor.shape))


def optional(parent: Any, field: str) -> Array | None:
    """The tensor in this field of a message, or None if the message lacks it."""
    return array(getattr(parent, field)) if parent.HasField(field) else None


def matrix(affine: pb.Affine) -> Floats:
    """The 3x3 matrix of an ``Affine``."""
    return np.array(
        [[affine.a11, affine.a12, affine.tx], [affine.a21, affine.a22, affine.ty], [0.0, 0.0, 1.0]], dtype=np.float64
    )
