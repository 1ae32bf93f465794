// paint() of texture "base_color": colour, vertex colours and picture of an imported mesh. See paint.glsl. Needs the block v.
#include "surface_values.glsl"

// Row 0 of a picture is its top and lies at y = 1 of texture space. Layer 0 is white.
layout(binding = UNIT_BASE_COLORS) uniform sampler2DArray base_colors;

// See paint.glsl.
vec3 paint(out float weight) {
    vec2 at = vec2(v.texture_point.x, 1.0 - v.texture_point.y);
    weight = 0.0;
    return v.color.rgb * v.tint * textureGrad(base_colors, vec3(at, image_layer()), dFdx(at), dFdy(at)).rgb;
}
