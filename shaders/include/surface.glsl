// Members of the block Surface, from scene.vert to every fragment shader. What is alike for a whole mesh is flat: on a
// software rasterizer a flat input is nearly free, where reading it from a buffer for each pixel costs more than the shading.
    vec3 position;                 // world, metres; for the background the ray that the pixel's light comes along
    vec3 normal;                   // world, not normalized
    vec3 texture_point;            // texture space, in cells
    vec3 tint;                     // of the vertices, linear; of models alone
    vec3 ambient;                  // light of the surroundings on a white surface
    vec4 shadow0, shadow1, shadow2, shadow3;  // homogeneous, in each light's shadow map; an array would be slower
    flat uvec3 ids;                // class, instance, surface as in Instance
    flat vec4 color;               // as in Instance
    flat vec4 color2;
    flat vec4 finish;
    flat vec3 eye;
    flat ivec4 counts;             // lights, those with shadows, the first shadow map, environment map
    flat ivec2 steps;              // samples that search a shadow map; cells that the texture "voronoi" looks at
    flat vec4 environment;         // as in View
    flat vec4 light_position[MAX_LIGHTS];
    flat vec4 light_color[MAX_LIGHTS];
    flat vec4 light_axis[MAX_LIGHTS];
