// Takes the place of reflection.glsl in scenes without an environment map: reflect_map() changes nothing.

void reflect_map(vec3 r, float roughness, bool coated, inout vec3 mirror, inout vec3 gloss) {}
