"""save_hydra_files: OUT/.hydra, what Hydra was told. overrides_of_this_run: of the command line."""

from typing import Any

from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig, OmegaConf

from raster.run.quoting import decoded
from raster.system.stores import Store


def save_hydra_files(store: Store, cfg: DictConfig) -> None:
    """Write OUT/.hydra: the configuration, Hydra's own, and the overrides as they were given."""
    if not HydraConfig.initialized():
        return
    hydra_configuration: Any = HydraConfig.instance().cfg
    for name, node in (
        ("config", cfg),
        ("hydra", hydra_configuration),
        ("overrides", hydra_configuration.hydra.overrides.task),
    ):
        store.write(f".hydra/{name}.yaml", decoded(OmegaConf.to_yaml(node)).encode())


def overrides_of_this_run() -> list[str] | None:
    """The overrides of the command line; None without one."""
    return list(HydraConfig.get().overrides.task) if HydraConfig.initialized() else None
