"""Test of how docs/on-disk.md joins the parts of a data set: what comes out is the data of one that was drawn in one go."""

import re
import subprocess

import pytest
from programs import ROOT, data, generate_here

from raster.dataset.verify import verify

pytestmark = pytest.mark.slow
SMALL = ("preset=fast", "size=32", "workers=1")


def test_parts_that_are_joined_as_the_page_says_are_the_whole(tmp_path):
    page = (ROOT / "docs/on-disk.md").read_text()
    (recipe,) = [block for block in re.findall(r"^```sh\n(.*?)^```", page, re.M | re.S) if "joined" in block]
    commands = recipe.replace("=50", "=6").splitlines()
    for command in commands:
        program, *words = command.removeprefix("python -m ").split()
        if program == "raster.generate":
            generate_here(tmp_path, *words, *SMALL)
        elif program == "raster.validate":
            assert [verify(tmp_path / name)["images"] for name in words] == [6, 6]
        else:
            subprocess.run(["sh", "-c", command], cwd=tmp_path, check=True)
    generate_here(tmp_path, "n=12", "out=whole", *SMALL)
    assert data(tmp_path / "joined") == data(tmp_path / "whole")
