# SPDX-License-Identifier: Apache-2.0
"""A line that shows how far one is."""

from __future__ import annotations

import sys
from typing import TextIO

_WIDTH = 28


class Progress:
    """Redraws one line on a terminal; elsewhere prints a line every tenth of the way."""

    def __init__(self, what: str, total: int, out: TextIO = sys.stdout) -> None:
        self._what, self._total, self._out = what, max(total, 1), out
        self._done, self._printed = 0, 0

    def advance(self, note: str) -> None:
        """One more is done."""
        self._done += 1
        filled = _WIDTH * self._done // self._total
        line = f"{self._what} [{'#' * filled}{'.' * (_WIDTH - filled)}] {self._done}/{self._total}  {note}"
        if self._out.isatty():
            self._out.write(f"\r\x1b[K{line}")
            self._out.flush()
        elif self._done * 10 // self._total > self._printed:
            self._printed = self._done * 10 // self._total
            self._out.write(line + "\n")

    def end(self) -> None:
        """Goes to the next line."""
        if self._out.isatty():
            self._out.write("\n")
        self._out.flush()
