// Linear light to the encoded picture, by a kernel of 3 x 3 pixels that blurs and sharpens: see kernels() in raster/rendering/camera_effects.py.
#version 430
#include "camera.glsl"
#include "sensor.glsl"

layout(binding = 0) uniform sampler2DArray light;

flat in int scene;
flat in Camera camera;
layout(location = 0) out vec4 color;

// Faster here than texelFetch on a software rasterizer, and the same at the centres of pixels.
vec3 at(vec2 p) { return textureLod(light, vec3(p, float(scene)), 0.0).rgb; }

void main() {
    vec2 px = 1.0 / vec2(textureSize(light, 0).xy), p = gl_FragCoord.xy * px, x = vec2(px.x, 0.0), y = vec2(0.0, px.y);
    vec3 here = at(p), edges = at(p + x) + at(p - x) + at(p + y) + at(p - y);
    vec3 corners = at(p + px) + at(p - px) + at(p + x - y) + at(p - x + y);
    vec2 side = camera.kernel.xy, beside = side * (1.0 - 2.0 * side), across = side * side;
    edges -= 4.0 * here;
    corners -= 4.0 * here;
    vec3 soft = here + beside.x * edges + across.x * corners, mask = here + beside.y * edges + across.y * corners;
    color = developed(camera, sharpened(soft, mask, camera.kernel.z));
}
