# SPDX-License-Identifier: Apache-2.0
"""What callers give, checked where a message would only say that something has a wrong type."""

from __future__ import annotations

import operator
from typing import Any, TypeVar

from google.protobuf.message import Message

from ndstream.errors import Error

M = TypeVar("M", bound=Message)


def choice(enum: Any, name: str, word: str) -> Any:
    """The value of an enum by the part of its name that is not the enum's own."""
    prefix = enum.DESCRIPTOR.values[0].name[: -len("UNSPECIFIED")]
    words = {
        value[len(prefix) :].lower(): number for value, number in enum.items() if not value.endswith("UNSPECIFIED")
    }
    if not isinstance(word, str) or word not in words:
        raise unfit(name, word, f"one of {', '.join(words)}")
    return words[word]


def integer(name: str, value: Any) -> int:
    """An integer, of whatever library."""
    try:
        return operator.index(value)
    except TypeError:
        raise unfit(name, value, "an integer") from None


def built(kind: type[M], **fields: Any) -> M:
    """A message of these fields; says which of them has a value that the message does not take."""
    message = kind()
    for name, value in fields.items():
        try:
            message.MergeFrom(kind(**{name: value}))
        except (TypeError, ValueError) as e:
            facts = {"field": name, "value": repr(value)}
            raise Error("BAD_ARGUMENT", f"a value of a wrong type: {e}", metadata=facts) from None
    return message


def unfit(name: str, value: Any, expected: str) -> Error:
    """An argument that cannot be what it is for."""
    return Error("BAD_ARGUMENT", f"an argument does not fit: {name}: {value!r:.200} (expected: {expected})")
