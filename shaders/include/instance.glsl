// instance(): the row of Instance that a vertex is drawn for. It comes as vertex attributes that are the same for all vertices of
// an instance, which are read faster than a buffer. Needs scene.glsl. NumPy's side: INSTANCE_LAYOUT in
// raster/rendering/gpu_structs.py.

layout(location = 3) in vec4 world_x;  // Instance.world_from_object
layout(location = 5) in vec4 world_y;
layout(location = 6) in vec4 world_z;
layout(location = 7) in vec4 texture_x;  // Instance.texture_from_object
layout(location = 8) in vec4 texture_y;
layout(location = 9) in vec4 texture_z;
layout(location = 10) in vec4 color_specular;
layout(location = 11) in vec4 color2_shininess;
layout(location = 12) in vec4 finish;  // metallic, coat, wear, bump
layout(location = 13) in uvec4 ids;    // scene, class_id, instance_id, surface
layout(location = 14) in uvec4 bits;   // morph, picture, bits of the float cutoff, size_class

Instance instance() {
    return Instance(vec4[3](world_x, world_y, world_z), vec4[3](texture_x, texture_y, texture_z), color_specular.rgb,
                    color_specular.a, color2_shininess.rgb, color2_shininess.a, finish.x, finish.y, finish.z, finish.w, ids.x,
                    ids.y, ids.z, ids.w, bits.x, bits.y, uintBitsToFloat(bits.z), bits.w);
}
