// irradiance(): what a white surface shows in the light of an environment map, by spherical harmonics.
// Ramamoorthi and Hanrahan, "An efficient representation for irradiance environment maps" (2001).

// Linear RGB. c: the 9 coefficients, RGB, in the order of raster/assets/environments/prefilter.py; n: unit normal.
vec3 irradiance(vec4 c[9], vec3 n) {
    vec3 low = 0.282095 * c[0].rgb + 0.488603 * (n.y * c[1].rgb + n.z * c[2].rgb + n.x * c[3].rgb);
    vec3 high = 1.092548 * (n.x * n.y * c[4].rgb + n.y * n.z * c[5].rgb + n.x * n.z * c[7].rgb);
    return low + high + 0.315392 * (3.0 * n.z * n.z - 1.0) * c[6].rgb + 0.546274 * (n.x * n.x - n.y * n.y) * c[8].rgb;
}
