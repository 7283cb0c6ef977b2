# SPDX-License-Identifier: Apache-2.0
"""Finds the server's distribution on this machine."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from ndstream.errors import Error


def launcher() -> Path:
    """The program ``bin/ndstream`` of NDSTREAM_HOME, of the source tree we are in, or on the PATH.

    Raises:
        Error: SERVER_NOT_FOUND.
    """
    for candidate in _candidates():
        if candidate.is_file() and os.access(candidate, os.X_OK):
            return candidate
    home = os.environ.get("NDSTREAM_HOME")
    raise Error(
        "SERVER_NOT_FOUND",
        "no ndstream server is installed: set NDSTREAM_HOME to its directory, or put its bin on the PATH",
        code="FAILED_PRECONDITION",
        metadata={"NDSTREAM_HOME": home} if home else {},
    )


def _candidates() -> Iterator[Path]:
    home = os.environ.get("NDSTREAM_HOME")
    if home:  # said plainly, so nothing else will do
        yield Path(home, "bin", "ndstream")
        return
    for start in (Path(__file__).resolve(), Path.cwd().resolve() / "here"):
        for directory in start.parents:
            if (directory / "proto" / "ndstream").is_dir():
                yield from sorted(directory.glob("server/target/ndstream-*/bin/ndstream"), reverse=True)
    on_path = shutil.which("ndstream")
    if on_path:
        yield Path(on_path)
