"""Tests of layouts that several images show, in whole runs of raster.generate: the same files however it is run."""

from collections import Counter
from pathlib import Path

import orjson
import pytest
from programs import begin, data, generate, generate_here, wait_for

from raster.dataset.label_values import LabelValues
from raster.dataset.verify import verify
from raster.dataset.verify_image import check_image
from raster.errors import InputError

OVERRIDES = ("size=48", "out=set", "preset=fast", "views_per_layout=3", "randomizers.placement.floor=1", "n=40")
OVERRIDES += ("randomizers.placement.arrangements={grid: 0, stacks: 1, physics: 3}", "randomizers.placement.settle_s=1.5")


@pytest.mark.slow
def test_the_program_makes_the_same_files_however_it_is_run(tmp_path, monkeypatch):
    """By one worker; by two with a cache of their own; killed, and resumed with what cache there is."""
    pytest.importorskip("mujoco", reason="the extra physics is not installed")
    found = []
    for name, run in (("one", ("workers=1", "batch=16")), ("two", ("workers=2", "batch=5"))):
        (tmp_path / name).mkdir()
        monkeypatch.setenv("RASTER_CACHE", str(tmp_path / name / "cache"))
        (generate_here if name == "one" else generate)(tmp_path / name, *OVERRIDES, *run)
        found.append(data(tmp_path / name / "set"))
        assert verify(tmp_path / name / "set")["images"] == 40
    assert found[0] == found[1]
    (tmp_path / "killed").mkdir()
    monkeypatch.setenv("RASTER_CACHE", str(tmp_path / "killed" / "cache"))
    process = begin(tmp_path / "killed", *OVERRIDES, "workers=1", "batch=4")
    wait_for(process, tmp_path / "killed" / "set", 6)
    process.kill()
    process.communicate()
    generate(tmp_path / "killed", *OVERRIDES, "workers=2", "batch=5")
    assert data(tmp_path / "killed" / "set") == found[0]
    _hold_to_records(tmp_path / "one" / "set")


def _hold_to_records(out: Path) -> None:
    """Views agree, the manifest counts what the lines say, and a damaged layout is found."""
    lines = (out / "scenes.jsonl").read_bytes().splitlines(keepends=True)
    records = [orjson.loads(line) for line in lines]
    layouts = {r["layout"]["number"]: r["layout"] for r in records}
    manifest = orjson.loads((out / "manifest.json").read_bytes())
    kinds = Counter(layout["arrangement"] for layout in layouts.values())
    assert kinds["physics"] > 3
    assert manifest["counts"]["layouts"] == {
        "number": 14, "redrawn": sum(v["redrawn"] for v in layouts.values()),
        "unsettled": sum(not v["settled"] for v in layouts.values()),
    }  # fmt: skip
    assert manifest["configuration"]["physics"].startswith("MuJoCo 4")
    for one, other in ((0, 2), (3, 4)):
        poses = [[o["world_from_object"] for o in records[k]["objects"] if o["slot"] == "objects"] for k in (one, other)]
        assert poses[0] == poses[1]
    records[7]["layout"]["settled"] = "yes"
    with pytest.raises(InputError, match="layout is"):
        check_image(out, 7, orjson.dumps(records[7]) + b"\n", LabelValues(tuple(manifest["classes"])))
