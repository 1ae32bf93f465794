"""Strip: a feature that benchmarks.gallery shows, off, a little and much. STILL, LIGHT, SURROUNDINGS: the scene, and strips."""

from dataclasses import dataclass

Overrides = tuple[str, ...]


@dataclass(frozen=True)
class Strip:
    """One feature, as overrides of raster.generate on top of STILL; "@0.5" stands for half of the side of the picture in px."""

    title: str
    off: Overrides
    low: Overrides
    high: Overrides
    scene: Overrides = ()  # overrides of all three pictures
    captions: tuple[str, str, str] = ("off", "low", "high")
    image: int = 11  # number of the image
    moves: bool = False  # whether the labels change with the feature; then they are outlined


def of(randomizer: str, **fields: object) -> Overrides:
    """Overrides of some fields of a randomizer."""
    return tuple(f"randomizers.{randomizer}.{name}={value}".replace(" ", "") for name, value in fields.items())


# A still life on a grey floor under one light, with nothing that a strip could switch on.
STILL: Overrides = (
    "preset=plain", "seed=3", "samples=4",
    *of("objects", count=10), *of("distractors", count=0), *of("scale", size=[0.9, 1], stretched=0.3),
    *of("placement", floor=1, floor_radius=0.95, lying=0.4),
    *of("camera", distance=2.6, elevation_deg=36, azimuth_deg=20, jitter=0, roll_deg=0, fov_deg=44),
    *of("materials", saturation=[0.4, 0.9], value=[0.4, 0.9], finishes="[plastic]", worn=0, bumpy=0),
    *of("textures", kinds="[flat]", images="null"),
    *of("floor", kinds="[flat]", images="null", hue_deg=40, saturation=0.1, value=0.8),
    *of("background", kinds="[flat]", images="null", hue_deg=215, saturation=0.3, value=0.6),
    *of("walls", share=0, images="null"),
    *of("lights", count=1, point=0, spot=0, azimuth_deg=105, elevation_deg=42, kelvin=5800, brightness=0.9, ambient=0.25),
    *of("lights", shadows=0, softness=0.03, shadow_taps=16),
    *of("environment", share=0, visible=0, skies=1, studios=0, lamps=0, gain=0.8),
    *of("lens", distorted=0, defocused=0, moving=0, aberrated=0, vignette=0),
    *of("sensor", exposure_ev=0, balance=1, shot=0, read=0, filtered=1, blur_px=0, sharpen=0),
    *of("sensor", saturation=1, contrast=1, curve=0, jpeg=0),
)  # fmt: skip
AFLOAT = (*of("placement", floor=0, radius=0.8), *of("camera", elevation_deg=10, fov_deg=50))
CHECKERED = of("floor", kinds="[checker]", frequency=2.5, value=[0.4, 0.95])
TEXTURED = of("textures", kinds="[checker,brick,stripes,voronoi]", frequency=[4, 8])
SKY, STUDIO = of("environment", share=1, skies=3), of("environment", share=1, skies=0, studios=5)
DUSK = of("environment", share=1, skies=5)
SHADOW = of("lights", shadows=1)

LIGHT = (
    Strip("hard shadows", (), of("lights", shadows=1), of("lights", shadows=3),
          of("lights", count=3, softness=0.002, azimuth_deg=[0, 360], elevation_deg=[30, 60]),
          ("off", "of 1 light", "of 3 lights")),
    Strip("soft shadows", of("lights", softness=0.002), of("lights", softness=0.06), of("lights", softness=0.2), SHADOW,
          ("light of no size", "softness 0.06", "0.2")),
    Strip("near lights", (), of("lights", point=1, distance=4.5), of("lights", point=1, distance=2.5), SHADOW,
          ("from infinity", "at 4.5 m", "at 2.5 m")),
    Strip("spot lights", (), of("lights", spot=1, cone_deg=35), of("lights", spot=1, cone_deg=18),
          (*SHADOW, *of("lights", point=1, distance=4)), ("off", "cone of 35 degrees", "18 degrees")),
    Strip("colour temperature", (), of("lights", kelvin=9000), of("lights", kelvin=2500), SHADOW,
          ("5800 K", "9000 K", "2500 K")),
    Strip("ambient light", of("lights", ambient=0), of("lights", ambient=0.15), of("lights", ambient=0.4), SHADOW,
          ("off", "0.15", "0.4")),
    Strip("a sky as light", (), (*SKY, *of("environment", gain=0.5)), (*SKY, *of("environment", gain=1.3)), SHADOW,
          ("off: one lamp", "gain 0.5", "1.3")),
    Strip("a studio as light", (), (*STUDIO, *of("environment", gain=0.5)), (*STUDIO, *of("environment", gain=1.3)),
          (*SHADOW, *of("materials", finishes="[glossy,lacquer,metal]")), ("off: one lamp", "gain 0.5", "1.3")),
)  # fmt: skip

SURROUNDINGS = (
    Strip("a sky as backdrop", DUSK, (*DUSK, *of("environment", visible=1, blur=3)),
          (*DUSK, *of("environment", visible=1, blur=0)), (*SHADOW, *AFLOAT), ("light only", "blurred", "sharp"), image=8),
    Strip("a studio as backdrop", STUDIO, (*STUDIO, *of("environment", visible=1, blur=2)),
          (*STUDIO, *of("environment", visible=1, blur=0)), (*SHADOW, *AFLOAT), ("light only", "blurred", "sharp"), image=8),
    Strip("pictures as backdrop", (), of("background", images="clutter", most=6, pictured=1, zoom=0.8),
          of("background", images="clutter", most=6, pictured=1, zoom=2.5), AFLOAT, ("off", "zoom 0.8", "2.5"), image=8),
    Strip("textures as backdrop", (), of("background", kinds="[gradient]"), of("background", kinds="[gradient_noise]"),
          (*AFLOAT, *of("background", hue_deg=[0, 360], saturation=0.6)), ("flat", "gradient", "noise"), image=8),
    Strip("pictures on the floor", (), of("floor", images="clutter", most=6, pictured=1, tile=4),
          of("floor", images="clutter", most=6, pictured=1, tile=1), SHADOW, ("off", "4 m wide", "1 m wide")),
    Strip("textured floors", (), of("floor", kinds="[wood]", frequency=2), of("floor", kinds="[voronoi]", frequency=3),
          (*SHADOW, *of("floor", hue_deg=[0, 60], saturation=[0.2, 0.7], value=[0.3, 1])), ("off", "wood", "voronoi")),
    Strip("walls", (), of("walls", share=1, distance=5, height=1, kinds="[flat]"),
          of("walls", share=1, distance=3, height=3, kinds="[flat]"),
          (*SHADOW, *of("camera", elevation_deg=18, fov_deg=60)),
          ("off", "1 m high", "3 m high, nearer")),
    Strip("textured rooms", (), of("walls", share=1, kinds="[brick]"),
          of("walls", share=1, images="clutter", most=6, pictured=1, tile=2),
          (*SHADOW, *CHECKERED, *of("camera", elevation_deg=18, fov_deg=60),
           *of("walls", distance=3, height=3, frequency=3)), ("off", "brick", "a picture")),
)  # fmt: skip
