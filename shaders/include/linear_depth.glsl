// How far away what was drawn is. Needs camera.glsl.

layout(binding = 1) uniform sampler2DArray depth;

// Metres along the camera's axis at p, 0..1 over what was drawn, from OpenGL's depth: gluPerspective's third row, solved for z.
float distance_at(Camera camera, vec2 p, int scene) {
    float d = textureLod(depth, vec3(p, float(scene)), 0.0).r;
    return camera.depth.x * camera.depth.y / (camera.depth.y - d * (camera.depth.y - camera.depth.x));
}
