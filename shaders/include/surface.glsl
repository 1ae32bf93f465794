// Members of the block Surface, from scene.vert to every fragment shader. What is alike for a whole mesh is flat: on a
// software rasterizer a flat input is nearly free, where reading it from a buffer for each pixel costs more than the shading.
    vec3 position;                 // world, metres
    vec3 normal;                   // world, not normalized
    vec3 texture_point;            // texture space, in cells
    flat uvec4 ids;                // class, instance, the scene's first light, texture + 256 * mapping
    flat vec4 color;               // as in Instance
    flat vec4 color2;
    flat vec3 eye;
    flat vec4 ambient;             // a = number of lights
    flat vec4 light_position[4];   // the first FLAT_LIGHTS; later ones are in lights[]
    flat vec3 light_color[4];
