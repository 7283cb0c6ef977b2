# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from oracle import real
from stitching import bundle, served

import ndstream


class Servers:
    """Sidecars by manifest, started when first asked for and shared by all tests."""

    def __init__(self) -> None:
        self._running: dict[Path, ndstream.Sidecar] = {}

    def __call__(self, manifest: Path) -> ndstream.Client:
        if manifest not in self._running:
            self._running[manifest] = ndstream.serve(manifest)
        return self._running[manifest].client

    def close(self) -> None:
        for sidecar in self._running.values():
            sidecar.close()


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    running = Servers()
    yield running
    running.close()


@pytest.fixture
def trees(servers: Servers) -> ndstream.Client:
    return servers(real("neon_trees"))


@pytest.fixture
def series(servers: Servers) -> ndstream.Client:
    return servers(real("s2_series"))


@pytest.fixture(scope="session")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return bundle(tmp_path_factory.mktemp("images"))


@pytest.fixture(scope="session")
def images(manifest: Path) -> Iterator[ndstream.Client]:
    with served(manifest) as client:
        yield client


@pytest.fixture(scope="session")
def video(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ndstream.Client]:
    with served(bundle(tmp_path_factory.mktemp("video"), videos=True)) as client:
        yield client
