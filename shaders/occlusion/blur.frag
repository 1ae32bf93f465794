// Averages ambient occlusion over 4 x 4 cells of one surface: what occlusion.glsl reads.
#version 430

layout(binding = UNIT_SOURCE) uniform sampler2DArray lost;  // of horizons.frag

flat in int scene;
flat in vec2 settings;
layout(location = 0) out vec4 share;  // lost; 1 / distance along the camera's axis, 1/m

void main() {
    // Cell j gets the mean of cells j - 1 .. j + 2, each as it lies off the plane of the surface at j.
    vec2 px = 1.0 / vec2(textureSize(lost, 0).xy);
    vec4 own = textureLod(lost, vec3(gl_FragCoord.xy * px, float(scene)), 0.0);
    float sum = 0.0, weight = 0.0, near = 10.0 / (settings.x * own.y * own.y);
    for (int k = 0; k < 4; ++k) {
        vec2 corner = vec2(2 * (k & 1), k & 2) - 0.5;
        vec3 at = vec3((gl_FragCoord.xy + corner) * px, float(scene));
        vec4 x = 2.0 * corner.x + vec4(-1.0, 1.0, 1.0, -1.0), y = 2.0 * corner.y + vec4(1.0, 1.0, -1.0, -1.0);  // px
        vec4 off = near * (textureGather(lost, at, 1) - own.y - own.z * x - own.w * y);
        vec4 w = 1.0 / (1.0 + off * off);
        sum += dot(w, textureGather(lost, at, 0));
        weight += dot(w, vec4(1.0));
    }
    share = vec4(sum / weight, own.y + own.z + own.w, 0.0, 1.0);
}
