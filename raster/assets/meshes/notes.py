"""told: the notes of mesh files as lines for the user, one for all files of which the same is true."""

from collections.abc import Iterable

from raster.assets.meshes.imported_mesh import Note

SHOWN = 3  # files that a line names


def told(notes: Iterable[tuple[str, Note]]) -> tuple[str, ...]:
    """Lines, in the order in which their matters first come up. notes: (name of a file, note)."""
    files: dict[str, dict[str, list[str]]] = {}
    for name, note in notes:
        details = files.setdefault(note.what, {}).setdefault(name, [])
        details += [note.detail] * bool(note.detail)
    lines = []
    for what, by_name in files.items():
        named = [name + f" ({', '.join(details)})" * bool(details) for name, details in by_name.items()]
        more = f", and {len(named) - SHOWN} more" * (len(named) > SHOWN)
        lines.append(f"NOTE: mesh files that {what}: {', '.join(named[:SHOWN])}{more}")
    return tuple(lines)
