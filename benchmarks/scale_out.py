"""Machines that come, go and fail: python -m benchmarks.scale_out draws a set with Ray, and holds it against a plain one.

A Ray cluster of three nodes on this machine draws into an S3 server on this machine. While it does, a node is killed, a node
joins, the main program is killed and started again, and another node is killed. Then every shard is read with the webdataset
library, and the digest is compared with that of one process of raster.generate. Ends with 1 if a shard is lost or differs.
"""

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks import machine
from raster.shards.shard_record import FOLDER
from raster.system.stores import open_store

ROOT = Path(__file__).resolve().parent.parent
BUCKET, SET = "raster", "s3://raster/set"
NODE = {"num_cpus": 1, "include_dashboard": False, "object_store_memory": 80 << 20}
HANG_S = 3600


def main() -> None:
    """Run the program with the options of the command line."""
    options = parse()
    with machine.scratch(options.scratch or tempfile.gettempdir()) as folder:
        known = machine.facts(folder)
        words = [f"n={options.n}", f"shard={options.shard}", f"size={options.size}", f"preset={options.preset}", "valid=0.2"]
        with s3_server(folder):
            run = on_ray(folder, words, options.n // options.shard)
            run |= read_all(folder, options.n)
            held = json.loads(open_store(SET).read("manifest.json") or b"{}")
        began = time.perf_counter()
        run_program("raster.generate", *words, "writers=[webdataset]", "workers=1", f"out={folder / 'plain'}")
        plain = json.loads((folder / "plain" / "manifest.json").read_bytes())
        run |= {"plain_s": time.perf_counter() - began, "digest": held["digest"], "plain_digest": plain["digest"]}
    known["renderer"] = {"name": held["renderers"][0]}
    print(f"digest {run['digest'][:16]}, of a plain run {run['plain_digest'][:16]}")
    name = f"scale-out-{machine.slug(known['renderer']['name'], known)}.json"
    result = {"benchmark": "scale out", "machine": known, "options": vars(options) | {"out": None}, "runs": [run]}
    machine.save(options.out or machine.RESULTS / name, result)
    if run["digest"] != run["plain_digest"] or run["images_read"] != options.n:
        sys.exit("NOT the same set")


def parse() -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale_out", description=__doc__.splitlines()[0])
    parser.add_argument("--n", type=int, default=20_000, help="images of the set (default %(default)s)")
    parser.add_argument("--shard", type=int, default=250, help="images to a shard (default %(default)s)")
    parser.add_argument("--size", type=int, default=32, help="their size in px (default %(default)s)")
    parser.add_argument("--preset", default="fast", help="preset (default %(default)s)")
    parser.add_argument("--out", type=Path, help="the JSON file (default: benchmarks/results/, named by the machine)")
    parser.add_argument("--scratch", help="folder for the plain set and logs (default: where temporary files go)")
    return parser.parse_args()


@contextmanager
def s3_server(folder: Path) -> Iterator[None]:
    """Run moto's S3 server as a process of its own, with an empty bucket, and point this process at it."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    os.environ |= {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}", "AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none",
                   "AWS_DEFAULT_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true"}  # fmt: skip
    with open(folder / "s3.log", "wb") as log:
        words = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
        server = subprocess.Popen(words, stdout=log, stderr=log)
    try:
        wait_until(lambda: answers(port), "the S3 server", server)
        import s3fs

        s3fs.S3FileSystem().mkdir(BUCKET)
        yield
    finally:
        server.kill()
        server.wait()


def answers(port: int) -> bool:
    """Whether somebody listens there."""
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0


def on_ray(folder: Path, words: list[str], shards: int) -> dict[str, Any]:
    """Draw the set while nodes come and go; return the seconds, and what was there when something happened."""
    from ray.cluster_utils import Cluster

    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    cluster = Cluster(initialize_head=True, head_node_args=NODE)
    began, events = time.perf_counter(), list[dict[str, Any]]()

    def after(count: int, what: str) -> None:
        wait_until(lambda: len(open_store(SET).listing(FOLDER)) >= count, f"{count} shards", driver)
        events.append({"what": what, "shards": len(open_store(SET).listing(FOLDER)), "s": time.perf_counter() - began})
        print(f"{events[-1]['s']:7.1f} s  {events[-1]['shards']:4} shards: {what}", flush=True)

    def start() -> subprocess.Popen:
        given = ["-m", "raster.scale", *words, f"out={SET}", "engine=ray", f"address={cluster.address}", "--json"]
        with open(folder / "report.json", "wb") as report, open(folder / "driver.log", "ab") as log:
            return subprocess.Popen([sys.executable, *given], cwd=ROOT, stdout=report, stderr=log)

    try:
        nodes = [cluster.add_node(**NODE) for _ in range(2)]
        driver = start()
        after(shards // 8, "a node is killed")
        cluster.remove_node(nodes.pop(), allow_graceful=False)
        after(shards // 4, "a node joins")
        nodes.append(cluster.add_node(**NODE))
        after(shards * 3 // 8, "the main program is killed, and started again")
        driver.kill()
        driver.wait()
        driver = start()
        after(shards * 5 // 8, "another node is killed")
        cluster.remove_node(nodes.pop(0), allow_graceful=False)
        if driver.wait(HANG_S):
            raise RuntimeError((folder / "driver.log").read_text()[-2000:])
    finally:
        cluster.shutdown()
    report = json.loads((folder / "report.json").read_bytes())
    kept = {key: report[key] for key in ("drawn", "failures", "workers")}
    news = [line for line in (folder / "driver.log").read_text().splitlines() if " lost " in line or " failed" in line]
    print(*news, sep="\n")
    return {"seconds": time.perf_counter() - began, "events": events, "last_run": kept, "news": news}


def read_all(folder: Path, n: int) -> dict[str, Any]:
    """Read every shard with the webdataset library; how many files and images there are, each image once."""
    import webdataset

    store, found, files = open_store(SET), set[int](), 0
    for name in sorted(store.listing()):
        if name.endswith(".tar"):
            files += 1
            with store.fetched(name) as path:
                for sample in webdataset.WebDataset(str(path), shardshuffle=False).decode("rgb8"):
                    found.add(sample["json"]["index"])
                    if sample["image.png"].shape[2] != 3 or sample["label.png"].shape[:2] != sample["image.png"].shape[:2]:
                        raise RuntimeError(f"{name}: image {sample['__key__']} is not whole")
    print(f"webdataset reads {files} files with {len(found)} of {n} images")
    return {"files_read": files, "images_read": len(found)}


def run_program(*words: str) -> None:
    """Run a program to its end."""
    subprocess.run([sys.executable, "-m", *words], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def wait_until(holds: Any, what: str, process: subprocess.Popen) -> None:
    """Wait until something holds. RuntimeError if the process ends before."""
    end = time.monotonic() + HANG_S
    while not holds():
        if process.poll() is not None or time.monotonic() > end:
            raise RuntimeError(f"{what}: not there when the program ended with {process.poll()}")
        time.sleep(0.05)


if __name__ == "__main__":
    main()
