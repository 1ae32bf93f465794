"""Tests of raster.dataset.verify: each damaged file is found and named, the lowest image first."""

from pathlib import Path

import numpy as np
import pytest
from damage import describe, forge, pixels
from PIL import Image

from raster.dataset.encode_png import encode_grey, encode_rgb
from raster.dataset.verify import verify
from raster.errors import InputError


def bad_label(out: Path, value: int) -> bytes:
    label = pixels(out, "labels", 2)
    label[0, 0] = value
    return encode_grey(label)


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
    "no json": (scenes(lambda lines: ["{\n"] * 6), r"scenes\.jsonl line 1: is no record in JSON: "),
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
