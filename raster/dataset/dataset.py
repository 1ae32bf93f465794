"""Dataset: the folder on disk while one run owns it: claimed, verified, resumed, and finished to a digest."""

import hashlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import orjson

from raster.dataset import checked, manifest
from raster.dataset import lock as claim
from raster.dataset.checked import Checked
from raster.dataset.files import CODES, SCENES, TEST
from raster.dataset.journal import journals
from raster.dataset.listing import Report, quiet, stamps_of_lists
from raster.dataset.record_lines import read_rows
from raster.dataset.statistics import DatasetStatistics
from raster.dataset.survey import survey
from raster.errors import InputError
from raster.system.atomic_files import make_folder, replace_atomic, write_all, write_atomic

_BUFFER = 1 << 20  # bytes of scenes.jsonl to one os.write


class RecordReader(Protocol):
    """Sees the records of a data set, one by one, and then has facts for the manifest."""

    def add(self, record: dict[str, Any]) -> None: ...

    def facts(self) -> Mapping[str, Any]: ...


class Dataset:
    """A data set that this process alone may write: Dataset.claim(), begin(), draw, finish(); release() gives it back.

    `missing` (M,) int64, sorted: the images to draw. `complete`: there is nothing to do, not even finish().
    `changed`: the set was complete, but its scenes.jsonl has been changed or is gone, so none of its lines counts.
    """

    @classmethod
    def claim(
        cls, out: Path, configuration: Mapping[str, Any], n: int, classes: tuple[str, ...], report_progress: Report = quiet,
        ignore: int | None = None,
    ) -> "Dataset":  # fmt: skip
        """Take the folder for this run: new, empty, or holding the same configuration and version and no more images.

        Its images are the n from number configuration["first"] on, from 0 without that key. `ignore`: as manifest.start.

        What it holds is surveyed and stays as it is until begin(), but for what killed runs left in a complete set.
        report_progress(done, total) is called now and then while files are listed and read: see survey.
        Raises InputError and leaves the folder as it is when another run has it, it holds something else, another
        configuration (naming the first key that differs) or more images, or when it cannot be written.
        """
        if n < 1:
            raise InputError(f"n={n}: at least 1 image is needed")
        try:
            if out.exists() and not out.is_dir():
                raise InputError(f"out={out}: is a file; name a folder")
        except OSError as error:  # a name that is too long, say
            raise InputError(f"out={out}: {error.strerror}") from error
        make_folder(out)
        descriptor = claim.lock(out)
        try:
            held, started = manifest.read(out), manifest.start(configuration, n, classes, ignore)
            if held is None:
                claim.require_unused(out)
            else:
                manifest.require_same(out, held, started)
            return cls(out, descriptor, started, held, report_progress)
        except BaseException:
            os.close(descriptor)
            raise

    def __init__(
        self, out: Path, descriptor: int, started: manifest.Manifest, held: manifest.Manifest | None, report_progress: Report
    ):
        """For claim() alone: survey the folder.

        `started` is the manifest of this run, `held` the one that the folder holds.
        """
        self._out, self._descriptor, self._begun = out, descriptor, False
        self._numbers = manifest.numbers_of(started)
        self._found = found = survey(out, held, self._numbers, report_progress)
        self._lines, self._journals = found.lines, found.journals
        self.missing, self.complete, self.changed = found.lines.missing(), found.complete, not found.trusted
        self._manifest = {**started, "renderers": held["renderers"] if held else []}
        if held and self.complete:
            self._manifest = held
            claim.remove_temporary(out, found.listing)
            if not found.known:
                self._keep_stamps()
            claim.remove_journals(out)  # a run that was killed in its last step left them

    def _keep_stamps(self) -> None:
        """Write .checked.npz: all files are as the records and the manifest of this complete set say."""
        files, digest = self._manifest["files"], self._manifest["digest"]
        lists = stamps_of_lists(self._out, files)
        checked.write(self._out, Checked(self._lines.stamps, self._lines.lengths, files, lists, digest))

    def begin(self, renderer: str) -> None:
        """Change the first file: the manifest says that the set is incomplete, and the name of the GL renderer that draws.

        For a set that is not complete, once, when all that can be refused has been made: the renderer too.
        """
        self._begun = True
        claim.remove_temporary(self._out, self._found.listing)
        if not self._found.trusted:  # it has to go before the manifest stops vouching for it
            claim.remove(self._out / SCENES)
        self._manifest["renderers"] = list(dict.fromkeys([*self._manifest["renderers"], renderer]))
        manifest.write(self._out, self._manifest)

    def still_missing(self) -> np.ndarray:
        """Return (M,) int64, sorted: the images that have no record now. Close the writers before."""
        for path in journals(self._out):
            if path not in self._journals:  # written since claim(), so its lines vouch for their files
                self._lines.add(path, read_rows(path, self._numbers))
                self._journals.append(path)
        return self._lines.missing()

    def images_missing(self) -> int:
        """Return how many images have no record now. Close the writers before."""
        return len(self.still_missing())

    def finish(self, facts: Mapping[str, Any], found: RecordReader | None = None) -> manifest.Manifest:
        """Write codes.txt, scenes.jsonl, valid.txt, perhaps test.txt, and the complete manifest; return that.

        Close the writers before.
        `facts` go into the manifest, and those that `found` has when it has seen all records. Raises InputError while images
        are missing and for a full disk. Killed anywhere in here, the same command completes the folder to the same bytes:
        every file is replaced whole, the manifest says "complete" after all others are in place, and the journals go last.
        """
        if not self._begun:
            raise RuntimeError("begin() comes before finish(), which replaces the lines that it reads: claim the folder again")
        if len(missing := self.still_missing()):
            raise InputError(f"out={self._out}: {len(missing)} images are missing, the first is number {missing[0]}; "
                             "run the same command again")  # fmt: skip
        self._begun = False
        lists = manifest.lists_of(self._manifest)
        tally = DatasetStatistics(self._numbers, tuple(self._manifest["classes"]), TEST in lists)
        files = {SCENES: self._write_scenes([tally, found] if found else [tally])}
        facts = {**facts, **(found.facts() if found else {})}
        codes = "".join(f"{name}\n" for name in self._manifest["classes"]).encode()
        for name in lists:
            if name == SCENES:
                continue
            text = codes if name == CODES else tally.names(name.removesuffix(".txt"))
            write_atomic(self._out / name, text)
            files[name] = hashlib.sha256(text).hexdigest()
        self._manifest |= {"complete": True, "counts": tally.counts(), "files": files, "digest": tally.hashes.digest(files)}
        self._manifest |= {key: facts[key] for key in facts if key not in self._manifest}
        self._keep_stamps()
        manifest.write(self._out, self._manifest)
        claim.remove_journals(self._out)
        return self._manifest

    def _write_scenes(self, readers: Sequence[DatasetStatistics | RecordReader]) -> str:
        """Write scenes.jsonl line by line, and show each record to the readers; return its SHA-256 in hex."""
        digest = hashlib.sha256()

        def fill(descriptor: int) -> None:
            block = bytearray()
            for line in self._lines.read():
                record = orjson.loads(line)
                for reader in readers:
                    reader.add(record)
                block += line
                if len(block) >= _BUFFER:
                    digest.update(block)
                    write_all(descriptor, block)
                    block = bytearray()
            digest.update(block)
            write_all(descriptor, block)

        replace_atomic(self._out / SCENES, fill)
        return digest.hexdigest()

    def release(self) -> None:
        """Give up the lock. A second call does nothing."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def __enter__(self) -> "Dataset":
        return self

    def __exit__(self, *_: object) -> None:
        self.release()
