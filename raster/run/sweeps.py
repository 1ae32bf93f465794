"""failures, results of a sweep's points. own_cores, point_name, sweep_folder: the CPU cores and folder of one, and of all."""

import hashlib
import os
import re
import shutil
import tempfile
import traceback
from collections.abc import Sequence
from typing import Any

import hydra
from hydra.core.hydra_config import HydraConfig
from omegaconf import OmegaConf

from raster.errors import InputError
from raster.run.compose import read_override
from raster.run.quoting import decoded
from raster.system.cpu import usable_cores
from raster.system.paths import CONF
from raster.system.stores import is_url

# Of the points that this process ran or whose results it read, oldest first.
failures: list[Exception] = []
results: list[dict[str, Any]] = []
_temporary = set[str]()


class Failure:
    """The result of a point that failed. Hydra discards results, so this one adds its error to `failures` when it is unpickled.

    Launchers pickle results to send them from a worker process, or from another machine, to the main program.
    """

    def __init__(self, error: Exception):
        self.error = error

    def __reduce__(self) -> Any:
        if isinstance(self.error, InputError):
            return note, (self.error,)
        return note, (RuntimeError("".join(traceback.format_exception(self.error))),)  # a traceback cannot be pickled


def note(error: Exception) -> Failure:
    """Add an error to `failures`, and return the result of a point that failed with it."""
    failures.append(error)
    return Failure(error)


class Success:
    """The result of a point that succeeded, with the facts that its job returned; as Failure, it adds them to `results`."""

    def __init__(self, facts: dict[str, Any]):
        self.facts = facts

    def __reduce__(self) -> Any:
        return note_success, (self.facts,)


def note_success(returned: Any) -> Success:
    """Add the facts that a job returned, none if it was no dict, to `results`, and return the result of its point."""
    facts = returned if isinstance(returned, dict) else {}
    results.append(facts)
    return Success(facts)


def own_cores() -> int:
    """Return the number of CPU cores for this point of a sweep, at least 1.

    A launcher that runs several points in parallel shares the cores out: joblib by n_jobs, ray by the cores that a point takes
    of the cluster. Outside a sweep it is usable_cores().

        >>> from raster import own_cores
        >>> threads = max(1, own_cores() - 1)
    """
    cores = usable_cores()
    if not HydraConfig.initialized() or HydraConfig.get().mode != hydra.types.RunMode.MULTIRUN:
        return cores
    launcher = HydraConfig.get().launcher
    if (takes := OmegaConf.select(launcher, "ray.remote")) is not None:
        return max(1, min(cores, int(takes.get("num_cpus", 1))))  # a task takes one core, by default of Ray
    jobs = launcher.get("n_jobs") or 1  # joblib's; -1: as many as cores, -2: one less
    return max(1, cores // (jobs if jobs > 0 else max(1, cores + 1 + jobs)))


def launcher_at_fault(error: BaseException) -> bool:
    """Return whether an error came from a launcher: there is no cluster, say, or a worker was killed."""
    frames = (frame for frame, _ in traceback.walk_tb(error.__traceback__))
    return any(frame.f_globals.get("__name__", "").startswith("hydra_plugins.") for frame in frames)


_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)"
_NUMBERS = re.compile(rf"\[({_NUMBER}(?:,{_NUMBER})+)\]")
_LIKE_NUMBERS = re.compile(rf"{_NUMBER}(?:-{_NUMBER})+")
_EXCLUDED = "hydra.job.config.override_dirname.exclude_keys"


def sweep_folder(out: str | None) -> str:
    """The folder of a sweep, which Hydra makes. Where `out` is a URL, it is one that clear_sweep_folder() removes."""
    if not is_url(out):
        return os.path.expanduser(out or "out/sweep")
    digest = hashlib.sha256(str(out).encode()).hexdigest()[:8]
    _temporary.add(folder := os.path.join(tempfile.gettempdir(), f"raster-{os.getuid()}-{digest}"))
    return folder


def clear_sweep_folder() -> None:
    """Remove what Hydra has made for a sweep whose data sets are elsewhere."""
    while _temporary:
        shutil.rmtree(_temporary.pop(), ignore_errors=True)


def point_name(overrides: Sequence[str], excluded: Sequence[str] = (), more: Sequence[str] = ()) -> str:
    """Return a folder name for one point of a sweep: its overrides without characters that shells, file systems or Hydra mind.

    `excluded`, `more`: keys that stay out of it. Where letters are lost, but for the brackets of a list of numbers, and where a
    value reads as such a list or as two overrides, a hash of the overrides follows, so that no other point has the name.

        >>> from raster.run.sweeps import point_name
        >>> point_name(["seed=1", "randomizers.camera.fov_deg=[30,40]", "n=9"], excluded=["n"])
        'randomizers.camera.fov_deg-30-40_seed-1'
    """
    texts = sorted(decoded(override) for override in overrides if _key(override) not in (*excluded, *more))
    if not texts:
        return "point"
    words, unclear = [], False
    for key, equals, value in (text.partition("=") for text in texts):
        numbers = _NUMBERS.fullmatch(value)
        unclear |= not numbers and bool(_LIKE_NUMBERS.fullmatch(value) or re.search("_.*-", value) or "=" in value)
        words.append(f"{key}{equals and '-'}{numbers[1].replace(',', '-') if numbers else value}")
    simple = "_".join(words)
    name = re.sub(r"[^A-Za-z0-9._+-]+", "-", re.sub(r"[\[\]'\"]", "", simple)).strip("_-") or "point"
    if name == simple and len(name) <= 180 and not unclear:
        return name
    digest = hashlib.sha256("\n".join(texts).encode(errors="surrogateescape")).hexdigest()
    return f"{name[:170]}-{digest[:8]}"


def swept_in_names(overrides: Sequence[str], name: str) -> list[str]:
    """Return what to add to the overrides of a sweep over keys that conf/NAME.yaml leaves out of the names of points.

    Without it two points would have one folder.
    """
    excluded: Any = OmegaConf.select(OmegaConf.load(CONF / f"{name}.yaml"), _EXCLUDED, default=[])
    swept = {_key(each) for each in overrides if read_override(each).is_sweep_override()}
    kept = [key for key in excluded if key not in swept or key == "out"]  # two values of out are two folders already
    return [f"{_EXCLUDED}=[{','.join(kept)}]"] if len(kept) < len(excluded) else []


def _key(override: str) -> str:
    """The key of an override."""
    return override.partition("=")[0].lstrip("+~")
