// The scene's data, one row for each drawn mesh and one for each scene. CPU side: raster/drawlist.py, INSTANCE, VIEW, LIGHT.

struct Instance {
    vec4 world_from_object[3];    // rows
    vec4 texture_from_object[3];  // rows
    vec4 color;                   // rgb linear; a = specular strength
    vec4 color2;                  // rgb linear; a = shininess
    uint scene;
    uint class_id;
    uint instance_id;
    uint surface;                 // texture + 256 * mapping
};

struct View {
    mat4 clip_from_world;
    vec3 eye;
    int light_count;
    vec3 ambient;
    float aspect;
};

struct Light {
    vec4 position;                // w = 0: direction towards the light
    vec4 color;                   // rgb linear
};

layout(std430, row_major, binding = 0) readonly buffer Instances { Instance instances[]; };
layout(std430, row_major, binding = 1) readonly buffer Views { View views[]; };
layout(std430, row_major, binding = 2) readonly buffer Lights { Light lights[]; };  // MAX_LIGHTS for each scene

const uint MAPPING_OBJECT = 0u;
const uint MAPPING_UV = 1u;
const uint MAPPING_SCREEN = 2u;

const int MAX_LIGHTS = 4;  // in a scene; as in raster/scene.py
