"""meshes_of: which rows of a draw list show each mesh."""


def meshes_of(drawn) -> dict[tuple[int, int], list[int]]:
    """Rows that show each mesh, which is known by (first index, base vertex), whatever their paint."""
    rows: dict[tuple[int, int], list[int]] = {}
    for c in drawn.commands.astype(int):
        rows.setdefault((int(c[2]), int(c[3])), []).extend(range(c[4], c[4] + c[1]))
    return rows
