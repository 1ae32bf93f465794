// developed(): what the sensor makes of the light that falls on it, from linear RGB to sRGB. Needs camera.glsl.
#include "luminance.glsl"
#include "srgb.glsl"

const float MIDDLE_GREY = 0.4614;  // sRGB of a reflectance of 18 %

// Unsharp masking with strength s of linear RGB. soft: the blurred picture; mask: blurred once more. The change is in
// proportion to the light, as in sRGB values, so that no dark edge becomes black.
vec3 sharpened(vec3 soft, vec3 mask, float s) {
    return soft + s * soft * (soft - mask) / max(max(soft, mask), 1e-4);
}

// Three random numbers of mean 0 and variance 1, a function of v. Each is the sum of the four bytes of a hash: nearly normal,
// and never beyond 3.5. Hash: Jarzynski and Olano, "Hash functions for GPU rendering" (2020), pcg3d.
vec3 bell(uvec3 v) {
    v = v * 1664525u + 1013904223u;
    v.x += v.y * v.z;
    v.y += v.z * v.x;
    v.z += v.x * v.y;
    v ^= v >> 16;
    v.x += v.y * v.z;
    v.y += v.z * v.x;
    v.z += v.x * v.y;
    v = (v & 0x00FF00FFu) + ((v >> 8) & 0x00FF00FFu);
    return (vec3((v & 0xFFFFu) + (v >> 16)) - 510.0) * (1.0 / 147.8005);  // 4 (256^2 - 1) / 12 = 147.8^2
}

// Tone curve of film, linear RGB to 0..1: Narkowicz, "ACES filmic tone mapping curve" (2015). The factor 0.7232 keeps 18 %
// where it is.
vec3 film(vec3 c) {
    c *= 0.7232;
    return clamp((c * (2.51 * c + 0.03)) / (c * (2.43 * c + 0.59) + 0.14), 0.0, 1.0);
}

// sRGB of this fragment's pixel, from its linear RGB c, which is blurred and sharpened already: exposure and white balance,
// vignette, noise, tone curve, saturation, contrast.
vec4 developed(Camera camera, vec3 c) {
    vec2 r = (gl_FragCoord.xy - camera.principal) / camera.focal;
    float cosine2 = 1.0 / (1.0 + dot(r, r));
    c *= camera.gain * (1.0 + camera.vignette * (cosine2 * cosine2 - 1.0));
    for (int k = int(any(greaterThan(camera.noise, vec2(0.0)))); k > 0; --k) {
        vec3 deviation = sqrt(camera.noise.x * camera.noise.x * max(c, 0.0) + camera.noise.y * camera.noise.y);
        c += deviation * bell(uvec3(gl_FragCoord.xy, camera.noise_seed));
    }
    c = max(c, 0.0);
    vec3 clipped = min(c, 1.0);
    c = clipped + camera.film_curve * (film(c) - clipped);
    float grey = dot(c, LUMINANCE);
    c = srgb_from_linear(grey + camera.saturation * (c - grey));
    return vec4(MIDDLE_GREY + camera.contrast * (c - MIDDLE_GREY), 1.0);
}
