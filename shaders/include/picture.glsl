// Reading pictures that cover a surface again and again.

// How far a place in texture space is from the first two copies of a picture, in whole pairs of copies.
// The four pixels that share derivatives all get what the first of them needs. Where one of them were moved otherwise, the
// driver would see a jump and read the coarsest level of the picture: bright dots along the seams.
vec2 from_first_copies(vec2 at) {
    vec2 moved = 2.0 * floor(0.5 * at), odd = mod(floor(gl_FragCoord.xy), 2.0);
    moved -= odd.x * dFdxFine(moved);
    moved -= odd.y * dFdyFine(moved);
    return moved;
}

// Linear RGB of a layer of `pictures`, whose copies are mirrored or not, at a place in texture space. The place is brought into
// the first two copies: far from them a software rasterizer needs up to 0.1 ms for each pixel of an anisotropic texture.
vec3 picture(sampler2DArray pictures, vec2 at, float layer) {
    return texture(pictures, vec3(at - from_first_copies(at), layer)).rgb;
}
