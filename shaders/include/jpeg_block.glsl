// lossy(): an 8 x 8 block through JPEG's cosine transform, its rounding, and back.
// A block is 16 vectors: 8 rows, each a left half (even index) and a right half (odd index), of values -128..127.

// Quantization tables K.1 (luma) and K.2 (chroma) of ITU-T T.81, transposed, as the transform below leaves a block.
const vec4 LUMA[16] = vec4[](
    vec4(16, 12, 14, 14), vec4(18, 24, 49, 72), vec4(11, 12, 13, 17), vec4(22, 35, 64, 92),
    vec4(10, 14, 16, 22), vec4(37, 55, 78, 95), vec4(16, 19, 24, 29), vec4(56, 64, 87, 98),
    vec4(24, 26, 40, 51), vec4(68, 81, 103, 112), vec4(40, 58, 57, 87), vec4(109, 104, 121, 100),
    vec4(51, 60, 69, 80), vec4(103, 113, 120, 103), vec4(61, 55, 56, 62), vec4(77, 92, 101, 99));
const vec4 CHROMA[16] = vec4[](
    vec4(17, 18, 24, 47), vec4(99), vec4(18, 21, 26, 66), vec4(99), vec4(24, 26, 56, 99), vec4(99), vec4(47, 66, 99, 99),
    vec4(99), vec4(99), vec4(99), vec4(99), vec4(99), vec4(99), vec4(99), vec4(99), vec4(99));

// cos(k pi / 16) / 2
const float C1 = 0.4903926402, C2 = 0.4619397663, C3 = 0.4157348062, C4 = 0.3535533906;
const float C5 = 0.2777851165, C6 = 0.1913417162, C7 = 0.0975451610;

// The orthonormal cosine transform down the four columns of one half (first = 0: left, 1: right).
void forward(inout vec4 b[16], int first) {
    vec4 s0 = b[first] + b[first + 14], s1 = b[first + 2] + b[first + 12];
    vec4 s2 = b[first + 4] + b[first + 10], s3 = b[first + 6] + b[first + 8];
    vec4 d0 = b[first] - b[first + 14], d1 = b[first + 2] - b[first + 12];
    vec4 d2 = b[first + 4] - b[first + 10], d3 = b[first + 6] - b[first + 8];
    b[first] = C4 * (s0 + s3 + s1 + s2);
    b[first + 8] = C4 * (s0 + s3 - s1 - s2);
    b[first + 4] = C2 * (s0 - s3) + C6 * (s1 - s2);
    b[first + 12] = C6 * (s0 - s3) - C2 * (s1 - s2);
    b[first + 2] = C1 * d0 + C3 * d1 + C5 * d2 + C7 * d3;
    b[first + 6] = C3 * d0 - C7 * d1 - C1 * d2 - C5 * d3;
    b[first + 10] = C5 * d0 - C1 * d1 + C7 * d2 + C3 * d3;
    b[first + 14] = C7 * d0 - C5 * d1 + C3 * d2 - C1 * d3;
}

// The inverse of forward(), which is its transpose.
void backward(inout vec4 b[16], int first) {
    vec4 sum = C4 * (b[first] + b[first + 8]), difference = C4 * (b[first] - b[first + 8]);
    vec4 outer = C2 * b[first + 4] + C6 * b[first + 12], inner = C6 * b[first + 4] - C2 * b[first + 12];
    vec4 x1 = b[first + 2], x3 = b[first + 6], x5 = b[first + 10], x7 = b[first + 14];
    vec4 o0 = C1 * x1 + C3 * x3 + C5 * x5 + C7 * x7, o1 = C3 * x1 - C7 * x3 - C1 * x5 - C5 * x7;
    vec4 o2 = C5 * x1 - C1 * x3 + C7 * x5 + C3 * x7, o3 = C7 * x1 - C5 * x3 + C3 * x5 - C1 * x7;
    b[first] = sum + outer + o0;
    b[first + 14] = sum + outer - o0;
    b[first + 2] = difference + inner + o1;
    b[first + 12] = difference + inner - o1;
    b[first + 4] = difference - inner + o2;
    b[first + 10] = difference - inner - o2;
    b[first + 6] = sum - outer + o3;
    b[first + 8] = sum - outer - o3;
}

// Transposes the block.
void transpose_block(inout vec4 b[16]) {
    mat4 a = transpose(mat4(b[0], b[2], b[4], b[6])), d = transpose(mat4(b[9], b[11], b[13], b[15]));
    mat4 c = transpose(mat4(b[1], b[3], b[5], b[7])), e = transpose(mat4(b[8], b[10], b[12], b[14]));
    b = vec4[](a[0], e[0], a[1], e[1], a[2], e[2], a[3], e[3], c[0], d[0], c[1], d[1], c[2], d[2], c[3], d[3]);
}

// Replaces a block by what JPEG makes of it. scale: of the quantization tables, in per cent.
void lossy(inout vec4 b[16], float scale, bool chroma) {
    forward(b, 0);
    forward(b, 1);
    transpose_block(b);
    forward(b, 0);
    forward(b, 1);
    for (int k = 0; k < 16; ++k) {
        vec4 unit = clamp(floor(((chroma ? CHROMA[k] : LUMA[k]) * scale + 50.5) / 100.0), 1.0, 255.0);
        b[k] = unit * floor(b[k] / unit + 0.5);
    }
    backward(b, 0);
    backward(b, 1);
    transpose_block(b);
    backward(b, 0);
    backward(b, 1);
}
