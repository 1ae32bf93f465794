// The end of a vertex shader that draws objects which alpha cuts out. Its own main function has become main_of_shader(), see
// compile_program() in raster/gl/program.py. Needs instance.glsl and the inputs uv and tint.
#undef main

out vec3 cutout_point;  // uv; alpha of the vertices as a multiple of the least that is drawn
flat out uint cutout_mask;  // Instance.picture

void main() {
    main_of_shader();
    cutout_point = vec3(uv, tint.a / instance().cutoff);
    cutout_mask = instance().picture;
}
