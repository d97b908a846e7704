"""A connection of the HTTP server: waitress' channel, which takes no bodies in chunks and refuses in Chinese."""

from __future__ import annotations

from typing import Any

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, TransferEncodingNotImplemented
from waitress.task import ErrorTask

from grader.web.problems import http_sentence

_LINE_TOO_LONG, _ADDRESS_TOO_LONG = 431, 414


class _Parser(HTTPRequestParser):
    """Takes bodies whose length stands in the head only.

    To take chunks apart costs a hundred times as much, their first lines have no bound, and no browser sends any: a
    proxy makes plain bodies of them.
    """

    def parse_header(self, header_plus: bytes) -> None:
        super().parse_header(header_plus)
        if self.chunked:
            raise TransferEncodingNotImplemented("bodies in chunks are not taken")

    def received(self, data: bytes) -> int:
        """As waitress', which would wait for a body after every expectation, though none is to come."""
        taken: int = super().received(data)
        if self.completed:
            self.expect_continue = False
        return taken


class _Refusal(ErrorTask):
    """The answer to what never reaches the application."""

    def execute(self) -> None:
        """Say it in a sentence, then hang up."""
        request: Any = self.request  # its type does not tell of its error
        error = request.error
        body = http_sentence(_ADDRESS_TOO_LONG if error.code == _LINE_TOO_LONG else error.code).encode()
        self.status = f"{error.code} {error.reason}"
        self.response_headers = [("Content-Type", "text/plain; charset=utf-8")]
        self.content_length = len(body)
        self.set_close_on_finish()
        self.write(body)


class Channel(HTTPChannel):
    """One connection."""

    parser_class = _Parser
    error_task_class = _Refusal
