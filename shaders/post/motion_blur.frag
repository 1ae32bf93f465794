// Motion blur of a camera that moves while it is open: the average along the way that each pixel takes. Linear light.
#version 430
#include "camera.glsl"
#include "linear_depth.glsl"

layout(binding = 0) uniform sampler2DArray light;

flat in int scene;
flat in Camera camera;
layout(location = 0) out vec4 color;

const int MAX_SAMPLES = 16;  // taps

// px in the drawn picture of a point in the camera's axes (x right, y up, z back).
vec2 seen(vec3 point) {
    return camera.frame.xy + camera.pinhole.zw + camera.pinhole.xy * vec2(point.x, -point.y) / -point.z;
}

void main() {
    vec2 size = vec2(textureSize(light, 0).xy);
    vec3 sum = vec3(0.0);
    float z = distance_at(camera, gl_FragCoord.xy / size, scene);
    vec2 ray = (gl_FragCoord.xy - camera.frame.xy - camera.pinhole.zw) / camera.pinhole.xy;
    vec3 point = z * vec3(ray.x, -ray.y, -1.0);
    vec3 half_way = -0.5 * (camera.way.xyz + cross(camera.turn.xyz, point));  // of the point, to first order
    half_way.z = clamp(half_way.z, -0.9 * z, 0.9 * z);                         // it stays in front of the camera
    vec2 before = seen(point - half_way), after = seen(point + half_way);
    float px = max(abs(after.x - before.x), abs(after.y - before.y));
    vec2 way = (after - before) * min(1.0, size.y / (8.0 * max(px, 1e-3)));  // no longer than an eighth of the height
    vec2 from = 0.5 * (before + after - way);
    int taps = int(clamp(ceil(px), 1.0, float(MAX_SAMPLES)));
    for (int k = 0; k < taps; ++k) {
        vec2 p = from + (float(k) + 0.5) / float(taps) * way;
        sum += textureLod(light, vec3(p / size, float(scene)), 0.0).rgb;
    }
    color = vec4(sum / float(taps), 1.0);
}
