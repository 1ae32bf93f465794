"""WRITES: what each randomizer writes, and in which slots; names of groups of fields."""

from catalogs import RANDOMIZERS

# Randomizers by the name of their file.
BY_NAME = {kind.__name__.lower(): kind for kind in RANDOMIZERS}
ASSET = ("asset", "nodes.mesh", "nodes.class_id", "nodes.local")
LOOKS = tuple(f"nodes.material.{f}" for f in ("texture", "image", "mapping", "texture_from_object"))
COLORS = tuple(f"nodes.material.{f}" for f in ("color", "color2", "specular", "shininess"))
FINISH = tuple(f"nodes.material.{f}" for f in ("metallic", "coat", "wear", "bump"))
LAMPS = tuple(
    f"lights.{f}"
    for f in ("position", "color", "ambient", "axis", "cone", "shadows", "softness", "shadow_samples", "occlusion", "contact",
              "occlusion_radius", "bounce", "highlights")
)  # fmt: skip
# What each writes, and in which slots (roots and parts; () = not in nodes).
WRITES = {
    "objects": (ASSET, ("objects",)),
    "distractors": (ASSET, ("distractors",)),
    "camera": (("cameras.world_from_camera", "cameras.fov_y", "cameras.pixel_aspect", "cameras.principal_point_ndc",
                "cameras.stated_px"), ()),
    "scale": (("nodes.local",), ("objects", "distractors")),
    "rotation": (("nodes.local",), ("objects", "distractors")),
    "placement": (ASSET, ("objects", "distractors", "floor")),
    "markings": ((), ()),  # while share is 0; else see tests/rendering/test_marks.py
    "shapes": ((), ()),  # while share is 0; else see tests/assets/test_shape_variants.py
    "morphs": ((), ()),  # while share is 0, as it is here; else see tests/randomizers/test_morphs.py
    "framing": ((), ()),  # while share is 0; else see tests/randomizers/test_framing.py
    "surroundings": ((), ()),  # the same; else see tests/randomizers/test_things_around.py
    "materials": ((*COLORS, *FINISH), ("objects", "distractors")),
    "textures": (LOOKS, ("objects", "distractors")),
    "floor": ((*LOOKS, *COLORS, "nodes.material.coat", "lights.reflections"), ("floor",)),
    "walls": ((*ASSET, *LOOKS, *COLORS), ("walls",)),
    "background": (tuple(f"background.{f}" for f in ("color", "color2", "texture", "image", "texture_from_object")), ()),
    "lights": (LAMPS, ()),
    "environment": (
        (*(f"environment.{f}" for f in ("map", "yaw", "intensity", "visible", "blur")),
         *(f"lights.{f}" for f in ("ambient", "irradiance", "color", "position", "cone", "softness", "shadows"))), (),
    ),
    "looks": ((*LOOKS, *COLORS, *FINISH), ("objects", "distractors")),
    "lens": (tuple(f"lens.{f}" for f in ("distortion", "focus", "aperture", "shutter_motion", "vignette", "aberration")), ()),
    "sensor": (
        tuple(f"sensor.{f}" for f in ("blur", "exposure", "balance", "shot", "read", "sharpen", "saturation", "contrast",
                                      "curve", "quality", "noise")), (),
    ),
}  # fmt: skip
