// Lit colour: Blinn-Phong over procedural textures, in linear light, sRGB at the end. The background is unlit.
#version 430
#include "scene.glsl"
#include "texture.glsl"
#include "srgb.glsl"

in Surface {
#include "surface.glsl"
} v;
layout(location = 0) out vec4 color;

// What a surface sends towards the eye of one lamp's light. Blinn, "Models of light reflection for computer synthesized
// pictures" (1977); the factor (s + 8) / 8 keeps the highlight's energy alike for every shininess s. With unit n, l, e:
// (n.h)^2 = (n.l + n.e)^2 / (2 + 2 l.e) needs no square root.
vec3 lit(vec4 lamp, vec3 lamp_color, vec3 n, vec3 e, float n_e, vec3 albedo) {
    vec3 l = lamp.xyz - lamp.w * v.position;
    float inverse = inversesqrt(dot(l, l));
    l *= inverse;
    float n_l = max(dot(n, l), 0.0);
    float shininess = v.color2.a;
    float n_h = max(n_l + n_e, 0.0);
    float highlight = pow(n_h * n_h / (2.0 + 2.0 * dot(l, e) + 1e-6), 0.5 * shininess) * (0.125 * shininess + 1.0);
    return lamp_color * (n_l * mix(1.0, inverse * inverse, lamp.w)) * (albedo + v.color.a * highlight);
}

vec3 all_lights(vec3 albedo) {
    vec3 n = normalize(v.normal), e = normalize(v.eye - v.position);
    float n_e = dot(n, e);
    vec3 sum = v.ambient * albedo;
    for (int k = 0; k < v.light_count; ++k) sum += lit(v.light_position[k], v.light_color[k], n, e, n_e, albedo);
    return sum;
}

void main() {
    uint mapping = v.ids.z >> 8;
    float weight = pattern(v.ids.z & 255u, v.texture_point, fwidth(v.texture_point), mapping != MAPPING_OBJECT);
    vec3 light = mix(v.color.rgb, v.color2.rgb, weight);
    if (mapping != MAPPING_SCREEN) light = all_lights(light);
    color = vec4(srgb_from_linear(light), 1.0);
}
