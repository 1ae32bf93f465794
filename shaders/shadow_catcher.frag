// Colour of surfaces that stand for those of a photograph: it shows through, darkened by as much as shadows take of the light.
#version 430
#include "scene.glsl"
#include "srgb.glsl"

in Surface {
#include "surface.glsl"
} v;
layout(location = 0) out vec4 color;

#include "surface_values.glsl"
#include "paint.glsl"
#include "shadow.glsl"
#include "occlusion.glsl"
#include "light.glsl"

void main() {
    float weight;
    vec3 n = normalize(v.normal), l;
    vec2 open = open_shares();
    vec4 share = occluded(shadow_shares(), open.y);
    vec3 whole = v.ambient, left = v.ambient * open.x;  // the light on a white surface without and with shadows, linear RGB
    for (int k = 0; k < light_count(); ++k) {
        vec3 arriving = light_at(k, l);
        arriving *= max(dot(n, l), 0.0);
        whole += arriving;
        left += share[k] * arriving;
    }
    vec3 kept = mix(left / max(whole, 1e-6), vec3(1.0), lessThan(whole, vec3(1e-6)));
    color = finished(paint(weight) * min(kept, 1.0));
}
