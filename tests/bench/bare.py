"""The yardstick of the service, `python -m tests.bench.bare --port N`: Flask on plain waitress with as many threads."""

from __future__ import annotations

import argparse

from flask import Flask, Response, jsonify, request
from waitress import serve

from grader.operation.serve import CONNECTIONS, THREADS, listen

app = Flask("bare")


@app.route("/api/health")
@app.post("/api/beat")
def answer() -> Response:
    """What a beat's answer looks like, without any work; a body is read, as it must be."""
    request.get_data()
    return jsonify(page=1, counted=30, lesson_seconds=60, lesson_length=2700, reason="", message="", next=30)


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.bare", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    listener = listen("127.0.0.1", parser.parse_args().port)
    serve(app, sockets=[listener], threads=THREADS, connection_limit=CONNECTIONS, asyncore_use_poll=True)


if __name__ == "__main__":
    main()
