// open_shares() and what is made of it: the share of light that things near by leave, by ambient occlusion. Needs the block v.
// The shares were computed at every second pixel: shaders/occlusion/, raster/rendering/ambient_occlusion.py.
#include "surface_values.glsl"

layout(binding = UNIT_OCCLUSION) uniform sampler2DArray occlusion;
uniform float supersample = 1.0;  // pixels of this target along a pixel of the depth that they were computed from

// The shares 0..1 of light from all around, and of lights without shadow maps, that reach the surface: those of the four cells
// around the pixel, weighted as by a bilinear filter, and the less the farther they lie off the plane of the surface.
vec2 open_shares() {
    float w = gl_FragCoord.w;  // 1 / distance along the camera's axis, which is linear over the picture
    vec2 cell = 0.5 * (gl_FragCoord.xy / supersample) - 0.75, low = floor(cell), f = cell - low;  // cell j is centred at 2 j + 1.5 px
    vec3 at = vec3((low + 1.0) / vec2(textureSize(occlusion, 0).xy), float(gl_Layer));
    vec4 x = vec4(0.0, 1.0, 1.0, 0.0) - f.x, y = vec4(1.0, 1.0, 0.0, 0.0) - f.y;
    vec4 off = 50.0 / w * (textureGather(occlusion, at, 1) - w - 2.0 * supersample * (dFdx(w) * x + dFdy(w) * y));
    vec4 weight = ((1.0 - abs(x)) * (1.0 - abs(y)) + 1e-3) / (1.0 + off * off);
    return 1.0 - occlusion_strengths() * (dot(weight, textureGather(occlusion, at, 0)) / dot(weight, vec4(1.0)));
}

// The share of light from all around that a surface scatters, RGB: what it receives of its like brightens it. Jimenez et al.,
// "Practical real-time strategies for accurate indirect occlusion" (2016).
vec3 scattered_share(float open, vec3 albedo) {
    vec3 a = 2.0404 * albedo - 0.3324, b = -4.7951 * albedo + 0.6417, c = 2.7552 * albedo + 0.6903;
    return max(vec3(open), min(((open * a + b) * open + c) * open, 1.0));
}

// The share of light from all around that a surface mirrors: Lagarde and de Rousiers, "Moving Frostbite to physically based
// rendering" (2014), with powers that cost less.
float mirrored_share(float open, float n_e, float roughness) {
    float smooth2 = (1.0 - roughness) * (1.0 - roughness), smooth4 = smooth2 * smooth2;
    return clamp(open + smooth4 * smooth4 * (sqrt(n_e + open) - 1.0), 0.0, 1.0);
}

// The shares of the lights, by their shadow maps, with `open` of those that have none.
vec4 occluded(vec4 shares, float open) {
    return mix(shares * open, shares, lessThan(ivec4(0, 1, 2, 3), ivec4(shadow_count())));
}
