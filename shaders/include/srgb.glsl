// finished(): what a colour pass writes. srgb_from_linear(): linear RGB to sRGB (IEC 61966-2-1), both 0..1.

uniform float brightest;  // of what a 16-bit float holds

vec3 srgb_from_linear(vec3 c) {
    c = clamp(c, 0.0, 1.0);
    return mix(12.92 * c, 1.055 * pow(c, vec3(1.0 / 2.4)) - 0.055, step(0.0031308, c));
}

// The output of a colour pass for this linear RGB: sRGB, or with WRITES_LIGHT linear RGB, which post-processing wants
// (raster/rendering/post_process.py).
vec4 finished(vec3 light) {
#if WRITES_LIGHT
    return vec4(min(light, vec3(brightest)), 1.0);
#else
    return vec4(srgb_from_linear(light), 1.0);
#endif
}
