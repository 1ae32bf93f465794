// What is seen where nothing stands: unlit paint, or the environment map; linear light, sRGB at the end.
#version 430
#include "scene.glsl"
#include "surroundings.glsl"
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
