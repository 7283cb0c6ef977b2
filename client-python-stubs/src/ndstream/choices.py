# SPDX-License-Identifier: Apache-2.0
"""Values of enums by the words that callers use."""

from __future__ import annotations

from typing import Any

from ndstream.errors import Error, Violation


def choice(enum: Any, name: str, word: str) -> Any:
    """The value of an enum by the part of its name that is not the enum's own."""
    prefix = enum.DESCRIPTOR.values[0].name[: -len("UNSPECIFIED")]
    words = {
        value[len(prefix) :].lower(): number for value, number in enum.items() if not value.endswith("UNSPECIFIED")
    }
    if word not in words:
        violation = Violation(name, f"expected: one of {', '.join(words)} (got: {word!r})")
        raise Error("BAD_ARGUMENT", "an argument is out of its range", violations=[violation])
    return words[word]
