// The picture of JPEG's planes: chroma is stretched to full size as the Independent JPEG Group does ("fancy upsampling").
#version 430

layout(binding = 0) uniform sampler2DArray planes;  // see jpeg.comp

flat in int scene;
layout(location = 0) out vec4 color;

float code(ivec2 p) { return 255.0 * texelFetch(planes, ivec3(p, scene), 0).r; }

// Three parts of the chroma's own row or column to one of the neighbour's that is nearer.
float chroma(ivec2 place, ivec2 own, ivec2 other, float bias) {
    float near = 3.0 * code(place + own) + code(place + ivec2(other.x, own.y));
    float far = 3.0 * code(place + ivec2(own.x, other.y)) + code(place + other);
    return floor((3.0 * near + far + bias) / 16.0) - 128.0;
}

void main() {
    ivec2 p = ivec2(gl_FragCoord.xy), all = textureSize(planes, 0).xy;
    int width = all.x / 2, height = all.y - (2 * all.y) / 3;  // of the chroma
    ivec2 own = p / 2, other = clamp(own + 2 * (p & 1) - 1, ivec2(0), ivec2(width, height) - 1);
    float bias = 8.0 - float(p.x & 1);  // as that library rounds
    float y = code(p), cb = chroma(ivec2(0, all.y - height), own, other, bias);
    float cr = chroma(ivec2(width, all.y - height), own, other, bias);
    vec3 rgb = y + vec3(1.402 * cr, -0.344136 * cb - 0.714136 * cr, 1.772 * cb);
    color = vec4(clamp(rgb, 0.0, 255.0) / 255.0, 1.0);
}
