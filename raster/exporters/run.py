"""export: a data set in the format of another tool, as raster.export writes it."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from raster.dataset import manifest
from raster.errors import InputError
from raster.exporters.bop_files import Meshes
from raster.exporters.export_folder import ExportFolder
from raster.exporters.job import Job, Written
from raster.exporters.options import FORMATS, ExportOptions, checked, needed_layers
from raster.exporters.shards import shard_size
from raster.exporters.source import Block, open_source
from raster.system.ordered_map import ordered_map

LEFT_OUT = "left_out.jsonl"
_SHARE = 512  # images that a process of its own is worth: it takes a second to start
BLOCK = 32  # images to a task of a format without shards, unless it says otherwise
Report = Callable[[int, int], None]
OpenMeshes = Callable[[Path, Mapping[str, Any]], Meshes]  # the folder of a set, and its configuration -> its meshes


def export(
    out: Path, options: ExportOptions, processes: int, report_progress: Report, open_meshes: OpenMeshes
) -> dict[str, Any]:
    """Export a data set, and return what export.json says, with "written": False if the same export was there already.

    report_progress(done, total) is called with images; open_meshes, by formats that have models of the objects. InputError for
    what cannot be exported; then nothing is left of it.
    """
    options, values = checked(options)
    source = open_source(out, needed_layers(options))
    to = Path(str(options.to))
    if to.resolve().is_relative_to(out.resolve()) or out.resolve().is_relative_to(to.resolve()):
        raise InputError(f"to={to}: one of it and {out} is inside the other; name a folder elsewhere")
    version = manifest.start({}, 1, ())["versions"]["raster"]
    made_of = {"digest": source.digest, "images": source.images}
    facts = {"format": options.format, "options": values, "source": made_of, "version": version}
    chosen = FORMATS[str(options.format)]
    folder = ExportFolder(to, facts, chosen.resumes)
    if folder.complete:
        return {**facts, "written": False}
    try:
        job = Job(source, options, folder.work, folder.resumed)
        found = _write(job, processes, report_progress, open_meshes)
        return {**folder.finish(found), "written": True}
    except InputError:
        folder.discard()
        raise
    except BaseException:
        if not chosen.resumes:
            folder.discard()
        raise
    finally:
        folder.release()


def _write(job: Job, processes: int, report_progress: Report, open_meshes: OpenMeshes) -> dict[str, Any]:
    """Let the format write all files, and return what export.json tells of them."""
    format_, chosen = import_module(f"raster.exporters.{job.options.format}"), FORMATS[str(job.options.format)]
    if with_models := getattr(format_, "with_models", None):
        job = with_models(job, open_meshes(job.source.out, job.source.configuration))
    format_.begin(job)
    size, shard = getattr(format_, "BLOCK", BLOCK), {}
    if "shard" in chosen.options:
        size = shard_size(job)
        job, shard = replace(job, options=replace(job.options, shard=size)), {"shard": size}
    processes = max(1, min(processes, job.source.images // _SHARE))
    counts: Counter[str] = Counter()
    blocks = ordered_map(partial(convert_block, job), job.source.blocks(size), processes)
    format_.join(job, _told(job, blocks, counts, report_progress))
    left_out = {"left_out_in": LEFT_OUT} if counts["left_out"] else {}
    known = {"splits": dict(job.source.splits), "classes": list(job.source.classes), "layers": dict(job.source.layers)}
    return {**known, **shard, "counts": dict(sorted(counts.items())), **left_out}


def convert_block(job: Job, block: Block) -> Written:
    """Let the format convert a block."""
    written: Written = import_module(f"raster.exporters.{job.options.format}").convert(
        job, block.lines, block.split, block.number
    )
    return written


def _told(job: Job, blocks: Iterable[Written], counts: "Counter[str]", report_progress: Report) -> Iterator[Written]:
    """Yield the blocks; count what they hold, list the objects that were left out, and report progress."""
    done, path = 0, job.folder / LEFT_OUT
    path.unlink(missing_ok=True)  # of a run that was ended
    for block in blocks:
        counts.update(block.counts)
        if block.left_out:
            with open(path, "ab") as file:
                file.writelines(block.left_out)
        done += block.images
        report_progress(done, job.source.images)
        yield block
