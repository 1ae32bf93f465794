// Reading pictures that cover a surface again and again.

// Linear RGB of a layer of `pictures`, whose copies are mirrored or not, at a place in texture space. The place is brought into
// the first two copies: far from them a software rasterizer needs up to 0.1 ms for each pixel of an anisotropic texture.
vec3 picture(sampler2DArray pictures, vec2 at, float layer) {
    return textureGrad(pictures, vec3(at - 2.0 * floor(at * 0.5), layer), dFdx(at), dFdy(at)).rgb;
}
