// Texture: what paints a surface. A stand-in: each kind of paint has a file of its own (raster/gl/program.py).
// vec3 paint(out float weight): a surface's colour, linear; weight: of the texture's second colour, 0..1.

#error "paint.glsl is replaced by one of the files paint_*.glsl"
