// The sensor with a kernel of 3 x 3 pixels that blurs and sharpens: linear RGB to sRGB. See sensor.glsl.
#version 430
#include "camera.glsl"
#include "sensor.glsl"

layout(binding = UNIT_SOURCE) uniform sampler2DArray light;

flat in int scene;
flat in Camera camera;
layout(location = 0) out vec4 color;

// Linear RGB at p, 0..1 over the picture, at the centre of a pixel. Faster here than texelFetch on a software rasterizer.
vec3 at(vec2 p) { return textureLod(light, vec3(p, float(scene)), 0.0).rgb; }

void main() {
    vec2 px = 1.0 / vec2(textureSize(light, 0).xy), p = gl_FragCoord.xy * px, x = vec2(px.x, 0.0), y = vec2(0.0, px.y);
    vec3 here = at(p), edges = at(p + x) + at(p - x) + at(p + y) + at(p - y);
    vec3 corners = at(p + px) + at(p - px) + at(p + x - y) + at(p - x + y);
    // x: of the blur, y: of the mask. side: weight of a neighbour in a row of three, 1 - 2 * side that of the middle.
    vec2 side = camera.kernel, beside = side * (1.0 - 2.0 * side), across = side * side;
    edges -= 4.0 * here;
    corners -= 4.0 * here;
    vec3 soft = here + beside.x * edges + across.x * corners, mask = here + beside.y * edges + across.y * corners;
    color = developed(camera, sharpened(soft, mask, camera.sharpen));
}
