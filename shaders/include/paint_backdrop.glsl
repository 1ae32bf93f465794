// paint() of texture "backdrop": a picture of the run's library that fills the frame. See paint.glsl. Needs the block v.
#include "surface_values.glsl"

// Row 0 of a backdrop is its top and lies at y = 1 of texture space; scene.vert brings the frame to 0..1.
layout(binding = UNIT_BACKDROPS) uniform sampler2DArray backdrops;

// See paint.glsl.
vec3 paint(out float weight) {
    weight = 0.0;
    return texture(backdrops, vec3(v.texture_point.x, 1.0 - v.texture_point.y, image_layer())).rgb;
}
