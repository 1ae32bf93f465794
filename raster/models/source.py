"""ModelSource: placeholder until merged."""
from dataclasses import dataclass
@dataclass(frozen=True)
class ModelSource:
    meshes: str
