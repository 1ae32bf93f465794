"""reason: why a component of the configuration cannot be built, as the end of a message that begins with its name."""

import difflib
import importlib
import re
from typing import Any

from hydra.errors import InstantiationException

from raster.errors import InputError
from raster.run.own_folder import folders_used


def reason(error: InstantiationException, description: dict[str, Any]) -> str:
    """Return the end of a message, after the name of the component. An InputError begins with a key of the component."""
    cause = error.__cause__
    if isinstance(cause, InputError):
        function = str(description["_target_"]).rpartition(".")[2]  # solids put their own name in front of the key
        return "." + str(cause).removeprefix(f"{function}.")
    if cause is None:
        return f": {error}"
    if target := re.match(r"Error loading '([^']+)'", str(cause)):
        return f"._target_={target[1]}: {_why_not_imported(target[1]) or cause}"
    if isinstance(cause, ImportError | TypeError | ValueError | OSError):
        return f": {cause}"
    return f": {description['_target_']} raised {cause!r}"


def _why_not_imported(target: str) -> str:
    """Why module.name cannot be imported: no such module, an error in it, or nothing of that name in it; "" if unknown."""
    parts = target.split(".")
    for number in range(len(parts) - 1, 0, -1):
        name = ".".join(parts[:number])
        try:
            module = importlib.import_module(name)
        except ModuleNotFoundError as error:
            if not error.name or not f"{name}.".startswith(f"{error.name}."):
                return f"{name} needs the module {error.name}, which is not installed"
        except SyntaxError as error:
            return f"{error.filename}, line {error.lineno}: {error.msg}"
        except Exception as error:  # the module's own code
            return f"the module {name} raises {error!r}"
        else:
            return _nothing_in(module, parts[number])
    if used := " or in ".join(map(str, folders_used())):
        return f"there is no module {parts[0]}, neither in {used} (--config-dir) nor among the installed packages"
    own = "one of your own stands in the folder that --config-dir=FOLDER names"
    return f"there is no module {parts[0]} among the installed packages; {own}"


def _nothing_in(module: Any, name: str) -> str:
    """What to say of a module that has nothing of this name."""
    near = difflib.get_close_matches(name, [each for each in dir(module) if each[0] != "_"], n=1)
    return f"{getattr(module, '__file__', module.__name__)} has no {name}" + (f"; did you mean {near[0]}?" if near else "")
