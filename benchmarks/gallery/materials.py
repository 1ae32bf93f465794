"""MATERIALS, TEXTURES: the strips of finishes, edges, relief and textures for benchmarks.gallery."""

from benchmarks.gallery.strips import SHADOW, STUDIO, TEXTURED, Overrides, Strip, of

NEAR = (*SHADOW, *of("camera", fov_deg=36))
LIT = (*NEAR, *STUDIO, *of("environment", lamps=0.6))


def finish(*names: str) -> Overrides:
    """Overrides: these finishes only."""
    return of("materials", finishes=f"[{','.join(names)}]")


def kinds(names: tuple[str, str, str]) -> Strip:
    """A strip of three procedural textures."""
    off, low, high = (of("textures", kinds=f"[{name}]", frequency=5) for name in names)
    return Strip("textures", off, low, high, NEAR, names)


MATERIALS = (
    Strip("Phong and GGX", ("passes/color=phong",), ("passes/color=pbr",), ("passes/color=pbr", *finish("matte")), LIT,
          ("Phong", "GGX: plastic", "GGX: matte")),
    Strip("shiny finishes", finish("glossy"), finish("metal"), finish("lacquer"), LIT, ("glossy", "metal", "lacquer")),
    Strip("shininess", of("materials", shininess=4), of("materials", shininess=40), of("materials", shininess=400),
          (*LIT, *finish("any"), *of("materials", specular=0.6)), ("4", "40", "400")),
    Strip("worn", (), of("materials", worn=1, wear=0.3), of("materials", worn=1, wear=1),
          (*LIT, *finish("metal"), *of("textures", kinds="[turbulence,voronoi]", frequency=4))),
    Strip("relief", (), of("materials", bumpy=1, bump=0.003), of("materials", bumpy=1, bump=0.012),
          (*NEAR, *of("textures", kinds="[brick,voronoi,dots]", frequency=[4, 6])), ("off", "3 mm", "12 mm")),
    Strip("cut edges", ("solids.cube.bevel=0", "solids.cylinder.bevel=0"), (),
          ("solids.cube.bevel=0.08", "solids.cylinder.bevel=0.08"),
          (*SHADOW, *finish("glossy"),
           *of("camera", distance=2, fov_deg=40, elevation_deg=40), *of("objects", weights="{sphere:0}")),
          ("off", "0.02", "0.08"), moves=True),
)  # fmt: skip

TEXTURES = (
    kinds(("flat", "gradient", "checker")),
    kinds(("stripes", "dots", "brick")),
    kinds(("voronoi", "value_noise", "gradient_noise")),
    kinds(("turbulence", "marble", "wood")),
    Strip("frequency", of("textures", frequency=2), of("textures", frequency=5), of("textures", frequency=10),
          (*NEAR, *of("textures", kinds="[checker,brick,stripes,voronoi]")), ("2", "5", "10")),
    Strip("by uv, or carved", of("textures", uv=1), of("textures", uv=0.5), of("textures", uv=0),
          (*NEAR, *TEXTURED), ("by uv", "half of them", "carved from a block")),
    Strip("pictures", (), of("textures", images="clutter", most=8, pictured=0.5),
          of("textures", images="clutter", most=8, pictured=1),
          NEAR, ("off", "half of the objects", "all")),
    Strip("repeats of pictures", of("textures", repeats=0.5), of("textures", repeats=1), of("textures", repeats=2),
          (*NEAR, *of("textures", images="clutter", most=8, pictured=1)), ("0.5", "1", "2")),
)  # fmt: skip
