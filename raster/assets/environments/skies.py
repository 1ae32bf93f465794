"""preetham, make_skies: procedural skies, clear, cloudy or overcast, over a ground, with the sun kept apart."""

from dataclasses import dataclass

import numpy as np

from raster.assets.environments.equirectangular import directions, upward_irradiance
from raster.assets.fractal_noise import fractal
from raster.color import RGB_FROM_XYZ, linear_from_hsv, linear_from_kelvin
from raster.streams import Streams
from raster.transforms import direction, multiply

# Preetham, appendix A.2: A..E of F = (1 + A e^(B / cos t)) (1 + C e^(D g) + E cos^2 g), each as a slope and an offset in T.
_PEREZ = {
    "x": np.array([[-0.0193, -0.2592], [-0.0665, 0.0008], [-0.0004, 0.2125], [-0.0641, -0.8989], [-0.0033, 0.0452]]),
    "y": np.array([[-0.0167, -0.2608], [-0.0950, 0.0092], [-0.0079, 0.2102], [-0.0441, -1.6537], [-0.0109, 0.0529]]),
    "Y": np.array([[0.1787, -1.4630], [-0.3554, 0.4275], [-0.0227, 5.3251], [0.1206, -2.5771], [-0.0670, 0.3703]]),
}
# The zenith's chromaticity: rows T^2, T, 1, columns the sun's zenith angle cubed, squared, ... 1.
_ZENITH = {
    "x": np.array(
        [[0.00166, -0.00375, 0.00209, 0], [-0.02903, 0.06377, -0.03202, 0.00394], [0.11693, -0.21196, 0.06052, 0.25886]]
    ),
    "y": np.array(
        [[0.00275, -0.00610, 0.00317, 0], [-0.04214, 0.08970, -0.04153, 0.00516], [0.15346, -0.26756, 0.06670, 0.26688]]
    ),
}
TILE = 256  # px of the noise in clouds and on the ground
SUN_KLX = 128.0  # illuminance of the sun outside the air
CLEAR, CLOUDY, OVERCAST = 0.45, 0.3, 0.25  # how often each


@dataclass(frozen=True)
class Skies:
    """B maps in one exposure: a white horizontal surface, in the sun where there is one, shows 0.5 (mean of RGB)."""

    maps: np.ndarray  # (B, H, 2 H, 3) float32 linear radiance without the sun, laid out as in equirectangular.py
    sun_direction: np.ndarray  # (B, 3) float32 unit, towards the sun; (0, 0, 1) where there is none
    sun_color: np.ndarray  # (B, 3) float32 irradiance / pi of a surface that faces the sun; 0 where there is none


