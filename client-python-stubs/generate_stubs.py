# SPDX-License-Identifier: Apache-2.0
"""Build hook: generates the Python stubs of the API from its .proto files.

The files come from ``../proto`` in a checkout and from ``proto/`` in an sdist (where this hook put them). What protoc
writes for Python only ever uses the descriptor pool and the message builder, which are alike in every protobuf runtime
from 5.26 on; but it also writes guards which refuse every runtime older than itself. They are taken out here, so that
one built wheel works with all of them.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

import grpc_tools
from google.rpc import status_pb2
from grpc_tools import protoc
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class GenerateStubs(BuildHookInterface[Any]):
    """Runs before hatchling collects the files of a wheel, an sdist or an editable install."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        protos = next((p for p in (root / "proto", root.parent / "proto") if (p / "ndstream").is_dir()), None)
        if protos is None:
            raise FileNotFoundError(f"no .proto files: neither {root / 'proto'} nor {root.parent / 'proto'} holds them")
        if self.target_name == "sdist":
            build_data["force_include"][str(protos / "ndstream")] = "proto/ndstream"
        else:
            generate(protos, root / "src")


def generate(protos: Path, out: Path) -> None:
    """Writes ``ndstream/v1/*_pb2.py``, ``*_pb2.pyi`` and ``*_pb2_grpc.py`` under ``out``."""
    package = out / "ndstream" / "v1"
    for stale in package.glob("*_pb2*"):
        stale.unlink()
    files = sorted(str(p.relative_to(protos)) for p in (protos / "ndstream" / "v1").glob("*.proto"))
    with tempfile.TemporaryDirectory() as extra:
        # grpcio-tools ships google/protobuf/*.proto, googleapis-common-protos the .proto beside each module: under its
        # own name, but for this one.
        common = Path(status_pb2.__file__).parents[2]
        renamed = Path(extra, "google", "longrunning", "operations.proto")
        renamed.parent.mkdir(parents=True)
        shutil.copy(common / "google" / "longrunning" / "operations_proto.proto", renamed)
        includes = [protos, Path(grpc_tools.__file__).parent / "_proto", common, extra]
        arguments = ["protoc", *(f"-I{p}" for p in includes)]
        arguments += [f"--python_out={out}", f"--pyi_out={out}", f"--grpc_python_out={out}", *files]
        if protoc.main(arguments) != 0:
            raise RuntimeError("protoc failed; its message is above")
    for stub in package.glob("*_pb2*.py"):
        stub.write_text(without_guards(stub.read_text(encoding="utf-8")), encoding="utf-8")


def without_guards(source: str) -> str:
    """The stub without its checks of the version of the protobuf runtime and of grpcio."""
    source = re.sub(r"^from google\.protobuf import runtime_version as .*\n", "", source, flags=re.M)
    source = re.sub(r"^_runtime_version\.ValidateProtobufRuntimeVersion\(.*?^\)\n", "", source, flags=re.M | re.S)
    source = re.sub(r"^GRPC_GENERATED_VERSION = .*?^    \)\n", "", source, flags=re.M | re.S)
    source = re.sub(r"^import warnings\n", "", source, flags=re.M)
    if "runtime_version" in source or "GENERATED_VERSION" in source:
        raise RuntimeError("this grpcio-tools writes version guards of an unknown form; without_guards must learn it")
    return source
