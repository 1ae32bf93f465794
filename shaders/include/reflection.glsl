// reflect_map(): the light of the environment map that a surface reflects. Needs environment_map.glsl and the block v.
#include "surface_values.glsl"

// r: direction of the reflected ray. mirror, gloss: linear RGB that the surface and its clear coat reflect, set here. The map
// is read once: a coated surface gets it as gloss, and mirror keeps its value; else mirror gets it too, by roughness 0..1.
void reflect_map(vec3 r, float roughness, bool coated, inout vec3 mirror, inout vec3 gloss) {
    float level = coated ? 0.0 : roughness * float(textureQueryLevels(environments) - 1);
    gloss = environment_light(r, environment_layer(), environment_yaw(), environment_intensity(), level);
    if (!coated) mirror = gloss;
}
