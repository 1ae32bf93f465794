// The vertex shader of shadow maps: what casts shadows, as one light of each scene sees it.
// It draws the same draw list as the passes.
#version 430
#extension GL_ARB_shader_viewport_layer_array : require
#include "scene.glsl"
#include "instance.glsl"
#include "morph.glsl"

layout(location = 0) in vec3 position;
layout(location = 2) in vec2 uv;
layout(location = 4) in vec4 tint;  // its alpha counts where an object is cut out

uniform int number;  // which light of the scene, from 0

// Share of the map's depth by which double-sided surfaces are moved away from the light. Only far sides are drawn into the map,
// and a sheet's far side lies on its near side, which it must not shade.
const float DOUBLE_SIDED_OFFSET = 0.02;

void main() {
    Instance i = instance();
    int scene = int(i.scene);
    bool casts = casts_shadow(i.surface) && number < views[scene].shadow_count;
    vec3 world = position, normal = vec3(0.0, 0.0, 1.0);
    to_world(i, world, normal);
    vec4 point = lights[scene * MAX_LIGHTS + number].shadow_from_world * vec4(world, 1.0);
    point.z += point.w * DOUBLE_SIDED_OFFSET * float(is_double_sided(i.surface));
    gl_Position = casts ? vec4(2.0 * point.xyz - point.w, point.w) : vec4(2.0, 2.0, 2.0, 1.0);  // outside: clipped away
    gl_Layer = scene * views[scene].shadow_maps + number;
}
