// widened(): highlights as wide as their lights. Karis, "Real shading in Unreal Engine 4" (2013): the alpha of GGX grows with the
// light's angular radius. Needs the block v. raster/rendering/view_rows.py packs the numbers.
#include "surface_values.glsl"

// The alpha of a surface's highlight of light k.
float widened(float alpha, int k) {
    float more = float((uint(v.steps.w) >> (8 * k)) & 255u) / 510.0;
    return alpha + more * (1.0 - alpha);
}
