// The vertex shader of every pass: where each pass's fragments lie is decided here and nowhere else.
#version 430
#extension GL_ARB_shader_viewport_layer_array : require
#include "scene.glsl"
#include "morph.glsl"
#include "irradiance_sh.glsl"

layout(location = 0) in vec3 position;
layout(location = 1) in vec3 normal;
layout(location = 2) in vec2 uv;
layout(location = 3) in uint row;  // of instances[]; advances once an instance
layout(location = 4) in vec4 tint; // sRGB

invariant gl_Position;
out Surface {
#include "surface.glsl"
} v;

void light(int scene) {
    v.counts = ivec4(views[scene].light_count, views[scene].shadow_count, scene * views[scene].maps, views[scene].map);
    v.ambient = views[scene].ambient + max(irradiance(views[scene].irradiance, normalize(v.normal)), 0.0);
    vec4 world = vec4(v.position, 1.0);
    if (v.counts.y > 0) v.shadow0 = lights[scene * MAX_LIGHTS].shadow_from_world * world;
    if (v.counts.y > 1) v.shadow1 = lights[scene * MAX_LIGHTS + 1].shadow_from_world * world;
    if (v.counts.y > 2) v.shadow2 = lights[scene * MAX_LIGHTS + 2].shadow_from_world * world;
    if (v.counts.y > 3) v.shadow3 = lights[scene * MAX_LIGHTS + 3].shadow_from_world * world;
    for (int k = 0; k < v.counts.x; ++k) {
        v.light_position[k] = lights[scene * MAX_LIGHTS + k].position;
        v.light_color[k] = lights[scene * MAX_LIGHTS + k].color;
        v.light_axis[k] = lights[scene * MAX_LIGHTS + k].axis;
    }
}

void main() {
    int scene = int(instances[row].scene);
    uint mapping = mapping_of(instances[row].surface);
    vec3 mapped = position;
    if (mapping == MAPPING_UV) mapped = vec3(uv, 0.5);
    v.environment = views[scene].environment;
    if (mapping == MAPPING_SCREEN) {
        vec4 ray[3] = views[scene].ray;
        mapped = vec3(position.x * ray[0].w, position.y * ray[1].w, 0.5);
        gl_Position = vec4(position.xy, 1.0, 1.0);  // at the far end of the depth range, behind everything
        v.position = position.x * ray[0].xyz + position.y * ray[1].xyz + ray[2].xyz;
        v.normal = normal;
        v.ambient = vec3(0.0);
        v.counts = ivec4(0, 0, 0, views[scene].visible == 1 ? views[scene].map : -1);
    } else {
        vec3 p = position, n = normal;
        placed(row, p, n);
        v.position = p;
        v.normal = n;
        gl_Position = views[scene].clip_from_world * vec4(v.position, 1.0);
        light(scene);
    }
    uint kind = instances[row].surface & 255u;
    v.steps = ivec2(views[scene].taps, kind == TEXTURE_VORONOI ? 27 : 0);
    v.texture_point = transform(instances[row].texture_from_object, mapped);
    v.color = instances[row].color;
    v.color2 = instances[row].color2;
    v.tint = mix(tint.rgb / 12.92, pow((tint.rgb + 0.055) / 1.055, vec3(2.4)), step(0.04045, tint.rgb));
    v.finish = instances[row].finish;
    v.ids = uvec3(instances[row].class_id, instances[row].instance_id, instances[row].surface);
    v.eye = views[scene].eye;
    gl_Position.y = -gl_Position.y;  // row 0 of every layer is the top row: the one flip
    gl_Layer = scene;
}
