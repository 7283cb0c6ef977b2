# SPDX-License-Identifier: Apache-2.0
"""Client of ndstream: balanced batches of windows of large images, streamed over gRPC."""

from __future__ import annotations

from ndstream.errors import Error, Violation

__all__ = ["Error", "Violation"]
