// Members of the block Surface, which goes from scene.vert to every fragment shader.
// Values that are the same for a whole mesh are flat: on a software rasterizer a flat input costs almost nothing, and reading
// a buffer for each pixel costs more than the shading. Several numbers share a vector, since some GPUs allow no more vectors
// than these; surface_values.glsl has a function with a name for each.
    vec3 position;                 // in the world, metres; for the background the ray through the pixel, of any length
    vec3 normal;                   // in the world, of any length
    vec3 texture_point;            // in texture space, where a cell has side 1
    vec3 tint;                     // colour of the vertices, linear RGB; white but for imported meshes
    vec3 ambient;                  // what a white surface shows in the light of the ambient and the environment map, linear RGB
    vec4 shadow0, shadow1, shadow2, shadow3;  // position in each light's shadow map, homogeneous; an array would be slower
    flat uvec4 ids;                // class id, instance id, Instance.surface, Instance.picture
    flat vec4 color;               // linear RGB; specular
    flat vec4 color2;              // linear RGB; shininess
    flat vec4 finish;              // metallic, coat, wear, bump
    flat vec3 eye;                 // the camera in the world, metres
    flat ivec4 counts;             // lights; those with a shadow map; layer of the first shadow map; environment map, -1 = none
    flat ivec4 steps;              // samples that search a shadow map; cells that the texture "voronoi" looks at; packed: strengths
                                   // of ambient occlusion for ambient light and for lights without shadows; View.highlights
    flat vec4 environment;         // cosine and sine of the map's yaw; intensity; blur of the background
    flat vec4 light_position[MAX_LIGHTS];  // Light.position
    flat vec4 light_color[MAX_LIGHTS];     // linear RGB; softness
    flat vec4 light_cone[MAX_LIGHTS];      // Light.cone_axis, cone_offset
