"""solid_arguments, proportions_of, variants_of: what the YAML of solids says: their functions, proportions, other edges."""

import inspect
from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
from hydra.utils import get_object

from raster.assets.proportions import check_proportions
from raster.assets.shape_variants import ShapeVariants
from raster.errors import InputError
from raster.geometry.mesh import Composite, Mesh
from raster.run.instantiate import instantiate
from raster.system.progress import progress

PROPORTIONS = "proportions"  # the key of a solid's YAML that is no argument of its function


def solid_arguments(described: dict[str, Any] | None) -> dict[str, Any]:
    """The solids of a group, as `_target_` and arguments."""
    return {
        name: {key: each for key, each in said.items() if key != PROPORTIONS} if _has_function(said) else said
        for name, said in (described or {}).items()
    }


def _has_function(said: Any) -> bool:
    """Whether this describes a solid; what does not is refused as it was written."""
    return isinstance(said, dict) and "_target_" in said


def proportions_of(plain: dict[str, Any]) -> dict[str, np.ndarray]:
    """The proportions (3, 2) of each solid that states any, by name. InputError names the key of a wrong one."""
    found = {}
    for group in ("distractors", "solids"):
        for name, said in (plain[group] or {}).items():
            if isinstance(said, dict) and said.get(PROPORTIONS) is not None:
                try:
                    found[name] = check_proportions(said[PROPORTIONS])
                except InputError as error:
                    raise InputError(f"{group}.{name}.{error}") from None
    return found


def variants_of(
    plain: dict[str, Any], solids: Mapping[str, Mesh | Composite], wanted: ShapeVariants | None
) -> dict[str, tuple[Mesh, ...]]:
    """The variants of each solid, by name; none of composites. solids: what was made of the solids that `plain` describes."""
    if wanted is None:
        return {}
    described = {**solid_arguments(plain["distractors"]), **solid_arguments(plain["solids"])}
    return {
        name: wanted.make(name, solid, partial(_with_edges, described[name]) if _has_edges(described[name]) else None)
        for name, solid in progress(solids.items(), "shapes", len(solids), "solid")
        if isinstance(solid, Mesh)
    }


def _has_edges(described: dict[str, Any]) -> bool:
    """Whether the edges of a solid can be cut: whether its function has these two arguments."""
    made: Any = get_object(described["_target_"])
    return {"bevel", "edge_strips"} <= set(inspect.signature(made).parameters)


def _with_edges(described: dict[str, Any], width: float, strips: int) -> Mesh:
    """The solid with other edges."""
    solid: Mesh = instantiate({**described, "bevel": width, "edge_strips": strips})
    return solid
