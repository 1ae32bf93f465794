"""Tests on a Ray cluster of three nodes on this machine: raster scale, while a node is killed; raster.ray_data."""

import json
import logging
import signal
from collections.abc import Iterator
from threading import Thread

import numpy as np
import pytest
from drawn_sets import manifest
from programs import complaint, generate_here, run_here, wait_until

import raster
from raster import InputError

ray = pytest.importorskip("ray", reason="the extra scale is not installed")
from ray.cluster_utils import Cluster  # noqa: E402

pytestmark = pytest.mark.slow
WORDS = ("preset=fast", "n=120", "size=32", "shard=4", "valid=0.25")
NODE = {"num_cpus": 1, "include_dashboard": False, "object_store_memory": 80 << 20}


@pytest.fixture(scope="module", autouse=True)
def _usual_sigterm() -> Iterator[None]:
    """Ray handles SIGTERM in its own way, for ever, from where a cluster is made: other tests here do not expect that."""
    handler = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, handler)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        made = Cluster(initialize_head=True, head_node_args=NODE)
        try:
            for _ in range(2):
                made.add_node(**NODE)
            yield made
        finally:
            ray.shutdown()
            made.shutdown()


def test_a_node_is_killed_and_nothing_is_lost(cluster, tmp_path):
    generate_here(tmp_path, *WORDS, "writers=[webdataset]", "workers=1", "out=plain")
    out, gone = tmp_path / "set", sorted(cluster.worker_nodes, key=id)[0]

    def kill_a_node() -> None:
        wait_until(lambda: len(list(out.glob("shards/*.json"))) > 3, "shards")
        gone.kill_raylet()  # its actors end with it

    killer = Thread(target=kill_a_node)
    killer.start()
    words = ("engine=ray", f"address={cluster.address}", "out=set", "--json")
    said = json.loads(run_here(tmp_path, "raster.scale", *WORDS, *words))
    killer.join()
    cluster.remove_node(gone)
    assert (said["digest"], said["drawn"]) == (manifest(tmp_path / "plain")["digest"], 120)
    assert 1 <= len(said["machines"]) <= 3
    assert all((out / path.name).read_bytes() == path.read_bytes() for path in (tmp_path / "plain").glob("*.tar"))
    assert not list(out.glob(".parts/*"))


def test_bad_input_is_told_in_a_line(cluster, tmp_path):
    for words, said in (
        (("cpus=9",), "error: no machine of this Ray cluster has 9 CPU cores for a process; change cpus= or gpus="),
        (
            ("gpus=0.5",),
            "error: no machine of this Ray cluster has 1 CPU core and 0.5 GPU for a process; change cpus= or gpus=",
        ),
        (("gl.device=99",), "cannot draw: gl.device=99: EGL lists "),
        (("address=127.0.0.1:1",), "error: address=127.0.0.1:1: there is no Ray cluster"),
    ):
        given = ("engine=ray", f"address={cluster.address}", "out=set", *words)
        assert said in complaint(run_here(tmp_path, "raster.scale", *WORDS, *given, code=2))
    assert not list(tmp_path.glob("set/*"))


def test_ray_data_draws_the_images(cluster):
    pytest.importorskip("pyarrow")
    from raster import ray_data

    ray.init(address=cluster.address, log_to_driver=False, logging_level=logging.ERROR)
    try:
        ray.data.DataContext.get_current().enable_progress_bars = False
        overrides = ["preset=fast", "size=32"]
        drawn = ray_data.images([*overrides, "batch=4"], n=10, first=3, records=True)
        assert drawn.count() == 10
        batches = list(drawn.iter_batches(batch_size=4))
    finally:
        ray.shutdown()
    (frames,) = raster.render(n=13, overrides=overrides)
    assert sorted(np.concatenate([batch["index"] for batch in batches]).tolist()) == list(range(3, 13))
    for batch in batches:
        assert batch.keys() == {"index", "record", *frames.layers}
        assert [json.loads(text)["index"] for text in batch["record"]] == batch["index"].tolist()
        for name, layer in frames.layers.items():
            np.testing.assert_array_equal(batch[name], layer[batch["index"]])
            assert batch[name].dtype == layer.dtype
    for wrong in ({"n": 0}, {"n": None}, {"first": -1}, {"num_cpus": -1}, {"num_gpus": "all"}, {"concurrency": 0}):
        with pytest.raises(InputError, match=rf"^{next(iter(wrong))}=.*: expected a "):
            ray_data.images(**wrong)
    for word, said in (("size=huge", "size"), ("n=5", "n=5: is no override here, but an argument beside them")):
        with pytest.raises(InputError, match=said):
            ray_data.images([word])
