# SPDX-License-Identifier: Apache-2.0
"""Where the recorded cases of the reference and the real data lie."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
ORACLE = CHECKOUT / "server" / "src" / "test" / "resources" / "oracle"


def cases(folder: str) -> list[dict[str, Any]]:
    with (ORACLE / folder / "cases.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def dataset(name: str) -> Path:
    return ORACLE / "datasets" / name / "data.kwcoco.json"


def real(name: str) -> Path:
    """The manifest of a real data set; skips the test if it is not on this machine."""
    places = [Path(os.environ["NDSTREAM_REAL"])] if "NDSTREAM_REAL" in os.environ else []
    places += [parent / "shared" / "real" for parent in CHECKOUT.parents]
    for place in places:
        manifest = place / name / "data.kwcoco.json"
        if manifest.exists():
            return manifest
    pytest.skip(f"no real data: {name} is in none of {', '.join(map(str, places))}; set NDSTREAM_REAL")
