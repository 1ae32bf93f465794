"""read_calibration: a camera's matrix K and its distortion, as given or from a file of OpenCV's or ROS's. Calibration."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from raster.assets.cameras.structured_files import numbers_of, read_bytes, read_structured
from raster.errors import InputError

CENTERS = {"integer": 0.5, "half": 0.0}  # px to add to a principal point, by where the first pixel's centre is: at 0, or at 0.5
ENDINGS = (".json", ".yaml", ".yml")
NAMES = {  # what a calibration may call its parts
    "k": ("k", "K", "camera_matrix", "cameraMatrix", "intrinsic_matrix"),
    "distortion": (
        "distortion", "d", "D", "distortion_coefficients", "dist_coeffs", "distCoeffs", "dist",
    ),
    "width": ("width", "image_width"),
    "height": ("height", "image_height"),
    "model": ("distortion_model",),
}  # fmt: skip
MODELS = ("plumb_bob", "rational_polynomial", "")  # ROS's names; of the second the first five coefficients, the others zero
FORM = "expected {k: 3 x 3 matrix, width: px, height: px, distortion: [k1, k2, p1, p2, k3]}"


@dataclass(frozen=True)
class Calibration:
    """A camera's intrinsics. A pixel's centre is at +0.5: cx is half the width for a principal point in the middle."""

    fx: float  # px
    fy: float
    cx: float
    cy: float
    width: int  # px, of the pictures that it was measured with
    height: int
    distortion: tuple[float, ...]  # OpenCV's k1, k2, p1, p2, k3
    digest: str | None = None  # SHA-256 of the file that it was read from

    @property
    def distorts(self) -> bool:
        """Whether any coefficient is not zero."""
        return any(self.distortion)

    def at(self, width: int, height: int) -> tuple[float, float, float, float]:
        """fx, fy, cx, cy in px of pictures of width x height px. InputError for another shape than that it was measured at."""
        if abs(width - self.width * height / self.height) >= 1:
            what = f"is of {self.width} x {self.height} px, and images have {width} x {height}"
            raise InputError(f"{what}; set size=[{self.height},{self.width}], or another size of that shape")
        x, y = width / self.width, height / self.height
        return self.fx * x, self.fy * y, self.cx * x, self.cy * y


def read_calibration(key: str, value: Any, centers: str) -> Calibration:
    """A calibration from a mapping, or from a file: JSON or YAML, as written by hand, by OpenCV, or by ROS (camera_info).

    centers: "integer" if the first pixel's centre has the coordinate 0, as in OpenCV and ROS; "half": 0.5, as in raster's
    records. InputError, which begins with "{key}=", for what is missing, wrong, or not supported.
    """
    digest, start = None, f"{key}: "
    if isinstance(value, str):
        start = f"{key}={value}: "
        if Path(value).suffix.lower() not in ENDINGS:
            raise InputError(f"{start}expected a file that ends in {' '.join(ENDINGS)}, or a mapping")
        data, digest = read_bytes(key, value)
        value = read_structured(key, value, data)
    try:
        return _calibration(value, CENTERS[centers], digest)
    except InputError as error:
        raise InputError(f"{start}{error}") from None


def _calibration(said: Any, shift: float, digest: str | None) -> Calibration:
    if not isinstance(said, Mapping):
        raise InputError(f"holds no keys; {FORM}")
    found = {part: next((said[name] for name in names if name in said), None) for part, names in NAMES.items()}
    known = {name for names in NAMES.values() for name in names}
    for name in (str(name) for name in said if name not in known):  # files hold much else, such as ROS's matrix P
        if digest is None or (found["distortion"] is None and "dist" in name.lower()):
            raise InputError(f"there is no {name}; {FORM}")
    if missing := [part for part in ("k", "width", "height") if found[part] is None]:
        raise InputError(f"has no {missing[0]}; {FORM}")
    width, height = (_side(part, found[part]) for part in ("width", "height"))
    k = numbers_of("k", found["k"])
    k = k.reshape(3, 3) if k.shape == (9,) else k
    if k.shape != (3, 3):
        raise InputError(f"k has the shape {list(k.shape)}; expected a 3 x 3 matrix, or its nine numbers row by row")
    (fx, skew, cx), (zero, fy, cy) = k[:2].tolist()
    if zero or k[2].tolist() != [0, 0, 1]:
        raise InputError("k: expected [[fx, 0, cx], [0, fy, cy], [0, 0, 1]]; is it transposed, or scaled?")
    if not (fx > 0 and fy > 0):
        raise InputError(f"k: fx={fx:g}, fy={fy:g}: focal lengths are above zero, in px")
    if abs(skew) > 1e-6 * fx:
        raise InputError(f"k: skew={skew:g}: only pixels without skew are drawn; expected 0")
    cx, cy = cx + shift, cy + shift
    if not (0 <= cx <= width and 0 <= cy <= height):
        raise InputError(f"k: principal point ({cx:g}, {cy:g}) px is outside the picture of {width} x {height}")
    return Calibration(fx, fy, cx, cy, width, height, _coefficients(found["distortion"], found["model"]), digest)


def _side(part: str, value: Any) -> int:
    number = numbers_of(part, value)
    if number.shape != () or number % 1 or not 1 <= number <= 10**5:
        raise InputError(f"{part}={value}: expected a whole number of px")
    return int(number)


def _coefficients(value: Any, model: Any) -> tuple[float, ...]:
    """k1, k2, p1, p2, k3 of OpenCV's 4, 5, 8, 12 or 14 coefficients. InputError for models that have other terms."""
    if model not in (None, *MODELS):
        raise InputError(f"distortion_model={model}: only OpenCV's k1, k2, p1, p2, k3 (plumb_bob) are drawn; undistort first")
    d = np.zeros(0) if value is None else numbers_of("distortion", value).ravel()
    if len(d) not in (0, 1, 4, 5, 8, 12, 14) or (len(d) == 1 and d[0]):
        raise InputError(f"distortion has {len(d)} numbers; expected OpenCV's 4 or 5: k1, k2, p1, p2, k3")
    if d[5:].any():
        raise InputError("distortion: only the first five of OpenCV's coefficients, k1, k2, p1, p2, k3, may differ from zero")
    return tuple(float(c) for c in (*d[:5], *[0.0] * 5)[:5])
