"""INSTANCE, VIEW, LIGHT, MORPH, CAMERA: NumPy's side of the structs in shaders/include (std430)."""

import numpy as np

# Each dtype is the CPU side of the struct of the same name in shaders/include/scene.glsl, or morph.glsl (std430).
INSTANCE = np.dtype([
    ("world_from_object", np.float32, (3, 4)),
    ("texture_from_object", np.float32, (3, 4)),
    ("color", np.float32, 3), ("specular", np.float32),
    ("color2", np.float32, 3), ("shininess", np.float32),
    ("metallic", np.float32), ("coat", np.float32), ("wear", np.float32), ("bump", np.float32),
    ("scene", np.uint32), ("class_id", np.uint32), ("instance_id", np.uint32),
    ("surface", np.uint32),  # bits 0-7 texture, 8-13 mapping, 14 thin, 15 casts shadows, 16-31 image
    ("morph", np.uint32), ("spare", np.uint32, 3),  # row of DrawList.morphs, counted from 1; 0 = none
])  # fmt: skip
VIEW = np.dtype([
    ("clip_from_world", np.float32, (4, 4)),
    ("eye", np.float32, 3), ("light_count", np.int32),
    ("ambient", np.float32, 3), ("shadow_count", np.int32),
    ("ray", np.float32, (3, 4)),
    ("irradiance", np.float32, (9, 4)),
    ("cos_yaw", np.float32), ("sin_yaw", np.float32), ("gain", np.float32), ("blur", np.float32),
    ("map", np.int32), ("visible", np.int32), ("maps", np.int32), ("taps", np.int32),
])  # fmt: skip
LIGHT = np.dtype([
    ("position", np.float32, 4),
    ("color", np.float32, 3), ("softness", np.float32),
    ("axis", np.float32, 4),
    ("shadow_from_world", np.float32, (4, 4)),
])  # fmt: skip
MORPH = np.dtype([
    ("object_from_part", np.float32, (3, 4)),
    ("world_from_object", np.float32, (3, 4)),
    ("taper", np.float32), ("twist", np.float32), ("bend", np.float32), ("bend_turn", np.float32),
    ("bulge", np.float32), ("roundness", np.float32), ("noise", np.float32), ("frequency", np.float32),
    ("seed", np.float32, 3), ("fit", np.float32),
])  # fmt: skip


# The CPU side of the struct Camera in shaders/include/camera.glsl (std430). Lengths in px unless it says otherwise.
CAMERA = np.dtype([
    ("pinhole", np.float32, 2), ("principal", np.float32, 2),
    ("frame", np.float32, 2), ("tangential", np.float32, 2),
    ("radial", np.float32, 3), ("aberration", np.float32),
    ("depth", np.float32, 2), ("focus", np.float32), ("aperture", np.float32),
    ("way", np.float32, 3), ("idle", np.float32),
    ("turn", np.float32, 3), ("distorts", np.float32),
    ("gain", np.float32, 3), ("quality", np.float32),
    ("kernel", np.float32, 2), ("sharpen", np.float32), ("reach", np.float32),
    ("noise", np.float32, 2), ("noisy", np.float32), ("saturation", np.float32),
    ("tone", np.float32, 2), ("vignette", np.float32), ("unused", np.float32),
    ("which", np.uint32), ("scene", np.uint32), ("padding", np.uint32, 2),
])  # fmt: skip
