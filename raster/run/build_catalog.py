"""build_catalog: what a configuration can show: its solids, distractors and own meshes, read and checked."""

import re
from typing import Any

from raster.assets.catalog import Catalog
from raster.assets.check_names import check_names
from raster.assets.class_map import IGNORE_ID, classes_of
from raster.assets.meshes.cached_mesh import LoadedMeshes
from raster.assets.meshes.options import MeshOptions
from raster.errors import InputError
from raster.geometry.check_solid import check_solid
from raster.run.build_group import build_group
from raster.run.label_filter import label_filter
from raster.run.solid_classes import proportions_of, solid_arguments, variants_of
from raster.scene.requirements import Requirements
from raster.scene.sampler import mesh_picture_px
from raster.system.progress import Progress


def build_catalog(plain: dict[str, Any], needed: Requirements) -> tuple[Catalog, LoadedMeshes]:
    """Build what can be shown: the labelled solids, the distractors, the own meshes; and the own meshes by themselves.

    plain: a checked configuration; needed: what its randomizers need together. InputError names the key of what cannot be.
    """
    labelled, loaded = _solids(plain, "solids"), _models(plain["objects"], mesh_picture_px(tuple(plain["size"])))
    fine, metric = needed.subdivided_meshes, not plain["objects"]["normalize"]
    if fine and metric:
        what = "shapes are morphed in a space of extent 1, which objects.normalize=false does not give"
        raise InputError(f"randomizers.morphs.share: {what}; set one of them otherwise")
    # What is labelled is no distractor: solids=[torus] needs no second override.
    named = {mesh.class_name for mesh in loaded.meshes if mesh.class_name is not None}
    classes = {*labelled, *named}
    unlabelled = {k: v for k, v in _solids(plain, "distractors").items() if k not in classes}
    labels = plain["labels"] or {}
    check_names(labelled, unlabelled, named)  # here too, since variants take time
    filtered = label_filter(plain["label_filter"])
    ignores = filtered is not None and filtered.value == IGNORE_ID
    classes_of((*labelled, *sorted(named - set(labelled))), labels, unlabelled, ignores)
    variants = variants_of(plain, {**labelled, **unlabelled}, needed.shapes)
    catalog = Catalog(
        labelled, unlabelled, loaded.meshes, fine, metric, proportions_of(plain), variants, needed.solids,
        plain["detail"] == "surfaces", labels,
    )  # fmt: skip
    return catalog, loaded


def _models(options: dict[str, Any], px: int) -> LoadedMeshes:
    """Read and check the user's own meshes, once each. InputError, which begins with "objects.", for what cannot be used."""
    if options["meshes"] is None:
        if changed := [key for key, value in options.items() if value != getattr(MeshOptions(), key)]:
            raise InputError(f"objects.{changed[0]}: says how to read objects.meshes, which is null; give it or leave this out")
        return LoadedMeshes()
    from raster.assets.meshes.load import load_meshes  # slow to import, and most runs show no mesh files

    try:
        with Progress(0, "file", delay=2, title="meshes") as progress:
            return load_meshes(MeshOptions(**options), px, progress.update)
    except InputError as error:
        key = re.match(rf"({'|'.join(options)})[=:]", str(error))
        if not key:
            raise
        raise InputError(f"objects.{error}") from None


def _solids(plain: dict[str, Any], group: str) -> dict[str, Any]:
    """The solids of a group by name. InputError for one that is not closed, or is inside out."""
    solids = build_group({group: solid_arguments(plain[group])}, group)
    for name, solid in solids.items():
        try:
            check_solid(solid)
        except InputError as error:
            raise InputError(f"{group}.{name}: {error}") from None
    return solids
