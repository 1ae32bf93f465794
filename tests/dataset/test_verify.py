"""Tests of raster.validate, dataset.verify_image and dataset.read_png: each damage is found and its file named."""

import hashlib
import json
import shutil
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from fakes import build, part, stamps
from PIL import Image

from raster.dataset.encode_png import encode_grey, encode_rgb
from raster.dataset.verify import verify
from raster.errors import InputError
from raster.geometry.deformations import Deformations
from raster.validate import main


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    out = tmp_path_factory.mktemp("whole") / "set"
    build(out)
    return out


@pytest.fixture
def out(tmp_path, whole):
    """A copy of a valid data set of six images, to be damaged."""
    return Path(shutil.copytree(whole, tmp_path / "set"))


def records(out: Path) -> list[dict]:
    return [json.loads(line) for line in (out / "scenes.jsonl").read_text().splitlines()]


def forge(out: Path, index: int, change=lambda record: None, image: bytes = b"", label: bytes = b"") -> None:
    """Change a record in place and replace its files, hashes and all: what a faulty generator would have written."""
    lines = records(out)
    change(lines[index])
    for key, data in (("image", image), ("label", label)):
        if data:
            (out / lines[index][key]).write_bytes(data)
            lines[index][f"{key}_sha256"] = hashlib.sha256(data).hexdigest()
    (out / "scenes.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))


def describe(out: Path, **changes: object) -> None:
    """Change keys of the manifest."""
    held = json.loads((out / "manifest.json").read_text())
    (out / "manifest.json").write_text(json.dumps(held | changes))


def pixels(out: Path, folder: str, index: int) -> np.ndarray:
    return np.array(Image.open(out / folder / f"{index:06d}.png"))


def visible(record: dict) -> dict:
    """The first labelled object that can be seen."""
    return next(entry for entry in record["objects"] if entry["class_id"] and entry["bbox"])


def test_a_sound_set_passes_and_is_left_alone(whole, capsys, monkeypatch):
    before = stamps(whole)
    found = verify(whole)
    held = json.loads((whole / "manifest.json").read_text())
    assert (found["images"], found["train"], found["valid"], found["objects"]) == (6, 4, 2, 30)
    assert found["digest"] == held["digest"]
    monkeypatch.setattr(sys, "argv", ["validate", str(whole)])
    main()
    printed = capsys.readouterr().out
    assert printed.startswith(f"valid: 6 images (4 train, 2 valid), 30 objects, digest {held['digest']}, ")
    assert stamps(whole) == before


def strip(record: dict) -> None:
    for entry in record["objects"]:
        del entry["visible_px"], entry["bbox"]


def set_morph(**changes: object):
    morph = {**dict.fromkeys(field.name for field in fields(Deformations)), "bend": 0.5, "fit": 0.9}
    morph = {name: [0, 0, 0] if name == "seed" else value or 0 for name, value in morph.items()}
    return lambda record: visible(record).update(morph={**morph, **changes})


@pytest.mark.parametrize("change", [strip, set_morph()], ids=["without boxes", "with a morph"])
def test_what_need_not_be_there_may_be_missing_and_the_other_way_round(change, out):
    for index in range(6):
        forge(out, index, change)
    with pytest.raises(InputError, match=r"manifest\.json: digest is") as caught:  # nothing else is wrong
        verify(out)
    describe(out, digest=str(caught.value).split()[-1])
    assert verify(out)["objects"] == 30


def bad_label(out: Path, value: int) -> bytes:
    label = pixels(out, "labels", 2)
    label[0, 0] = value
    return encode_grey(label)


def set_camera(**changes: object):
    return lambda record: record["camera"].update(changes)


def set_visible(**changes: object):
    return lambda record: visible(record).update(changes)


def scale_rotation(record: dict) -> None:
    record["camera"]["world_from_camera"] = (np.diag([1.01, 1, 1, 1]) @ record["camera"]["world_from_camera"]).tolist()


def mirror(record: dict) -> None:
    record["camera"]["world_from_camera"] = (np.diag([-1, 1, 1, 1]) @ record["camera"]["world_from_camera"]).tolist()


def not_finite(record: dict) -> None:
    record["objects"][0]["world_from_object"][0][0] = None  # what JSON makes of NaN


def wrong_part(record: dict) -> None:
    record["objects"][1]["parts"][1]["world_from_object"][3] = [0, 0, 1, 1]


def shift_box(record: dict) -> None:
    box = visible(record)["bbox"]
    box[0] += 1 if box[0] == 0 else -1


def hidden_box(record: dict) -> None:
    hidden = next(entry for entry in record["objects"] if entry["bbox"] is None)
    hidden["bbox"] = [0, 0, 1, 1]


def rename_class(record: dict) -> None:
    visible(record)["class"] = "background"


def half_boxes(record: dict) -> None:
    del record["objects"][0]["visible_px"]


LINE = r"scenes\.jsonl line 3 \(images/000002\.png\)"
IN_RECORD = {  # what is done to the record of image 2 -> what is said
    "instances": (lambda r: r["objects"][0].update(instance=2), rf"{LINE}: instances are \[2, 2, 3, 4, 5\], expected"),
    "class": (rename_class, rf"{LINE}: instance \d: class 'background' with class_id [12] does not agree"),
    "class id": (lambda r: r["objects"][0].update(class_id=3), rf"{LINE}: instance 1: .* class_id 3 does not agree"),
    "split": (lambda r: r.update(split="test"), rf"{LINE}: split is 'test', expected train or valid"),
    "finite": (not_finite, rf"{LINE}: instance 1: world_from_object: is not finite"),
    "last row": (wrong_part, rf"{LINE}: instance 2: world_from_object: has the last row"),
    "morph": (set_morph(fit=1.5), rf"{LINE}: instance \d: morph: fit is 1.5, expected above 0 and at most 1"),
    "morph number": (set_morph(bend=None), rf"{LINE}: instance \d: morph: bend is None, expected a number"),
    "morph seed": (set_morph(seed=[1, 2]), rf"{LINE}: instance \d: morph: seed is \[1, 2\], expected 3 numbers"),
    "scaled": (scale_rotation, rf"{LINE}: world_from_camera is no rotation"),
    "mirrored": (mirror, rf"{LINE}: world_from_camera is no rotation"),
    "focal": (set_camera(fx=-1), rf"{LINE}: fx, fy are -1, 20\.5, expected above 0"),
    "centre": (set_camera(cx=24.5), rf"{LINE}: cx, cy are \(24\.5, 8\.0\), expected a point of the picture"),
    "distortion": (set_camera(distortion=[0.1, 0]), rf"{LINE}: distortion is \[0\.1, 0\.0\], expected 5 numbers"),
    "no number": (set_camera(distortion=[0.1, 0, None, 0, 0]), rf"{LINE}: "),
    "near": (set_camera(near=200), rf"{LINE}: near, far are 200, 100\.0, expected 0 < near < far"),
    "camera size": (set_camera(width=25, cx=12.5), r"images/000002\.png: is 24 x 16, .*; expected 25 x 16"),
    "box outside": (set_visible(bbox=[20, 0, 5, 16]), rf"{LINE}: instance \d: bbox \[20, 0, 5, 16\] is not inside"),
    "box small": (set_visible(bbox=[0, 0, 1, 1], visible_px=5), rf"{LINE}: instance \d: bbox .* has 1 pixels, but"),
    "box shifted": (shift_box, r"labels/000002\.png: pixels of \w+ span \[.*\], but the boxes of its objects span"),
    "no box": (set_visible(bbox=None), rf"{LINE}: instance \d: visible_px is \d+ and bbox is None"),
    "box of hidden": (hidden_box, rf"{LINE}: instance 5: visible_px is 0 and bbox is \[0, 0, 1, 1\]"),
    "half": (half_boxes, rf"{LINE}: visible_px and bbox are on some objects only"),
    "visible": (
        lambda r: visible(r).update(visible_px=visible(r)["visible_px"] - 1),
        r"labels/000002\.png: \d+ pixels of \w+, but visible_px sum to \d+",
    ),
    "floor": (
        lambda r: r["objects"][0].update(visible_px=384, bbox=[0, 0, 24, 16]),
        r"labels/000002\.png: \d+ pixels of background, but visible_px sum to \d+",
    ),
    "index": (lambda r: r.update(index=7), r"scenes\.jsonl line 3: index is 7, expected 2"),
    "name": (lambda r: r.update(image="images/2.png"), r"scenes\.jsonl line 3: image is 'images/2\.png', expected"),
    "no key": (lambda r: r["camera"].pop("fx"), rf"{LINE}: the record has no 'fx'"),
    "no list": (lambda r: r.update(objects=3), rf"{LINE}: the record .*not iterable"),
}  # fmt: skip


@pytest.mark.parametrize("case", IN_RECORD)
def test_a_wrong_record_is_found(out, case):
    change, message = IN_RECORD[case]
    forge(out, 2, change)
    with pytest.raises(InputError, match=rf"^{out}/{message}"):
        verify(out)


def text(name: str, content: str):
    return lambda out: (out / name).write_text(content)


def scenes(change):
    """Damage the lines of scenes.jsonl by a function of their list."""

    def damage(out: Path) -> None:
        lines = (out / "scenes.jsonl").read_text().splitlines(keepends=True)
        (out / "scenes.jsonl").write_text("".join(change(lines)))

    return damage


FILES = {  # what is done to the folder -> what is said
    "label value": (lambda o: forge(o, 2, label=bad_label(o, 3)), r"labels/000002\.png: holds the value 3, but codes"),
    "label pixel": (lambda o: forge(o, 2, label=bad_label(o, 2)), r"labels/000002\.png: \d+ pixels of \w+, but"),
    "grey image": (
        lambda o: forge(o, 2, image=encode_grey(pixels(o, "labels", 2))),
        r"images/000002\.png: is 24 x 16, 8 bit, colour type 0; expected 24 x 16, 8 bit, colour type 2 \(RGB\)",
    ),
    "size": (
        lambda o: forge(o, 2, image=encode_rgb(pixels(o, "images", 2)[:, 1:])),
        r"images/000002\.png: is 23 x 16, .*; expected 24 x 16",
    ),
    "no png": (lambda o: forge(o, 2, label=b"GIF89a" + bytes(40)), r"labels/000002\.png: is not a PNG file"),
    "short": (lambda o: forge(o, 2, label=b"\x89PNG"), r"labels/000002\.png: is not a PNG file"),
    "pixels cut": (
        lambda o: forge(o, 2, image=encode_rgb(pixels(o, "images", 2))[:-40]),
        r"images/000002\.png: its pixels do not decode",
    ),
    "bit flipped": (
        lambda o: (o / "labels/000002.png").write_bytes((o / "labels/000002.png").read_bytes()[:-1] + b"!"),
        r"labels/000002\.png: its sha256 is [0-9a-f]{64}, but scenes\.jsonl says [0-9a-f]{64}",
    ),
    "image gone": (lambda o: (o / "images/000002.png").unlink(), r"images/000002\.png: cannot be read: No such file"),
    "extra image": (lambda o: (o / "images/000006.png").touch(), r"images/000006\.png: does not belong"),
    "extra file": (lambda o: (o / "labels/Thumbs.db").touch(), r"labels/Thumbs\.db: does not belong"),
    "codes gone": (lambda o: (o / "codes.txt").unlink(), r"codes\.txt: cannot be read: No such file"),
    "codes order": (text("codes.txt", "cube\nbackground\n"), r"codes\.txt: .* expected background first"),
    "codes twice": (text("codes.txt", "background\na\na\n"), r"codes\.txt: .* every name once"),
    "codes others": (text("codes.txt", "background\ncone\n"), r"codes\.txt: .* but the classes in manifest"),
    "valid": (text("valid.txt", "000004.png\n000001.png\n"), r"valid\.txt: is not the sorted list of the 2"),
    "split": (lambda o: forge(o, 2, lambda r: r.update(split="valid")), r"valid\.txt: is not the sorted list of the 3"),
    "line gone": (scenes(lambda lines: lines[:5]), r"scenes\.jsonl: holds only 5 lines, but manifest\.json says n=6"),
    "line cut": (scenes(lambda lines: [*lines[:5], lines[5][:-1]]), r"scenes\.jsonl line 6: is cut short"),
    "line twice": (scenes(lambda lines: [*lines, "{}"]), r"scenes\.jsonl: holds more lines, but manifest\.json"),
    "swapped": (scenes(lambda lines: lines[::-1]), r"scenes\.jsonl line 1: index is 5, expected 0"),
    "no json": (scenes(lambda lines: ["{\n"] * 6), r"scenes\.jsonl line 1: the record "),
    "lines gone": (lambda o: (o / "scenes.jsonl").unlink(), r"scenes\.jsonl: cannot be read: No such file"),
    "counts": (lambda o: describe(o, counts={"images": 6}), r"manifest\.json: counts are {'images': 6}, expected"),
    "digest": (lambda o: describe(o, digest="0" * 64), r"manifest\.json: digest is 0{64}, but that of the files is"),
    "light": (lambda o: forge(o, 2, lambda r: r["lights"].pop()), r"manifest\.json: digest is"),
    "n": (lambda o: describe(o, n=7), r"scenes\.jsonl: holds only 6 lines"),
}  # fmt: skip


@pytest.mark.parametrize("case", FILES)
def test_a_damaged_folder_is_found(out, case):
    damage, message = FILES[case]
    damage(out)
    with pytest.raises(InputError, match=rf"^{out}/{message}"):
        verify(out)


def test_the_lowest_image_is_named_first(out):
    for name in ("labels/000004.png", "images/000001.png", "images/000005.png"):
        (out / name).unlink()
    with pytest.raises(InputError, match=r"images/000001\.png"):
        verify(out)


@pytest.mark.parametrize(("kind", "said"), [("P", "4 bit, colour type 3"), ("I;16", "16 bit, colour type 0")])
def test_a_label_of_another_depth_is_found(out, tmp_path, kind, said):
    label = pixels(out, "labels", 2)
    image = Image.fromarray(label.astype(np.uint16)) if kind == "I;16" else Image.fromarray(label).convert("P")
    image.save(tmp_path / "a.png", **({"bits": 4} if kind == "P" else {}))
    forge(out, 2, label=(tmp_path / "a.png").read_bytes())
    with pytest.raises(InputError, match=rf"labels/000002\.png: is 24 x 16, {said}; expected 24 x 16, 8 bit"):
        verify(out)


def run(*arguments: object) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "raster.validate", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[2])


