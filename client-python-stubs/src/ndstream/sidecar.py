# SPDX-License-Identifier: Apache-2.0
"""A server of one's own, for as long as one needs it."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import shutil
import subprocess
import tempfile
import time
import weakref
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Union

from ndstream.client import Client
from ndstream.distribution import launcher
from ndstream.errors import Error

Manifest = Union[str, "os.PathLike[str]"]

_SHARED_MEMORY = "/dev/shm"
_SOCKET_PATH_LIMIT = 100  # the kernel's is 107 bytes
_PREFIX, _LOG = "ndstream-", "server.log"
_HEAD_LINES, _TAIL_LINES = 5, 25
_GRACE_SECONDS = 15.0  # a server drains its streams for 5, then ends; killed, it would leave its shared memory behind
_FAILURE = re.compile(r"^ndstream: ([A-Z_]+): (.*)$", re.M)


def serve(manifest: Manifest | Sequence[Manifest], *, timeout: float = 60.0, **options: object) -> Sidecar:
    """Starts a server on a private Unix socket and waits until it is ready.

    Use it as a context manager, which gives a connected :class:`Client` and ends the server in any case. The server may
    read whatever the caller may. If the caller dies without a chance to clean up, the server ends by itself.

    Args:
        manifest: a kwcoco or MS-COCO file, or several.
        timeout: seconds until it must be ready.
        options: of ``ndstream serve``, with ``_`` for ``-``: ``workers=4``, ``memory_budget="1GiB"``. True is a flag
            without a value, a list is the option several times. Batches come in shared memory where there is /dev/shm,
            unless with ``shared_memory=False``.

    Raises:
        Error: SERVER_NOT_FOUND; or the server's own reason, such as MISSING_MANIFEST; or SERVER_NOT_STARTED. The text
            shows the end of the server's log.
    """
    manifests = [manifest] if isinstance(manifest, (str, os.PathLike)) else list(manifest)
    return Sidecar([os.fspath(m) for m in manifests], timeout, options)


class Sidecar:
    """A server that lives as long as this object.

    Attributes:
        address: where it listens.
        client: connected to it.
        process: the server's.
        log: the server's output.
    """

    def __init__(self, manifests: Sequence[str], timeout: float, options: dict[str, object]) -> None:
        program = launcher()
        directory = _private_directory()
        lock = _lock(directory, fcntl.LOCK_EX)
        self.address = f"unix:{directory}/socket"
        self.log = directory / _LOG
        command = [
            str(program),
            "serve",
            *manifests,
            "--listen",
            self.address,
            "--allow-path",
            "/",
            "--exit-with-stdin",
        ]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [*command, *_flags({**_presets(), **options})],
                stdin=subprocess.PIPE,  # the server ends when this pipe breaks
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is the caller's; the server must outlive the caller's cleaning up
            )
        self.client = Client(self.address)
        self._finalizer = weakref.finalize(self, _end, os.getpid(), self.process, self.client, directory, lock)
        try:
            self._wait_until_ready(len(manifests), timeout)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Client:
        return self.client

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends the server. May be called twice."""
        self._finalizer()

    def log_tail(self) -> str:
        """What the server wrote: of a long log the first lines and the last."""
        try:
            lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return ""
        if len(lines) > _HEAD_LINES + _TAIL_LINES:
            lines = [*lines[:_HEAD_LINES], "...", *lines[-_TAIL_LINES:]]
        return "\n".join(lines)

    def _wait_until_ready(self, datasets: int, timeout: float) -> None:
        """Ready means: it lists the data sets."""
        deadline = time.monotonic() + timeout
        while True:
            if self.process.poll() is not None:
                raise self._failure(f"the server ended with status {self.process.returncode}")
            with contextlib.suppress(Error):
                if len(self.client.datasets()) >= datasets:
                    return
            if time.monotonic() > deadline:
                raise self._failure(f"the server was not ready within {timeout:g} s")
            time.sleep(0.05)

    def _failure(self, what: str) -> Error:
        tail = self.log_tail()
        known = _FAILURE.search(tail)
        reason = known.group(1) if known else "SERVER_NOT_STARTED"
        words = f"it wrote:\n{tail}" if tail else f"it wrote nothing, which a full disk explains: {self.log}"
        return Error(reason, f"{what}; {words}", code="UNAVAILABLE")


def _presets() -> dict[str, object]:
    return {"shared_memory": _SHARED_MEMORY} if os.access(_SHARED_MEMORY, os.W_OK) else {}


def _flags(options: dict[str, object]) -> Iterator[str]:
    for name, value in options.items():
        flag = "--" + name.replace("_", "-")
        for one in value if isinstance(value, (list, tuple)) else [value]:
            if one is True:
                yield flag
            elif one is not None and one is not False:
                yield from (flag, str(one))


def _private_directory() -> Path:
    longest = _SOCKET_PATH_LIMIT - len(f"/{_PREFIX}12345678/socket")
    parent = tempfile.gettempdir() if len(tempfile.gettempdir()) <= longest else "/tmp"
    _sweep(Path(parent))
    return Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent))


def _lock(directory: Path, how: int) -> int:
    """Held while the owner lives. By it the next sidecar sees which directories have lost theirs."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, how)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _sweep(parent: Path) -> None:
    """Removes the directories of sidecars whose owner was killed: their servers end, but know nothing of their logs."""
    for directory in parent.glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):  # somebody else's, or alive
            lock = _lock(directory, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # The log is made under the lock, so a directory without one is just being made, or no sidecar's.
            if (directory / _LOG).exists() and directory.stat().st_uid == os.geteuid():
                shutil.rmtree(directory, ignore_errors=True)
            os.close(lock)


def _end(owner: int, process: subprocess.Popen[bytes], client: Client, directory: Path, lock: int) -> None:
    if os.getpid() != owner:
        return  # a forked child must not end its parent's server
    client.close()
    process.terminate()
    assert process.stdin is not None
    with contextlib.suppress(OSError):
        process.stdin.close()
    try:
        process.wait(_GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    shutil.rmtree(directory, ignore_errors=True)
    os.close(lock)
