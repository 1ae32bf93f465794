// paint() of the background where it is the environment map. See paint.glsl. Needs environment_map.glsl and the block v.
#include "surface_values.glsl"

// See paint.glsl.
vec3 paint(out float weight) {
    weight = 0.0;
    return environment_light(v.position, environment_layer(), environment_yaw(), environment_intensity(), environment_blur());
}
