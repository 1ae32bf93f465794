"""raster COMMAND ...: one program for all commands; also `python -m raster`. COMMANDS is the table of them."""

import difflib
import sys
from importlib import import_module
from typing import NamedTuple

from raster.command_line import version
from raster.errors import InputError, one_line
from raster.system.train_package import module_beside


class Command(NamedTuple):
    """A command of raster."""

    module: str  # whose main() runs it. It is found by name at run time, so that raster imports nothing that builds on it
    about: str
    config: str = ""  # its options are those of conf/CONFIG.yaml; "": its module has a parser() of them


# To add a command, add a line: help and the Tab key read it.
COMMANDS = {
    "generate": Command("raster.generate", "draw a data set, or complete one that was interrupted", "config"),
    "scale": Command("raster.scale", "draw a data set in shards on many machines, with Ray or Slurm", "config"),
    "preview": Command("raster.preview", "show images beside their labels, before or after a set is drawn", "config"),
    "export-scene": Command("raster.export_scene", "write the scene of an image as a .glb file, for any viewer", "config"),
    "export": Command("raster.export", "write a data set in the format of another tool: COCO, YOLO, VOC, ..."),
    "studio": Command("raster.studio", "tune what is drawn, on a page in the browser whose images follow at once", "config"),
    "report": Command("raster.report", "write a page that shows what is in a data set"),
    "validate": Command("raster.validate", "check that a data set keeps all its promises"),
    "doctor": Command("raster.doctor", "say which OpenGL devices there are, and what is missing"),
    "fit": Command("train.fit", "train a segmentation network on a data set", "train"),
    "evaluate": Command("train.evaluate", "score a network on labelled pictures", "evaluate"),
    "diagnose": Command("train.diagnose", "say why a network fails, and draw more of what fails", "diagnose"),
    "predict": Command("train.predict", "label pictures with a network", "predict"),
    "compare": Command("train.compare", "a table of the scores of several networks"),
    "completion": Command("raster.completion", "let the Tab key complete commands and options in bash, zsh or fish"),
}
USAGE = """\
usage: raster COMMAND [OPTION=VALUE ...]
       raster COMMAND --help | raster --version

{commands}

Exit codes: 0 all is done; 2 bad input, or a path that the system refuses, told in one line, nothing half-written; 130
interrupted by Ctrl-C, 143 by SIGTERM, the same command does the rest; 1 a defect of the program, with a traceback. A
reader that goes away, as `| head` does, ends nothing."""


def main() -> None:
    """Run the command that the command line names."""
    with one_line():
        name, *rest = sys.argv[1:] or ["--help"]
        if name in ("-h", "--help", "help"):
            print(usage())
        elif name == "--version":
            print(version())
        else:
            module = find_command(name)
            sys.argv = [f"raster {name}", *rest]
            import_module(module).main()


def usage() -> str:
    """The commands, a line each, and the exit codes."""
    return USAGE.format(commands="\n".join(f"  {name:<14}{command.about}" for name, command in COMMANDS.items()))


def find_command(name: str) -> str:
    """The full name of a command's module. InputError if there is no such command, or if this installation lacks it."""
    if name not in COMMANDS:
        near = difflib.get_close_matches(name, COMMANDS, n=1)
        told = f"raster generate {name}" if "=" in name else f"did you mean {near[0]}?" if near else "raster --help lists them"
        raise InputError(f"{name}: there is no such command; {told}")
    module = COMMANDS[name].module
    return module if module.startswith("raster.") else module_beside(module)


if __name__ == "__main__":
    main()
