"""command_line: overrides drawn at random: right and wrong keys, values of all kinds, additions, deletions, strange letters."""

import random
from functools import cache

from raster.run.known_keys import known_keys, names
from raster.run.options import GROUPS

GOOD = ["0", "1", "2", "0.5", "null", "true", "[0,1]", "[1,2]", "[0.2,0.4]", "10", "45", "clutter", "grid", "{cube: 2}", "[]"]
VALUES = [
    *GOOD,
    "-1",
    "1e308",
    "1e400",
    "nan",
    "",
    "text",
    "{}",
    "[2,1]",
    "[[1],2]",
    "[null]",
    "[cube]",
    "{a: 1}",
    "{x: [0.5,1]}",
    "{_target_: no.such}",
    "{_target_: os.getcwd}",
    "${n}",
    "${no.such}",
    "${oc.env:NO_SUCH}",
    "${n",
    "Müller",
    "a=b",
    "a#b",
    "x (2)",
    "~/x",
    "[1",
    "{a",
    "it's",
    '"',
    "'a'",
    "\udcfc",
    "x" * 300,
    "../" * 40,
    "range(1",
    "choice(1,2)",
    "???",
    "1,2",
    "#",
    "\t",
    "18446744073709551616",
    "-9223372036854775809",
    "{ü: 1}",
    "[ü,a=b]",
    "1_000",
    "0x10",
    "*",
    "?",
    "///",
    "null,null",
    "!!python",
    "%s",
]
RIGHT = [
    "n=3",
    "seed=7",
    "size=48",
    "samples=1",
    "randomizers.lights.count=[1,2]",
    "randomizers.camera.fov_deg=[40,60]",
    "solids=[cube,sphere]",
    "passes/color=phong",
]
WRONG_KEYS = [
    "",
    "a",
    "a.b.c",
    "ü",
    "n.n",
    "solids.cube.cube",
    "randomizers.camera.camera",
    "0",
    "x" * 300,
    "gl.x",
    "n ",
    "hydra",
    ".",
    "a..b",
]
SAFE = ("preset=fast", "size=32", "n=2")  # first, so that a configuration that is right is small


@cache
def _known() -> list[str]:
    """The keys of the usual configuration."""
    return known_keys("config")


@cache
def _keys() -> list[str]:
    groups = [*GROUPS.values(), "preset", "passes/color", "switch", "preset@x"]
    return [*_known(), *3 * groups, *2 * WRONG_KEYS]


def command_line(seed: int) -> list[str]:
    """One to three overrides, after those that keep the images small."""
    chance = random.Random(seed)
    return [*SAFE, *(_override(chance) for _ in range(chance.randint(1, 3)))]


def _override(chance: random.Random) -> str:
    if chance.random() < 0.25:
        return chance.choice(RIGHT)
    if chance.random() < 0.5:
        return f"{chance.choice(_known())}={chance.choice(GOOD)}"
    key, value = chance.choice(_keys()), chance.choice(VALUES)
    sign = chance.choice(["", "", "", "", "+", "++", "~"])
    if key in GROUPS and chance.random() < 0.5:
        value = f"[{','.join(chance.choice([*names(GROUPS[key]), *VALUES]) for _ in range(chance.randint(1, 3)))}]"
    if chance.random() < 0.1:  # a letter more or less
        at = chance.randrange(len(key) + 1)
        key = key[:at] + chance.choice(["x", ".", "", "ä"]) + key[at + 1 :]
    return f"~{key}" if sign == "~" and chance.random() < 0.7 else f"{sign}{key}={value}"
