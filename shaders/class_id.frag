// Integer labels: the class and the instance under the pixel's centre. The background writes 0 and 0.
#version 430
#include "scene.glsl"

in Surface {
#include "surface.glsl"
} v;
layout(location = 0) out uint class_id;
layout(location = 1) out uint instance_id;

void main() {
    class_id = v.ids.x;
    instance_id = v.ids.y;
}
