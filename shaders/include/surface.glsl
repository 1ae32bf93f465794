// Members of the block Surface, from scene.vert to every fragment shader. What is alike for a whole mesh is flat: on a
// software rasterizer a flat input is nearly free, where reading it from a buffer for each pixel costs more than the shading.
    vec3 position;                 // world, metres
    vec3 normal;                   // world, not normalized
    vec3 texture_point;            // texture space, in cells
    flat uvec3 ids;                // class, instance, texture + 256 * mapping
    flat vec4 color;               // as in Instance
    flat vec4 color2;
    flat vec3 eye;
    flat vec3 ambient;
    flat int light_count;          // none for the background
    flat vec4 light_position[MAX_LIGHTS];
    flat vec3 light_color[MAX_LIGHTS];
