// Colour of surfaces by the lighting model of Blinn and Phong.
#version 430
#include "scene.glsl"
#include "srgb.glsl"

in Surface {
#include "surface.glsl"
} v;
layout(location = 0) out vec4 color;

#include "surface_values.glsl"
#include "paint.glsl"
#include "shadow.glsl"
#include "occlusion.glsl"
#include "light.glsl"

// Linear RGB that a surface sends to the eye of light k. n, e: unit vectors of the normal and towards the eye. Blinn, "Models
// of light reflection for computer synthesized pictures" (1977). The factor (s + 8) / 8 gives the highlight the same energy
// for every shininess s. With unit vectors, (n.h)^2 = (n.l + n.e)^2 / (2 + 2 l.e), which needs no square root.
vec3 lit(int k, vec3 n, vec3 e, float n_e, vec3 albedo) {
    vec3 l, arriving = light_at(k, l);
    float n_l = max(dot(n, l), 0.0);
    float shininess = material_shininess();
    float n_h = max(n_l + n_e, 0.0);
    float highlight = pow(n_h * n_h / (2.0 + 2.0 * dot(l, e) + 1e-6), 0.5 * shininess) * (0.125 * shininess + 1.0);
    return arriving * (n_l) * (albedo + material_specular() * highlight);
}

// Linear RGB of a surface with this albedo in the light of all lights and the ambient light.
vec3 all_lights(vec3 albedo) {
    vec3 n = normalize(v.normal), e = normalize(v.eye - v.position);
    float n_e = dot(n, e);
    vec2 open = open_shares();
    vec3 sum = scattered_share(open.x, albedo) * (v.ambient * albedo);
    vec4 share = occluded(shadow_shares(), open.y);
    for (int k = 0; k < light_count(); ++k) sum += share[k] * lit(k, n, e, n_e, albedo);
    return sum;
}

void main() {
    float weight;
    color = finished(all_lights(paint(weight)));
}
