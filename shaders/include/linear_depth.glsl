// distance_at(): how far away the surface at a pixel is. Needs camera.glsl.

layout(binding = UNIT_DEPTH) uniform sampler2DArray depth;

// Metres along the camera's axis to the surface at p, 0..1 over the drawn picture: the third row of gluPerspective's matrix,
// solved for z.
float distance_at(Camera camera, vec2 p, int scene) {
    float d = textureLod(depth, vec3(p, float(scene)), 0.0).r;
    float near = camera.depth_range.x, far = camera.depth_range.y;
    return near * far / (far - d * (far - near));
}
