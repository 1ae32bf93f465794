// Colour of surfaces, physically based: GGX with metal, rough and glossy plastic, clear coat, bumps, reflected environment map.
#version 430
#include "scene.glsl"
#include "environment_map.glsl"
#include "srgb.glsl"

in Surface {
#include "surface.glsl"
} v;
layout(location = 0) out vec4 color;

#include "surface_values.glsl"
#include "paint.glsl"
#include "shadow.glsl"
#include "occlusion.glsl"
#include "highlights.glsl"
#include "light.glsl"
#include "reflection.glsl"

const float COAT_ALPHA = 0.02;  // alpha of the clear coat

// The surface at a pixel.
struct SurfacePoint {
    vec3 n, e;     // unit vectors: normal, and towards the eye
    float n_e;     // their dot product, > 0
    vec3 diffuse;  // share of light that is scattered, RGB
    vec3 f0;       // share of light that is reflected when seen straight on, RGB
    float alpha;   // roughness squared
    float coat;    // strength of the clear coat, 0..1
};

// The unit normal n, tilted by a height in metres that differs from pixel to pixel. Mikkelsen, "Bump mapping unparametrized
// surfaces on the GPU" (2010): it needs no tangents, so bumps are the same on every mesh and mapping.
vec3 bumped(vec3 n, float height) {
    vec3 x = dFdx(v.position), y = dFdy(v.position);
    vec3 r1 = cross(y, n), r2 = cross(n, x);
    float size = dot(x, r1);
    vec3 slope = sign(size) * (dFdx(height) * r1 + dFdy(height) * r2);
    return normalize(abs(size) * n - slope + 1e-12 * n);
}

// Share of light that is reflected at an angle with this cosine, RGB; f0: that at cosine 1. Schlick (1994).
vec3 fresnel(vec3 f0, float cosine) {
    float m = clamp(1.0 - cosine, 0.0, 1.0), m2 = m * m;
    return f0 + (1.0 - f0) * (m2 * m2 * m);
}

// Pi times distribution and visibility of GGX, by dot products of unit vectors (n normal, h half way, l light, e eye) and
// alpha: Walter et al. (2007); the visibility is Hammon's approximation (2017).
float ggx(float n_h, float n_l, float n_e, float alpha) {
    float d = n_h * n_h * (alpha * alpha - 1.0) + 1.0;
    return alpha * alpha / (d * d) * 0.5 / max(mix(2.0 * n_l * n_e, n_l + n_e, alpha), 1e-4);
}

// Share of even light from all directions that a rough surface reflects, RGB: Karis, "Physically based shading on mobile"
// (2014). Light that bounces between facets of the surface is added: Turquin, "Practical multiple scattering compensation"
// (2019).
vec3 reflected_share(vec3 f0, float roughness, float n_e) {
    vec4 r = roughness * vec4(-1.0, -0.0275, -0.572, 0.022) + vec4(1.0, 0.0425, 1.04, -0.04);
    float a = min(r.x * r.x, exp2(-9.28 * n_e)) * r.x + r.y;
    return (f0 * (-1.04 * a + r.z) + (1.04 * a + r.w)) * (1.0 + f0 * (1.0 / (r.z + r.w) - 1.0));
}

// Linear RGB that the surface sends to the eye of light k, without shadows.
vec3 lit(int k, SurfacePoint s) {
    vec3 l, arriving = light_at(k, l);
    float n_l = max(dot(s.n, l), 0.0);
    vec3 h = normalize(l + s.e);
    float n_h = max(dot(s.n, h), 0.0), e_h = max(dot(s.e, h), 0.0);
    float coat = s.coat * fresnel(vec3(0.04), e_h).x;
    vec3 base = s.diffuse + fresnel(s.f0, e_h) * ggx(n_h, n_l, s.n_e, widened(s.alpha, k));
    return arriving * (n_l) * (base * (1.0 - coat) + coat * ggx(n_h, n_l, s.n_e, widened(COAT_ALPHA, k)));
}

// Linear RGB that the surface sends to the eye of all lights and of the environment map.
vec3 all_light(SurfacePoint s) {
    vec2 open = open_shares();
    float roughness = sqrt(s.alpha), coat = s.coat * fresnel(vec3(0.04), s.n_e).x;
    vec3 mirror = v.ambient, gloss = v.ambient, r = reflect(-s.e, s.n);
    reflect_map(r, roughness, s.coat > 0.0, mirror, gloss);
    vec3 share_of_mirror = reflected_share(s.f0, roughness, s.n_e);  // the rest is scattered
    vec3 scattered = scattered_share(open.x, s.diffuse) * (v.ambient * s.diffuse);
    mirror *= mirrored_share(open.x, s.n_e, roughness);
    gloss *= mirrored_share(open.x, s.n_e, sqrt(COAT_ALPHA));
    vec3 sum = mix(scattered, mirror, share_of_mirror) * (1.0 - coat) + gloss * coat;
    vec4 share = occluded(shadow_shares(), open.y);
    for (int k = 0; k < light_count(); ++k) sum += share[k] * lit(k, s);
    return sum;
}

void main() {
    float weight;
    vec3 albedo = paint(weight);
    vec3 n = bumped(normalize(v.normal), material_bump() * weight), e = normalize(v.eye - v.position);
    float n_e = clamp(dot(n, e), 1e-3, 1.0);
    // Alpha of Blinn's exponent: Walter et al. (2007).
    float alpha = mix(sqrt(2.0 / (material_shininess() + 2.0)), 0.8, material_wear() * weight);
    vec3 f0 = mix(vec3(0.08 * material_specular()), albedo, material_metallic());
    SurfacePoint point = SurfacePoint(n, e, n_e, albedo * (1.0 - material_metallic()), f0, alpha, material_coat());
    color = finished(all_light(point));
}
