// Where the surfaces that cast shadows lie for one light of each scene; the same draw list as every pass, seen by the light.
#version 430
#extension GL_ARB_shader_viewport_layer_array : require
#include "scene.glsl"
#include "morph.glsl"

layout(location = 0) in vec3 position;
layout(location = 3) in uint row;

uniform int number;  // of the light

const float THIN = 0.02;  // of the map's depth: a sheet's far side lies on its near one, which it must not shade

void main() {
    int scene = int(instances[row].scene);
    bool casts = (instances[row].surface & 32768u) != 0u && number < views[scene].shadow_count;
    vec3 world = position, normal = vec3(0.0, 0.0, 1.0);
    placed(row, world, normal);
    vec4 place = lights[scene * MAX_LIGHTS + number].shadow_from_world * vec4(world, 1.0);
    place.z += place.w * THIN * float((instances[row].surface >> 14) & 1u);
    gl_Position = casts ? vec4(2.0 * place.xyz - place.w, place.w) : vec4(2.0, 2.0, 2.0, 1.0);  // outside: clipped away
    gl_Layer = scene * views[scene].maps + number;
}
