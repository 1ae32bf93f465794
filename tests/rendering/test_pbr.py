"""Tests of pbr.frag: lobes, furnace, mirror images, light of turned maps, bumps and coats, against formulas in NumPy."""

import numpy as np
import pytest

from raster.assets.catalog import Catalog
from raster.assets.environments.load import Environments
from raster.assets.environments.octahedral import solid_angles, texels
from raster.assets.environments.prefilter import irradiance, prefilter
from raster.assets.library import Library
from raster.color import linear_from_srgb
from raster.passes import CLASS_ID, Pass
from raster.randomizers.environment import turned
from raster.rendering.renderer import Renderer
from raster.scene.materials import TEXTURES
from raster.scene.scenes import Scenes
from raster.solids.cube import cube
from raster.solids.sphere import sphere
from raster.transforms import compose

SIZE, PX = 96, 64
SHADER = """// A member of the block Surface, as it comes from the vertex shader.
#version 430
#include "scene.glsl"
in Surface {
#include "surface.glsl"
} v;
layout(location = 0) out vec4 value;
void main() { value = vec4(v.MEMBER, 1.0); }
"""
SPOT = np.array([0.48, -0.6, 0.64])  # towards the bright spot of the second map


def spotted() -> np.ndarray:
    """(PX, PX, 3) octahedral: dim, with one bright spot of 8 degrees, green on one side, blue on another."""
    d = texels(PX)
    image = np.full((PX, PX, 3), 0.1)
    image += 3 * np.exp(200 * (d @ SPOT - 1))[..., None]
    image[..., 1] += 0.4 * np.maximum(d[..., 0], 0)
    image[..., 2] += 0.5 * np.maximum(d[..., 1], 0) * np.maximum(-d[..., 2], 0)
    return image.astype(np.float32)


@pytest.fixture(scope="module")
def library() -> Library:
    """Two maps: white all over, and the spotted one."""
    maps = np.stack([np.ones((PX, PX, 3), np.float32), spotted()])
    levels = tuple(level.astype(np.float16) for level in prefilter(maps))
    up, black = np.tile(np.array([0, 0, 1], np.float32), (2, 1)), np.zeros((2, 3), np.float32)
    return Library(np.zeros((0, 8, 8, 3), np.uint8), Environments(levels, irradiance(maps), up, black, ("white", "spotted")))


@pytest.fixture(scope="module")
def drawing(library, tmp_path_factory):
    """Light of both shaders, encoded but not rounded, and normals and places in the world."""
    folder, passes = tmp_path_factory.mktemp("members"), [CLASS_ID]
    for name in ("pbr", "phong"):
        passes.append(Pass(f"{name}.frag", {name: "rgba32f"}, background="background.frag"))
    for member in ("position", "normal"):
        (folder / f"{member}.frag").write_text(SHADER.replace("MEMBER", member))
        passes.append(Pass(str(folder / f"{member}.frag"), {member: "rgba32f"}))
    made = Renderer(Catalog({"sphere": sphere(), "cube": cube()}), (SIZE, SIZE), 4, passes, library=library)
    yield made
    made.release()


def ball(drawing: Renderer, batch: int = 1, lights: int = 1, kind: int = 0, **material) -> Scenes:
    """A ball of 2 m at the origin, 4 m before the camera, without light; material fields as given."""
    scenes = Scenes.zeros(drawing.catalog, np.arange(batch), {"objects": 1}, lights, size=(SIZE, SIZE), library=drawing.library)
    scenes.set_assets(slice(0, 1), np.full((batch, 1), kind))
    scenes.nodes.local[:, scenes.roots] = compose((0, 0, 0), scale=2.0 if kind == 0 else (5, 1, 5))
    scenes.lights.color[:], scenes.lights.ambient[:] = 0, 0
    for name, value in material.items():
        getattr(scenes.nodes.material, name)[:] = value
    return scenes


class Drawn:
    """What one image shows where the ball is: light (N, 3) of both shaders, unit normals and directions to the eye (N, 3)."""

    def __init__(self, drawing: Renderer, scenes: Scenes, b: int = 0):
        layers = drawing.render(scenes).layers
        self.seen = layers["class_id"][b] > 0
        shown = {name: layer[b, ..., :3][self.seen].astype(float) for name, layer in layers.items() if name != "class_id"}
        self.pbr, self.phong = (linear_from_srgb(shown[name]) for name in ("pbr", "phong"))
        self.position, self.n = shown["position"], shown["normal"]
        self.n /= np.linalg.norm(self.n, axis=-1, keepdims=True)
        self.e = np.array([0, -4.0, 0]) - self.position
        self.e /= np.linalg.norm(self.e, axis=-1, keepdims=True)


