"""build_group, build_randomizers: the components of a group of the configuration, from their _target_ and parameters."""

from typing import Any

from hydra.errors import InstantiationException

from raster.errors import InputError
from raster.geometry.mesh import Composite, Mesh
from raster.passes import Pass
from raster.run.build_errors import reason
from raster.run.instantiate import instantiate
from raster.run.require_parts import require_objects

KINDS: dict[str, tuple[type, ...]] = {"solids": (Mesh, Composite), "distractors": (Mesh, Composite), "passes": (Pass,)}


def build_group(plain: dict[str, Any], group: str, **extra: Any) -> dict[str, Any]:
    """Instantiate the components of a group, by name; one that is null is left out."""
    built = {}
    for name, description in (plain[group] or {}).items():
        if description is None:
            continue
        if not isinstance(description, dict) or "_target_" not in description:
            raise InputError(f"{group}.{name}={description}: expected _target_ and parameters, or null to leave it out")
        try:
            built[name] = instantiate(description, **extra)
        except InstantiationException as error:
            said = " ".join(reason(error, description).split())  # Hydra's has several lines
            raise InputError(f"{group}.{name}{said}") from None
        kinds = KINDS.get(group)
        if not (isinstance(built[name], kinds) if kinds else callable(built[name])):
            wanted = " or ".join(kind.__name__ for kind in kinds) if kinds else "something to call"
            raise InputError(f"{group}.{name}: {description['_target_']} gives {type(built[name]).__name__}, not {wanted}")
    return built


def build_randomizers(plain: dict[str, Any]) -> dict[str, Any]:
    """Build the randomizers. InputError if objects are missing, rather than for options of those that are missing with them."""
    described = plain["randomizers"] or {}
    # Options of randomizers that are not chosen, which the user gave: objects may be missing with them.
    options = {name: said for name, said in described.items() if isinstance(said, dict) and "_target_" not in said}
    chosen = {name: said for name, said in described.items() if name not in options}
    built = build_group({"randomizers": chosen}, "randomizers")
    require_objects(list(chosen), built.values())
    build_group({"randomizers": options}, "randomizers")
    return built
