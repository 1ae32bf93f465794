// The loss of JPEG: each invocation takes an 8 x 8 block of luma or chroma to its cosine transform, rounds it, and goes back.
// ITU-T T.81 (1992), A.3, tables K.1 and K.2, scaled as the Independent JPEG Group's library does; 4:2:0.
#version 430
#include "camera.glsl"
#include "jpeg_block.glsl"

layout(local_size_x = JPEG_GROUP, local_size_y = JPEG_GROUP) in;
layout(std430, binding = BINDING_CAMERAS) readonly buffer Cameras { Camera cameras[]; };
layout(binding = UNIT_SOURCE) uniform sampler2DArray picture;
layout(binding = 0, r8) writeonly uniform image2DArray planes;  // luma; below it the chroma of blue and of red, side by side

// Weights of R, G, B and offset of luma and both chromas, of sRGB values 0..255 (JFIF 1.02).
const vec4 PLANE[3] = vec4[](vec4(0.299, 0.587, 0.114, 0.0), vec4(-0.168736, -0.331264, 0.5, 128.0),
                             vec4(0.5, -0.418688, -0.081312, 128.0));

vec4 rounded(vec4 x) { return floor(x + 0.5); }

void main() {
    int row = int(gl_WorkGroupID.z) / 6, quarter = int(gl_WorkGroupID.z) % 6, plane = max(quarter - 3, 0);
    int scene = int(cameras[row].scene & 0xFFFFu), side = plane > 0 ? 2 : 1;
    float quality = cameras[row].quality;
    ivec2 size = textureSize(picture, 0).xy, half_size = (size + 1) / 2, plane_size = plane > 0 ? half_size : size;
    ivec2 inner = plane > 0 ? ivec2(0) : 8 * ivec2(quarter & 1, quarter >> 1);
    ivec2 corner = 8 * ivec2(gl_GlobalInvocationID.xy) * (3 - side) + inner;
    ivec2 origin = ivec2(plane == 2 ? half_size.x : 0, plane > 0 ? size.y : 0);
    if (corner.x >= plane_size.x || corner.y >= plane_size.y) return;
    vec4 weights = PLANE[plane];
    vec4 block[16];  // rows, each a left and a right half
    for (int k = 0; k < 64; ++k) {
        float sum = 0.0;
        for (int j = 0; j < side * side; ++j) {
            ivec2 own = corner + ivec2(k & 7, k >> 3);
            ivec2 p = side * ivec2(own.x, min(own.y, plane_size.y - 1)) + ivec2(j & 1, j >> 1);
            vec3 rgb = 255.0 * texelFetch(picture, ivec3(min(p, size - 1), scene), 0).rgb;
            sum += floor(dot(rgb, weights.rgb) + weights.a + 0.5);
        }
        float bias = plane > 0 ? 0.25 + 0.25 * float(k & 1) : 0.0;  // halves are rounded down and up in turn
        block[k >> 2][k & 3] = floor(sum / float(side * side) + bias) - 128.0;
    }
    lossy(block, quality < 50.0 ? floor(5000.0 / quality) : 200.0 - 2.0 * quality, plane > 0);
    for (int k = 0; k < 64; ++k) {
        ivec2 p = corner + ivec2(k & 7, k >> 3);
        float value = floor(clamp(block[k >> 2][k & 3] + 128.5, 0.0, 255.0));
        if (p.x < plane_size.x && p.y < plane_size.y) imageStore(planes, ivec3(origin + p, scene), vec4(value / 255.0));
    }
}
