"""Pool: processes that draw shards, as draw_shards() uses them. Event: what one of them has to tell."""

from dataclasses import dataclass
from typing import Protocol

from raster.scaling.shard_job import Drawn, Opened


@dataclass(frozen=True)
class Lost:
    """A process has ended by itself."""

    why: str
    machine: bool = False  # its machine is gone too, or taken away: nothing is wrong with what it drew


@dataclass(frozen=True)
class Event:
    """What happened to a process: it has opened, it has drawn, or it is lost."""

    process: int
    told: Opened | Drawn | Lost


class Pool(Protocol):
    """Processes that draw. Each has a number, which is never used again, and draws one shard at a time."""

    def grow(self, wanted: int) -> int:
        """Start processes until there are `wanted` of them, or no room; return how many there are. May be called often.

        Each then tells Opened, or is lost.
        """

    def give(self, process: int, shard: int) -> None:
        """Let a process draw a shard that has told Opened, or Drawn of the one before."""

    def drop(self, process: int) -> None:
        """End a process."""

    def wait(self, seconds: float) -> list[Event]:
        """What has happened; waits up to so many seconds until something has."""

    def close(self) -> None:
        """End all processes. A second call does nothing."""
