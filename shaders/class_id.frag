// The labels: class id and instance id of what lies under the pixel's centre, both 0 for the background.
// scene.vert hands on the ids of the instance's row, so the label is that of the nearest mesh. Nothing filters or blends it.
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
