# SPDX-License-Identifier: Apache-2.0
"""Channels to a server, with the options a data loader needs."""

from __future__ import annotations

from collections.abc import Mapping

import grpc

from ndstream.errors import Error
from ndstream.tls import Tls

Option = tuple[str, object]

# A batch is megabytes, where gRPC allows 4 MiB unless told otherwise. Pings every minute find a dead peer;
# a server may call more frequent ones rude and close the connection.
PRESETS: Mapping[str, object] = {
    "grpc.max_receive_message_length": -1,
    "grpc.max_send_message_length": -1,
    "grpc.keepalive_time_ms": 60_000,
    "grpc.keepalive_timeout_ms": 20_000,
    # A server that is started, or started again, is found soon: gRPC would try after a second first, then less and less
    # often, at last every two minutes.
    "grpc.initial_reconnect_backoff_ms": 100,
    "grpc.max_reconnect_backoff_ms": 1_000,
    # Sidecars come and go on the same address; a pooled connection would outlive them.
    "grpc.use_local_subchannel_pool": 1,
}


def target(address: str) -> str:
    """gRPC's name of ``unix:/path``, ``tcp:host:port`` or ``host:port``."""
    if address.startswith("unix:"):
        path = address[len("unix:") :]
        if not path.startswith("/"):
            raise Error("BAD_ARGUMENT", "the path of a socket is absolute", metadata={"address": address})
        return address
    host, colon, port = address[len("tcp:") if address.startswith("tcp:") else 0 :].rpartition(":")
    if not (colon and host and port.isdigit()):
        raise Error("BAD_ARGUMENT", "expected unix:/path, tcp:host:port or host:port", metadata={"address": address})
    return f"dns:///{host}:{port}"


def open_channel(address: str, options: Mapping[str, object] | None = None, tls: Tls | None = None) -> grpc.Channel:
    """A channel that connects on first use. ``options`` are gRPC's own and win over the presets.

    ``tls`` is for TCP: who may use a Unix socket is said by its directory.
    """
    merged = {**PRESETS, **(options or {})}
    if address.startswith("unix:"):
        # Otherwise the :authority is the percent-encoded path, which some servers refuse.
        merged.setdefault("grpc.default_authority", "localhost")
    if tls is not None and not address.startswith("unix:"):
        return grpc.secure_channel(target(address), tls.credentials(), options=list(merged.items()))
    return grpc.insecure_channel(target(address), options=list(merged.items()))
