"""benchmarks.path_tracer: what scenes hold that are made of own meshes, solids and photographs."""

import numpy as np
import pytest
import trimesh
from PIL import Image

from benchmarks import mug
from benchmarks.path_tracer.contents import CLASSES, Contents
from benchmarks.path_tracer.meshes import load_mesh
from benchmarks.path_tracer.pictures import PictureSky
from benchmarks.path_tracer.scene import make
from raster.errors import InputError


def test_scenes_hold_the_mesh_as_told(tmp_path):
    path, photos = tmp_path / "mug" / "mug.glb", tmp_path / "photos"
    mug.write(path)
    photos.mkdir()
    Image.new("RGB", (40, 30), (90, 120, 60)).save(photos / "a.jpg")
    wanted = {None: {0, 1}, "none": {1}, "labelled": {0, 1, 2, 3, 4}}  # class ids of all solids
    for solids, ids in wanted.items():
        contents = Contents(mesh=str(path), solids=solids, images=str(photos))
        own, found, skies = contents.codes().index("mug"), set(), set()
        for index in range(12):
            scene, _, _ = make(np.random.default_rng([1, index]), contents)
            standing = [solid for solid in scene.solids if solid.centre[2] > 0]
            found |= {solid.class_id for solid in standing}
            skies.add(type(scene.sky))
            assert all((solid.mesh is not None) == (solid.class_id == own) for solid in standing)
            for solid in standing:
                if solid.mesh is not None:
                    assert (solid.centre[:, None] + solid.half[0] * solid.rotation @ solid.mesh.hull.T)[2].min() > -1e-6
        assert found == ids
        assert skies == {PictureSky}
    alone = make(np.random.default_rng([1, 0]), Contents(mesh=str(path)))[0].solids
    of_folder = make(np.random.default_rng([1, 0]), Contents(mesh=str(path.parent)))[0].solids
    assert [tuple(solid.centre) for solid in alone] == [tuple(solid.centre) for solid in of_folder]
    assert Contents(mesh=str(path), mesh_class="cup").codes() == ("background", "cup")
    assert Contents(mesh=str(path), mesh_class="sphere", solids="labelled").codes()[2] == "sphere"


def test_scenes_hold_meshes_of_all_classes_of_a_folder(tmp_path):
    """Two boxes, three times as long as wide, and a cylinder: each is labelled as the folder that holds its file."""
    paths = {"box": ["box/a.stl", "box/more/b.stl"], "rod": ["rod/c.ply"], "none": ["rod/.old/d.stl", "notes.txt"]}
    for name in (*paths["box"], *paths["rod"], *paths["none"]):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        body = trimesh.creation.cylinder(1, 6) if name.startswith("rod") else trimesh.creation.box([1, 1, 3])
        if name.endswith(".txt"):
            (tmp_path / name).write_text("of no use")
        else:
            body.export(tmp_path / name)
    contents = Contents(mesh=str(tmp_path), solids="none")
    assert contents.codes() == ("background", "box", "more", "rod")
    assert Contents(mesh=str(tmp_path), solids="labelled").codes() == (*CLASSES, "box", "more", "rod")
    assert Contents(mesh=str(tmp_path), mesh_class="part").codes() == ("background", "part")
    files = {1: "box/a.stl", 2: "box/more/b.stl", 3: "rod/c.ply"}
    seen, mixed = np.zeros(4, int), 0
    for index in range(60):
        scene, _, _ = make(np.random.default_rng([2, index]), contents)
        meshes = [solid for solid in scene.solids if solid.mesh is not None]
        assert all(solid.mesh is load_mesh(str(tmp_path / files[solid.class_id])) for solid in meshes)
        seen += np.bincount([solid.class_id for solid in meshes], minlength=4)
        mixed += len({solid.class_id for solid in meshes}) > 1
    assert seen[0] == 0
    assert (np.abs(seen[1:] / seen.sum() - 1 / 3) < 4 * np.sqrt(2 / 9 / seen.sum())).all()
    assert mixed
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=rf"^mesh={tmp_path / 'empty'}: holds no file that ends in \.glb"):
        Contents(mesh=str(tmp_path / "empty"))
