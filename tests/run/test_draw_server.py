"""Tests of raster.run.draw_server and draw_client: frames are those of a renderer of one's own, whoever ends first."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import Pipe
from typing import Any

import numpy as np
import pytest

from raster.rendering.renderer import Renderer
from raster.run.config import load_config
from raster.run.draw_client import PIECE, DrawClient
from raster.run.draw_server import serve
from raster.run.setup import Setup, build_setup

COUNT = 2 * PIECE + 6  # images of a batch


@pytest.fixture(scope="module")
def setup() -> Setup:
    return build_setup(load_config(["size=32", f"batch={COUNT}", "preset=fast", "randomizers.objects.count=[1,3]"]))


@pytest.fixture(scope="module")
def renderer(setup: Setup) -> Iterator[Renderer]:
    made = setup.renderer()
    yield made
    made.release()


def serve_all(renderer: Renderer, setup: Setup, clients: list[Any]) -> tuple[list[Any], int]:
    """Call each client with a pipe in a thread of its own, and serve them; what they return, and how many died."""
    pipes, died = [Pipe() for _ in clients], list[int]()
    with ThreadPoolExecutor(len(clients)) as threads:
        results = [threads.submit(client, there) for client, (_, there) in zip(clients, pipes, strict=True)]
        serve(renderer, [here for here, _ in pipes], setup.sampler.most_meshes, lambda: died.append(1))
        return [result.result(60) for result in results], len(died)


def test_frames_are_those_of_a_renderer_of_ones_own(setup, renderer):
    """Three clients, more than a client has slots, batches of several sizes."""
    chunks = [[(0, COUNT), (100, 3), (200, PIECE), (300, COUNT)], [(400, 1)], [(500, COUNT), (600, COUNT)]]

    def client(own: list[tuple[int, int]]) -> Any:
        return lambda pipe: list(DrawClient(setup, pipe).stream(setup.sampler(*chunk) for chunk in own))

    found, died = serve_all(renderer, setup, [client(own) for own in chunks])
    assert not died
    assert [len(frames.index) for frames in found[2]] == 2 * [PIECE, PIECE, 6]
    for own, pieces in zip(chunks, found, strict=True):
        expected = [renderer.render(setup.sampler(*chunk)) for chunk in own]
        for name in expected[0].layers:
            one, other = (np.concatenate([frames.layers[name] for frames in some]) for some in (pieces, expected))
            assert one.dtype == other.dtype
            np.testing.assert_array_equal(one, other)
        numbers = [[number for frames in some for number in frames.index] for some in (pieces, expected)]
        records = [[repr(record) for frames in some for record in frames.records] for some in (pieces, expected)]
        assert numbers[0] == numbers[1]
        assert records[0] == records[1]


def test_frames_stay_as_they_are_when_more_are_drawn(setup, renderer):
    def client(pipe: Any) -> Any:
        stream = DrawClient(setup, pipe).stream(setup.sampler(k, 4) for k in range(0, 24, 4))
        first = next(stream)
        kept = first.layers["color"].copy()
        assert len(list(stream)) == 5
        return (first.layers["color"] == kept).all()

    assert serve_all(renderer, setup, [client]) == ([True], 0)


def test_a_client_that_ends_without_a_word_is_told_and_the_others_go_on(setup, renderer):
    def dies(pipe: Any) -> None:
        next(DrawClient(setup, pipe).stream(setup.sampler(k, 4) for k in (0, 4, 8)))
        pipe.close()

    def goes_on(pipe: Any) -> int:
        return len(list(DrawClient(setup, pipe).stream(setup.sampler(k, 2) for k in range(0, 40, 2))))

    assert serve_all(renderer, setup, [dies, goes_on]) == ([None, 20], 1)


def test_a_client_whose_server_fails_ends_without_an_error(setup, renderer, monkeypatch):
    """The error is the server's, which tells it; what is on its way is taken back."""
    here, there = Pipe()
    started = renderer.start

    def fail(tables: Any) -> Any:
        if tables.views.shape == (3,):
            raise RuntimeError("lost")
        return started(tables)

    monkeypatch.setattr(renderer, "start", fail)
    with ThreadPoolExecutor(1) as thread:
        result = thread.submit(lambda: len(list(DrawClient(setup, there).stream(setup.sampler(0, n) for n in (1, 2, 3, 4)))))
        with pytest.raises(RuntimeError, match=r"^lost$"):
            serve(renderer, [here], setup.sampler.most_meshes, lambda: None)
        assert result.result(60) < 3
    monkeypatch.undo()
    assert len(renderer.readbacks.free) == len(renderer.readbacks.all)
    assert renderer.render(setup.sampler(0, 2)).layers["color"].shape == (2, 32, 32, 3)


def test_layouts_stay_together_where_flow_needs_them():
    words = ["size=32", "n=100", "batch=90", "preset=fast", "views_per_layout=5", "layers=[flow]"]
    setup = build_setup(load_config(words))
    renderer = setup.renderer()

    def client(pipe: Any) -> list[int]:
        return [len(frames.index) for frames in DrawClient(setup, pipe).stream([setup.sampler(0, 70)])]

    assert serve_all(renderer, setup, [client]) == ([[30, 30, 10]], 0)
    renderer.release()
