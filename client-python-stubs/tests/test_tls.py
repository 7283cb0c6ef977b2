# SPDX-License-Identifier: Apache-2.0
"""Encrypted TCP, with and without certificates of clients. Against a real server."""

from __future__ import annotations

import pickle
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from test_server import eventually

import ndstream
from ndstream.distribution import launcher

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificates")


def signed_by_itself(directory: Path, name: str) -> tuple[Path, Path]:
    """A certificate and its key."""
    certificate, key = directory / f"{name}.pem", directory / f"{name}.key"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    names = ["-subj", f"/CN={name}", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    files = ["-keyout", str(key), "-out", str(certificate), "-days", "2"]
    subprocess.run([*command, *names, *files], check=True, capture_output=True)
    return certificate, key


def tcp_address(server: ndstream.Sidecar) -> str:
    """The address in the line that says the server is ready, which may come after it answers on its Unix socket."""
    assert eventually(lambda: "tcp:" in server.log.read_text()), server.log.read_text()
    (address,) = re.findall(r"tcp:\S+", server.log.read_text())
    return str(address)


def unreachable(address: str, tls: ndstream.Tls | None = None) -> bool:
    with pytest.raises(ndstream.Error) as refused:
        ndstream.connect(address, wait=1, tls=tls).close()
    return refused.value.reason == "SERVER_UNREACHABLE"


def test_only_clients_that_trust_the_server_and_are_trusted_are_served(tmp_path: Path) -> None:
    server_certificate, server_key = signed_by_itself(tmp_path, "server")
    certificate, key = signed_by_itself(tmp_path, "client")
    stranger, stranger_key = signed_by_itself(tmp_path, "stranger")
    server = ndstream.serve(
        "toy:shapes2",
        listen="tcp:127.0.0.1:0",
        tls_certificate=server_certificate,
        tls_key=server_key,
        tls_clients=certificate,
    )
    with server as owner:
        address = tcp_address(server)
        tls = ndstream.Tls(server_certificate, certificate, key)
        with ndstream.connect(address, tls=pickle.loads(pickle.dumps(tls))) as client:
            assert client.datasets() == owner.datasets(), "the owner's own Unix socket is not encrypted"
        with ndstream.CocoSampler(address, tls=tls) as sampler:
            assert sampler.regions.n_positives > 0
        assert unreachable(address)
        assert unreachable(address, ndstream.Tls(certificate, certificate, key)), "a server it does not trust"
        assert unreachable(address, ndstream.Tls(server_certificate)), "no certificate"
        assert unreachable(address, ndstream.Tls(server_certificate, stranger, stranger_key))


def test_without_authorities_of_clients_anyone_is_served(tmp_path: Path) -> None:
    certificate, key = signed_by_itself(tmp_path, "server")
    server = ndstream.serve("toy:shapes2", listen="tcp:127.0.0.1:0", tls_certificate=certificate, tls_key=key)
    with server, ndstream.connect(tcp_address(server), tls=ndstream.Tls(certificate)) as client:
        assert len(list(client.batches(batch_size=4, window_dims=(32, 32)))) > 0


def test_the_command_takes_the_same_files(tmp_path: Path) -> None:
    certificate, key = signed_by_itself(tmp_path, "server")
    own, own_key = signed_by_itself(tmp_path, "client")
    listening = {"listen": "tcp:127.0.0.1:0", "tls_certificate": certificate, "tls_key": key, "tls_clients": own}
    server = ndstream.serve("toy:shapes2", workdir=tmp_path / "work", **listening)
    with server as client:
        address = tcp_address(server)
        with client.stitch("salient", run="told"):
            trusted = ["--tls-authorities", str(certificate)]
            told = status(address, *trusted, "--tls-certificate", str(own), "--tls-key", str(own_key))
            assert "told" in told.stdout, told.stderr
            for files in ([], trusted, ["--tls-authorities", str(own)]):
                assert f"no server answers at {address}" in status(address, *files).stderr
    assert "both or neither" in status(address, *trusted, "--tls-key", str(own_key)).stderr


def status(address: str, *files: str) -> subprocess.CompletedProcess[str]:
    command = [str(launcher()), "stitch", "status", "--server", address, *files]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_files_that_will_not_do_are_named(tmp_path: Path) -> None:
    certificate, key = signed_by_itself(tmp_path, "server")
    with pytest.raises(ndstream.Error, match="expected: both of them") as alone:
        ndstream.serve("toy:shapes2", tls_certificate=certificate)
    assert alone.value.reason == "BAD_ARGUMENT"
    with pytest.raises(ndstream.Error, match=str(certificate)) as swapped:
        ndstream.serve("toy:shapes2", listen="tcp:127.0.0.1:0", tls_certificate=key, tls_key=certificate)
    assert swapped.value.reason == "BAD_ARGUMENT"
    with pytest.raises(ndstream.Error, match=r"nowhere\.pem"):
        ndstream.connect("localhost:1", tls=ndstream.Tls(tmp_path / "nowhere.pem"))
