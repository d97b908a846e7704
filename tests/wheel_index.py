"""A package index in a folder: empty wheels of all that a lock names, and of a newer release of each."""

from __future__ import annotations

import hashlib
import re
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from zipfile import ZipFile

_PIN = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>\S+)(?P<marker> ; [^\\]+)? \\$", re.MULTILINE)
"""Matches `mypy==2.4.1 \\` and, with a marker, `librt==0.16.0 ; python_version < '3.12' \\`; not `    # via mypy`."""
_NEWER = "9999"


def write_wheel(folder: Path, name: str, version: str, head: str = "") -> Path:
    """An empty package's wheel; `head` are more lines of its metadata."""
    stem = f"{re.sub('[-_.]+', '_', name)}-{version}"
    path = folder / f"{stem}-py3-none-any.whl"
    files = {
        "METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{head}",
        "WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{stem}.dist-info/{file},,\n" for file in (*files, "RECORD"))
    with ZipFile(path, "w") as wheel:
        for file, text in (files | {"RECORD": record}).items():
            wheel.writestr(f"{stem}.dist-info/{file}", text)
    return path


def write_index(folder: Path, lock: str) -> None:
    """Wheels of each release that the lock names and of a newer one, with the dependencies of those installed here."""
    for name, version in {(pin["name"], pin["version"]) for pin in _PIN.finditer(lock)}:
        for release in (version, _NEWER):
            write_wheel(folder, name, release, _dependencies(name))


def relocked(lock: str, index: Path) -> str:
    """The same names, versions and markers as in the lock, with the hashes of the wheels in the index."""

    def pin(found: re.Match[str]) -> str:
        wheel = index / f"{re.sub('[-_.]+', '_', found['name'])}-{found['version']}-py3-none-any.whl"
        digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
        return f"{found['name']}=={found['version']}{found['marker'] or ''} --hash=sha256:{digest}\n"

    return "".join(map(pin, _PIN.finditer(lock)))


def _dependencies(name: str) -> str:
    try:
        known = metadata(name)
    except PackageNotFoundError:  # a package for another system or another Python
        return ""
    fields = ("Requires-Dist", "Provides-Extra")
    return "".join(f"{field}: {value}\n" for field in fields for value in known.get_all(field, ()))
