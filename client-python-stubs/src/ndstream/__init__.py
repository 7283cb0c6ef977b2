# SPDX-License-Identifier: Apache-2.0
"""Client of ndstream: balanced batches of windows of large images, streamed over gRPC."""

from __future__ import annotations

from ndstream.annotations import Annotations, Keypoints
from ndstream.batch import Batch
from ndstream.client import Client, connect
from ndstream.errors import Error, Violation
from ndstream.plan import Masks, Plan
from ndstream.regions import Regions
from ndstream.sample import Sample
from ndstream.sampler import CocoSampler
from ndstream.sidecar import Sidecar, serve
from ndstream.stitching import StitchRun
from ndstream.stream import BatchStream
from ndstream.tls import Tls

__all__ = [
    "Annotations",
    "Batch",
    "BatchStream",
    "Client",
    "CocoSampler",
    "Error",
    "Keypoints",
    "Masks",
    "Plan",
    "Regions",
    "Sample",
    "Sidecar",
    "StitchRun",
    "Tls",
    "Violation",
    "connect",
    "serve",
]
