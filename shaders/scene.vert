// The vertex shader of every pass: where each pass's fragments lie is decided here and nowhere else.
#version 430
#extension GL_ARB_shader_viewport_layer_array : require
#include "scene.glsl"

layout(location = 0) in vec3 position;
layout(location = 1) in vec3 normal;
layout(location = 2) in vec2 uv;
layout(location = 3) in uint row;  // of instances[]; advances once an instance

invariant gl_Position;
out Surface {
#include "surface.glsl"
} v;

vec3 transform(vec4 rows[3], vec3 p) {
    vec4 h = vec4(p, 1.0);
    return vec3(dot(rows[0], h), dot(rows[1], h), dot(rows[2], h));
}

// Normals go with the cofactor matrix (the inverse transpose times the determinant): right for any scale.
vec3 transform_normal(vec4 rows[3], vec3 n) {
    vec3 a = rows[0].xyz, b = rows[1].xyz, c = rows[2].xyz;
    return vec3(dot(cross(b, c), n), dot(cross(c, a), n), dot(cross(a, b), n));
}

void main() {
    uint scene = instances[row].scene;
    uint mapping = instances[row].surface >> 8;
    vec3 mapped = position;
    if (mapping == MAPPING_UV) mapped = vec3(uv, 0.5);
    if (mapping == MAPPING_SCREEN) {
        mapped = vec3(0.5 * position.x * views[scene].aspect, 0.5 * position.y, 0.5);
        gl_Position = vec4(position.xy, 1.0, 1.0);  // at the far end of the depth range, behind everything
        v.position = vec3(0.0);
        v.normal = normal;
    } else {
        v.position = transform(instances[row].world_from_object, position);
        v.normal = transform_normal(instances[row].world_from_object, normal);
        gl_Position = views[scene].clip_from_world * vec4(v.position, 1.0);
    }
    v.texture_point = transform(instances[row].texture_from_object, mapped);
    v.color = instances[row].color;
    v.color2 = instances[row].color2;
    v.ids = uvec3(instances[row].class_id, instances[row].instance_id, instances[row].surface);
    v.eye = views[scene].eye;
    v.ambient = views[scene].ambient;
    v.light_count = mapping == MAPPING_SCREEN ? 0 : views[scene].light_count;
    for (int k = 0; k < v.light_count; ++k) {
        v.light_position[k] = lights[int(scene) * MAX_LIGHTS + k].position;
        v.light_color[k] = lights[int(scene) * MAX_LIGHTS + k].color.rgb;
    }
    gl_Position.y = -gl_Position.y;  // row 0 of every layer is the top row: the one flip
    gl_Layer = int(scene);
}
