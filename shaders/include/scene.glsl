// What is drawn and how it is lit: a row for each drawn mesh, each scene and each light, and functions that read them.
// NumPy's side: raster/rendering/gpu_structs.py, with the same names in the same order. The names in capitals are constants
// from raster/rendering/shader_constants.py: textures, mappings, bits, bindings.

struct Instance {
    vec4 world_from_object[3];    // rows of a 3 x 4 matrix, metres
    vec4 texture_from_object[3];  // rows of a 3 x 4 matrix: from the mapped point to texture space, where a cell has side 1
    vec3 color;                   // linear RGB
    float specular;               // strength of the highlight, 0..1
    vec3 color2;                  // linear RGB, the texture's second colour
    float shininess;              // exponent of Blinn-Phong, >= 1
    float metallic;               // 0 = dielectric, 1 = metal
    float coat;                   // strength of the clear coat, 0..1
    float wear;                   // how much rougher the second colour is, 0..1
    float bump;                   // height of the second colour over the first, metres
    uint scene;                   // row of views[]
    uint class_id;                // 0 = background
    uint instance_id;             // 0 = background
    uint surface;                 // bits: texture_of(), mapping_of(), is_double_sided(), casts_shadow(), image_of()
    uint morph;                   // row of morphs[] in morph.glsl, counted from 1; 0 = the mesh is not deformed
    uint picture;                 // bits: mask_of(), wrap_of()
    float cutoff;                 // nothing is drawn where alpha is below; 0 = the mesh is not cut out
    uint size_class;              // not for shaders
};

struct View {
    mat4 clip_from_world;
    vec3 eye;                     // the camera in the world, metres
    int light_count;
    vec3 ambient;                 // light from all around, linear RGB
    int shadow_count;             // so many lights, from the first, have a shadow map
    vec3 ray_x;                   // a pixel at clip (x, y) looks along x * ray_x + y * ray_y + ray_center, in the world
    float half_width;             // of the drawn picture, in heights of the picture
    vec3 ray_y;
    float half_height;            // the same of its height: 0.5, and more where a margin is drawn around the picture
    vec3 ray_center;
    float occlusion;              // strength of ambient occlusion for light from all around, 0..1
    vec4 irradiance[9];           // RGB: spherical harmonics of the environment map; the fourth number is unused
    float cos_yaw, sin_yaw;       // turn of the environment map about z
    float intensity;              // factor of the environment map's light
    float blur;                   // mipmap level of the map where it is the background
    int environment_map;          // layer of the environment maps, -1 = none
    int map_visible;              // 1: the map is the background
    int shadow_maps;              // shadow maps of each scene of the batch
    int shadow_samples;           // samples that search a shadow map; twice as many filter it
    float occlusion_radius;       // what is farther away does not occlude, metres
    float contact;                // strength of ambient occlusion for lights without a shadow map, 0..1
    uint highlights;              // for each light a byte, see highlights.glsl
    int viewport;                 // whose scissor rectangle holds what the lens shows: raster/rendering/drawn_margins.py
};

struct Light {
    vec4 position;                // in the world, metres; w = 0: direction towards the light
    vec3 color;                   // linear RGB
    float softness;               // width of a shadow's edge in the map, for each unit of the map's depth behind what blocks
    vec3 cone_axis;               // a spot's share of light: clamp(dot(from light to surface, cone_axis) + cone_offset, 0, 1)
    float cone_offset;            // squared
    mat4 shadow_from_world;       // to coordinates 0..1 in the shadow map
};

// A uniform block is read faster than a storage buffer, but holds few scenes: with more of them TABLE_SCENES is 0.
#if TABLE_SCENES > 0
layout(std140, row_major, binding = BINDING_VIEWS) uniform Views { View views[TABLE_SCENES]; };
layout(std140, row_major, binding = BINDING_LIGHTS) uniform Lights { Light lights[TABLE_SCENES * MAX_LIGHTS]; };
#else
layout(std430, row_major, binding = BINDING_VIEWS) readonly buffer Views { View views[]; };
layout(std430, row_major, binding = BINDING_LIGHTS) readonly buffer Lights { Light lights[]; };  // MAX_LIGHTS for each scene
#endif

// The parts of Instance.surface.
uint texture_of(uint surface) { return surface & SURFACE_TEXTURE_MASK; }  // TEXTURE_...
uint mapping_of(uint surface) { return (surface >> SURFACE_MAPPING_SHIFT) & SURFACE_MAPPING_MASK; }  // MAPPING_...
uint image_of(uint surface) { return surface >> SURFACE_IMAGE_SHIFT; }  // layer of the pictures or base colours
uint mask_of(uint picture) { return picture & ((1u << PICTURE_WRAP_SHIFT) - 1u); }  // layer of the base colours whose alpha cuts the mesh out
uint wrap_of(uint picture) { return picture >> PICTURE_WRAP_SHIFT; }  // see base_colors.glsl
bool casts_shadow(uint surface) { return (surface >> SURFACE_CASTS_SHIFT & 1u) != 0u; }
bool is_double_sided(uint surface) { return (surface >> SURFACE_DOUBLE_SIDED_SHIFT & 1u) != 0u; }

// Point p by a 3 x 4 matrix, given as its rows.
vec3 transform(vec4 rows[3], vec3 p) {
    vec4 h = vec4(p, 1.0);
    return vec3(dot(rows[0], h), dot(rows[1], h), dot(rows[2], h));
}