@pytest.mark.slow
def test_the_program_says_one_line_and_exits_with_2(out, tmp_path):
    forge(out, 2, scale_rotation)
    done = run(out)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert done.stderr.startswith(f"error: {out}/scenes.jsonl line 3 (images/000002.png): ")
    done = run(tmp_path)
    assert (done.returncode, done.stderr) == (2, f"error: {tmp_path}: is not a data set: it has no manifest.json\n")
    assert run(tmp_path / "gone").returncode == 2
    assert "OUT" in run("-h").stdout


def test_an_incomplete_set_comes_with_the_command_that_completes_it(tmp_path):
    part(tmp_path, [1])
    with pytest.raises(InputError, match=rf"incomplete; .* raster\.generate out={tmp_path} n=6 and the overrides"):
        verify(tmp_path)
    (tmp_path / ".hydra").mkdir()
    overrides = "- n=3\n- out=elsewhere\n- randomizers.camera.fov_deg=[30,40]\n- 'name=${seed} a'\n"
    (tmp_path / ".hydra" / "overrides.yaml").write_text(overrides)
    with pytest.raises(InputError) as caught:
        verify(tmp_path)
    words = f"out={tmp_path} n=6 'randomizers.camera.fov_deg=[30,40]' 'name=${{seed}} a'"
    assert str(caught.value).endswith(f"to finish it: python -m raster.generate {words}")


def test_reading_a_label_leaves_pillows_guard_against_huge_pictures(whole):
    """The limit is one for the whole process: who verifies a set and then draws with pictures of his own needs it still."""
    before = Image.MAX_IMAGE_PIXELS
    verify(whole)
    assert before is not None
    assert before == Image.MAX_IMAGE_PIXELS