def dot(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """(N, 1)."""
    return (a * b).sum(axis=-1, keepdims=True)


# --- Lamps


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


# --- Light from everywhere


@pytest.mark.parametrize("how", ["ambient", "map"])
@pytest.mark.parametrize("shininess", [1, 10, 100, 1000])
@pytest.mark.parametrize(("metallic", "coat"), [(0, 0), (1, 0), (0, 1), (1, 0.5)])
def test_a_white_furnace_is_given_back_and_no_more(metallic, coat, shininess, how, drawing):
    """Half of white from everywhere: a white ball shows half and looks like its background, whatever its finish."""
    scenes = ball(drawing, specular=0.5, shininess=shininess, metallic=metallic, coat=coat, color=1.0)
    if how == "ambient":
        scenes.lights.ambient[:] = 0.5
    else:
        scenes.environment.map[:], scenes.environment.intensity[:] = 0, 0.5
        scenes.lights.irradiance[:] = 0.5 * drawing.library.environments.irradiance[0]
    found = Drawn(drawing, scenes)
    assert len(found.pbr) > 1500
    np.testing.assert_allclose(found.pbr, 0.5, rtol=0.02)


@pytest.mark.parametrize("yaw", [0.0, 90.0, 200.0])
def test_a_mirror_shows_the_spot_where_it_reflects(yaw, drawing):
    """The brightest pixel of a smooth metal ball: its normal lies halfway between the eye and the turned spot."""
    scenes = ball(drawing, specular=0.5, shininess=1000, metallic=1.0, color=1.0)
    scenes.environment.map[:], scenes.environment.yaw[:], scenes.environment.intensity[:] = 1, np.radians(yaw), 0.3
    c, s = np.cos(np.radians(yaw)), np.sin(np.radians(yaw))
    spot = np.array([c * SPOT[0] - s * SPOT[1], s * SPOT[0] + c * SPOT[1], SPOT[2]])
    found = Drawn(drawing, scenes)
    bright = found.pbr.sum(axis=-1)
    k = bright > 0.9 * bright.max()
    mirror = 2 * dot(found.n, found.e) * found.n - found.e
    middle = mirror[k].mean(axis=0)
    assert np.degrees(np.arccos(middle @ spot / np.linalg.norm(middle))) < 5
    assert bright.max() > 3 * np.median(bright)


def test_a_smooth_metal_shows_the_map_in_its_colour(drawing):
    """Everywhere where the map is smooth: the radiance of the mirrored direction, times colour and what is lost."""
    scenes = ball(drawing, specular=0.5, shininess=1000, metallic=1.0, color=[0.9, 0.6, 0.3])
    scenes.environment.map[:] = 1
    found = Drawn(drawing, scenes)
    mirror = 2 * dot(found.n, found.e) * found.n - found.e
    expected = np.stack([0.1 + 0 * mirror[:, 0], 0.1 + 0.4 * np.maximum(mirror[:, 0], 0)], axis=-1) * [0.9, 0.6]
    sure = (dot(found.n, found.e)[:, 0] > 0.5) & (mirror @ SPOT < 0.8)
    assert sure.sum() > 1000
    np.testing.assert_allclose(found.pbr[sure][:, :2], expected[sure], rtol=0.1, atol=0.005)


@pytest.mark.parametrize("yaw", [0.0, 50.0, 90.0, 250.0])
def test_a_matt_ball_shows_the_irradiance_of_the_turned_map(yaw, drawing):
    """Against the sum over the map's texels of radiance, cosine and solid angle; nine harmonics are good to a few per cent."""
    angle = np.radians([yaw])
    maps = drawing.library.environments
    scenes = ball(drawing, specular=0, shininess=1, color=1.0)
    scenes.lights.irradiance[:] = 2 * turned(maps.irradiance[1:], angle)
    found = Drawn(drawing, scenes)
    c, s = np.cos(angle[0]), np.sin(angle[0])
    d = texels(PX).reshape(-1, 3) @ np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]]).T
    weight = spotted().reshape(-1, 3) * solid_angles(PX).reshape(-1, 1) / np.pi
    some = np.flatnonzero(dot(found.n, found.e)[:, 0] > 0.2)[::20]
    expected = 2 * np.maximum(found.n[some] @ d.T, 0) @ weight
    np.testing.assert_allclose(found.phong[some], expected, atol=0.02)
    assert np.ptp(expected, axis=0).max() > 0.1


# --- Bumps


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
