"""random_colour, lighting: random colours, skies and lamps. For benchmarks.path_tracer."""

import numpy as np

from benchmarks.path_tracer.emitters import Ball, Panel, Sky


def random_colour(random: np.random.Generator, dull: float = 0.0) -> np.ndarray:
    """Random linear RGB (3,) float32. A quarter of the colours are nearly grey; dull (0 to 1) makes all of them greyer."""
    hue, value = random.uniform(0, 6), random.uniform(0.25, 0.95)
    saturation = random.uniform(0, 0.12) if random.random() < 0.25 + dull else random.uniform(0.25, 0.95) * (1 - dull)
    k = (np.array([5.0, 3.0, 1.0]) + hue) % 6
    srgb = value * (1 - saturation * np.clip(np.minimum(k, 4 - k), 0, 1))
    return (0.02 + 0.9 * srgb**2.2).astype(np.float32)


def _kelvin(kelvin: float) -> np.ndarray:
    """Linear RGB (3,) float32, green 1, of a black body: Planck's law at 611, 549 and 464 nm, relative to 6500 K."""
    wave = np.array([611e-9, 549e-9, 464e-9])
    glow = np.expm1(0.014388 / (wave * 6500)) / np.expm1(0.014388 / (wave * kelvin))
    return (glow / glow[1]).astype(np.float32)


def lighting(random: np.random.Generator) -> tuple[Sky, tuple[Panel | Ball, ...], np.ndarray]:
    """A random sky, one or two lamps, and the colour (3,) float32, green 1, of all their light on the floor."""
    white = _kelvin(random.uniform(5000, 9500))
    if random.random() < 0.5:  # outside, or a window's light
        zenith, horizon, ground = (
            white * random.uniform(0.5, 1.2),
            white * random.uniform(0.6, 1.3),
            0.3 * random_colour(random, 0.5),
        )
    else:  # a studio: grey, or in one colour
        wall = random_colour(random, 0.5)
        wall = wall / wall.max() * random.uniform(0.25, 0.9)
        zenith, horizon, ground = wall * random.uniform(0.3, 1.2), wall, wall * 0.5
    patches = []
    for _ in range(random.integers(0, 5)):
        azimuth, height = random.uniform(0, 2 * np.pi), random.uniform(-0.05, 0.6)
        direction = np.array([np.cos(azimuth), np.sin(azimuth), height]) / np.hypot(1, height)
        colour = random_colour(random, 0.4) * random.uniform(0.2, 2.0)
        patches.append((direction.astype(np.float32), random.uniform(8, 120), colour))
    sky = Sky(ground.astype(np.float32), horizon.astype(np.float32), zenith.astype(np.float32), tuple(patches))
    ambient = (0.6 * zenith + 0.4 * horizon) * np.pi
    lights, sent = [], []
    for _ in range(random.integers(1, 3)):
        share = np.exp(random.uniform(np.log(0.4), np.log(5)))  # of the lamp's light on the floor to the sky's
        light, colour = _lamp(random, share * float(ambient.mean()))
        lights.append(light)
        sent.append(colour)
    total = ambient + sum(sent)
    return sky, tuple(lights), (total / total[1]).astype(np.float32)


def _lamp(random: np.random.Generator, strength: float) -> tuple[Panel | Ball, np.ndarray]:
    """A random lamp that gives the floor's centre an irradiance of about `strength`, and that irradiance in RGB, (3,)."""
    azimuth, elevation, distance = random.uniform(0, 2 * np.pi), np.radians(random.uniform(25, 80)), random.uniform(3.5, 8)
    direction = np.array([np.cos(azimuth) * np.cos(elevation), np.sin(azimuth) * np.cos(elevation), np.sin(elevation)])
    size = distance * np.exp(random.uniform(np.log(0.03), np.log(0.28)))  # half a side, or the radius
    colour = _kelvin(random.choice([2900, 3400, 4200, 5500, 6500, 8000]))
    sent = strength * colour
    if random.random() < 0.35:
        seen = np.pi * (size / distance) ** 2 * np.sin(elevation)
        return Ball((direction * distance).astype(np.float32), float(size), (sent / seen).astype(np.float32)), sent
    right = np.array([-np.sin(azimuth), np.cos(azimuth), 0]) * size
    up = np.cross(right / size, direction) * size * random.uniform(0.5, 1.0)  # right x up points to the floor
    seen = 4 * size * np.linalg.norm(up) / distance**2 * np.sin(elevation)
    return Panel(*(v.astype(np.float32) for v in (direction * distance, right, up, sent / seen))), sent
