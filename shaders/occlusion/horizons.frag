// Ambient occlusion at every second pixel, from depth: the share of light from all around that things near by keep off.
// Jimenez et al., "Practical real-time strategies for accurate indirect occlusion" (2016): in a slice through the eye's ray the
// highest points to both sides are searched; between these horizons light arrives, weighted by the cosine.
#version 430
#include "scene.glsl"

layout(binding = UNIT_DEPTH) uniform sampler2DArray depth;

flat in int scene;
flat in vec4 ray;
flat in vec2 depth_row;
flat in vec2 settings;
layout(location = 0) out vec4 lost;  // the share; 1 / distance along the camera's axis, 1/m; how that grows per px along x and y

const int STEPS = 4;           // samples to either side
const float MAX_REACH = 0.15;  // of a slice to either side, as a share of the picture's height
const float HALF_PI = 1.5707963;

// The point in the camera's axes, metres, that is seen at p, 0..1 over the picture.
vec3 point_at(vec2 p) {
    float d = 2.0 * textureLod(depth, vec3(p, float(scene)), 0.0).r - 1.0;
    vec2 clip = vec2(2.0 * p.x - 1.0, 1.0 - 2.0 * p.y);
    return depth_row.y / (d + depth_row.x) * vec3(ray.xy * clip + ray.zw, 1.0);
}

// The step from a point to one of its neighbours that stays on its surface: the one whose depth differs less.
vec3 slope(vec3 before, vec3 here, vec3 after) {
    return abs(after.z - here.z) < abs(here.z - before.z) ? after - here : here - before;
}

// The cosine of the horizon that samples up to `reach` px along a direction of the screen find. n, e: unit vectors of the
// normal and towards the eye. lowest: the cosine of the surface's own horizon. start: of the first step, 0..1. Points a radius
// away count nothing, and points of the same plane.
float horizon(vec2 p, vec2 along, float reach, vec3 here, vec3 n, vec3 e, float lowest, float start, int steps) {
    vec2 size = vec2(textureSize(depth, 0).xy);
    float highest = lowest;
    for (int k = 0; k < steps; ++k) {
        float t = (float(k) + start) / float(STEPS);
        vec2 q = (floor(p * size + (1.0 + t * t * reach) * along) + 0.5) / size;  // the centre of a pixel
        vec3 there = point_at(q) - here;
        float inverse = inversesqrt(max(dot(there, there), 1e-12));
        float near = clamp(2.0 - 2.0 / (inverse * settings.x), 0.0, 1.0);
        float above = clamp(10.0 * dot(there, n) * inverse - 0.5, 0.0, 1.0);
        bool inside = all(lessThan(abs(q - 0.5), vec2(0.5)));
        highest = max(highest, mix(lowest, dot(there, e) * inverse, inside ? near * above : 0.0));
    }
    return clamp(highest, -1.0, 1.0);
}

// Light, weighted by the cosine, that arrives between the eye's ray and a horizon, as angles; tilt: of the normal.
float arc(float h, float tilt) { return 0.25 * (cos(tilt) + 2.0 * h * sin(tilt) - cos(2.0 * h - tilt)); }

void main() {
    vec2 px = 1.0 / vec2(textureSize(depth, 0).xy);
    ivec2 cell = ivec2(gl_FragCoord.xy);
    vec2 p = (2.0 * vec2(cell) + 0.5) * px, right = vec2(px.x, 0.0), up = vec2(0.0, -px.y);  // row 0 is the top row
    vec3 here = point_at(p), e = -normalize(here);
    vec3 x = slope(point_at(p - right), here, point_at(p + right)), y = slope(point_at(p - up), here, point_at(p + up));
    vec3 n = normalize(cross(y, x));
    // Neighbours in a block of 4 x 4 take 16 slices; blur.frag averages over such a block.
    int turn = (cell.x & 3) * 4 + ((cell.x + cell.y) & 3), order = (cell.x + 2 * cell.y) & 3;
    float angle = 3.1415927 * (float(turn) + 0.5) / 16.0, start = (float(order) + 0.5) / 4.0;
    vec2 along = vec2(cos(angle), sin(angle)), way = vec2(along.x, -along.y);
    vec3 across = normalize(cross(vec3(along, 0.0), e)), flat_n = n - across * dot(n, across);
    float tilt = atan(dot(flat_n, cross(e, across)), dot(flat_n, e));
    float reach = min(settings.x * settings.y / here.z, MAX_REACH) / px.y;
    int steps = textureLod(depth, vec3(p, float(scene)), 0.0).r < 1.0 ? STEPS : 0;
    float before = -acos(horizon(p, -way, reach, here, n, e, cos(tilt - HALF_PI), start, steps));
    float after = acos(horizon(p, way, reach, here, n, e, cos(tilt + HALF_PI), start, steps));
    float all = cos(tilt) + tilt * sin(tilt);
    float share = length(flat_n) * (all - arc(max(before, tilt - HALF_PI), tilt) - arc(min(after, tilt + HALF_PI), tilt));
    vec2 growth = vec2(-x.z / (here.z * (here.z + x.z)), y.z / (here.z * (here.z + y.z)));
    lost = vec4(steps == 0 ? 0.0 : max(share, 0.0), 1.0 / here.z, growth);
}
