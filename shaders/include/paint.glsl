// paint(): the colour of a surface by its texture.
// Every program is compiled with one of the files paint_*.glsl in place of this one. PAINT_OF_TEXTURE in
// raster/scene/materials.py says which of them holds which texture. Each provides
// vec3 paint(out float weight): the colour at the pixel, linear RGB; weight: share of the texture's second colour, 0..1.

#error "paint.glsl is replaced by one of the files paint_*.glsl"
