"""dataset_info: the text dataset_info.md of a BOP data set: what its numbers mean, and which models it has."""

from collections.abc import Sequence

from raster.exporters.bop_models import Model

_TEXT = """# Data set in BOP's format

Made by raster export. Lengths are in mm. A pixel of `depth/` times `depth_scale` is the depth in mm along the axis of the
camera, 0 where there is none. Depth and masks are exact, without noise.

* Pixel (u, v) covers [u, u + 1) x [v, v + 1): its centre is at + 0.5, and the middle of an image is cx = W / 2. bop_toolkit
  draws so, too. For tools whose pixels have their centres at whole numbers, as OpenCV, take 0.5 from cx and cy.
* `mask/` is an object alone, inside the image; `mask_visib/` is what is seen of it. Objects of which nothing is seen are listed
  too, with the box [-1, -1, -1, -1].
* `px_count_all` and `bbox_obj` are those on a canvas of 3 x 3 images. Boxes are [x, y, last - first column, last - first row].
* The number of an image is that of the data set that it was exported from.
* Symmetries are of the shapes, whatever their colours; own meshes have none listed. `models/objects.json` has this table, too.

| obj_id | class | mesh | size along x, y, z (mm) |
| --- | --- | --- | --- |
"""


def dataset_info(models: Sequence[Model], classes: Sequence[str]) -> str:
    """The text, with a row for each model, and the classes without one."""
    sizes = [", ".join(f"{1000 * side:.3f}" for side in model.size) for model in models]
    rows = [f"| {m.number} | {m.class_name} | {m.solid} | {size} |\n" for m, size in zip(models, sizes, strict=True)]
    without = [name for name in classes[1:] if name not in {m.class_name for m in models}]
    return _TEXT + "".join(rows) + (f"\nNo image shows: {', '.join(without)}.\n" if without else "")
