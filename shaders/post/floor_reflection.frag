// What a glossy floor mirrors of the things on it: the ray that a pixel of the floor reflects is followed through the picture
// until it is behind a surface. Linear RGB. McGuire and Mara, "Efficient GPU screen-space ray tracing" (2014), with even steps.
#version 430
#include "camera.glsl"
#include "linear_depth.glsl"

layout(binding = UNIT_SOURCE) uniform sampler2DArray light;

flat in int scene;
flat in Camera camera;
layout(location = 0) out vec4 color;

const int STEPS = 24;         // along a ray, over at most the picture's height
const int HALVINGS = 5;       // of the step in which a ray goes behind a surface
const int SAMPLES = 8;        // of the disc that a rough floor blurs
const float ON_FLOOR = 2e-3;  // how far off the plane a point of the floor may seem, as a share of its distance
const float THICKNESS = 0.1;  // of things, as a share of their distance: a ray that is farther behind one passes it
const mat2 GOLDEN_TURN = mat2(-0.737369, 0.675490, -0.675490, -0.737369);  // by the golden angle (Vogel, 1979)

// Where a point in the camera's axes, metres, x right, y up, z back, is seen: px of the drawn picture, and 1 / distance.
vec3 project(vec3 point) {
    return vec3(camera.margin.xy + camera.principal + camera.focal * vec2(point.x, -point.y) / -point.z, -1.0 / point.z);
}

// Whether the point q of a ray, as project() gives it, is just behind a surface of a thing above the floor, or up to `before`
// before it, as a share of its distance.
bool meets(vec3 q, vec2 size, float before) {
    vec2 p = q.xy / size;
    float there = distance_at(camera, p, scene), z = 1.0 / q.z;
    vec2 slope = (q.xy - camera.margin.xy - camera.principal) / camera.focal;
    float height = dot(camera.floor.xyz, there * vec3(slope.x, -slope.y, -1.0)) + camera.floor.w;
    return there < z + before * z && z - there < THICKNESS * z && height > ON_FLOOR * there;
}

void main() {
    vec2 size = vec2(textureSize(light, 0).xy), edge = camera.margin.xy - camera.margin.zw;  // of what is drawn
    color = vec4(textureLod(light, vec3(gl_FragCoord.xy / size, float(scene)), 0.0).rgb, 1.0);
    float z = distance_at(camera, gl_FragCoord.xy / size, scene);
    vec2 slope = (gl_FragCoord.xy - camera.margin.xy - camera.principal) / camera.focal;
    vec3 n = camera.floor.xyz, at = z * vec3(slope.x, -slope.y, -1.0), e = normalize(-at), r = reflect(-e, n);
    if (z > 0.99 * camera.depth_range.y || abs(dot(n, at) + camera.floor.w) > ON_FLOOR * z) return;

    float reach = r.z > 0.0 ? min(z, 0.8 * z / r.z) : z;  // metres; the ray stays in front of the camera
    vec3 from = project(at), along = project(at + reach * r) - from;
    float px = max(length(along.xy), 1.0), share = min(1.0, size.y / px);
    int steps = int(clamp(px * share, 1.0, float(STEPS)));
    // Neighbours begin at different parts of a step, so that what is thin is not lost in stripes.
    float start = fract(dot(floor(gl_FragCoord.xy), vec2(0.754878, 0.569840))), s = 0.0, before = 0.0;
    bool met = false;
    for (int k = 0; k < steps && !met; ++k) {
        before = s;
        s = share * (float(k) + 0.5 + 0.5 * start) / float(steps);
        vec3 q = from + s * along;
        if (any(lessThan(q.xy, edge)) || any(greaterThan(q.xy, size - edge))) return;
        met = meets(q, size, 0.0);
    }
    if (!met) return;
    for (int k = 0; k < HALVINGS; ++k) {
        float middle = 0.5 * (before + s);
        if (meets(from + middle * along, size, 0.0)) s = middle; else before = middle;
    }
    vec3 q = from + s * along, sum = vec3(0.0);
    vec2 there = (q.xy - camera.margin.xy - camera.principal) / camera.focal;
    float way = distance(at, vec3(there.x, -there.y, -1.0) / q.z);  // of the ray, metres
    float blur = min(camera.floor_roughness * camera.floor_roughness * way * camera.focal.y * q.z, size.y / 16.0);
    vec2 turn = vec2(1.0, 0.0);
    for (int k = 0; k < SAMPLES; ++k) {
        vec2 near = q.xy + blur * sqrt((float(k) + 0.5) / float(SAMPLES)) * turn;
        vec3 around = vec3(size * nearest_drawn(camera, near / size, size), q.z);
        vec3 found = textureLod(light, vec3(around.xy / size, float(scene)), 0.0).rgb;
        sum += k == 0 || meets(around, size, THICKNESS) ? found : color.rgb;
        turn = GOLDEN_TURN * turn;
    }
    vec2 known = clamp(12.0 * min(q.xy - edge, size - edge - q.xy) / size, 0.0, 1.0);  // what is outside is not
    float m = 1.0 - clamp(dot(n, e), 0.0, 1.0), m2 = m * m;
    vec3 mirrored = camera.floor_f0 + (1.0 - camera.floor_f0) * (m2 * m2 * m);  // Schlick (1994)
    color.rgb = mix(color.rgb, sum / float(SAMPLES), camera.reflection * known.x * known.y * mirrored);
}
