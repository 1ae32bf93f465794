"""Data sets with flow: resumed, completed, checked, exported, read by torchvision, and handed to a writer of the user's own."""

import io
import json
import shutil
import tarfile
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from PIL import Image
from programs import begin_held, complaint, data, generate_here, run_here, wait_for

import raster
from raster.dataset.flow_files import VISIBLE
from raster.dataset.verify import verify
from raster.errors import InputError

pytestmark = pytest.mark.slow
FLOW = "layers=[instance_id,flow,flow_backward]"
VIEWS = ("preset=fast", "size=48", "views_per_layout=3", "hold_appearance=true", "workers=1", "out=set")
SMALL = ("n=20", *VIEWS)  # the last layout lacks a view
FOLDERS = ("flow", "flow_masks", "flow_backward", "flow_backward_masks")


@pytest.fixture(scope="module")
def drawn(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("flow")
    generate_here(folder, *SMALL, FLOW)
    return folder / "set"


@pytest.fixture(scope="module")
def whole(drawn) -> dict[str, bytes]:
    return data(drawn)


def flo(path: Path) -> np.ndarray:
    """Flow (H, W, 2) of a .flo, by its description."""
    held = path.read_bytes()
    width, height = np.frombuffer(held, "<i4", 2, 4)
    assert held[:4] == b"PIEH"
    return np.frombuffer(held, "<f4", offset=12).reshape(height, width, 2)


def test_files_hold_what_frames_hold(drawn):
    batches = list(raster.render(n=20, overrides=[*VIEWS[:4], FLOW]))
    layers = {name: np.concatenate([frames.layers[name] for frames in batches]) for name in FOLDERS}
    for k, name in ((k, name) for k in range(20) for name in ("flow", "flow_backward")):
        masks = np.asarray(Image.open(drawn / f"{name}_masks/{k:06d}.png"))
        assert (masks == layers[f"{name}_masks"][k]).all()
        found, valid = flo(drawn / f"{name}/{k:06d}.flo"), masks % 2 == 1
        assert (found[valid] == layers[name][k][valid]).all()
        assert (found[~valid] > 1e9).all()
    assert layers["flow_masks"][19].any()  # to the view 20, which is not in the set
    assert verify(drawn)["images"] == 20
    assert json.loads((drawn / "manifest.json").read_text())["layers"] == {
        "instance_id": {"folder": "instances", "format": "png16"},
        "flow": {"folder": "flow", "format": "flo"},
        "flow_masks": {"folder": "flow_masks", "format": "grey8", "of": "flow"},
        "flow_backward": {"folder": "flow_backward", "format": "flo"},
        "flow_backward_masks": {"folder": "flow_backward_masks", "format": "grey8", "of": "flow_backward"},
    }


@pytest.mark.parametrize("words", [("batch=4",), ("batch=1",), ("workers=2", "batch=6")])
def test_batches_and_workers_change_nothing(tmp_path, whole, words):
    generate_here(tmp_path, *SMALL, FLOW, *words)
    assert data(tmp_path / "set") == whole


def test_killed_and_resumed(tmp_path, whole):
    run = begin_held(tmp_path, *SMALL, FLOW, "batch=3", hold=13)
    wait_for(run, tmp_path / "set", 7)
    run.kill()
    run.communicate()
    assert "complete" not in generate_here(tmp_path, *SMALL, FLOW)
    assert data(tmp_path / "set") == whole
    assert verify(tmp_path / "set")["images"] == 20


def test_lost_files_are_drawn_again_and_the_set_grows(tmp_path, whole):
    generate_here(tmp_path, *VIEWS, "n=14", FLOW)
    out = tmp_path / "set"
    for name in ("flow/000001.flo", "flow_backward_masks/000004.png", "images/000008.png"):
        (out / name).unlink()
    generate_here(tmp_path, *VIEWS, "n=14", FLOW)
    assert verify(out)["images"] == 14
    generate_here(tmp_path, *SMALL, FLOW)
    assert data(out) == whole


def test_flow_is_added_to_a_finished_set(tmp_path):
    generate_here(tmp_path, *SMALL)
    out = tmp_path / "set"
    said = generate_here(tmp_path, "out=set", "layers=[flow]")
    assert "added: flow to 20 images in " in said
    assert verify(out)["images"] == 20
    generate_here(tmp_path, "out=set", "layers=[flow_backward]")
    assert verify(out)["images"] == 20
    (tmp_path / "again").mkdir()
    generate_here(tmp_path / "again", *SMALL, FLOW, "detail=outlines")
    assert data(tmp_path / "again/set") == data(out)
    assert "complete" in generate_here(tmp_path, *SMALL)


def test_flow_has_one_format_in_a_set(drawn, tmp_path):
    generate_here(tmp_path, *SMALL, "layers=[flow]")
    said = complaint(generate_here(tmp_path, "out=set", "layers=[flow_backward]", "writers.layers.flow=kitti", code=2))
    assert "the layer flow is {'folder': 'flow', 'format': 'flo'} there and would be " in said


def test_flow_between_other_views_is_found(drawn, tmp_path):
    """Files of the right form, listed with their hashes, that belong to another image."""
    out = tmp_path / "set"
    shutil.copytree(drawn, out)
    lines = [json.loads(line) for line in (out / "scenes.jsonl").read_text().splitlines()]
    for folder, suffix in (("flow", "flo"), ("flow_masks", "png")):
        shutil.copy(out / f"{folder}/000003.{suffix}", out / f"{folder}/000000.{suffix}")
        lines[0]["files"][f"{folder}/000000.{suffix}"] = lines[3]["files"][f"{folder}/000003.{suffix}"]
    (out / "scenes.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    with pytest.raises(InputError, match=r"flow.*/000000\.(flo|png): (leads|is not 0|has) "):
        verify(out)


def test_kitti_and_webdataset(drawn, tmp_path):
    generate_here(tmp_path, *SMALL, FLOW, "writers.layers.flow=kitti")
    assert verify(tmp_path / "set")["images"] == 20
    shutil.copytree(drawn, tmp_path / "flo")
    held = {}
    for name in ("set", "flo"):
        run_here(tmp_path, "raster.export", name, "format=webdataset", f"to={name}-tars")
        run_here(tmp_path, "raster.validate", f"{name}-tars")
        with tarfile.open(tmp_path / f"{name}-tars/train-000000.tar") as shard:
            held[name] = {member.name: shard.extractfile(member).read() for member in shard}
    for key in (member[:6] for member in held["flo"] if member.endswith(".json")):
        numbers = np.load(io.BytesIO(held["set"][f"{key}.flow.npy"]))
        flow = np.load(io.BytesIO(held["flo"][f"{key}.flow.npy"]))
        masks = np.asarray(Image.open(io.BytesIO(held["flo"][f"{key}.flow_masks.png"])))
        assert (flow == flo(drawn / f"flow/{key}.flo")).all()
        known = numbers[..., 2] == 1
        assert (known == (masks % 2 == 1) & (np.abs(flow) < 512).all(axis=2)).all()
        assert np.abs((numbers[..., :2].astype(float) - 32768) / 64 - flow)[known].max(initial=0) <= 1 / 128
        assert json.loads(held["set"][f"{key}.json"])["too_far"]["flow"] == ((masks % 2 == 1) & ~known).sum()


@pytest.fixture
def torchvision() -> ModuleType:
    """Its data sets, where torch and torchvision are of different builds too."""
    pytest.importorskip("torch")
    raster.require_fastai()
    import torchvision.datasets

    return torchvision.datasets


def test_torchvision_reads_it_as_sintel(drawn, tmp_path, torchvision):
    for k in (0, 1, 2):
        for folder, source in (("clean", f"images/{k:06d}.png"), ("flow", f"flow/{k:06d}.flo")):
            place = tmp_path / f"Sintel/training/{folder}/cubes"
            place.mkdir(parents=True, exist_ok=True)
            if (folder, k) != ("flow", 2):  # there is one less
                shutil.copy(drawn / source, place / f"frame_{k:04d}{Path(source).suffix}")
    found = torchvision.Sintel(str(tmp_path), split="train", pass_name="clean")
    assert len(found) == 2
    for k, (one, other, flow) in enumerate(found):
        assert (np.asarray(one) == np.asarray(Image.open(drawn / f"images/{k:06d}.png"))).all()
        assert (np.asarray(other) == np.asarray(Image.open(drawn / f"images/{k + 1:06d}.png"))).all()
        assert (np.moveaxis(flow, 0, 2) == flo(drawn / f"flow/{k:06d}.flo")).all()


WRITER = '''"""Speed: how far visible points move, in px."""

import numpy as np

from raster import write_file


class Speed:
    needs = ("flow", "flow_masks")

    def __init__(self, out, threads):
        self.out = out

    def write(self, frames):
        flow, masks = frames.layers["flow"], frames.layers["flow_masks"]
        far = np.where((masks & VISIBLE) > 0, np.linalg.norm(flow, axis=3), 0).max(axis=(1, 2))
        return [write_file(self.out, f"speed/{i:06d}.txt", repr(float(x)).encode()) for i, x in zip(frames.index, far)]

    def close(self):
        pass
'''


def test_a_writer_of_one_s_own_gets_flow(tmp_path, drawn):
    (tmp_path / "mine/writers").mkdir(parents=True)
    (tmp_path / "mine/writers/speed.yaml").write_text("speed: {_target_: my_speed.Speed}\n")
    (tmp_path / "mine/my_speed.py").write_text(WRITER.replace("VISIBLE", str(VISIBLE)))
    words = ("--config-dir=mine", *SMALL, "writers=[camvid,speed]")
    said = complaint(generate_here(tmp_path, *words, code=2))
    assert said.endswith("writers.speed: needs layer flow, which no pass draws; name flow among layers, as in layers=[flow]")
    assert not (tmp_path / "set").exists()
    generate_here(tmp_path, *words, "layers=[flow]")
    found = [float((tmp_path / f"set/speed/{k:06d}.txt").read_text()) for k in range(20)]
    for k, far in enumerate(found):
        visible = (np.asarray(Image.open(drawn / f"flow_masks/{k:06d}.png")) & VISIBLE) > 0
        assert far == pytest.approx(np.linalg.norm(flo(drawn / f"flow/{k:06d}.flo")[visible], axis=1).max(initial=0), rel=1e-6)
    assert max(found) > 1
    assert verify(tmp_path / "set")["images"] == 20


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("n=4", "layers=[flow]"), "layers[0]=flow: goes from one view of a layout to another; say views_per_layout=2 or more"),
        (
            ("n=4", "layers=[flow]", "views_per_layout=2", "writers.layers.flow=exr"),
            "writers.layers.flow=exr: expected flo or kitti",
        ),
        (("n=4", "layers=[flow]", "views_per_layout=2", "~passes.geometry"), "layers[0]=flow: needs layer depth"),
    ],
)
def test_flow_that_cannot_be_is_refused_before_the_first_image(tmp_path, words, said):
    assert said in complaint(generate_here(tmp_path, "preset=fast", "out=set", *words, code=2))
    assert not (tmp_path / "set").exists()
