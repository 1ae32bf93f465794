// surroundings(): what an environment map shows in a direction. Octahedral layout, as raster/environments/ writes it.

layout(binding = 1) uniform sampler2DArray environments;

// Meyer et al., "On floating-point normal vectors" (2010), section 4.
vec2 octahedral(vec3 d) {
    vec2 p = d.xy / (abs(d.x) + abs(d.y) + abs(d.z));
    vec2 folded = (1.0 - abs(p.yx)) * vec2(p.x >= 0.0 ? 1.0 : -1.0, p.y >= 0.0 ? 1.0 : -1.0);
    return 0.5 * (d.z < 0.0 ? folded : p) + 0.5;
}

// turned: View.environment. Call it inside a loop that only pixels with a map enter.
vec3 surroundings(vec3 direction, int map, vec4 turned, float level) {
    vec2 xy = vec2(turned.x * direction.x + turned.y * direction.y, turned.x * direction.y - turned.y * direction.x);
    return turned.z * textureLod(environments, vec3(octahedral(vec3(xy, direction.z)), map), level).rgb;
}
