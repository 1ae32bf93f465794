"""Tests of raster.generate with own meshes of which some cannot be used."""

from pathlib import Path

import orjson
import pytest
import trimesh
from programs import complaint, data, generate_here

import raster

pytestmark = pytest.mark.slow
SMALL = ("preset=fast", "n=4", "size=32", "solids=[]", "randomizers.environment=null", "objects.meshes=m", "workers=1")


@pytest.fixture
def folder(tmp_path) -> Path:
    """Two balls, and a file that cannot be used."""
    for name in ("Größe (1)", "ball"):
        (tmp_path / "m" / name).mkdir(parents=True)
        trimesh.creation.icosphere(1).export(tmp_path / "m" / name / "a.stl")
    (tmp_path / "m" / "ball" / "bad.obj").write_text("v 0 0 0\n")
    return tmp_path


def test_what_is_skipped_is_named_and_bound(folder):
    """The same files give the same data; others are not drawn into a set that was begun without them."""
    said = generate_here(folder, *SMALL, "objects.on_error=skip", "out=set")
    assert "WARNING: 1 of 3 mesh files cannot be used and are left out (objects.on_error=skip):\n  m/ball/bad.obj: " in said
    manifest = orjson.loads((folder / "set" / "manifest.json").read_bytes())
    reason = "m/ball/bad.obj: holds no triangles; expected a .obj file with a mesh"
    assert manifest["skipped_meshes"] == {"count": 1, "reasons": {"ball/bad.obj": reason}}
    assert manifest["configuration"]["skipped_meshes"] == ["ball/bad.obj"]
    assert "complete: " in generate_here(folder, *SMALL, "objects.on_error=skip", "out=set")
    generate_here(folder, *SMALL, "objects.on_error=skip", "out=again")
    assert data(folder / "again") == data(folder / "set")
    for names in ('["ball/bad.obj","ball/worse.ply"]', "[]"):
        if names == "[]":
            for name in ("bad.obj", "worse.ply"):
                (folder / "m" / "ball" / name).unlink()
            trimesh.creation.box().export(folder / "m" / "ball" / "bad.obj")
        else:
            (folder / "m" / "ball" / "worse.ply").write_text("no")
        said = complaint(generate_here(folder, *SMALL, "objects.on_error=skip", "n=8", "out=set", code=2))
        assert f'skipped_meshes is ["ball/bad.obj"] there and {names} here' in said


@pytest.mark.parametrize("classes", ["['Größe (1)/*: Maß #1']", "{Größe (1)/*: Maß #1}"])
def test_classes_with_any_letters(classes, folder):
    """In a list of texts, or in a table."""
    generate_here(folder, *SMALL, "objects.exclude=*bad.obj", f"objects.classes={classes}", "out=set")
    assert (folder / "set" / "codes.txt").read_text() == "background\nMaß #1\nball\n"


def test_in_python_it_is_a_warning(folder):
    more = [f"objects.meshes='{folder}/m'", "objects.on_error=skip"]
    with pytest.warns(UserWarning, match=r"1 of 3 mesh files cannot be used and are left out"):
        (frames,) = raster.render(n=1, overrides=["preset=fast", "size=32", "solids=[]", "randomizers.environment=null", *more])
    assert frames.classes == ("background", "Größe (1)", "ball")


def test_meshes_that_were_drawn_smaller_are_counted(tmp_path):
    """All of them, as their matrices in scenes.jsonl have it; before the run those of its first images are told."""
    (tmp_path / "m" / "box").mkdir(parents=True)
    trimesh.creation.box([0.6, 0.5, 0.4]).export(tmp_path / "m" / "box" / "a.stl")
    metric = ("objects.normalize=false", "randomizers.scale.stretched_meshes=0", "randomizers.placement.radius=[0.5,3]")
    said = generate_here(tmp_path, *SMALL, *metric, "n=40", "out=set").splitlines()
    records = [orjson.loads(line) for line in (tmp_path / "set/scenes.jsonl").read_text().splitlines()]
    boxes = [(entry, record["index"]) for record in records for entry in record["objects"] if entry["solid"] == "box/a.stl"]
    scales = [
        max(sum(row[axis] ** 2 for row in entry["world_from_object"][:3]) ** 0.5 for axis in range(3)) for entry, _ in boxes
    ]
    small = [scale for scale in scales if scale < 0.999]
    assert 0 < len(small) < len(scales)
    worst = scales.index(min(scales))
    (line,) = [line for line in said if line.startswith("NOTE: ") and "own meshes in these images" in line]
    assert line.startswith(f"NOTE: {len(small)} of {len(scales)} own meshes in these images are drawn smaller than they are")
    assert line.endswith(f"the smallest is box/a.stl in image {boxes[worst][1]}, at {scales[worst]:.2g} of its size")
    assert any(line.startswith("NOTE: there is no room for own meshes as large as they are") for line in said)
    held = orjson.loads((tmp_path / "set/manifest.json").read_bytes())
    assert held["smaller_meshes"] == {
        "shown": len(scales), "smaller": len(small),
        "smallest": {"solid": "box/a.stl", "index": boxes[worst][1], "scale": round(scales[worst], 4)},
    }  # fmt: skip
    assert not [line for line in generate_here(tmp_path, *SMALL, "out=other").splitlines() if "drawn smaller" in line]
    assert "smaller_meshes" not in orjson.loads((tmp_path / "other/manifest.json").read_bytes())
