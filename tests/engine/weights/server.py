"""A web server on this machine that fails in the ways that a test needs."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Gives the next of the server's `answers`; the last one is used again and again."""

    protocol_version = "HTTP/1.1"
    server: Server

    def do_GET(self) -> None:
        self.server.requests.append(dict(self.headers.items()) | {"path": self.path})
        answers = self.server.answers
        (answers.pop(0) if len(answers) > 1 else answers[0])(self)

    def log_message(self, *_: object) -> None:
        """Print nothing."""

    def respond(self, code: int, **headers: object) -> None:
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()

    def hang_up(self) -> None:
        self.close_connection = True
        self.wfile.flush()
        self.connection.shutdown(socket.SHUT_RDWR)


class Server(ThreadingHTTPServer):
    """A server on a free port; `requests` holds the headers of every request."""

    daemon_threads = True

    def __init__(self, *answers: Answer) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers, self.requests = list(answers), []
        self.silent, self.over = threading.Event(), threading.Event()  # it sends nothing more; the test ends

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


@contextmanager
def serving(*answers: Answer) -> Iterator[Server]:
    server = Server(*answers)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        server.server_close()
        thread.join()


def whole(content: bytes, etag: str = '"one"', *, ranges: bool = True, **headers: object) -> Answer:
    """Answer as a good server does, with the rest of the file where a range is requested."""

    def answer(handler: Handler) -> None:
        span = re.fullmatch(r"bytes=(\d+)-", handler.headers.get("Range", ""))
        fresh = handler.headers.get("If-Range", etag) == etag
        if span and ranges and fresh:
            start = int(span[1])
            if start >= len(content):
                handler.respond(416, Content_Range=f"bytes */{len(content)}", Content_Length=0)
                return
            span_text = f"bytes {start}-{len(content) - 1}/{len(content)}"
            handler.respond(206, Content_Range=span_text, Content_Length=len(content) - start, ETag=etag, **headers)
            handler.wfile.write(content[start:])
            return
        handler.respond(200, Content_Length=len(content), ETag=etag, **headers)
        handler.wfile.write(content)

    return answer


def _begin(handler: Handler, content: bytes, etag: str) -> int:
    """Send the headers as if the whole range would follow; gives the range's start."""
    span = re.fullmatch(r"bytes=(\d+)-", handler.headers.get("Range", ""))
    start = int(span[1]) if span else 0
    extra = {"Content_Range": f"bytes {start}-{len(content) - 1}/{len(content)}"} if span else {}
    handler.respond(206 if span else 200, Content_Length=len(content) - start, ETag=etag, **extra)
    return start


def dropped(content: bytes, after: int, etag: str = '"one"') -> Answer:
    """Close the connection after `after` bytes of the requested range."""

    def answer(handler: Handler) -> None:
        start = _begin(handler, content, etag)
        handler.wfile.write(content[start : start + after])
        handler.hang_up()

    return answer


def stalled(content: bytes, after: int) -> Answer:
    """Send nothing more after `after` bytes, until the test is over."""

    def answer(handler: Handler) -> None:
        start = _begin(handler, content, '"one"')
        handler.wfile.write(content[start : start + after])
        handler.wfile.flush()
        handler.server.silent.set()
        handler.server.over.wait(30)
        handler.close_connection = True

    return answer


def respond_with(code: int, body: bytes = b"", **headers: object) -> Answer:
    """Answer with this status, body and headers."""

    def answer(handler: Handler) -> None:
        handler.respond(code, **({"Content_Length": len(body)} | headers))
        handler.wfile.write(body)
        handler.close_connection = True

    return answer
