"""docs/notebook.ipynb runs from top to bottom, and what its cells show are pictures; no output is stored in it."""

import os
from pathlib import Path

import pytest
from programs import HANG_S

ROOT = Path(__file__).parents[1]
NOTEBOOK = ROOT / "docs" / "notebook.ipynb"
nbformat = pytest.importorskip("nbformat", reason="no nbformat: pip install -e '.[dev]'")
nbclient = pytest.importorskip("nbclient", reason="no nbclient: pip install -e '.[dev]'")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """The notebook after it has run in an empty folder."""
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    folder = tmp_path_factory.mktemp("notebook")
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    client = nbclient.NotebookClient(notebook, timeout=HANG_S, resources={"metadata": {"path": str(folder)}})
    client.execute(env={**os.environ, "PYTHONPATH": path})
    return notebook


def outputs(notebook, ends: str) -> dict:
    """By kind, what the cell shows whose source ends so."""
    (cell,) = (each for each in notebook.cells if each.cell_type == "code" and each.source.endswith(ends))
    return cell.outputs[-1].data


def test_frames_scenes_and_data_sets_show_themselves(done):
    for ends, text, held in (
        ("\nsource", "ImageSource(128 x 128 px; seed 3; ", "data:image/jpeg;base64,"),
        ("\nframes", "Frames(images 100 to 105; ", "data:image/jpeg;base64,"),
        ("\nscenes", "Scenes(image 0; room for 2 objects; classes background, cube, cylinder)", "<polygon "),
        (".render(scenes)", "Frames(image 0; ", "data:image/jpeg;base64,"),
        ("\ndata", "ImageSource(96 x 96 px; seed 1; ", "data:image/jpeg;base64,"),
    ):
        shown = outputs(done, ends)
        assert shown["text/plain"].startswith(text)
        assert text.split("(")[0] in shown["text/html"]
        assert held in shown["text/html"]
        assert len(shown["text/html"]) < 200_000
    assert outputs(done, "\nscenes")["text/html"].count("<polygon ") == 2


def test_no_output_is_stored_and_the_file_is_small():
    assert NOTEBOOK.stat().st_size < 200_000
    assert not [cell for cell in nbformat.read(NOTEBOOK, as_version=4).cells if cell.get("outputs")]
