// What is under the pixel's centre, in numbers: point, distance and material. raster/run/explain_pixel.py reads them.
#version 430
#include "scene.glsl"

in Surface {
#include "surface.glsl"
} v;
layout(location = 0) out vec4 point;    // in the world, and its distance from the camera, metres
layout(location = 1) out vec4 first;    // linear RGB; specular
layout(location = 2) out vec4 second;   // linear RGB; shininess
layout(location = 3) out vec4 finish;   // metallic, coat, wear, bump
layout(location = 4) out uint surface;  // Instance.surface

void main() {
    point = vec4(v.position, distance(v.position, v.eye));
    first = v.color;
    second = v.color2;
    finish = v.finish;
    surface = v.ids.z;
}
