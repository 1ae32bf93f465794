// struct Camera: what the lens and sensor of each picture do. Lengths in px unless it says otherwise.
// NumPy's side: CAMERA in raster/rendering/gpu_structs.py, with the same names in the same order;
// raster/rendering/camera_effects.py fills it.

// It is handed to fragment shaders as a flat input, each member in a vector of its own: NEEDED_VARYINGS in raster/gl/context.py
// must hold them.
struct Camera {
    vec2 focal;           // focal lengths along x and y
    vec2 principal;       // principal point, from the picture's upper left corner
    vec4 margin;          // columns and rows of room beyond each edge of the picture; how many of them are drawn
    vec3 radial;          // OpenCV's k1, k2, k3
    float aberration;     // how much larger blue is than green, as a share
    vec2 tangential;      // OpenCV's p1, p2
    vec2 depth_range;     // near and far, metres
    float focus;          // distance that is sharp, metres
    float aperture;       // diameter of the lens, metres
    vec2 kernel;          // of the blur, and of the sharpening's mask: kernels() in raster/rendering/camera_effects.py
    vec3 translation;     // of the camera while the shutter is open, in its own axes, metres
    uint noise_seed;
    vec3 rotation;        // the same of its rotation, as a rotation vector, radians
    float distorts;       // 1 if the lens distorts, else 0
    vec3 gain;            // exposure times white balance, RGB; screen.vert multiplies it by the gain that was metered
    float quality;        // of JPEG, 1..100; 0 = not compressed
    float sharpen;        // strength of the sharpening
    float kernel_radius;
    vec2 noise;           // standard deviations: of shot noise at white, of read noise
    float reflection;     // how much of its reflections the floor shows, 0..1
    float saturation;     // 1 = as it is, 0 = grey
    float contrast;       // 1 = as it is
    float film_curve;     // weight of the film's tone curve, 0..1
    float vignette;       // strength, 0..1
    uint scene;           // bits 0-15: number of the picture in the batch, its layer; 16-31: its viewport, as View.viewport
    vec2 unused;
    vec4 floor;           // its unit normal n and a number w: n.p + w = 0 at points p in the camera's axes (z back), metres
    vec3 floor_f0;        // share of light that it reflects when seen straight on, RGB
    float floor_roughness;
};

// The place nearest to p, 0..1 over the picture with the room around it, `size` px, at which something is drawn.
vec2 nearest_drawn(Camera camera, vec2 p, vec2 size) {
    vec2 edge = (camera.margin.xy - camera.margin.zw + 0.5) / size;
    return clamp(p, edge, 1.0 - edge);
}
