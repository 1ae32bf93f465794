"""CAMERA, SENSOR: the strips of camera, lens and sensor for benchmarks.gallery."""

from benchmarks.gallery.strips import CHECKERED, SHADOW, TEXTURED, Strip, of

ROOM = (*SHADOW, *CHECKERED, *TEXTURED)
BENT = of("lens", distorted=1, k2=0, tangential=0)

CAMERA = (
    Strip("field of view", of("camera", fov_deg=44), of("camera", fov_deg=30), of("camera", fov_deg=75), ROOM,
          ("44 degrees", "30 degrees", "75 degrees"), moves=True),
    Strip("height", of("camera", height=0.8), of("camera", height=1.6), of("camera", height=2.4),
          (*ROOM, *of("camera", elevation_deg="null")), ("0.8 m", "1.6 m", "2.4 m"), moves=True),
    Strip("roll", (), of("camera", roll_deg=15), of("camera", roll_deg=45), ROOM,
          ("0", "15 degrees", "45 degrees"), moves=True),
    Strip("principal point", (), of("camera", cx="@0.4"), of("camera", cx="@0.7", cy="@0.35"), ROOM,
          ("the middle", "left", "right and up"), moves=True),
    Strip("fx, fy", of("camera", fy="@1.3"), of("camera", fy="@1.3", fx="@1.0"), of("camera", fy="@1.0", fx="@1.5"),
          (*ROOM, *of("camera", fov_deg="null")), ("alike", "narrow", "wide"), moves=True),
    Strip("barrel", (), (*BENT, *of("lens", k1=-0.06)), (*BENT, *of("lens", k1=-0.13)), ROOM,
          ("off", "k1 -0.06", "k1 -0.13"), moves=True),
    Strip("pincushion", (), (*BENT, *of("lens", k1=0.07)), (*BENT, *of("lens", k1=0.16)), ROOM,
          ("off", "k1 0.07", "k1 0.16"), moves=True),
    Strip("tangential", (), (*BENT, *of("lens", k1=0, tangential="[0.01,0.01]")),
          (*BENT, *of("lens", k1=0, tangential="[0.04,0.04]")), ROOM, ("off", "0.01", "0.04"), moves=True),
    Strip("depth of field", (), of("lens", defocused=1, aperture=0.1), of("lens", defocused=1, aperture=0.3),
          (*ROOM, *of("lens", focus=0.8)), ("off", "10 cm wide", "30 cm wide")),
    Strip("motion", (), of("lens", moving=1, way=0.06, turn_deg=1), of("lens", moving=1, way=0.06, turn_deg=4),
          ROOM, ("off", "6 cm and 1 degree", "6 cm and 4 degrees")),
    Strip("vignette", (), of("lens", vignette=0.5), of("lens", vignette=1), (*ROOM, *of("camera", fov_deg=65)),
          ("off", "0.5", "1")),
    Strip("aberration", (), of("lens", aberrated=1, aberration=0.006), of("lens", aberrated=1, aberration=0.02), ROOM,
          ("off", "0.006", "0.02")),
)  # fmt: skip

SENSOR = (
    Strip("exposure", (), of("sensor", exposure_ev=-1), of("sensor", exposure_ev=1), ROOM, ("0", "-1 stop", "+1 stop")),
    Strip("white balance", (), of("sensor", balance=[0.94, 1.06]), of("sensor", balance=[0.7, 1.4]), ROOM,
          ("off", "0.94 to 1.06", "0.7 to 1.4"), image=3),
    Strip("noise", (), of("sensor", shot=0.03, read=0.01), of("sensor", shot=0.1, read=0.04), ROOM,
          ("off", "3 % and 1 %", "10 % and 4 %")),
    Strip("blur", (), of("sensor", blur_px=0.7), of("sensor", blur_px=2.5), ROOM, ("off", "0.7 px", "2.5 px")),
    Strip("sharpening", (), of("sensor", sharpen=0.5), of("sensor", sharpen=2.5), (*ROOM, *of("sensor", blur_px=0.8)),
          ("off", "0.5", "2.5")),
    Strip("tone curve", (), of("sensor", curve=0.5), of("sensor", curve=1), (*ROOM, *of("lights", brightness=1.8)),
          ("linear", "0.5", "film")),
    Strip("saturation", (), of("sensor", saturation=0.4), of("sensor", saturation=1.8), ROOM, ("1", "0.4", "1.8")),
    Strip("contrast", (), of("sensor", contrast=0.6), of("sensor", contrast=1.5), ROOM, ("1", "0.6", "1.5")),
    Strip("JPEG", (), of("sensor", jpeg=1, quality=40), of("sensor", jpeg=1, quality=8), ROOM,
          ("off", "quality 40", "quality 8")),
)  # fmt: skip
