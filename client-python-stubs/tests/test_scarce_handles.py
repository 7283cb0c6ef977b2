# SPDX-License-Identifier: Apache-2.0
"""A server that may have few files open."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from stitching import HEIGHT, WIDTH, Server, bundle, refused, scene, write_raster

import ndstream

LIMIT = 300
MORE = 2 * LIMIT


@contextmanager
def poor_server(manifest: Path) -> Iterator[ndstream.Client]:
    limits = f"ulimit -n {LIMIT}"
    with Server(manifest, "--handles", str(MORE), limits=limits) as server, server.connect() as client:
        yield client


def test_runs_are_refused_and_taken_when_others_end(tmp_path: Path) -> None:
    half = np.full((HEIGHT, WIDTH), 0.5)
    with poor_server(bundle(tmp_path)) as client:
        kept = client.stitch("salient", run="kept", expected=(0, 1))
        kept.add_window(1, None, half)
        runs = []

        def open_runs() -> None:
            for i in range(MORE):
                runs.append(client.stitch(f"more{i}", run=f"more-{i}"))

        error = refused("TOO_MANY_FILES", open_runs)
        assert error.metadata["limit"] == str(LIMIT)
        assert "ulimit -n" in error.metadata["remedy"]
        kept.add_window(2, None, half)
        for run in runs:
            run.abort()
        with client.stitch("other", run="after") as run:
            run.add_window(1, None, half)
        kept.finalize(1)
        kept.finalize(2)
        kept.close()
    rows = json.loads((tmp_path / "data.kwcoco.json").read_text(encoding="utf-8"))["images"]
    assert [len(row.get("auxiliary", [])) for row in rows] == [2, 1, 0]


def test_more_files_are_read_than_may_be_open(tmp_path: Path) -> None:
    path = bundle(tmp_path)
    rows = json.loads(path.read_text(encoding="utf-8"))
    for i in range(4, MORE):
        write_raster(tmp_path / f"{i}.tif", scene(i))
        rows["images"].append({**rows["images"][0], "id": i, "name": f"im{i}", "file_name": f"{i}.tif"})
    path.write_text(json.dumps(rows), encoding="utf-8")
    with poor_server(path) as client:
        for i in range(1, MORE):
            np.testing.assert_array_equal(client.load_image(i), scene(i))
