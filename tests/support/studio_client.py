"""client, open_session: a page of raster studio without a browser, on a server in this process. NoProcess draws nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from starlette.testclient import TestClient

from raster.studio_app.message import packed, unpacked
from raster.studio_app.server import make_app
from raster.studio_app.studio import Studio

HOST = "127.0.0.1:8765"


@dataclass
class NoProcess:
    """Stands for a drawing process: keeps the wishes, and says what a test lets it say."""

    listener: Callable[[bytes | None], None] | None = None
    wishes: list[dict[str, Any]] = field(default_factory=list)
    closed: bool = False
    pid: int = 1
    on_wish: Callable[["NoProcess", dict[str, Any]], None] = lambda process, wish: None

    def send(self, wish: dict[str, Any]) -> None:
        """Take a wish, and answer greetings as the real one does."""
        self.wishes.append(wish)
        self.on_wish(self, wish)

    def say(self, header: dict[str, Any], body: bytes = b"") -> None:
        """Let the page hear something."""
        if self.listener is not None:
            self.listener(packed(header, body))

    def end(self) -> None:
        """End as a process that crashed."""
        if self.listener is not None:
            self.listener(None)

    def ending(self) -> str:
        """How it ended."""
        return "was ended by SIGSEGV"

    def close(self) -> None:
        """Note it."""
        self.closed = True


@dataclass
class Opened:
    """A page: what it hears, and its socket."""

    socket: Any

    def wish(self, **wish: Any) -> None:
        """Tell the server something."""
        self.socket.send_json(wish)

    def hear(self, event: str) -> dict[str, Any]:
        """The next message of this kind; others are passed over."""
        while True:
            header, body = unpacked(self.socket.receive_bytes())
            if header["event"] == event:
                return {**header, "body": body}


@contextmanager
def client(studio: Studio) -> Iterator[TestClient]:
    """Requests to a server of pages in this process."""
    with TestClient(make_app(studio), base_url=f"http://{HOST}") as made:
        yield made


@contextmanager
def open_session(made: TestClient, studio: Studio) -> Iterator[Opened]:
    """A page that was opened by the address of the program."""
    with made.websocket_connect(f"/session?token={studio.token}", headers={"host": HOST, "origin": f"http://{HOST}"}) as socket:
        yield Opened(socket)
