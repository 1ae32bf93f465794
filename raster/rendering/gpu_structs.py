"""INSTANCE, VIEW, LIGHT, MORPH, CAMERA, METER: NumPy dtypes of the structs in shaders/include (std430), name by name."""

import numpy as np

# struct Instance in shaders/include/scene.glsl: one row for each drawn mesh, and one for the background of each scene.
INSTANCE = np.dtype([
    ("world_from_object", np.float32, (3, 4)),
    ("texture_from_object", np.float32, (3, 4)),
    ("color", np.float32, 3), ("specular", np.float32),
    ("color2", np.float32, 3), ("shininess", np.float32),
    ("metallic", np.float32), ("coat", np.float32), ("wear", np.float32), ("bump", np.float32),
    ("scene", np.uint32), ("class_id", np.uint32), ("instance_id", np.uint32),
    ("surface", np.uint32),  # bits: raster/rendering/shader_constants.py
    ("morph", np.uint32),  # row of DrawList.morphs, counted from 1; 0 = none
    # bits: 0-15 picture whose alpha cuts the mesh out, as the image of `surface`, 16-19 how base-colour pictures wrap
    ("picture", np.uint32), ("cutoff", np.float32),
    ("size_class", np.uint32),  # of the base-colour picture: raster/rendering/picture_sizes.py; for Python alone
])  # fmt: skip
# How shaders/include/instance.glsl reads it, member by member: the name there, and moderngl's format of four numbers.
INSTANCE_LAYOUT = {
    "world_x": "4f", "world_y": "4f", "world_z": "4f", "texture_x": "4f", "texture_y": "4f", "texture_z": "4f",
    "color_specular": "4f", "color2_shininess": "4f", "finish": "4f", "ids": "4u", "bits": "4u",
}  # fmt: skip
# struct View in scene.glsl: one row for each scene.
VIEW = np.dtype([
    ("clip_from_world", np.float32, (4, 4)),
    ("eye", np.float32, 3), ("light_count", np.int32),
    ("ambient", np.float32, 3), ("shadow_count", np.int32),
    ("ray_x", np.float32, 3), ("half_width", np.float32),
    ("ray_y", np.float32, 3), ("half_height", np.float32),
    ("ray_center", np.float32, 3), ("occlusion", np.float32),
    ("irradiance", np.float32, (9, 4)),
    ("cos_yaw", np.float32), ("sin_yaw", np.float32), ("intensity", np.float32), ("blur", np.float32),
    ("environment_map", np.int32), ("map_visible", np.int32), ("shadow_maps", np.int32), ("shadow_samples", np.int32),
    ("occlusion_radius", np.float32), ("contact", np.float32), ("highlights", np.uint32), ("viewport", np.int32),
])  # fmt: skip
# struct Light in scene.glsl: MAX_LIGHTS rows for each scene.
LIGHT = np.dtype([
    ("position", np.float32, 4),
    ("color", np.float32, 3), ("softness", np.float32),
    ("cone_axis", np.float32, 3), ("cone_offset", np.float32),
    ("shadow_from_world", np.float32, (4, 4)),
])  # fmt: skip
# struct Morph in morph.glsl: one row for each drawn mesh whose shape is deformed.
MORPH = np.dtype([
    ("object_from_part", np.float32, (3, 4)),
    ("world_from_object", np.float32, (3, 4)),
    ("taper", np.float32), ("twist", np.float32), ("bend", np.float32), ("bend_turn", np.float32),
    ("bulge", np.float32), ("roundness", np.float32), ("noise", np.float32), ("frequency", np.float32),
    ("seed", np.float32, 3), ("fit", np.float32),
])  # fmt: skip
# struct Camera in camera.glsl: one row for each picture that post-processing changes. Lengths in px unless it says otherwise.
CAMERA = np.dtype([
    ("focal", np.float32, 2), ("principal", np.float32, 2),
    ("margin", np.float32, 4),
    ("radial", np.float32, 3), ("aberration", np.float32),
    ("tangential", np.float32, 2), ("depth_range", np.float32, 2),
    ("focus", np.float32), ("aperture", np.float32), ("kernel", np.float32, 2),
    ("translation", np.float32, 3), ("noise_seed", np.uint32),
    ("rotation", np.float32, 3), ("distorts", np.float32),
    ("gain", np.float32, 3), ("quality", np.float32),
    ("sharpen", np.float32), ("kernel_radius", np.float32), ("noise", np.float32, 2),
    ("reflection", np.float32), ("saturation", np.float32), ("contrast", np.float32), ("film_curve", np.float32),
    ("vignette", np.float32), ("scene", np.uint32),  # bits 0-15 the layer, 16-31 the viewport
    ("unused", np.float32, 2),
    ("floor", np.float32, 4),
    ("floor_f0", np.float32, 3), ("floor_roughness", np.float32),
])  # fmt: skip
# struct Meter in meter.glsl: one row for each picture of a batch.
METER = np.dtype([
    ("key", np.float32), ("center_weight", np.float32), ("gain", np.float32), ("source", np.uint32),
])  # fmt: skip
