// From JPEG's planes back to the picture. Chroma is enlarged as the Independent JPEG Group's library does ("fancy upsampling").
#version 430

layout(binding = UNIT_SOURCE) uniform sampler2DArray planes;  // see jpeg.comp

flat in int scene;
layout(location = 0) out vec4 color;

// The value 0..255 at texel p of the planes.
float code(ivec2 p) { return 255.0 * texelFetch(planes, ivec3(p, scene), 0).r; }

// Chroma -128..127 at a pixel: 3 parts of its own row and column to 1 part of the nearest other row and column. corner: of the
// plane among the planes; own, other: texels of the plane; bias: for rounding.
float chroma(ivec2 corner, ivec2 own, ivec2 other, float bias) {
    float near = 3.0 * code(corner + own) + code(corner + ivec2(other.x, own.y));
    float far = 3.0 * code(corner + ivec2(own.x, other.y)) + code(corner + other);
    return floor((3.0 * near + far + bias) / 16.0) - 128.0;
}

void main() {
    ivec2 p = ivec2(gl_FragCoord.xy), all = textureSize(planes, 0).xy;
    int width = all.x / 2, height = all.y - (2 * all.y) / 3;  // of the chroma
    ivec2 own = p / 2, other = clamp(own + 2 * (p & 1) - 1, ivec2(0), ivec2(width, height) - 1);
    float bias = 8.0 - float(p.x & 1);  // halves are rounded down and up in turn
    float y = code(p), cb = chroma(ivec2(0, all.y - height), own, other, bias);
    float cr = chroma(ivec2(width, all.y - height), own, other, bias);
    vec3 rgb = y + vec3(1.402 * cr, -0.344136 * cb - 0.714136 * cr, 1.772 * cb);
    color = vec4(clamp(rgb, 0.0, 255.0) / 255.0, 1.0);
}
