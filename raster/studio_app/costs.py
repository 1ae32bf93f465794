"""COSTS: what options cost, as `python -m benchmarks.features` measured them; cost_of: the same in words.

Milliseconds for one image of 256 px on one core of an AMD EPYC with llvmpipe, everything else as in preset=fast. A test
compares them with benchmarks/results/.
"""

# Option -> (feature of benchmarks.features, milliseconds).
COSTS = {
    "samples": ("samples=4", 5.5),
    "detail": ("finer solids for depth", 7.5),
    "layers": ("depth, distance, normals", 4.1),
    "passes/color": ("passes/color=pbr", 0.5),
    "randomizers.textures.images": ("textures of pictures", 1.6),
    "randomizers.textures.kinds": ("textures, noisy ones", 0.4),
    "randomizers.materials.worn": ("worn", 0.1),
    "randomizers.lights.shadows": ("shadows of 1 light", 3.6),
    "randomizers.lights.shadow_taps": ("shadow_taps 3 -> 8", 1.7),
    "randomizers.lights.occlusion": ("ambient occlusion", 1.3),
    "randomizers.floor.polished": ("polished floors", 3.8),
    "randomizers.floor.pictured": ("pictures on floors", 1.7),
    "randomizers.background.pictured": ("pictures as backdrop", 0.9),
    "randomizers.environment.share": ("environment, light", 1.5),
    "randomizers.surroundings.share": ("surroundings, 3 to 18", 2.3),
    "randomizers.surroundings.count": ("surroundings, 30", 5.5),
    "randomizers.shapes.share": ("shapes", 0.6),
    "randomizers.markings.share": ("markings", 0.3),
    "randomizers.framing.share": ("framing", 0.2),
    "randomizers.lens.distorted": ("distortion", 7.0),
    "randomizers.lens.defocused": ("depth of field", 6.7),
    "randomizers.lens.moving": ("motion blur", 2.2),
    "randomizers.lens.vignette": ("vignette", 1.1),
    "randomizers.lens.aberrated": ("aberration", 2.1),
    "randomizers.sensor.shot": ("sensor, noise", 1.4),
    "randomizers.sensor.blur_px": ("sensor, blur, sharpening", 1.5),
    "randomizers.sensor.jpeg": ("JPEG", 3.3),
}


def cost_of(key: str) -> str:
    """What an option costs, for people: "3.6 ms: shadows of 1 light"; "" where it was not measured."""
    if key not in COSTS:
        return ""
    feature, ms = COSTS[key]
    return f"{ms:g} ms: {feature}"
