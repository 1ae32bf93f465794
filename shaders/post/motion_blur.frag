// Motion blur of a camera that moves while the shutter is open: the mean along the path of each pixel. Linear RGB.
#version 430
#include "camera.glsl"
#include "linear_depth.glsl"

layout(binding = UNIT_SOURCE) uniform sampler2DArray light;

flat in int scene;
flat in Camera camera;
layout(location = 0) out vec4 color;

const int MAX_SAMPLES = 16;  // along a path

// Where in the drawn picture, in px, a point in the camera's axes lies: metres, x right, y up, z back.
vec2 project(vec3 point) {
    return camera.margin.xy + camera.principal + camera.focal * vec2(point.x, -point.y) / -point.z;
}

void main() {
    vec2 size = vec2(textureSize(light, 0).xy);
    vec3 sum = vec3(0.0);
    float z = distance_at(camera, gl_FragCoord.xy / size, scene);
    vec2 ray = (gl_FragCoord.xy - camera.margin.xy - camera.principal) / camera.focal;
    vec3 point = z * vec3(ray.x, -ray.y, -1.0);
    vec3 half_path = -0.5 * (camera.translation + cross(camera.rotation, point));  // of the point, to first order
    half_path.z = clamp(half_path.z, -0.9 * z, 0.9 * z);                         // it stays in front of the camera
    vec2 before = project(point - half_path), after = project(point + half_path);
    float px = max(abs(after.x - before.x), abs(after.y - before.y));
    vec2 path = (after - before) * min(1.0, size.y / (8.0 * max(px, 1e-3)));  // no longer than an eighth of the height
    vec2 from = 0.5 * (before + after - path);
    int samples = int(clamp(ceil(px), 1.0, float(MAX_SAMPLES)));
    for (int k = 0; k < samples; ++k) {
        vec2 p = from + (float(k) + 0.5) / float(samples) * path;
        sum += textureLod(light, vec3(nearest_drawn(camera, p / size, size), float(scene)), 0.0).rgb;
    }
    color = vec4(sum / float(samples), 1.0);
}
