"""Tests that randomizers are independent: one removed, added, moved or narrowed changes no value of another."""

from dataclasses import replace

import numpy as np
import pytest
from randomized import of_slot
from written_fields import ASSET, BY_NAME, WRITES

from raster.randomizers.distractors import Distractors
from raster.randomizers.lights import Lights
from raster.randomizers.objects import Objects
from raster.scene.sampler import Sampler

READ_BY_PLACEMENT = ("objects", "distractors", "camera", "scale", "rotation")


def comparable(name: str, before: dict, after: dict) -> set[str]:
    """Arrays that must be equal with and without a randomizer."""
    changed = set(WRITES[name][0]) | (set(ASSET) if name in READ_BY_PLACEMENT else set())
    if name in READ_BY_PLACEMENT or name == "placement":  # walls stand beyond all this
        changed |= {"nodes.material.texture_from_object"}
    if name == "camera":  # a lens bends by its angle of view and is focused near the origin
        changed |= {"lens.distortion", "lens.focus"}
    return {key for key in before if key not in changed and before[key].shape == after[key].shape}


@pytest.mark.slow
@pytest.mark.parametrize("name", [n for n in BY_NAME if n not in ("objects", "distractors")])
def test_removing_one_changes_nothing_that_others_write(name, catalog, everything, contents):
    whole = contents(Sampler(catalog, everything(lights=Lights(count=4)), 5)(40, 20))
    without = contents(Sampler(catalog, everything(**{"lights": Lights(count=4), name: None}), 5)(40, 20))
    same = comparable(name, whole, without)
    assert len(whole) > 65
    assert len(same) > len(whole) - (30 if name in ("placement", "walls") else 14)  # those have slots, so shapes differ
    for key in same:
        np.testing.assert_array_equal(whole[key], without[key], err_msg=key)


@pytest.mark.parametrize("name", ["objects", "distractors"])
def test_removing_what_is_shown_changes_no_other_kind(name, catalog, randomizers):
    whole = Sampler(catalog, randomizers(), 5)(40, 20)
    without = Sampler(catalog, randomizers(**{name: None}), 5)(40, 20)
    other = {"objects": "distractors", "distractors": "objects"}[name]
    np.testing.assert_array_equal(whole.asset[:, whole.slots[other]], without.asset[:, without.slots[other]])
    for field in ("color", "shininess", "texture", "texture_from_object"):
        a, b = (of_slot(s, getattr(s.nodes.material, field), other) for s in (whole, without))
        np.testing.assert_array_equal(a, b)
    np.testing.assert_array_equal(whole.cameras.world_from_camera, without.cameras.world_from_camera)
    np.testing.assert_array_equal(whole.lights.color, without.lights.color)
    np.testing.assert_array_equal(whole.background.texture_from_object, without.background.texture_from_object)


def test_an_added_one_changes_nothing(catalog, everything, contents):
    def fog(scenes, streams):
        streams.uniform("azimuth", 5)
        scenes.cameras.far[:] = streams.uniform_between("far", (50, 90))

    for place in (0, 5, 15):
        entries = list(everything().items())
        entries.insert(place, ("fog", fog))
        plain, foggy = (contents(Sampler(catalog, dict(e), 5)(0, 20)) for e in (list(everything().items()), entries))
        assert not np.array_equal(plain.pop("cameras.far"), foggy.pop("cameras.far"))
        for key, value in plain.items():
            np.testing.assert_array_equal(value, foggy[key], err_msg=key)


@pytest.mark.parametrize("seed", range(6))
def test_the_order_does_not_matter_but_where_one_reads_what_another_writes(seed, catalog, everything, contents):
    """scale, then rotation, then placement, which reads kinds and camera too; all others anywhere."""
    after = {"rotation": {"scale"}, "placement": set(READ_BY_PLACEMENT), "walls": {"camera", "placement"}}
    after |= {"floor": {"placement"}, "environment": {"lights"}, "lens": {"camera"}}
    after |= {"looks": {"objects", "distractors", "materials", "textures"}}
    usual, left, order = everything(), list(everything()), []
    rng = np.random.default_rng(seed)
    while left:
        ready = [name for name in left if after.get(name, set()) <= set(order)]
        order.append(ready[rng.integers(len(ready))])
        left.remove(order[-1])
    expected, found = (contents(Sampler(catalog, e, 5)(7, 20)) for e in (usual, {n: usual[n] for n in order}))
    for key, value in expected.items():
        np.testing.assert_array_equal(value, found[key], err_msg=f"{key} {order}")


def test_narrowing_one_range_moves_only_its_own_values(catalog, everything, contents):
    wide = contents(Sampler(catalog, everything(), 5)(0, 20))
    narrow = contents(Sampler(catalog, everything(materials=replace(everything()["materials"], value=(0.5, 0.6))), 5)(0, 20))
    different = {key for key in wide if not np.array_equal(wide[key], narrow[key])}
    assert different == {"nodes.material.color", "nodes.material.color2"}


def test_objects_and_distractors_are_independent(catalog, randomizers):
    """Also where there are as many of both."""
    changed = {"objects": Objects(count=4), "distractors": Distractors(count=4), "placement": None}
    scenes = Sampler(catalog, randomizers(**changed), 0)(0, 500)
    material, size = scenes.nodes.material, np.linalg.norm(scenes.nodes.local[..., :3, 0], axis=-1)
    looks = (material.color[..., 0], material.shininess, material.texture_from_object[..., 0, 0], material.texture)
    for part, array in ((0, size), (0, scenes.nodes.local[..., 0, 0]), *((1, look) for look in looks)):
        a, b = (of_slot(scenes, array, slot, part) for slot in ("objects", "distractors"))
        for i in range(4):
            assert abs(np.corrcoef(a[:, i], b[:, i])[0, 1]) < 4.5 / np.sqrt(500)
