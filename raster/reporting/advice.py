"""ADVICE: for each rule of findings.py, the section of the page that shows what it found, and what can be done."""

ADVICE = {
    "small": (
        "objects",
        "Photographs mostly show things larger than that. Larger: a share of randomizers.framing, a narrower "
        "randomizers.camera.fov_deg, a smaller randomizers.camera.distance.",
    ),
    "tiny": (
        "objects",
        "They can hardly be learnt. label_filter.min_visible_px takes their label; larger objects show more.",
    ),
    "hidden": (
        "objects",
        "They take time and give no labels. Fewer: a smaller randomizers.placement.radius or randomizers.objects.count.",
    ),
    "visibility": (
        "objects",
        "Less is hidden with fewer randomizers.objects.count, randomizers.distractors.count or randomizers.surroundings.count.",
    ),
    "edge": ("places", "Less is cut off with a smaller randomizers.framing.offset or randomizers.placement.radius."),
    "middle": (
        "places",
        "A network may learn the place in place of the thing. Wider: randomizers.placement.radius, randomizers.camera.aim_deg, "
        "randomizers.framing.offset.",
    ),
    "background": (
        "classes",
        "A network that never sees an object is nearly always right. Draw larger objects, or more of them.",
    ),
    "unlabelled": (
        "classes",
        "Some of them teach what is no object; many only take time. randomizers.objects.empty is their share.",
    ),
    "missing": (
        "classes",
        "What is never seen cannot be learnt. randomizers.objects.weights says how often each class is drawn.",
    ),
    "few": ("classes", "Draw more images, or more of that class: randomizers.objects.weights."),
    "imbalance": ("classes", "Rare classes are learnt last. randomizers.objects.weights evens them out."),
    "together": ("together", "A network may tell one by the other. Draw them apart too."),
    "valid": ("splits", "Early stopping and scores need a part of the images: valid=0.1."),
    "split lacks": ("splits", "Its score there means nothing. Draw more images, or more of that class."),
    "split differs": ("splits", "Scores on that split do not say how well what was trained is learnt."),
    "dark": (
        "pictures",
        "More light: randomizers.lights.brightness, randomizers.lights.ambient; or randomizers.sensor.metered.",
    ),
    "bright": (
        "pictures",
        "Less light: randomizers.lights.brightness; or randomizers.sensor.metered, which exposes as cameras do.",
    ),
    "flat": ("pictures", "Objects that differ from what is behind them, and light from one side, give more contrast."),
    "grey": (
        "pictures",
        "Colours come from randomizers.materials, randomizers.textures, randomizers.floor and randomizers.background.",
    ),
    "one fov": ("images", "Right for one camera. For any camera: randomizers.camera.fov_deg."),
    "alike": (
        "pictures",
        "Photographs differ more: randomizers.lights.brightness, randomizers.environment, randomizers.sensor.exposure_ev.",
    ),
    "differs": ("compare", "What a network is to see later should lie within what it has learnt from."),
}
