// Stands for paint.glsl: paint() of pictures. Needs scene.glsl and the block v.

layout(binding = 0) uniform sampler2DArray pictures;  // row 0 of a picture is its top, and lies at 1 of texture space

vec3 paint(out float weight) {
    vec2 at = vec2(v.texture_point.x, 1.0 - v.texture_point.y);
    vec3 result = textureGrad(pictures, vec3(at, v.ids.z >> 16), dFdx(at), dFdy(at)).rgb;
    weight = dot(result, vec3(0.2126, 0.7152, 0.0722));  // bright parts stand out
    return result;
}
