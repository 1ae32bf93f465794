"""GLOptions: the options gl.*, which say what draws."""

from dataclasses import dataclass, field

from raster.errors import InputError

LIST = "of python -m raster.doctor's list"


@dataclass
class GLOptions:
    """Which OpenGL devices draw, and whether in a process of their own."""

    device: int | None = None  # EGL device number; null: a GPU, if there is one [; 0 or more, or null]
    also: list[int] = field(default_factory=list)  # numbers of more GPUs of the same kind, which draw too [; 0 or more]
    pipeline: bool | None = None  # one process draws for all others; null: on a GPU [; true, false, or null]

    def check(self) -> None:
        """InputError for numbers that no device has, and for GPUs that nothing would feed."""
        if self.device is not None and self.device < 0:
            raise InputError(f"gl.device={self.device}: expected null, or a number {LIST}")
        if any(number < 0 for number in self.also):
            raise InputError(f"gl.also={self.also}: expected numbers {LIST}")
        if self.also and self.pipeline is False:
            raise InputError(f"gl.also={self.also}: needs processes that feed these GPUs; say gl.pipeline=null or true")
