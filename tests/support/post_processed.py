"""take: pictures made by hand as the effects after drawing leave them. noise, smooth: such pictures; positions in them."""

from types import SimpleNamespace

import numpy as np

from raster.gl.formats import FORMATS
from raster.gl.functions import GL_TEXTURE_2D_ARRAY, GLFunctions
from raster.gl.readback import Readback
from raster.rendering.camera_effects import camera_rows
from raster.rendering.metering import meter_rows
from raster.rendering.post_process import PostProcess
from raster.scene.cameras import Cameras, Lens, Sensor
from raster.scene.lights import Lights
from raster.scene.requirements import EFFECTS

GL_UNPACK_ALIGNMENT, GL_DEPTH_COMPONENT, GL_FLOAT = 0x0CF5, 0x1902, 0x1406


def upload(gl: GLFunctions, array: np.ndarray, form: str, levels: int = 1) -> int:
    """A texture of (B, H, W, ...)."""
    form_, (batch, height, width) = FORMATS[form], array.shape[:3]
    data = np.ascontiguousarray(array, form_.dtype)
    name = gl.texture_array(form_.internal, width, height, batch, levels)
    gl.glPixelStorei(GL_UNPACK_ALIGNMENT, 1)
    where = (GL_TEXTURE_2D_ARRAY, 0, 0, 0, 0, width, height, batch)
    gl.glTexSubImage3D(*where, form_.pixel, form_.component, data.ctypes.data)
    return name


def upload_depth(gl: GLFunctions, z: np.ndarray, c: Cameras) -> int:
    """A depth texture of planar distances (B, H, W), metres, by perspective() in raster/transforms.py."""
    n, f = c.near[:, None, None].astype(float), c.far[:, None, None].astype(float)
    depth = np.ascontiguousarray(((f + n) / (f - n) - 2 * f * n / (f - n) / z + 1) / 2, np.float32)
    name = gl.depth_array(z.shape[2], z.shape[1], len(z))
    where = (GL_TEXTURE_2D_ARRAY, 0, 0, 0, 0, z.shape[2], z.shape[1], len(z))
    gl.glTexSubImage3D(*where, GL_DEPTH_COMPONENT, GL_FLOAT, depth.ctypes.data)
    return name


def take(ctx, gl, light, effects=EFFECTS, pad=(0, 0), z=4.0, supersample=1, others=None, **values) -> dict:
    """Layers of linear pictures (B, H + 2 rows, W + 2 columns, 3) after what lens and sensor do, told by `values`."""
    batch, height, width = light.shape[:3]
    size = height // supersample - 2 * pad[0], width // supersample - 2 * pad[1]
    made = SimpleNamespace(
        index=np.arange(batch), cameras=Cameras.default(batch, size[1] / size[0]), lens=Lens.default(batch),
        sensor=Sensor.default(batch), lights=Lights.default(batch, 1), slots={},
    )  # fmt: skip
    for key, value in values.items():
        part = next(part for part in (made.lens, made.sensor, made.cameras) if hasattr(part, key))
        getattr(part, key)[:] = value
    whole = np.concatenate([light, np.ones((*light.shape[:3], 1))], axis=-1)
    color = upload(gl, whole, "rgba16f", supersample)
    depth = upload_depth(gl, np.broadcast_to(z, light.shape[:3]).astype(float), made.cameras)
    layers = {name: (upload(gl, array, form), FORMATS[form]) for name, (array, form) in (others or {}).items()}
    drawing = PostProcess(ctx, gl, effects, size, pad, supersample, batch, ("color", color), depth, layers)
    drawing.run(camera_rows(made, size, pad, effects), meter_rows(made))
    readback = Readback(gl, drawing.outputs)
    readback.start(batch)
    found = readback.finish(batch)
    readback.release()
    drawing.release()
    gl.delete_textures(color, depth, *(texture for texture, _ in layers.values()))
    return found


def noise(batch: int, height: int, width: int, seed: int = 0) -> np.ndarray:
    """Light 0..1 of every pixel and channel at random, as 16-bit floats hold it."""
    return np.random.default_rng(seed).random((batch, height, width, 3)).astype(np.float16).astype(float)


def smooth(batch: int, height: int, width: int) -> np.ndarray:
    """Waves of colour, different in each picture."""
    v, u = np.mgrid[:height, :width] / 12.0
    phase = np.arange(batch)[:, None, None]
    waves = [np.sin(u + k + phase) * np.cos(v * (1 + 0.3 * k) - phase) for k in range(3)]
    return 0.5 + 0.4 * np.stack(waves, axis=-1)


def positions(height: int, width: int, pad: tuple[int, int]) -> np.ndarray:
    """(H + 2 rows, W + 2 columns, 2): (u, v) of every drawn pixel's centre, in px of the picture."""
    v, u = np.mgrid[: height + 2 * pad[0], : width + 2 * pad[1]] + 0.5
    return np.stack([u - pad[1], v - pad[0]], axis=-1)
