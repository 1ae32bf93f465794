// Stands for paint.glsl: paint() of the environment map, behind everything. Needs scene.glsl, surroundings.glsl, the block v.

vec3 paint(out float weight) {
    weight = 0.0;
    return surroundings(v.position, v.counts.w, v.environment, v.environment.w);
}
