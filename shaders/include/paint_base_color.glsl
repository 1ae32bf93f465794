// Stands for paint.glsl: paint() of what a model's own file says. Needs scene.glsl and the block v.

layout(binding = 3) uniform sampler2DArray base_colors;  // row 0 of a picture is its top, and lies at 1 of texture space; layer 0 is white

vec3 paint(out float weight) {
    vec2 at = vec2(v.texture_point.x, 1.0 - v.texture_point.y);
    weight = 0.0;
    return v.color.rgb * v.tint * textureGrad(base_colors, vec3(at, v.ids.z >> 16), dFdx(at), dFdy(at)).rgb;
}
