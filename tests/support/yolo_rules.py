"""read_yolo: a strict reader of YOLO folders by the published rules: what Ultralytics would drop or misread raises here."""

from pathlib import Path

import numpy as np
import yaml
from PIL import Image


def read_yolo(root: Path, keypoints: int = 0) -> tuple[dict[int, str], dict[Path, list[tuple[int, np.ndarray]]]]:
    """Names by class, and for each image its rows: class, and the numbers (N,) float64.

    A label stands where the last /images/ of the path is /labels/, and each image has one. Classes are known, numbers are
    from 0 to 1 but for flags of keypoints, and no row comes twice: else the whole image, or the row, is dropped.
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
                flags = row[7::3] if keypoints else []
                assert set(flags) <= {"0", "1", "2"}
                assert all(
                    0 <= float(number) <= 1 for k, number in enumerate(row) if k and not (keypoints and k > 6 and k % 3 == 1)
                )
                assert len(row) == 5 + 3 * keypoints if keypoints else len(row) % 2 == 1
            found[image] = [(int(row[0]), np.array(row[1:], float)) for row in rows]
    return facts["names"], found
