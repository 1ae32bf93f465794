"""raster.torch: tensors are the images of raster.render, in any number of processes and ranks; resumed; bad input."""

import sys

import numpy as np
import pytest

torch = pytest.importorskip("torch")
from torch.utils.data import DataLoader  # noqa: E402

import raster  # noqa: E402
from raster import InputError  # noqa: E402
from raster.torch import Images, frames  # noqa: E402

pytestmark = pytest.mark.slow
OPTIONS = ["preset=fast", "size=32", "batch=4", "layers=[instance_id,depth]"]
LAYERS = {"color", "class_id", "instance_id", "depth"}
N = 18  # not a multiple of what is drawn at once


@pytest.fixture(scope="module")
def drawn() -> raster.Frames:
    """Images 0 to N + 3, at once."""
    (found,) = raster.render(n=N + 4, overrides=[*OPTIONS[:2], "batch=64", *OPTIONS[3:]])
    assert found.layers.keys() >= LAYERS
    return found


def same(batch: dict, drawn: raster.Frames) -> list[int]:
    """The numbers of the images of a batch, after its tensors were compared with what raster.render gives."""
    index = batch["index"].tolist()
    assert batch.keys() - {"index", "records"} == drawn.layers.keys()
    for name, layer in drawn.layers.items():
        np.testing.assert_array_equal(batch[name].numpy(), layer[index])
        assert batch[name].numpy().dtype == layer.dtype
    return index


@pytest.mark.parametrize("workers", [0, 2])
def test_frames_are_the_images_in_order(drawn, workers):
    batches = list(frames(OPTIONS, N, first=2, workers=workers, records=True))
    assert [number for batch in batches for number in same(batch, drawn)] == list(range(2, 2 + N))
    assert [len(batch["index"]) for batch in batches] == [4, 4, 4, 4, 2]
    assert [record["index"] for batch in batches for record in batch["records"]] == list(range(2, 2 + N))
    assert all(batch["color"].is_shared() for batch in batches) == (workers > 0)


def test_frames_without_end(drawn):
    made = frames(OPTIONS, workers=2)
    assert [number for _ in range(4) for number in same(next(made), drawn)] == list(range(16))


@pytest.mark.parametrize("workers", [0, 2])
def test_a_data_loader_batches_and_shuffles_nothing_twice(drawn, workers):
    context = {"multiprocessing_context": "spawn"} if workers else {}
    loader = DataLoader(Images(OPTIONS, N), batch_size=3, num_workers=workers, **context)
    for _ in range(2):  # each epoch has all of them
        numbers = [number for batch in loader for number in same(batch, drawn)]
        assert sorted(numbers) == list(range(N))
    assert workers or numbers == list(range(N))


def test_ranks_share_the_images(drawn):
    parts = [[number for batch in Images(OPTIONS, N, batches=True, rank=k, ranks=3) for number in same(batch, drawn)]
             for k in range(3)]  # fmt: skip
    assert parts == [[0, 1, 2, 3, 12, 13, 14, 15], [4, 5, 6, 7, 16, 17], [8, 9, 10, 11]]


@pytest.mark.parametrize(("batches", "stop"), [(True, 2), (False, 0), (False, 4), (False, 6), (False, 18)])
def test_what_was_yielded_is_left_out_after_a_state_is_loaded(batches, stop):
    images = Images(OPTIONS, N, batches=batches)
    every = [np.ravel(made["index"]).tolist() for made in images]
    images = Images(OPTIONS, N, batches=batches)
    begun = iter(images)
    for _ in range(stop):
        next(begun)
    state = images.state_dict()
    assert state == {"done": stop}
    other = Images(OPTIONS, N, batches=batches)
    other.load_state_dict(state)
    assert other.state_dict() == state  # also before the next image, and
    begun = iter(other)
    assert other.state_dict() == state  # when iteration has begun
    other.load_state_dict(state)
    assert [np.ravel(made["index"]).tolist() for made in other] == every[stop:]
    assert [np.ravel(made["index"]).tolist() for made in other] == every  # the next iteration begins anew


@pytest.mark.parametrize("state", [{}, {"done": -1}, {"done": 1.5}, {"done": "2"}, {"done": True}, None])
def test_what_is_no_state_is_told(state):
    with pytest.raises(InputError, match=r"^done=.*: expected a whole number, 0 or more"):
        Images(OPTIONS, N).load_state_dict(state)


def test_records_and_classes():
    images = Images(OPTIONS, 1, records=True)
    (one,) = images
    assert images.classes[0] == "background"
    assert (one["index"], one["record"]["index"], tuple(one["color"].shape)) == (0, 0, (32, 32, 3))


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"overrides": ["size=huge"]}, "size"), ({"n": -1}, "n=-1: expected a whole number, 0 or more"),
        ({"first": 1.5}, "first=1.5: expected a whole number, 0 or more"),
        ({"n": True}, "n=True: expected a whole number, 0 or more"),
        ({"overrides": ["n=5"]}, "n=5: is no override here, but an argument beside them: n=5"),
        ({"overrides": ["first=5"]}, "first=5: is no override here, but an argument beside them: first=5"),
        ({"rank": 2, "ranks": 2}, "rank=2: there are 2 ranks, and they count from 0"),
    ],
)  # fmt: skip
def test_bad_input_is_told_at_the_call(given, told):
    with pytest.raises(InputError, match=told):
        Images(**given)
    if "rank" not in given:
        with pytest.raises(InputError, match=told):
            frames(**given)


@pytest.mark.parametrize("given", [{"workers": -1}, {"workers": 1.5}, {"ahead": 0}])
def test_numbers_of_processes_are_told_at_the_call(given):
    ((name, value),) = given.items()
    with pytest.raises(InputError, match=f"^{name}={value}: expected a whole number, "):
        frames(OPTIONS, 4, **given)


def test_without_torch_the_error_names_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    monkeypatch.delitem(sys.modules, "raster.torch")
    with pytest.raises(ImportError, match=r"raster\.torch needs torch: pip install torch, or the extra train"):
        import raster.torch  # noqa: F401