def preetham(elevation: np.ndarray, azimuth: np.ndarray, turbidity: np.ndarray, height: int) -> np.ndarray:
    """(B, H // 2, 2 H, 3) float32 linear RGB, kcd/m^2: the rows above the horizon under suns at (B,) radians, without those.

    turbidity (B,): 2 is a clear arctic day, 3 clear, 6 hazy. Source: Preetham, Shirley & Smits, "A practical analytic model for
    daylight" (1999), which is fitted for turbidities 2..6 and a sun above the horizon.
    """
    d = directions(height)[: height // 2]
    sun = direction(azimuth, elevation).astype(np.float32)[:, None, None]
    cos_gamma = np.clip(d[..., 0] * sun[..., 0] + d[..., 1] * sun[..., 1] + d[..., 2] * sun[..., 2], -1, 1)
    gamma, cos_theta = np.arccos(cos_gamma), d[:, :1, 2]
    theta = np.pi / 2 - elevation
    t = np.stack([turbidity**2, turbidity, np.ones_like(turbidity)], axis=-1)
    s = np.stack([theta**3, theta**2, theta, np.ones_like(theta)], axis=-1)
    zenith = {c: (multiply(t[:, None], _ZENITH[c])[:, 0] * s).sum(axis=-1) for c in "xy"}
    chi = (4 / 9 - turbidity / 120) * 2 * elevation
    zenith["Y"] = np.maximum((4.0453 * turbidity - 4.9710) * np.tan(chi) - 0.2155 * turbidity + 2.4192, 0.1)
    seen = {}
    for c in "xyY":
        abcde = _PEREZ[c][:, :1] * turbidity + _PEREZ[c][:, 1:]  # (5, B)
        at_zenith = _perez(abcde, np.ones_like(theta), theta, np.cos(theta))
        wide = abcde.astype(np.float32)[..., None, None]
        seen[c] = (zenith[c] / at_zenith).astype(np.float32)[:, None, None] * _perez(wide, cos_theta, gamma, cos_gamma)
    over_y = seen["Y"] / seen["y"]
    xyz = seen["x"] * over_y, seen["Y"], (1 - seen["x"] - seen["y"]) * over_y
    rgb = [xyz[0] * np.float32(m[0]) + xyz[1] * np.float32(m[1]) + xyz[2] * np.float32(m[2]) for m in RGB_FROM_XYZ]
    return np.maximum(np.stack(rgb, axis=-1), 0)


def _perez(abcde: np.ndarray, cos_theta: np.ndarray, gamma: np.ndarray, cos_gamma: np.ndarray) -> np.ndarray:
    a, b, c, d, e = abcde
    return (1 + a * np.exp(b / np.maximum(cos_theta, 0.01))) * (1 + c * np.exp(d * gamma) + e * cos_gamma * cos_gamma)


def sunlight(elevation: np.ndarray, turbidity: np.ndarray) -> np.ndarray:
    """(B, 3) linear RGB of the sun's illuminance, klx, on a surface that faces it, after its way through the air.

    Transmittances of Preetham, appendix A.1 (Rayleigh, aerosol, ozone), at one wavelength for each colour.
    """
    air = 1 / (np.sin(elevation) + 0.15 * (np.degrees(elevation) + 3.885) ** -1.253)  # Kasten 1965, in vertical thicknesses
    um, ozone = np.array([0.61, 0.55, 0.465]), np.array([0.12, 0.085, 0.0075])  # micrometres; 1 / cm
    beta = 0.04608 * turbidity - 0.04586
    depth = 0.008735 * um**-4.08 + beta[:, None] * um**-1.3 + 0.35 * ozone
    return SUN_KLX * linear_from_kelvin(np.array(5800.0)) * np.exp(-depth * air[:, None])


def make_skies(streams: Streams, height: int) -> Skies:
    """Skies B = streams.count, a function of the streams' seed and numbers and of H."""
    kind = streams.choice("kind", np.array([CLEAR, CLOUDY, OVERCAST]))
    azimuth, elevation = (
        streams.uniform_between("azimuth", (0, 2 * np.pi)),
        np.radians(streams.uniform_between("elevation_deg", (6, 75))),
    )
    turbidity = streams.uniform_between("turbidity", (2.0, 6.0))
    upper = preetham(elevation, azimuth, turbidity, height)
    toward, sun = direction(azimuth, elevation), sunlight(elevation, turbidity) / np.pi
    cover, at_sun = _clouds(streams, height, toward)
    cover, at_sun = cover * (kind == 1)[:, None, None], at_sun * (kind == 1)
    white = 0.35 * np.sin(elevation)[:, None] * sun + upper.mean(axis=(1, 2))
    upper += cover[..., None] * (white.astype(np.float32)[:, None, None] - upper)
    upper = np.where((kind == 2)[:, None, None, None], _overcast(streams, height), upper)
    sun *= np.where(kind == 2, 0.0, 1 - 0.95 * at_sun)[:, None]
    maps = np.zeros((streams.count, height, 2 * height, 3), np.float32)
    maps[:, : height // 2] = upper
    shown = upward_irradiance(maps) + sun * toward[:, 2:]
    _ground(streams, maps, shown)  # its hills hide a little of the sky
    scale = 0.5 / (upward_irradiance(maps) + sun * toward[:, 2:]).mean(axis=-1)
    maps *= scale.astype(np.float32)[:, None, None, None]
    toward = np.where((kind == 2)[:, None], [0.0, 0.0, 1.0], toward)
    return Skies(maps, toward.astype(np.float32), (sun * scale[:, None]).astype(np.float32))


def _clouds(streams: Streams, height: int, toward: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How thick clouds are, 0..1: (B, H // 2, 2 H) float32 in the map's upper rows, and (B,) before the sun."""
    noise = fractal(streams, "clouds", TILE, coarsest=8, falloff=0.55)
    amount, sharp = streams.uniform_between("cover", (-0.9, 0.6)), streams.uniform_between("sharp", (0.5, 1.6))

    def cover(n: np.ndarray) -> np.ndarray:
        wide = (streams.count, *(1,) * (n.ndim - 1))
        return np.clip((n + amount.reshape(wide)) * sharp.reshape(wide), 0, 1).astype(np.float32) ** 2

    at_sun = np.stack([_on_plane(noise, d)[b] for b, d in enumerate(toward)])
    return cover(_on_plane(noise, directions(height)[: height // 2])), cover(at_sun)


def _on_plane(noise: np.ndarray, d: np.ndarray) -> np.ndarray:
    """(B, ...): noise (B, TILE, TILE), mirrored about its edges, on a level plane, seen along directions d (..., 3)."""
    at = np.abs((d[..., :2] / (np.abs(d[..., 2:]) + 0.12) * 0.22 + 0.5) % 2 - 1) * (TILE - 1)
    column, row = np.moveaxis(at.astype(np.int64), -1, 0)
    return noise[:, row, column]


def _overcast(streams: Streams, height: int) -> np.ndarray:
    """(B, H // 2, 2 H, 3) float32, zenith about 10 kcd/m^2: the CIE's overcast sky, (1 + 2 sin e) / 3 of the zenith at e."""
    tint = linear_from_kelvin(streams.uniform_between("overcast_kelvin", (5800, 7500)))[:, None, None]
    return (10 * tint * (1 + 2 * directions(height)[: height // 2, :, 2:]) / 3).astype(np.float32)


def _ground(streams: Streams, maps: np.ndarray, shown: np.ndarray) -> None:
    """Fill what is below the horizon, and hills or houses just above it, with albedos times what white would show (B, 3)."""
    half = maps.shape[1] // 2
    d = directions(2 * half)
    hue, saturation = streams.uniform_between("hue", (20, 130)), streams.uniform_between("saturation", (0.0, 0.5))
    light = linear_from_hsv(hue, saturation, streams.uniform_between("value", (0.25, 0.75))) * shown
    mottled = 1 + streams.uniform_between("mottled", (0.02, 0.25))[:, None, None] * _on_plane(
        fractal(streams, "ground", TILE), d[half:]
    )
    maps[:, half:] = np.maximum(mottled, 0.2)[..., None] * light[:, None, None]
    far = light * streams.uniform_between("far", (0.25, 0.8))[:, None]
    hidden = d[:half, :, 2] < _skyline(streams, 2 * half)[:, None]
    np.copyto(maps[:, :half], far[:, None, None].astype(np.float32), where=hidden[..., None])


def _skyline(streams: Streams, height: int) -> np.ndarray:
    """(B, 2 H): sines of the elevation, at most 0.1, up to which hills or roofs hide the sky; below 0 where nothing does."""
    d = directions(height)[0]
    waves = np.arange(1, 25)[:, None]
    phase, size = 2 * np.pi * streams.uniform("phase", 24), streams.uniform("wave", 24)
    profile = (size[..., None] * np.cos(waves * np.arctan2(d[:, 1], d[:, 0]) + phase[..., None]) / waves**0.8).sum(axis=1)
    roofs = streams.bernoulli("roofs", 0.4)[:, None]
    return np.minimum(
        streams.uniform_between("hills", (-0.05, 0.07))[:, None] + 0.04 * np.where(roofs, np.round(2 * profile) / 2, profile),
        0.1,
    )
