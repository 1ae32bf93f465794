// The pictures of imported meshes, in textures of three sizes. A layer number has the texture above LAYER_SIZE_SHIFT.
// Row 0 of a picture is its top and lies at y = 0 here. Layer 0 of the first texture is white.
#include "scene.glsl"
#include "picture.glsl"

layout(binding = UNIT_BASE_COLORS_SMALL) uniform sampler2DArray small_base_colors;
layout(binding = UNIT_BASE_COLORS_MIDDLE) uniform sampler2DArray middle_base_colors;
layout(binding = UNIT_BASE_COLORS_LARGE) uniform sampler2DArray large_base_colors;

const uint WRAP_CLAMP = 1u, WRAP_MIRROR = 2u;  // of WRAPS in raster/assets/meshes/imported_mesh.py; 0: the picture repeats

// A coordinate brought into the picture. margin: half a texel, so that the filter takes nothing from the opposite edge.
float folded(float at, uint wrap, float margin) {
    if (wrap == WRAP_CLAMP) return clamp(at, margin, 1.0 - margin);
    if (wrap == WRAP_MIRROR) return clamp(1.0 - abs(at - 2.0 * floor(at * 0.5) - 1.0), margin, 1.0 - margin);
    return at;
}

// The same of both coordinates. wrap: bits 0-1 of x, 2-3 of y.
vec2 folded(vec2 at, uint wrap, vec2 margin) {
    return vec2(folded(at.x, wrap & 3u, margin.x), folded(at.y, wrap >> 2 & 3u, margin.y));
}

// Linear RGB of a layer of a texture. dx, dy: derivatives of the place.
vec3 base_color_of(sampler2DArray pictures, vec2 at, vec2 dx, vec2 dy, float layer, uint wrap) {
    vec2 side = vec2(textureSize(pictures, 0).xy), margin = vec2(0.0);
    if (wrap != 0u) {
        float texels = max(max(length(dx * side), length(dy * side)), 1.0);  // for each pixel
        margin = min(vec2(0.5), 0.5 * exp2(ceil(log2(texels))) / side);
    }
    return textureGrad(pictures, vec3(folded(at, wrap, margin), layer), dx, dy).rgb;
}

// Alpha of a layer of a texture, from its finest level.
float base_alpha_of(sampler2DArray pictures, vec2 at, float layer, uint wrap) {
    vec2 side = vec2(textureSize(pictures, 0).xy);
    return textureLod(pictures, vec3(folded(at, wrap, 0.5 / side), layer), 0.0).a;
}

// By how much a place is moved towards the first copies of a picture, where it repeats.
vec2 moved_by(vec2 at, uint wrap) {
    return from_first_copies(at) * vec2((wrap & 3u) != WRAP_CLAMP, (wrap >> 2 & 3u) != WRAP_CLAMP);
}

// Linear RGB of the picture with a layer number. A loop that runs once or not at all costs less than a branch.
vec3 base_color(vec2 at, uint number, uint wrap) {
    vec2 dx = dFdx(at), dy = dFdy(at);
    at -= moved_by(at, wrap);
    int texture_number = int(number >> LAYER_SIZE_SHIFT);
    float layer = float(number & ((1u << LAYER_SIZE_SHIFT) - 1u));
    vec3 found = vec3(0.0);
    for (int t = 0; t < int(texture_number == 0); ++t) found = base_color_of(small_base_colors, at, dx, dy, layer, wrap);
    for (int t = 0; t < int(texture_number == 1); ++t) found = base_color_of(middle_base_colors, at, dx, dy, layer, wrap);
    for (int t = 0; t < int(texture_number == 2); ++t) found = base_color_of(large_base_colors, at, dx, dy, layer, wrap);
    return found;
}

// Alpha of the picture with a layer number.
float base_alpha(vec2 at, uint number, uint wrap) {
    int texture_number = int(number >> LAYER_SIZE_SHIFT);
    float layer = float(number & ((1u << LAYER_SIZE_SHIFT) - 1u)), found = 1.0;
    for (int t = 0; t < int(texture_number == 0); ++t) found = base_alpha_of(small_base_colors, at, layer, wrap);
    for (int t = 0; t < int(texture_number == 1); ++t) found = base_alpha_of(middle_base_colors, at, layer, wrap);
    for (int t = 0; t < int(texture_number == 2); ++t) found = base_alpha_of(large_base_colors, at, layer, wrap);
    return found;
}
