"""Tests of pbr.frag: the light of lamps, with coats, wear and bumps, against formulas in NumPy."""

import numpy as np
import pytest
from lit_balls import SIZE, Drawn, ball, ball_renderer, dot

from raster.color import linear_from_srgb
from raster.scene.materials import TEXTURES


@pytest.fixture(scope="module")
def drawing(tmp_path_factory):
    made = ball_renderer(tmp_path_factory.mktemp("members"))
    yield made
    made.release()


def lobe(n: np.ndarray, e: np.ndarray, towards: np.ndarray, alpha: float) -> np.ndarray:
    """(N, 1) pi D G / (4 n.l n.e): Walter et al. (2007), eq. 33, and Smith's height-correlated G, eq. 99 of Heitz (2014)."""
    half = towards + e
    half /= np.linalg.norm(half, axis=-1, keepdims=True)
    n_h, n_l, n_e = dot(n, half), np.maximum(dot(n, towards), 1e-9), np.maximum(dot(n, e), 1e-9)
    tangent2 = (1 - n_h**2) / n_h**2
    d = alpha**2 / (n_h**4 * (alpha**2 + tangent2) ** 2)  # times pi
    lambda_l, lambda_e = ((np.sqrt(1 + alpha**2 * (1 - c**2) / c**2) - 1) / 2 for c in (n_l, n_e))
    return d / (1 + lambda_l + lambda_e) / (4 * n_l * n_e)


def fresnel(f0, cosine: np.ndarray):
    return f0 + (1 - f0) * (1 - cosine) ** 5


ALBEDO = np.array([0.6, 0.3, 0.1])


@pytest.mark.parametrize(
    ("specular", "shininess", "metallic", "coat", "wear"),
    [(0.5, 4, 0, 0, 0), (0.5, 30, 0, 0, 0), (1, 200, 0, 0, 0), (0.5, 10, 1, 0, 0), (0.5, 100, 1, 0, 0), (0.3, 20, 0.5, 0, 0),
     (0.5, 10, 0, 1, 0), (0.5, 10, 1, 0.5, 0), (0.5, 200, 1, 0, 0.5)],
)  # fmt: skip
@pytest.mark.parametrize("light", [[0.3, -1.0, 0.6, 0.0], [1.0, -2.5, 1.5, 1.0]], ids=["direction", "point"])
def test_a_light_shines_as_by_the_formulas(light, specular, shininess, metallic, coat, wear, drawing):
    """GGX with Schlick's Fresnel over Lambert, a coat of alpha 0.02 over both; its visibility is an approximation, to 17 %."""
    scenes = ball(drawing, specular=specular, shininess=shininess, metallic=metallic, coat=coat, wear=wear)
    scenes.nodes.material.color[:] = 0 if wear else ALBEDO
    scenes.nodes.material.color2[:] = ALBEDO
    if wear:  # all over of the second colour, which is the worn one
        scenes.nodes.material.texture[:] = TEXTURES.index("gradient")
        scenes.nodes.material.texture_from_object[..., 0, 3] = 9
    position, color = np.array(light), np.array([0.3, 0.25, 0.2]) * (9 if light[3] else 1)
    position[:3] /= 1 if light[3] else np.linalg.norm(position[:3])
    scenes.lights.position[:], scenes.lights.color[:] = position, color
    found = Drawn(drawing, scenes)
    towards = position[:3] - position[3] * found.position
    arriving = color / (np.linalg.norm(towards, axis=-1, keepdims=True) ** 2 if light[3] else 1)
    towards = towards / np.linalg.norm(towards, axis=-1, keepdims=True)
    alpha = np.sqrt(2 / (shininess + 2)) * (1 - wear) + 0.8 * wear
    half = (towards + found.e) / np.linalg.norm(towards + found.e, axis=-1, keepdims=True)
    e_h, n_l = dot(found.e, half), np.maximum(dot(found.n, towards), 0)
    f0 = 0.08 * specular * (1 - metallic) + ALBEDO * metallic
    over = coat * fresnel(0.04, e_h)
    below = ALBEDO * (1 - metallic) * n_l * arriving * (1 - over)
    gloss = fresnel(f0, e_h) * lobe(found.n, found.e, towards, alpha) * n_l * arriving * (1 - over)
    gloss += over * lobe(found.n, found.e, towards, 0.02) * n_l * arriving
    sure = (n_l[:, 0] > 0.1) & (dot(found.n, found.e)[:, 0] > 0.2) & ((below + gloss).max(axis=-1) < 0.95)
    assert sure.sum() > 1000
    error = np.abs(found.pbr - below - gloss)[sure]
    assert (error < 0.17 * gloss[sure] + 0.01 * below[sure] + 1e-3).all()
    assert gloss[sure].max() > 0.005
    assert not found.pbr[dot(found.n, towards)[:, 0] < -0.02].any()


def test_without_gloss_it_is_phongs_shading(drawing):
    """Specular 0 and a rough surface: Lambert's cosine, but where light and eye are so far apart that every surface shines."""
    scenes = ball(drawing, lights=2, specular=0, shininess=1, color=ALBEDO)
    scenes.lights.position[:] = [[0.3, -0.9, 0.3, 0], [-1, -3, 1, 1]]
    scenes.lights.color[:], scenes.lights.ambient[:] = [[0.2, 0.3, 0.2], [1.0, 0.5, 0.5]], 0
    found = Drawn(drawing, scenes)
    facing = dot(found.n, found.e)[:, 0] > 0.5
    assert facing.sum() > 1000
    assert np.abs(found.pbr - found.phong)[facing].max() < 0.01
    assert found.phong[facing].max() > 0.2


@pytest.mark.parametrize("bump", [0.1, -0.1])
@pytest.mark.parametrize("side", [-1, 1])
def test_the_side_of_a_bump_that_faces_the_light_is_bright(side, bump, drawing):
    """On the front of a cube: brightness is that of the normal over the height, whose slope is taken from the drawn texture."""
    scenes = ball(drawing, kind=1, specular=0, shininess=1, color=0.0, color2=1.0, texture=TEXTURES.index("value_noise"))
    scenes.nodes.material.texture_from_object[:] = np.diag([6.0, 6.0, 6.0, 1.0])[:3]
    scenes.lights.ambient[:] = 1
    weight = linear_from_srgb(drawing.render(scenes).layers["phong"][0, ..., 0].astype(float))
    scenes.lights.ambient[:] = 0
    light = np.array([side * 0.6, -0.8, 0.0])
    scenes.lights.position[:], scenes.lights.color[:] = [*light, 0], 0.5
    scenes.nodes.material.color[:] = 1
    flat = linear_from_srgb(drawing.render(scenes).layers["pbr"][0, ..., 0].astype(float))
    scenes.nodes.material.bump[:] = bump
    found = linear_from_srgb(drawing.render(scenes).layers["pbr"][0, ..., 0].astype(float))
    metres = 2 * 3.5 * np.tan(np.radians(25)) / SIZE
    slope_z, slope_x = np.gradient(bump * weight / metres)
    normal = np.stack([-slope_x, -np.ones_like(slope_x), slope_z], axis=-1)  # rows count downwards
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
    expected = 0.5 * (np.maximum(normal @ light, 0) - 0.8)
    inner = (slice(4, -4), slice(4, -4))
    assert np.abs(expected[inner]).max() > 0.05
    assert np.corrcoef((found - flat)[inner].ravel(), expected[inner].ravel())[0, 1] > 0.9
    assert np.polyfit(expected[inner].ravel(), (found - flat)[inner].ravel(), 1)[0] == pytest.approx(1, abs=0.15)
