// environment_light(): what an environment map shows in a direction.
// The maps are in octahedral layout: raster/assets/environments/octahedral.py.

layout(binding = UNIT_ENVIRONMENTS) uniform sampler2DArray environments;

// Texture coordinates 0..1 of a direction of any length. Meyer et al., "On floating-point normal vectors" (2010), section 4.
vec2 octahedral(vec3 d) {
    vec2 p = d.xy / (abs(d.x) + abs(d.y) + abs(d.z));
    vec2 folded = (1.0 - abs(p.yx)) * vec2(p.x >= 0.0 ? 1.0 : -1.0, p.y >= 0.0 ? 1.0 : -1.0);
    return 0.5 * (d.z < 0.0 ? folded : p) + 0.5;
}

// Linear RGB. direction: in the world, of any length. map: its layer. yaw: cosine and sine of the map's turn about z.
// intensity: factor of the light. level: mipmap level, blurred more from level to level.
vec3 environment_light(vec3 direction, int map, vec2 yaw, float intensity, float level) {
    vec2 xy = vec2(yaw.x * direction.x + yaw.y * direction.y, yaw.x * direction.y - yaw.y * direction.x);
    return intensity * textureLod(environments, vec3(octahedral(vec3(xy, direction.z)), map), level).rgb;
}
