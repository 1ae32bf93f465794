"""reason: why a component of the configuration cannot be built, as the end of a message that begins with its name."""

import difflib
import importlib
import inspect
import re
import traceback
from contextlib import suppress
from pathlib import Path
from typing import Any

from hydra.errors import InstantiationException
from hydra.utils import get_object

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
    if where := _in_own_code(cause, str(description["_target_"])):
        return f": its own code failed with these values, in {where}: {type(cause).__name__}: {cause}"
    if isinstance(cause, TypeError) and "argument" in str(cause):
        return f": {cause}{_arguments(str(cause), str(description['_target_']))}"
    if isinstance(cause, ImportError | TypeError | ValueError | OSError):
        return f": {cause}"
    return f": {description['_target_']} raised {cause!r}"


def _in_own_code(error: BaseException, target: str) -> str:
    """File and line of the user's own code where an error was raised, or what raised it was called; "" if not there.

    That are the user's folders, and the file of `target` if that is not raster's.
    """
    homes = folders_used()
    with suppress(Exception):  # builtins have no file
        homes += [] if target.startswith("raster.") else [Path(inspect.getsourcefile(get_object(target)) or "")]
    frames = reversed(traceback.extract_tb(error.__traceback__))
    own = (frame for frame in frames if any(Path(frame.filename).is_relative_to(home) for home in homes))
    return next((f"{frame.filename}, line {frame.lineno}" for frame in own), "")


def _arguments(said: str, target: str) -> str:
    """What to add to Python's message on arguments that `target` does not take, or lacks: the likeliest one, or all."""
    known: list[str] = []
    with suppress(Exception):  # builtins have no signature
        parameters = inspect.signature(get_object(target)).parameters.values()
        known = [each.name for each in parameters if each.kind in (each.POSITIONAL_OR_KEYWORD, each.KEYWORD_ONLY)]
    unknown = re.search(r"unexpected keyword argument '(.*)'", said)
    if unknown and (first := re.match(r"(\w+)[ :]", unknown[1])) and first[1] in known:
        return f"; did you mean {first[1]}? Keys are written KEY: VALUE"
    near = difflib.get_close_matches(unknown[1], known, n=1) if unknown else []
    return f"; did you mean {near[0]}?" if near else f"; it takes {', '.join(known)}" if known else ""


def _why_not_imported(target: str) -> str:
    """Why module.name cannot be imported: no such module, an error in it, or nothing of that name in it; "" if unknown."""
    parts = target.split(".")
    if len(parts) == 1:
        return f"write MODULE.NAME, as my_module.{target} for the {target} of my_module.py"
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
