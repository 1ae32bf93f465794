// paint() of texture "base_color": colour, vertex colours and picture of an imported mesh. See paint.glsl. Needs the block v.
#include "base_colors.glsl"
#include "surface_values.glsl"

// Linear RGB c with another hue and saturation, both within 0..1. change: cosine of the hue's turn less 1, its sine, and the
// factor of saturation less 1. The turn is one about the axis of greys (Rodrigues' formula); zeros change nothing.
vec3 recolored(vec3 c, vec3 change) {
    vec3 grey = vec3((c.r + c.g + c.b) * (1.0 / 3.0)), chroma = c - grey;
    vec3 turned = chroma * change.x + (c.brg - c.gbr) * (change.y * 0.57735027);
    return clamp(c + turned + (chroma + turned) * change.z, 0.0, 1.0);
}

// See paint.glsl.
vec3 paint(out float weight) {
    vec2 at = vec2(v.texture_point.x, 1.0 - v.texture_point.y);
    weight = 0.0;
    vec3 c = v.color.rgb * v.tint * base_color(at, image_layer(), picture_wrap());
    return recolored(c, v.color2.rgb);
}
