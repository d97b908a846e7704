"""The floor, `python -m tests.bench.load.floor`: a bare Flask handler with the same durable writes on stock waitress.

Each POST writes the sample's bytes to a file of the caller's own as often as `--writes` says: a temporary file,
fsync, rename, fsync of the folder, as a save of the tiny store has to.
"""

from __future__ import annotations

import argparse
import os
import zlib
from pathlib import Path

from flask import Flask, Response, current_app, jsonify, request
from waitress import serve

from grader.operation.serve import CONNECTIONS, listen

THREADS = 12
app = Flask("floor")


@app.get("/api/health")
def health() -> Response:
    """For whoever waits until it answers."""
    return jsonify(status="ok")


@app.post("/<path:_path>")
def answer(_path: str) -> Response:
    """The answer of a beat, once everything is durable."""
    request.get_json(silent=True)
    number = zlib.crc32(request.cookies["xuefa"].encode())
    folder: Path = current_app.config["FOLDER"]
    for turn in range(current_app.config["WRITES"]):
        write(folder / f"{number % 256:02x}" / f"{number:08x}-{turn}.json", current_app.config["SAMPLE"])
    return jsonify(page=1, counted=30, lesson_seconds=60, lesson_length=2700, reason="", message="", next=30)


def write(path: Path, data: bytes) -> None:
    """Replace the file; on return that is durable."""
    temporary = path.with_suffix(".tmp")
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.load.floor", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True, help="where the files are written")
    parser.add_argument("--sample", type=Path, required=True, help="a file whose bytes are written each time")
    parser.add_argument("--writes", type=int, default=1, help="durable writes for each request")
    asked = parser.parse_args()
    for shard in range(256):
        (asked.folder / f"{shard:02x}").mkdir(parents=True, exist_ok=True)
    app.config.update(FOLDER=asked.folder, SAMPLE=asked.sample.read_bytes(), WRITES=asked.writes)
    listener = listen("127.0.0.1", asked.port)
    serve(app, sockets=[listener], threads=THREADS, connection_limit=CONNECTIONS, asyncore_use_poll=True)


if __name__ == "__main__":
    main()
