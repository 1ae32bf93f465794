// The scene's data, one row for each drawn mesh and one for each scene. CPU side: raster/rendering/draw_list.py, INSTANCE, VIEW, LIGHT.

struct Instance {
    vec4 world_from_object[3];    // rows
    vec4 texture_from_object[3];  // rows
    vec4 color;                   // rgb linear; a = specular strength
    vec4 color2;                  // rgb linear; a = shininess
    vec4 finish;                  // metallic, coat, wear, bump
    uint scene;
    uint class_id;
    uint instance_id;
    uint surface;                 // bits 0-7 texture, 8-13 mapping, 14 thin, 15 casts shadows, 16-31 image
    uint morph;                   // of morphs[] in morph.glsl, counted from 1; 0 = the mesh as it is
    uint spare[3];
};

struct View {
    mat4 clip_from_world;
    vec3 eye;
    int light_count;
    vec3 ambient;
    int shadow_count;             // of the lights, from the first, cast shadows
    vec4 ray[3];                  // of clip x, y, 1 in the world; w of x and y: half the picture's width and height in heights
    vec4 irradiance[9];           // rgb, spherical harmonics of the surroundings
    vec4 environment;             // cosine and sine of the map's yaw, its gain, the level seen behind everything
    int map;                      // of environments, -1 = none
    int visible;                  // 1: it is the background
    int maps;                     // shadow maps of each scene
    int taps;                     // into a shadow map, twice this to filter it
};

struct Light {
    vec4 position;                // w = 0: direction towards the light
    vec4 color;                   // rgb linear; a = shadow coordinates that a shadow is wide for each unit of depth
    vec4 axis;                    // a spot's share of light is clamp(dot(towards the surface, xyz) + w, 0, 1) squared
    mat4 shadow_from_world;       // to 0..1
};

layout(std430, row_major, binding = 0) readonly buffer Instances { Instance instances[]; };
layout(std430, row_major, binding = 1) readonly buffer Views { View views[]; };
layout(std430, row_major, binding = 2) readonly buffer Lights { Light lights[]; };  // MAX_LIGHTS for each scene

const uint MAPPING_OBJECT = 0u;
const uint MAPPING_UV = 1u;
const uint MAPPING_SCREEN = 2u;

const int MAX_LIGHTS = 4;  // in a scene; as in raster/scene/lights.py

const uint TEXTURE_FLAT = 0u;
const uint TEXTURE_GRADIENT = 1u;
const uint TEXTURE_CHECKER = 2u;
const uint TEXTURE_STRIPES = 3u;
const uint TEXTURE_DOTS = 4u;
const uint TEXTURE_BRICK = 5u;
const uint TEXTURE_VORONOI = 6u;
const uint TEXTURE_VALUE_NOISE = 7u;
const uint TEXTURE_GRADIENT_NOISE = 8u;
const uint TEXTURE_TURBULENCE = 9u;
const uint TEXTURE_MARBLE = 10u;
const uint TEXTURE_WOOD = 11u;
const uint TEXTURE_IMAGE = 12u;
const uint TEXTURE_BASE_COLOR = 13u;

uint mapping_of(uint surface) { return (surface >> 8) & 63u; }

vec3 transform(vec4 rows[3], vec3 p) {
    vec4 h = vec4(p, 1.0);
    return vec3(dot(rows[0], h), dot(rows[1], h), dot(rows[2], h));
}
