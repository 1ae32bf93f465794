"""json_report: with --json a program prints one JSON object at its end, and all other words on standard error."""

import functools
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from typing import Any

from raster.errors import InputError, InputErrors, system_refusals

FLAG = "--json"


@contextmanager
def json_report(wanted: bool) -> Iterator[dict[str, Any]]:
    """Yield a dict that is printed as one line of JSON after the block; the key "error" is the line of what ended it,
    "reasons" are the lines before it.

    Until then all that this process and those that it starts print on standard output goes to standard error.
    """
    report: dict[str, Any] = {}
    if not wanted:
        yield report
        return
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        with redirect_stdout(sys.stderr), system_refusals():
            yield report
    except (InputError, KeyboardInterrupt) as error:
        report["error"] = " ".join(str(error).split()) or "interrupted"
        if isinstance(error, InputErrors):
            report |= {"error": error.summary, "reasons": list(error.reasons)}
        raise
    except Exception as error:  # a defect of the program, whose traceback follows
        report["error"] = f"{type(error).__name__}: {error}"
        raise
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        print(json.dumps(report, default=str), flush=True)


def reports_json(run: Callable[..., None]) -> Callable[..., None]:
    """Let run_hydra() take --json: the object is what the job returned, in a sweep {"runs": [...]}, a list of them."""

    from raster.run.sweeps import results  # here, since validate needs no Hydra

    @functools.wraps(run)
    def reporting(*arguments: Any, **named: Any) -> None:
        words, sys.argv = sys.argv, [word for word in sys.argv if word != FLAG]
        try:
            with json_report(len(words) != len(sys.argv)) as report:
                try:
                    run(*arguments, **named)
                finally:
                    sweep = not {"-m", "--multirun"}.isdisjoint(words)
                    report |= {"runs": list(results)} if sweep else results[0] if results else {}
        finally:
            sys.argv = words

    return reporting
