"""read_keypoints: the named points of a mesh file, from the YAML file beside it: mug.keypoints.yaml of mug.glb."""

from pathlib import Path
from typing import Any

import yaml

from raster.errors import InputError
from raster.geometry.mesh import BOX_POINTS, NamedPoint
from raster.system.regular_files import read_regular

ENDING = ".keypoints.yaml"
KEY = "keypoints"
MOST = 1000  # points of a mesh
MAX_COORDINATE = 1e9
FORM = f"expected {KEY}: {{handle: [x, y, z]}}, in the coordinates of the mesh file"


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """PyYAML's safe loader, which refuses a key that comes twice."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value]
        if twice := next((key for k, key in enumerate(keys) if key in keys[:k]), None):
            raise yaml.MarkedYAMLError(problem=f"{twice} comes twice; give each point once", problem_mark=node.start_mark)
        found: dict[Any, Any] = super().construct_mapping(node, deep)
        return found


def read_keypoints(mesh: Path) -> tuple[NamedPoint, ...]:
    """The points beside a mesh file, in its coordinates and units, in their order; none if there is no such file.

    InputError, which begins with the path of the YAML file, for one that cannot be read or says something else.
    """
    path = mesh.with_name(mesh.stem + ENDING)
    try:
        told = yaml.load(read_regular(path).decode("utf-8-sig"), _Loader)  # a safe loader
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    except (UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"{path}: is no text in UTF-8 ({error})") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        raise InputError(f"{path}{line}: {' '.join(str(getattr(error, 'problem', None) or error).split())}") from error
    if told is None:
        raise InputError(f"{path}: is empty; {FORM}")
    if not isinstance(told, dict):
        raise InputError(f"{path}: holds no table; {FORM}")
    if unknown := [key for key in told if key != KEY]:
        raise InputError(f"{path}: {unknown[0]}: there is no such key; {FORM}")
    points = told[KEY]
    if not isinstance(points, dict) or not points:
        raise InputError(f"{path}: {KEY}: names no point; {FORM}")
    if len(points) > MOST:
        raise InputError(f"{path}: {KEY}: names {len(points)} points; at most {MOST} are possible")
    return tuple(_point(path, name, place) for name, place in points.items())


def _point(path: Path, name: Any, place: Any) -> NamedPoint:
    """A name and its three numbers. InputError for anything else."""
    where = f"{path}: {KEY}.{name}"
    if not isinstance(name, str) or not name or name != name.strip() or not name.isprintable():
        raise InputError(f"{where}: {name!r} is no name for a point; expected text")
    if name in BOX_POINTS:
        raise InputError(f"{where}: the box has a point of this name; choose another")
    if not isinstance(place, list) or len(place) != 3 or not all(map(_is_coordinate, place)):
        raise InputError(f"{where}: {place}: expected three numbers [x, y, z], in the coordinates of the mesh file")
    x, y, z = map(float, place)
    return name, (x, y, z)


def _is_coordinate(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= MAX_COORDINATE  # which NaN is not
