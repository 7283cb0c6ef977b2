# SPDX-License-Identifier: Apache-2.0
"""The package as others install it: from a wheel, from an sdist, with the oldest and the newest protobuf."""

from __future__ import annotations

import ast
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1]
SMOKE = Path(__file__).with_name("smoke.py")
OLDEST = "protobuf==5.26.0"
NEWEST = "protobuf>=5.26"


def pip(*arguments: str, python: str = sys.executable) -> None:
    """Skips the test if there is no index to install from."""
    command = [python, "-m", "pip", "--disable-pip-version-check", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    offline = ("No matching distribution", "NewConnectionError", "Temporary failure in name resolution", "Max retries")
    if done.returncode != 0 and any(sign in done.stderr for sign in offline):
        pytest.skip(f"offline: pip {' '.join(arguments)}: {done.stderr.strip().splitlines()[-1]}")
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    pip("wheel", "-q", "--no-deps", "--wheel-dir", str(out), str(PACKAGE))
    (built,) = out.glob("*.whl")
    return built


def pythons() -> list[str]:
    """This interpreter and, where one is at hand, the oldest that is supported."""
    found = [sys.executable]
    for candidate in ("python3.9", *map(str, Path.home().glob(".pyenv/versions/3.9.*/bin/python"))):
        try:
            subprocess.run([candidate, "-c", "import ensurepip"], check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            continue
        found.append(candidate)
        break
    return found


@pytest.mark.parametrize("protobuf", [OLDEST, NEWEST], ids=["oldest", "newest"])
@pytest.mark.parametrize("python", pythons(), ids=lambda python: Path(python).resolve().name)
def test_one_wheel_works_with_every_protobuf(wheel: Path, tmp_path: Path, python: str, protobuf: str) -> None:
    environment = tmp_path / "venv"
    subprocess.run([python, "-m", "venv", str(environment)], check=True)
    inside = str(environment / "bin" / "python")
    pip("install", "-q", str(wheel), protobuf, python=inside)
    done = subprocess.run([inside, str(SMOKE)], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("ok\n")
    print(done.stdout, end="")


def test_stubs_have_no_version_guards(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as files:
        stubs = {name: files.read(name).decode() for name in files.namelist() if "_pb2" in name}
    protos = {path.stem for path in (PACKAGE.parent / "proto" / "ndstream" / "v1").glob("*.proto")}
    for name in protos:
        assert {f"ndstream/v1/{name}_pb2{kind}" for kind in (".py", ".pyi", "_grpc.py")} <= stubs.keys()
    for name, source in stubs.items():
        assert "runtime_version" not in source, name
        assert "GENERATED_VERSION" not in source, name


def test_a_wheel_can_be_built_from_the_sdist_alone(tmp_path: Path) -> None:
    environment = tmp_path / "venv"
    venv.create(environment, with_pip=True)
    inside = str(environment / "bin" / "python")
    pip("install", "-q", "build", python=inside)
    out = tmp_path / "dist"
    done = subprocess.run(
        [inside, "-m", "build", "--outdir", str(out), str(PACKAGE)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (sdist,), (built,) = out.glob("*.tar.gz"), out.glob("*.whl")
    with tarfile.open(sdist) as files:
        names = files.getnames()
    assert any(name.endswith("/proto/ndstream/v1/stream.proto") for name in names)
    assert not any("_pb2" in name for name in names)
    with zipfile.ZipFile(built) as files:
        assert "ndstream/v1/stream_pb2.py" in files.namelist()
        assert "ndstream/py.typed" in files.namelist()


@pytest.mark.parametrize("source", sorted((PACKAGE / "src").rglob("*.py")), ids=lambda path: path.name)
def test_sources_are_python_3_9(source: Path) -> None:
    ast.parse(source.read_text(encoding="utf-8"), feature_version=(3, 9))
