"""BACKGROUND, FLOOR, MAX_CLASSES, check_names: which names of classes a catalog can hold."""

from collections.abc import Collection

from raster.errors import InputError

BACKGROUND = "background"
FLOOR = "floor"
MAX_CLASSES = 256  # class ids are 8 bit, background among them


def check_names(labelled: Collection[str], unlabelled: Collection[str], named: set[str]) -> None:
    """Raise InputError for names of solids and classes that the catalog cannot hold. named: classes of imported meshes."""
    if not labelled and not named:
        advice = "name at least one, for example solids=[cube], or give objects.meshes"
        raise InputError(f"solids: none is chosen, and no mesh has a class; {advice}")
    folded: dict[str, str] = {}
    for name in (*labelled, *sorted(named)):
        if (other := folded.setdefault(name.casefold(), name)) != name:
            raise InputError(f"objects.classes: the classes {other} and {name} differ only in case; rename one, or join them")
    if both := sorted({*labelled, *named} & set(unlabelled)):
        raise InputError(f"distractors: {both[0]} is a labelled solid too; a thing is one or the other")
    for name in (BACKGROUND, FLOOR):
        if name in labelled or name in unlabelled or name in named:
            raise InputError(f"solids: the name {name} is taken; call the solid something else")
