// The sensor with a wide kernel that blurs and sharpens: linear RGB to sRGB. See sensor.glsl.
#version 430
#include "camera.glsl"
#include "sensor.glsl"

layout(binding = UNIT_SOURCE) uniform sampler2DArray light;

flat in int scene;
flat in Camera camera;
layout(location = 0) out vec4 color;

void main() {
    vec2 px = 1.0 / vec2(textureSize(light, 0).xy);
    vec4 blurred = vec4(0.0), mask = vec4(0.0);
    int radius = int(camera.kernel_radius);
    for (int y = -radius; y <= radius; ++y) {
        for (int x = -radius; x <= radius; ++x) {
            vec4 c = vec4(textureLod(light, vec3((gl_FragCoord.xy + vec2(x, y)) * px, float(scene)), 0.0).rgb, 1.0);
            // x: of the blur, y: of the mask.
            vec2 weight = exp2(-camera.kernel * float(x * x + y * y));
            blurred += weight.x * c;
            mask += weight.y * c;
        }
    }
    color = developed(camera, sharpened(blurred.rgb / blurred.a, mask.rgb / mask.a, camera.sharpen));
}
