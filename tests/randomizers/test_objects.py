"""Tests of the randomizers of objects and distractors, their scale and rotation: how many, of which class, how large."""

import numpy as np
import pytest
from distributions import fits, spans
from randomized import empty, of_slot, run

from raster.randomizers.distractors import Distractors
from raster.randomizers.objects import Objects
from raster.randomizers.rotation import Rotation
from raster.randomizers.scale import Scale


def test_objects_are_as_many_and_of_such_classes_as_said(catalog):
    weights = {"cube": 3, "cone": 0, "dumbbell": 0.5}
    scenes = run(Objects(count=(2, 12), weights=weights), empty(catalog, 3000))
    kind = scenes.asset[:, scenes.slots["objects"]]
    fits(np.bincount((kind >= 0).sum(axis=1), minlength=13), np.array([0, 0, *[1] * 11]))
    assert (np.diff((kind >= 0).astype(int), axis=1) <= 0).all()
    fits(np.bincount(kind[kind >= 0], minlength=11), np.array([weights.get(c, 1) for c in catalog.classes[1:]], float))


@pytest.mark.parametrize("share", [0.0, 0.1, 0.25, 1.0])
def test_empty_images_are_exactly_the_share(catalog, share):
    scenes = run(Objects(count=(1, 12), empty=share), empty(catalog, 1000))
    nothing = (scenes.asset[:, scenes.slots["objects"]] < 0).all(axis=1)
    assert nothing.sum() == round(1000 * share)
    full = run(Objects(count=(1, 12)), empty(catalog, 1000))
    np.testing.assert_array_equal(scenes.asset[~nothing], full.asset[~nothing])  # the others are what they were


def test_distractors_are_unlabelled_and_as_many_as_said(catalog):
    scenes = run(Distractors(count=(0, 4), weights={"ring": 3}), empty(catalog, 3000))
    kind = scenes.asset[:, scenes.slots["distractors"]]
    fits(np.bincount((kind >= 0).sum(axis=1), minlength=5), np.ones(5))
    fits(np.array([(kind == k).sum() for k in catalog.unlabelled]), np.array([3, 1]))
    assert not scenes.nodes.class_id.any()


def test_scale_stretches_a_share_of_the_objects(catalog):
    scenes = run(Scale(size=(0.5, 0.8), stretch=(0.4, 0.9), stretched=0.3), empty(catalog, 1000))
    root = np.concatenate([of_slot(scenes, scenes.nodes.local, slot, 0) for slot in ("objects", "distractors")], axis=1)
    diagonal = np.diagonal(root[..., :3, :3], axis1=-2, axis2=-1)
    np.testing.assert_array_equal(root[..., :3, :3] - np.eye(3) * diagonal[..., None, :], 0)
    plain = np.ptp(diagonal, axis=-1) < 1e-6
    assert abs(plain.mean() - 0.7) < 4 * np.sqrt(0.21 / plain.size)
    spans(diagonal[plain], 0.5, 0.8)
    spans(diagonal[~plain], 0.5 * 0.4, 0.8 * 0.9, share=0.1)
    np.testing.assert_array_equal(of_slot(scenes, scenes.nodes.local, "floor", 0), np.tile(np.eye(4), (1000, 1, 1, 1)))


def test_rotation_turns_uniformly_and_keeps_the_scale(catalog):
    scenes = empty(catalog, 2000)
    roots = scenes.roots[scenes.slots["objects"]]
    scenes.nodes.local[:, roots, :3, :3] = np.diag([0.5, 1.0, 2.0])
    root = of_slot(run(Rotation(), scenes), scenes.nodes.local, "objects", 0)[..., :3, :3]
    root = root.reshape(-1, 3, 3) / [0.5, 1, 2]
    np.testing.assert_allclose(np.swapaxes(root, 1, 2) @ root, np.tile(np.eye(3), (len(root), 1, 1)), atol=1e-5)
    np.testing.assert_allclose(np.linalg.det(root), 1, atol=1e-5)
    np.testing.assert_allclose(root.mean(axis=0), 0, atol=4 * np.sqrt(1 / 3 / len(root)))
    np.testing.assert_allclose((root**2).mean(axis=0), 1 / 3, atol=5 * np.sqrt(4 / 45 / len(root)))
