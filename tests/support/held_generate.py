"""python -m held_generate: raster.generate that puts no label from number HOLD on in place before the file GO exists.

A test that disturbs a run must know that the run has not ended yet, however busy the machine is. HOLD and GO come from
the environment. Helper processes import the main program's module, so the labels are held in them too.
"""

import os
import time
from pathlib import Path
from typing import Any

from raster.generate import main

_replace = os.replace


def _held(source: Any, target: Any) -> None:
    """os.replace, which waits if the target is a label that is held."""
    path = Path(target)
    if path.parent.name == "labels" and path.stem.isdigit() and int(path.stem) >= int(os.environ["HOLD"]):
        while not os.path.exists(os.environ["GO"]):
            time.sleep(0.002)
    _replace(source, target)


os.replace = _held

if __name__ == "__main__":
    main()
