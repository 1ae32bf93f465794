// paint() of texture "photograph": the pixel of a backdrop of the frame's size. See paint.glsl. Needs the block v.
#include "surface_values.glsl"

layout(binding = UNIT_BACKDROPS) uniform sampler2DArray backdrops;

// The point in texture space is the one in clip space, (x, y, w): scene.vert. All samples of a pixel show the same texel.
vec3 paint(out float weight) {
    weight = 0.0;
    vec2 size = vec2(textureSize(backdrops, 0).xy), at = vec2(0.5, -0.5) * v.texture_point.xy / v.texture_point.z + 0.5;
    return texture(backdrops, vec3((floor(at * size) + 0.5) / size, image_layer())).rgb;
}
