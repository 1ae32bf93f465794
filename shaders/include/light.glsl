// light_at(): the light of one lamp that arrives at a surface. Needs scene.glsl and the block v.

// l: unit vector towards the lamp. What a white surface that faces it shows, without the cosine.
vec3 light_at(int k, out vec3 l) {
    vec4 place = v.light_position[k];
    l = place.xyz - place.w * v.position;
    float inverse = inversesqrt(dot(l, l));
    l *= inverse;
    float cone = clamp(v.light_axis[k].w - dot(l, v.light_axis[k].xyz), 0.0, 1.0);
    return v.light_color[k].rgb * (cone * cone * mix(1.0, inverse * inverse, place.w));
}
