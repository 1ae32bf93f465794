"""read_yolo: a strict reader of YOLO folders by the published rules: what Ultralytics would drop or misread raises here."""

from pathlib import Path

import numpy as np
import yaml
from PIL import Image


def read_yolo(root: Path) -> tuple[dict[int, str], dict[Path, list[tuple[int, np.ndarray]]]]:
    """Names by class, and for each image its rows: class, and the numbers (N,) float64.

    A label stands where the last /images/ of the path is /labels/, and each image has one. Classes are known, numbers are
    from 0 to 1, and no row comes twice: else the whole image, or the row, is dropped.
    """
    facts = yaml.safe_load((root / "data.yaml").read_text())
    assert "path" not in facts, "with path, the folder cannot be moved"
    assert sorted(facts["names"]) == list(range(len(facts["names"])))
    found = {}
    for split in ("train", "val", *(["test"] if "test" in facts else [])):
        images = sorted((root / facts[split]).iterdir())
        assert images
        for image in images:
            head, _, tail = str(image).rpartition("/images/")
            label = Path(f"{head}/labels/{tail}").with_suffix(".txt")
            assert label.is_file(), f"{label} is missing"
            Image.open(image).verify()
            rows = [line.split() for line in label.read_text().splitlines()]
            assert len(set(map(tuple, rows))) == len(rows)
            for row in rows:
                assert int(row[0]) in facts["names"]
                assert len(row) >= 5
                assert all(0 <= float(number) <= 1 for number in row[1:])
                assert len(row) == 5 or len(row) % 2 == 1
            found[image] = [(int(row[0]), np.array(row[1:], float)) for row in rows]
    return facts["names"], found
