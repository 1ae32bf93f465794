// reflect_map(): what the environment map shows in a mirror. Needs surroundings.glsl and the block v.

// mirror, gloss: light that the surface and its clear coat reflect, in direction r; without a map they stay as they are. One
// look for both: under a coat it is the coat's, and the base mirrors light from everywhere.
void reflect_map(vec3 r, float roughness, bool coated, inout vec3 mirror, inout vec3 gloss) {
    float level = coated ? 0.0 : roughness * float(textureQueryLevels(environments) - 1);
    gloss = surroundings(r, v.counts.w, v.environment, level);
    if (!coated) mirror = gloss;
}
