"""The yardstick of the service, `python -m tests.bench.bare --port N`: Flask and waitress, set up alike."""

from __future__ import annotations

import argparse

from flask import Flask, Response, jsonify, request

from grader.serve import listen, make_server

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
    make_server(app, listen("127.0.0.1", parser.parse_args().port)).run()


if __name__ == "__main__":
    main()
