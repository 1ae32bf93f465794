// light_at(): the light of one light source that arrives at a surface. Needs the block v.
#include "surface_values.glsl"

// Linear RGB that a white surface shows when it faces light k; l becomes the unit vector towards the light. A light at a point
// falls off with the square of the distance in metres, a direction (position.w = 0) does not.
vec3 light_at(int k, out vec3 l) {
    vec4 source = v.light_position[k];
    l = source.xyz - source.w * v.position;
    float inverse = inversesqrt(dot(l, l));
    l *= inverse;
    float cone = clamp(v.light_cone[k].w - dot(l, v.light_cone[k].xyz), 0.0, 1.0);
    return v.light_color[k].rgb * (cone * cone * mix(1.0, inverse * inverse, source.w));
}
