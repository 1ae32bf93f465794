"""data_options: the options with which the data set of a run was drawn; short_names: what its columns in a table are called."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from .run_files import read_json

NO_DIFFERENCE = {"out", "workers", "batch", "quiet", "gl", "library"}  # to the images, or none that is not told by another key
ABSENT = "off"  # in place of a component that is not chosen


def data_options(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The configuration in the manifest of the data that a run names; {} where there is none, or another set by now."""
    try:
        manifest = read_json(Path(facts["data"]) / "manifest.json")
        configuration = dict(manifest["configuration"])
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    same = manifest.get("digest") == facts.get("digest")
    return {key: value for key, value in configuration.items() if key not in NO_DIFFERENCE} if same else {}


def flat(configuration: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested options by dotted keys."""
    found: dict[str, Any] = {}
    for key, value in configuration.items():
        found |= flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {f"{prefix}{key}": value}
    return found


def by_component(configurations: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Nested options by dotted keys. A component that some of them have not is one key, "on" or ABSENT."""
    groups = {key for each in configurations for key, value in each.items() if isinstance(value, dict)}
    flats = []
    for each in configurations:
        found: dict[str, Any] = {}
        for key, value in each.items():
            if key not in groups or key in ("objects", "gl", "labels", "label_filter"):  # a table of options, and no components
                found |= flat({key: value})
                continue
            for name in dict.fromkeys(name for other in configurations for name in other.get(key) or {}):
                made = (value or {}).get(name)
                if all((other.get(key) or {}).get(name) is not None for other in configurations):
                    found |= flat({f"{key}.{name}": made})
                else:
                    found[f"{key}.{name}"] = ABSENT if made is None else "on"
        flats.append(found)
    return flats


def short_names(keys: Iterable[str], all_keys: Iterable[str]) -> dict[str, str]:
    """Dotted keys -> the shortest of their ends that no other key of `all_keys` has: lights.shadows, or shadows."""
    every = set(all_keys)
    names = {}
    for key in keys:
        parts = key.split(".")
        ends = (".".join(parts[-count:]) for count in range(1, len(parts) + 1))
        names[key] = next(
            (end for end in ends if not any(other != key and f".{other}".endswith(f".{end}") for other in every)), key
        )
    return names
