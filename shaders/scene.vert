// The vertex shader of every pass. It alone decides which pixels a mesh covers, so all layers agree.
#version 430
#extension GL_ARB_shader_viewport_layer_array : require
#include "scene.glsl"
#include "instance.glsl"
#include "morph.glsl"
#include "irradiance_sh.glsl"

layout(location = 0) in vec3 position;
layout(location = 1) in vec3 normal;
layout(location = 2) in vec2 uv;
layout(location = 4) in vec4 tint;  // colour of the vertex, sRGB

uniform float canvas = 1.0;  // how many times the picture's width and height are drawn, the picture in the middle
invariant gl_Position;
out Surface {
#include "surface.glsl"
} v;

// Fills the members of v that say how the vertex is lit. Needs v.position and v.normal.
void light(int scene) {
    v.counts = ivec4(views[scene].light_count, views[scene].shadow_count, scene * views[scene].shadow_maps,
                     views[scene].environment_map);
    v.ambient = views[scene].ambient + max(irradiance(views[scene].irradiance, normalize(v.normal)), 0.0);
    vec4 world = vec4(v.position, 1.0);
    if (v.counts.y > 0) v.shadow0 = lights[scene * MAX_LIGHTS].shadow_from_world * world;
    if (v.counts.y > 1) v.shadow1 = lights[scene * MAX_LIGHTS + 1].shadow_from_world * world;
    if (v.counts.y > 2) v.shadow2 = lights[scene * MAX_LIGHTS + 2].shadow_from_world * world;
    if (v.counts.y > 3) v.shadow3 = lights[scene * MAX_LIGHTS + 3].shadow_from_world * world;
    for (int k = 0; k < v.counts.x; ++k) {
        v.light_position[k] = lights[scene * MAX_LIGHTS + k].position;
        v.light_color[k] = vec4(lights[scene * MAX_LIGHTS + k].color, lights[scene * MAX_LIGHTS + k].softness);
        v.light_cone[k] = vec4(lights[scene * MAX_LIGHTS + k].cone_axis, lights[scene * MAX_LIGHTS + k].cone_offset);
    }
}

// Fills the members of v that the background needs: a triangle that covers the screen, behind everything.
void cover_screen(int scene) {
    gl_Position = vec4(position.xy, 1.0, 1.0);  // at the far end of the depth range
    v.position = position.x * views[scene].ray_x + position.y * views[scene].ray_y + views[scene].ray_center;
    v.normal = normal;
    v.ambient = vec3(0.0);
    v.counts = ivec4(0, 0, 0, views[scene].map_visible == 1 ? views[scene].environment_map : -1);
}

void main() {
    Instance i = instance();
    int scene = int(i.scene);
    uint mapping = mapping_of(i.surface);
    vec3 mapped = position;
    if (mapping == MAPPING_UV) mapped = vec3(uv, 0.5);
    if (mapping == MAPPING_SCREEN) {
        mapped = vec3(position.x * views[scene].half_width, position.y * views[scene].half_height, 0.5);
        if (texture_of(i.surface) == TEXTURE_BACKDROP) mapped = vec3(0.5 * position.xy + 0.5, 0.5);
        if (texture_of(i.surface) == TEXTURE_PHOTOGRAPH) mapped = vec3(position.xy, 1.0);
        cover_screen(scene);
    } else {
        vec3 p = position, n = normal;
        to_world(i, p, n);
        v.position = p;
        v.normal = n;
        gl_Position = views[scene].clip_from_world * vec4(v.position, 1.0);
        if (texture_of(i.surface) == TEXTURE_PHOTOGRAPH) mapped = gl_Position.xyw;
        light(scene);
    }
    bool voronoi = texture_of(i.surface) == TEXTURE_VORONOI;
    v.steps = ivec4(views[scene].shadow_samples, voronoi ? 27 : 0,
                    packHalf2x16(vec2(views[scene].occlusion, views[scene].contact)), views[scene].highlights);
    v.environment = vec4(views[scene].cos_yaw, views[scene].sin_yaw, views[scene].intensity, views[scene].blur);
    v.texture_point = transform(i.texture_from_object, mapped);
    v.color = vec4(i.color, i.specular);
    v.color2 = vec4(i.color2, i.shininess);
    v.tint = mix(tint.rgb / 12.92, pow((tint.rgb + 0.055) / 1.055, vec3(2.4)), step(0.04045, tint.rgb));
    v.finish = vec4(i.metallic, i.coat, i.wear, i.bump);
    v.ids = uvec4(i.class_id, i.instance_id, i.surface, i.picture);
    v.eye = views[scene].eye;
    gl_Position.xy /= canvas;
    gl_Position.y = -gl_Position.y;  // row 0 of every layer is the top row: the one flip
    gl_Layer = scene;
#if MARGINS
    gl_ViewportIndex = views[scene].viewport;
#endif
}
