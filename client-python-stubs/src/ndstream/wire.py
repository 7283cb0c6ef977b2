# SPDX-License-Identifier: Apache-2.0
"""Reads messages that carry pixels without copying the pixels.

protobuf copies a ``bytes`` field twice: into the message and, when it is asked for, into a new object. Batches are
megabytes, so this module walks the few outermost fields itself, keeps a view of the elements of every big ``Tensor``,
and gives protobuf the rest to parse.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, Union

from google.protobuf.message import Message

from ndstream.v1 import tensor_pb2

M = TypeVar("M", bound=Message)
Bytes = Union[bytes, memoryview]
Views = dict[str, list[memoryview]]

_VARINT, _FIXED64, _DELIMITED, _FIXED32 = 0, 1, 2, 5
_ELEMENTS = tensor_pb2.Tensor.DESCRIPTOR.fields_by_name["data"].number


@dataclass(frozen=True)
class Parsed(Generic[M]):
    """A message without the elements of its big tensors, and these elements.

    Attributes:
        message: the message; tensors whose elements are in ``views`` have no ``data``.
        views: by dotted path of the tensor, such as ``batch.pixels``, one view for each in the order of the message.
            They keep the received bytes alive.
    """

    message: M
    views: Views


def reader(message_type: type[M], *tensors: str) -> Callable[[bytes], Parsed[M]]:
    """A deserializer for gRPC which keeps the elements of the ``tensors`` (dotted paths) as views."""
    tree = _tree(message_type.DESCRIPTOR, tensors)

    def read(data: bytes) -> Parsed[M]:
        views: Views = defaultdict(list)
        message = message_type()
        message.MergeFromString(b"".join(_without_elements(memoryview(data), tree, "", views)))
        return Parsed(message, views)

    return read


@dataclass(frozen=True)
class _Node:
    """A message on the way to a tensor, or the tensor itself (then without inner nodes)."""

    name: str
    inner: dict[int, _Node]


def _tree(descriptor: Any, paths: tuple[str, ...]) -> dict[int, _Node]:
    below: dict[str, list[str]] = defaultdict(list)
    for path in paths:
        name, _, rest = path.partition(".")
        below[name] += [rest] if rest else []
    fields = descriptor.fields_by_name
    return {
        fields[name].number: _Node(name, _tree(fields[name].message_type, tuple(rest)) if rest else {})
        for name, rest in below.items()
    }


def _without_elements(data: memoryview, nodes: dict[int, _Node], prefix: str, views: Views) -> Iterator[Bytes]:
    """The bytes of a message, in pieces, without the elements of the tensors among ``nodes``."""
    copied = 0
    for number, start, body, end in _fields(data):
        node = nodes.get(number)
        if node is None:
            continue
        if node.inner:
            rest = b"".join(_without_elements(data[body:end], node.inner, f"{prefix}{node.name}.", views))
        else:
            rest, elements = _split_tensor(data[body:end])
            views[prefix + node.name].append(elements)
        yield data[copied:start]
        yield _varint(number << 3 | _DELIMITED) + _varint(len(rest)) + rest
        copied = end
    yield data[copied:]


def _split_tensor(data: memoryview) -> tuple[bytes, memoryview]:
    for number, start, body, end in _fields(data):
        if number == _ELEMENTS:
            return bytes(data[:start]) + bytes(data[end:]), data[body:end]
    return bytes(data), data[:0]


def _fields(data: memoryview) -> Iterator[tuple[int, int, int, int]]:
    """(number, start, start of the body, end) of every length-delimited field; the others are passed over."""
    at, size = 0, len(data)
    while at < size:
        start = at
        tag, at = _read_varint(data, at)
        kind = tag & 7
        if kind == _DELIMITED:
            length, body = _read_varint(data, at)
            at = body + length
            if at > size:
                raise ValueError("message cut short")
            yield tag >> 3, start, body, at
        elif kind == _VARINT:
            _, at = _read_varint(data, at)
        elif kind == _FIXED64:
            at += 8
        elif kind == _FIXED32:
            at += 4
        else:
            raise ValueError("not a message of this API")


def _read_varint(data: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
