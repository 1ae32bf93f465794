// The end of a fragment shader that draws objects which alpha cuts out. Its own main function has become main_of_shader(), see
// compile_program() in raster/gl/program.py: so all passes, the labels' too, leave out the same points.
// What counts is the alpha at the pixel's centre, in the finest picture: a label is not blended with what lies around it.
#undef main
#include "base_colors.glsl"

in vec3 cutout_point;  // uv; alpha of the vertices as a multiple of the least that is drawn
flat in uint cutout_mask;

void main() {
    main_of_shader();  // first, since it needs its neighbours for derivatives
    float alpha = base_alpha(vec2(cutout_point.x, 1.0 - cutout_point.y), mask_of(cutout_mask), wrap_of(cutout_mask));
    if (cutout_point.z * alpha < 1.0) discard;
}
