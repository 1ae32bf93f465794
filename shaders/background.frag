// Colour of the background: a texture without lighting, or the environment map.
#version 430
#include "scene.glsl"
#include "environment_map.glsl"
#include "srgb.glsl"

in Surface {
#include "surface.glsl"
} v;
layout(location = 0) out vec4 color;

#include "paint.glsl"

void main() {
    float weight;
    color = finished(paint(weight));
}
