"""survey: what a folder holds of a data set: which records count, whether it is complete. It changes nothing.

A record counts if its files are there with the hashes that it lists. A file is not read if its size and time are those that it
had when its hash was known to be right, by a journal or by .checked.npz; raster.verify reads every file.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from raster.dataset import checked
from raster.dataset.file_check import check_files
from raster.dataset.file_hashes import FileHashes
from raster.dataset.files import SCENES, hash_lists, sha256
from raster.dataset.journal import journals
from raster.dataset.listing import Listing, Report, list_files, stamps_of_lists
from raster.dataset.manifest import Manifest, lists_of, numbers_of
from raster.dataset.record_index import RecordIndex
from raster.dataset.record_lines import read_rows


@dataclass(frozen=True)
class Survey:
    """What was found."""

    lines: RecordIndex
    journals: list[Path]
    listing: Listing
    trusted: bool  # scenes.jsonl is what a complete manifest says; true for an incomplete one
    complete: bool  # all images and lists are as the complete manifest says
    known: bool  # .checked.npz says so too


def survey(out: Path, held: Manifest | None, numbers: range, report_progress: Report) -> Survey:
    """Survey a folder with the manifest `held` (None without one) for a data set of the images `numbers`: its own, or more.

    report_progress(done, total) is called now and then, at first with files, then with images. Raises InputError for what does
    not belong there and for what cannot be read.
    """
    lines, found = RecordIndex(numbers), journals(out)
    if held is None:
        return Survey(lines, found, Listing(0, np.empty((0, 2, 2), np.int64), ()), True, False, False)
    known = checked.read(out)
    if known and held["complete"] and not known.vouches_for(held):
        known = None
    # A complete manifest vouches for scenes.jsonl: if somebody edited that, its lines count for nothing.
    trusted = bool(known or not held["complete"] or sha256(out / SCENES) == held.get("files", {}).get(SCENES))
    listing = list_files(out, numbers_of(held), report_progress)
    changed, hashes = np.arange(0), FileHashes(numbers)
    if known:
        lines.add_checked(out / SCENES, known)
        changed = lines.stamps.changed(out, listing)
        lines.keep(changed, check_files(lines.rows(changed), out, listing, len(changed), report_progress))
    for path in ([out / SCENES] if trusted and not known and (out / SCENES).exists() else []) + found:
        lines.add(path, check_files(read_rows(path, numbers), out, listing, held["n"], report_progress), hashes)
    complete = held["complete"] and held["n"] == len(numbers) and not len(lines.missing())
    if complete and known:  # the hashes of its files have just been found right, so the digest is
        complete = known.hash_lists(out) == held["files"]
    elif complete:
        complete = hashes.digest(hash_lists(out, lists_of(held))) == held.get("digest")
    untouched = known is not None and not len(changed) and known.lists == stamps_of_lists(out, known.lists)
    return Survey(lines, found, listing, trusted, complete, untouched)
