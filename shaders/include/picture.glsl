// Reading pictures that cover a surface again and again.

// Linear RGB of a layer of `pictures`, whose copies are mirrored or not, at a place in texture space. The place is brought into
// the first two copies: far from them a software rasterizer needs up to 0.1 ms for each pixel of an anisotropic texture.
// The four pixels that share derivatives are all moved by what the first of them needs. Where one of them were moved otherwise,
// the driver would see a jump and read the coarsest level of the picture: bright dots along the seams.
vec3 picture(sampler2DArray pictures, vec2 at, float layer) {
    vec2 moved = 2.0 * floor(0.5 * at), odd = mod(floor(gl_FragCoord.xy), 2.0);
    moved -= odd.x * dFdxFine(moved);
    moved -= odd.y * dFdyFine(moved);
    return texture(pictures, vec3(at - moved, layer)).rgb;
}
