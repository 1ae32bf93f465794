// light_at(): a picture of linear RGB, interpolated between pixels.

layout(binding = UNIT_SOURCE) uniform sampler2DArray light;

// Linear RGB at p px of a scene's picture, bilinear. GPUs round places between texels to 1/256; this is exact at pixel centres.
vec3 light_at(vec2 p, int scene) {
    vec2 low = floor(p - 0.5) + 0.5, f = p - low, px = 1.0 / vec2(textureSize(light, 0).xy);
    vec4 at = vec4(low, low + 1.0) * px.xyxy;
    float layer = float(scene);
    vec3 top = mix(textureLod(light, vec3(at.xy, layer), 0.0).rgb, textureLod(light, vec3(at.zy, layer), 0.0).rgb, f.x);
    vec3 bottom = mix(textureLod(light, vec3(at.xw, layer), 0.0).rgb, textureLod(light, vec3(at.zw, layer), 0.0).rgb, f.x);
    return mix(top, bottom, f.y);
}
