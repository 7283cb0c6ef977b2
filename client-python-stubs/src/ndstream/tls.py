# SPDX-License-Identifier: Apache-2.0
"""Encrypted connections."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Union

import grpc

from ndstream.errors import Error

File = Union[str, "os.PathLike[str]"]


@dataclass(frozen=True)
class Tls:
    """PEM files for a connection by TLS. They are read when a connection is made.

    Attributes:
        authorities: certificates of those who sign the server's. None: those that gRPC knows.
        certificate, key: the client's own, for a server that asks for them (``--tls-clients``).
    """

    authorities: File | None = None
    certificate: File | None = None
    key: File | None = None

    def credentials(self) -> grpc.ChannelCredentials:
        """gRPC's form of them.

        Raises:
            Error: BAD_ARGUMENT if a file cannot be read.
        """
        return grpc.ssl_channel_credentials(_text(self.authorities), _text(self.key), _text(self.certificate))


def _text(file: File | None) -> bytes | None:
    if file is None:
        return None
    try:
        return Path(file).read_bytes()
    except OSError as e:
        raise Error("BAD_ARGUMENT", f"a file for TLS cannot be read: {e}", metadata={"file": str(file)}) from None
