# SPDX-License-Identifier: Apache-2.0
"""What goes wrong, and what must be left when clients go away. Against a real server."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from oracle import dataset, real

import ndstream
from ndstream.distribution import launcher
from ndstream.errors import translated
from ndstream.sidecar import Sidecar

PLAN = {"batch_size": 8, "window_dims": (64, 64), "neg_to_pos_ratio": 1.0, "target": {"channels": "red|green|blue"}}


def eventually(holds: Callable[[], bool], seconds: float = 60.0) -> bool:
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def nothing_is_held(client: ndstream.Client) -> bool:
    now = client.statistics()
    return now.open_streams == 0 and now.budget_used_bytes == 0


# ------------------------------------------------------------------ errors


@pytest.mark.parametrize(
    ("reason", "options"),
    [
        ("BAD_ARGUMENT", {"batch_size": 0}),
        ("BAD_WINDOW", {"window_dims": (0, 64)}),
        ("BAD_CHANNELS", {"target": {"channels": "infrared"}}),
        ("OVER_BUDGET", {"batch_size": 700, "window_dims": (400, 400), "target": {"dtype": "float64"}}),
        ("UNKNOWN_DATASET", {"dataset": "nowhere"}),
    ],
)
def test_a_bad_plan_is_refused_and_nothing_is_kept(trees: ndstream.Client, reason: str, options: Any) -> None:
    with pytest.raises(ndstream.Error) as refused:
        next(trees.batches(**{**PLAN, **options}))
    assert refused.value.reason == reason, refused.value
    assert eventually(lambda: nothing_is_held(trees))


def test_a_server_of_another_version_says_so(images: ndstream.Client) -> None:
    call = images.channel.unary_stream("/ndstream.v1.StreamService/StreamDreams")
    with pytest.raises(ndstream.Error) as refused, translated():
        next(call(b"whatever a later client sends"))
    assert (refused.value.reason, refused.value.code) == ("UNKNOWN_METHOD", "UNIMPLEMENTED")
    facts = refused.value.metadata
    assert facts["method"] == "ndstream.v1.StreamService/StreamDreams"
    assert facts["server_version"] == facts["client_version"] == version("ndstream")


def test_all_bad_fields_are_named_at_once(trees: ndstream.Client) -> None:
    with pytest.raises(ndstream.Error) as refused:
        trees.batches(batch_size=0, window_dims=(-1, 5), neg_to_pos_ratio=-2.0)
    fields = " ".join(v.field for v in refused.value.violations)
    assert all(name in fields for name in ("batch_size", "window_dims", "neg_to_pos_ratio")), refused.value


def test_errors_name_the_thing(trees: ndstream.Client) -> None:
    with pytest.raises(ndstream.Error) as refused:
        trees.load_sample({"gid": 999})
    assert (refused.value.reason, refused.value.code) == ("UNKNOWN_IMAGE", "NOT_FOUND")
    assert [v.field for v in refused.value.violations] == ["target.image_id"]
    assert "999" in str(refused.value)


def test_a_bad_resume_token(trees: ndstream.Client) -> None:
    with pytest.raises(ndstream.Error) as refused:
        trees.batches(**PLAN, resume="abc")
    assert refused.value.reason == "BAD_RESUME_TOKEN"


@pytest.mark.parametrize(("image_id", "reason"), [(2, "MISSING_FILE"), (3, "UNREADABLE_FILE"), (4, "NO_DATA")])
def test_broken_files_leave_the_server_alive(servers: Any, image_id: int, reason: str) -> None:
    client = servers(dataset("broken"))
    with pytest.raises(ndstream.Error) as refused:
        client.load_sample({"gids": [image_id]})
    assert refused.value.reason == reason
    assert client.server_info().version


def test_a_missing_manifest_is_named(tmp_path: Path) -> None:
    with pytest.raises(ndstream.Error) as refused:
        ndstream.serve(tmp_path / "nothing.json")
    assert refused.value.reason == "MISSING_MANIFEST"
    assert "nothing.json" in str(refused.value)


def test_an_unknown_option_shows_the_servers_words() -> None:
    with pytest.raises(ndstream.Error) as refused:
        ndstream.serve(dataset("shapes8"), no_such_option=3)
    assert refused.value.reason == "SERVER_NOT_STARTED"
    assert "--no-such-option" in str(refused.value)


def test_a_server_without_a_word(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "bin" / "ndstream"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("NDSTREAM_HOME", str(tmp_path))
    with pytest.raises(ndstream.Error) as failed:
        ndstream.serve("any.json")
    assert failed.value.reason == "SERVER_NOT_STARTED"
    assert "ended with status 1; it wrote nothing" in str(failed.value)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("-Xmx1k", "Too small maximum heap"),
        ("-XX:ReservedCodeCacheSize=1000g", "Invalid ReservedCodeCacheSize"),
        ("-XX:+Nonsense", "Unrecognized VM option"),
    ],
)
def test_a_jvm_that_cannot_start_says_why(monkeypatch: pytest.MonkeyPatch, options: str, words: str) -> None:
    monkeypatch.setenv("NDSTREAM_JAVA_OPTS", options)
    ended = subprocess.run([str(launcher()), "serve"], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert words in ended.stderr


@pytest.mark.parametrize("variable", ["NDSTREAM_JAVA_OPTS", "JAVA_TOOL_OPTIONS"])
def test_another_garbage_collector(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv(variable, "-XX:+UseSerialGC")
    subprocess.run([str(launcher()), "--version"], capture_output=True, check=True)


def test_nobody_listens() -> None:
    with pytest.raises(ndstream.Error) as refused:
        ndstream.connect("127.0.0.1:1", wait=0.5)
    assert refused.value.reason == "SERVER_UNREACHABLE"


def test_no_distribution(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NDSTREAM_HOME", str(tmp_path))
    with pytest.raises(ndstream.Error) as refused:
        ndstream.serve(dataset("shapes8"))
    assert refused.value.reason == "SERVER_NOT_FOUND"


# ------------------------------------------------------------------ two servers on one directory


def pixels(client: ndstream.Client) -> list[bytes]:
    return [batch.pixels.tobytes() for batch in client.batches(**PLAN)]


@pytest.mark.parametrize("cache", ["npy", "cog", "raw"])
def test_two_servers_fill_one_cache_at_once(trees: ndstream.Client, tmp_path: Path, cache: str) -> None:
    expected = pixels(trees)
    options: dict[str, object] = {"workdir": tmp_path, "cache": cache}
    with (
        ndstream.serve(real("neon_trees"), **options) as one,
        ndstream.serve(real("neon_trees"), **options) as other,
        ThreadPoolExecutor() as pool,
    ):
        assert list(pool.map(pixels, [one, other])) == [expected, expected]
        kept = [path for path in (tmp_path / "frames").rglob("*") if path.is_file()]
        assert kept
        assert not [path for path in kept if "tmp" in path.relative_to(tmp_path).parts], "unfinished files"


# ------------------------------------------------------------------ what is left


def test_leaving_a_stream_early_frees_it(trees: ndstream.Client) -> None:
    for _ in range(10):
        with trees.batches(**PLAN) as stream:
            next(stream)
    for batch in trees.batches(**PLAN):  # dropped without close
        assert batch.index == 0
        break
    assert eventually(lambda: nothing_is_held(trees)), trees.statistics()


CLIENT = """
    import sys, ndstream
    stream = ndstream.connect(sys.argv[1]).batches(
        batch_size=8, window_dims=(64, 64), neg_to_pos_ratio=1.0, target={"channels": "red|green|blue"})
    next(stream)
    print("streaming", flush=True)
    for batch in stream:
        pass
    import time; time.sleep(60)
