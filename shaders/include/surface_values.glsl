// Names for the numbers that share a vector in the block v: see surface.glsl.
// Units are those of the structs in scene.glsl.
#include "scene.glsl"

uint texture_index() { return texture_of(v.ids.z); }
bool is_planar() { return mapping_of(v.ids.z) != MAPPING_OBJECT; }  // the texture is mapped to a plane, not to a solid block
uint image_layer() { return image_of(v.ids.z); }
uint picture_wrap() { return wrap_of(v.ids.w); }  // of base colours

float material_specular() { return v.color.a; }
float material_shininess() { return v.color2.a; }
float material_metallic() { return v.finish.x; }
float material_coat() { return v.finish.y; }
float material_wear() { return v.finish.z; }
float material_bump() { return v.finish.w; }

int light_count() { return v.counts.x; }
int shadow_count() { return v.counts.y; }
int shadow_layer(int k) { return v.counts.z + k; }  // of light k in the shadow maps
int shadow_samples() { return v.steps.x; }
float light_softness(int k) { return v.light_color[k].a; }

int environment_layer() { return v.counts.w; }
vec2 environment_yaw() { return v.environment.xy; }
float environment_intensity() { return v.environment.z; }
float environment_blur() { return v.environment.w; }

int voronoi_cells() { return v.steps.y; }
vec2 occlusion_strengths() { return unpackHalf2x16(uint(v.steps.z)); }  // for light from all around; for lights without shadows
