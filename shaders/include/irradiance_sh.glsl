// irradiance(): light that a white surface with unit normal n shows, of 9 coefficients; order as in raster/environments/.
// Ramamoorthi and Hanrahan, "An efficient representation for irradiance environment maps" (2001).

vec3 irradiance(vec4 c[9], vec3 n) {
    vec3 low = 0.282095 * c[0].rgb + 0.488603 * (n.y * c[1].rgb + n.z * c[2].rgb + n.x * c[3].rgb);
    vec3 high = 1.092548 * (n.x * n.y * c[4].rgb + n.y * n.z * c[5].rgb + n.x * n.z * c[7].rgb);
    return low + high + 0.315392 * (3.0 * n.z * n.z - 1.0) * c[6].rgb + 0.546274 * (n.x * n.x - n.y * n.y) * c[8].rgb;
}