"""


def test_a_hundred_killed_clients_leave_nothing(tmp_path: Path) -> None:
    with ndstream.serve(real("neon_trees"), shared_memory=tmp_path) as client:
        before = _threads_and_sockets(client)
        for _ in range(10):
            clients = [_client_process(client.address) for _ in range(10)]
            for process in clients:
                assert process.stdout is not None
                assert process.stdout.readline() == b"streaming\n"
                process.send_signal(signal.SIGKILL)
            for process in clients:
                process.wait()
        assert eventually(lambda: nothing_is_held(client)), client.statistics()
        assert eventually(lambda: [file.name for file in tmp_path.glob("*/*")] == ["lock"]), "segments of shared memory"
        # A handful is the pools growing to their size; a hundred would be a leak.
        assert eventually(lambda: _threads_and_sockets(client) <= before + 15)
        assert next(client.batches(**PLAN)).index == 0


def _client_process(address: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", textwrap.dedent(CLIENT), address], stdout=subprocess.PIPE)


def _threads_and_sockets(client: ndstream.Client) -> int:
    (pid,) = _servers_of(client.address)
    count = len(list(Path(f"/proc/{pid}/task").iterdir()))
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # closed meanwhile
            count += str(descriptor.readlink()).startswith("socket:")
    return count


def _servers_of(address: str) -> list[int]:
    """Processes with this address on their command line, but not those that are Python."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if address.encode() in words and b"serve" in words and b"python" not in words[0]:
            found.append(int(process.name))
    return found


# ------------------------------------------------------------------ sidecars end

OWNER = """
    import signal, sys, time, ndstream
    signal.signal(signal.SIGINT, signal.default_int_handler)  # which Python leaves out in a job of the background
    with ndstream.serve(sys.argv[1]) as client:
        print(client.address, flush=True)
        stream = client.batches(batch_size=1, window_dims=(8, 8))
        next(stream)
        time.sleep(60)
"""


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda s: s.name)
def test_a_sidecar_ends_with_its_owner(how: signal.Signals) -> None:
    owner = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(OWNER), str(dataset("shapes8"))],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert owner.stdout is not None
    address = owner.stdout.readline().decode().strip()
    assert address.startswith("unix:"), "the owner did not start a server"
    assert _servers_of(address)
    owner.send_signal(how)
    owner.wait(60)
    assert eventually(lambda: not _servers_of(address)), "the server outlives its owner"
    directory = Path(address[len("unix:") :]).parent
    if how == signal.SIGINT:
        assert not directory.exists()
    with ndstream.serve(dataset("shapes8")):
        assert not directory.exists(), "what a killed owner left goes when the next sidecar starts"


def test_a_sidecar_ends_with_its_block() -> None:
    with pytest.raises(RuntimeError, match="of the caller"), ndstream.serve(dataset("shapes8")) as client:
        address = client.address
        raise RuntimeError("of the caller")
    assert not _servers_of(address)
    assert not Path(address[len("unix:") :]).parent.exists()


def test_a_dropped_sidecar_ends() -> None:
    sidecar: Sidecar | None = ndstream.serve(dataset("shapes8"))
    assert sidecar is not None
    process = sidecar.process
    sidecar = None
    assert process.poll() is not None


def test_the_log_of_a_dead_server_is_shown() -> None:
    sidecar = ndstream.serve(dataset("shapes8"))
    with sidecar as client:
        sidecar.process.kill()
        sidecar.process.wait()
        with pytest.raises(ndstream.Error) as failed:
            client.server_info()
        assert failed.value.code == "UNAVAILABLE"
