"""solid_arguments, proportions_of: what the YAML of solids says, apart into arguments of their functions and proportions."""

from typing import Any

import numpy as np

from raster.assets.proportions import check_proportions
from raster.errors import InputError

PROPORTIONS = "proportions"  # the key of a solid's YAML that is no argument of its function


def solid_arguments(described: dict[str, Any] | None) -> dict[str, Any]:
    """The solids of a group, as `_target_` and arguments. A preset may state proportions of a solid that is not chosen."""
    result = {}
    for name, said in (described or {}).items():
        arguments = {key: each for key, each in said.items() if key != PROPORTIONS} if isinstance(said, dict) else said
        if arguments != {} or said == {}:
            result[name] = arguments
    return result


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
