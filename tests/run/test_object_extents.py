"""What is kept of extents changes none: neither from one annotation to the next nor when there is room for little."""

import numpy as np
import pytest

from raster import ImageSource, render
from raster.run import object_extents

OPTIONS = ("size=48", "preset=fast", "annotations=[pose]", "randomizers.morphs.share=0.7", "randomizers.objects.count=6")


def sizes() -> list[np.ndarray]:
    """Of all labelled objects."""
    drawn = render(n=6, overrides=OPTIONS)
    return [np.array(entry["size"]) for frames in drawn for record in frames.records
            for entry in record["objects"] if entry["class_id"]]  # fmt: skip


@pytest.mark.slow
def test_what_is_kept_changes_nothing(monkeypatch):
    kept = sizes()
    assert len(kept) == 36
    assert len({size.tobytes() for size in kept}) > 30  # of each its own
    for name in ("MOST_KNOWN", "MOST_POINTS"):
        monkeypatch.setattr(object_extents, name, 1)
    np.testing.assert_array_equal(kept, sizes())


@pytest.mark.slow
def test_a_shape_is_deformed_once_for_all_annotations(monkeypatch):
    source = ImageSource.of(OPTIONS)
    record = next(source.frames(0, 1)).records[0]
    entry = next(entry for entry in record["objects"] if "morph" in entry)
    extents, applied = object_extents.ObjectExtents(source.setup.sampler.catalog), []
    apply = object_extents.Deformations.apply
    monkeypatch.setattr(object_extents.Deformations, "apply", lambda self, points: applied.append(1) or apply(self, points))
    first = extents(entry)
    np.testing.assert_array_equal(extents(dict(entry)), first)
    assert len(applied) == 1
    other = {**entry, "morph": {**entry["morph"], "fit": np.float32(entry["morph"]["fit"] * 0.5)}}
    np.testing.assert_allclose(extents(other), first / 2, rtol=1e-6)
    source.release()
