// paint() of texture "image": a picture of the run's library. See paint.glsl. Needs the block v.
#include "picture.glsl"
#include "surface_values.glsl"

// Row 0 of a picture is its top and lies at y = 1 of texture space.
layout(binding = UNIT_PICTURES) uniform sampler2DArray pictures;

// See paint.glsl. The weight is the luminance, so that bumps raise bright parts.
vec3 paint(out float weight) {
    vec2 at = vec2(v.texture_point.x, 1.0 - v.texture_point.y);
    vec3 result = picture(pictures, at, image_layer());
    weight = dot(result, vec3(0.2126, 0.7152, 0.0722));
    return result;
}
