"""make_app: the web application of raster studio. listen: a port for it. serve: runs it until Ctrl-C."""

import errno
import hmac
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket

from raster.errors import InputError
from raster.studio_app.guard import Guard
from raster.studio_app.session import Session
from raster.studio_app.studio import Studio

PAGE = Path(__file__).parent / "page"
PORT, PORTS = 8765, 100  # the first one that is tried, and how many
PATIENCE_S = 1  # for open connections at the end


def make_app(studio: Studio, host: str = "127.0.0.1") -> Starlette:
    """The page, its files, and a WebSocket for each page that is open, which the token opens."""

    async def page(request: Request) -> FileResponse:
        return FileResponse(PAGE / "index.html")

    async def session(socket: WebSocket) -> None:
        if not hmac.compare_digest(socket.query_params.get("token", "").encode(), studio.token.encode()):
            await socket.close(1008)
            return
        await socket.accept()
        await Session(studio, socket).run()

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        yield
        await studio.close()

    routes = [Route("/", page), WebSocketRoute("/session", session), Mount("/page", StaticFiles(directory=PAGE))]
    return Starlette(routes=routes, middleware=[Middleware(Guard, host=host)], lifespan=lifespan)


def listen(host: str, port: int | None) -> socket.socket:
    """A socket that listens; port None: the first free one from PORT on. InputError for a port in use: it names a free one."""
    if port is not None:
        try:
            return _bound(host, port)
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise InputError(f"host={host}: cannot listen there ({error.strerror or error})") from None
            why = "is in use" if error.errno == errno.EADDRINUSE else "is not allowed"
            with _first_free(host, max(port + 1, 1024)) as free:
                raise InputError(f"port={port}: {why}; port={free.getsockname()[1]} is free") from None
    return _first_free(host, PORT)


def _first_free(host: str, first: int) -> socket.socket:
    for port in range(first, min(first + PORTS, 65536)):
        try:
            return _bound(host, port)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise InputError(f"host={host}: cannot listen there ({error.strerror or error})") from None
    raise InputError(f"port: none from {first} to {first + PORTS - 1} is free; give another")


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
        made.listen(128)
    except BaseException:
        made.close()
        raise
    return made


def serve(studio: Studio, listening: socket.socket, host: str) -> None:
    """Serve pages until Ctrl-C or SIGTERM, which is raised as KeyboardInterrupt when all has ended."""
    config = uvicorn.Config(
        make_app(studio, host), log_level="error", access_log=False, ws_per_message_deflate=False,
        timeout_graceful_shutdown=PATIENCE_S, server_header=False,
    )  # fmt: skip
    uvicorn.Server(config).run(sockets=[listening])
