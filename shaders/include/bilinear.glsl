// Linear light between pixels.

layout(binding = 0) uniform sampler2DArray light;

// Bilinear, at p px. By hand: exact at the centre of a pixel, and not rounded to 1/256 of a pixel, as GPUs do.
vec3 light_at(vec2 p, int scene) {
    vec2 low = floor(p - 0.5) + 0.5, f = p - low, px = 1.0 / vec2(textureSize(light, 0).xy);
    vec4 at = vec4(low, low + 1.0) * px.xyxy;
    float layer = float(scene);
    vec3 top = mix(textureLod(light, vec3(at.xy, layer), 0.0).rgb, textureLod(light, vec3(at.zy, layer), 0.0).rgb, f.x);
    vec3 bottom = mix(textureLod(light, vec3(at.xw, layer), 0.0).rgb, textureLod(light, vec3(at.zw, layer), 0.0).rgb, f.x);
    return mix(top, bottom, f.y);
}
