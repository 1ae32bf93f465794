// What each picture's lens and sensor do to it. CPU side: raster/rendering/camera_effects.py, CAMERA. Lengths in px unless it says otherwise.

struct Camera {
    vec4 pinhole;   // focal lengths along x and y; principal point x, y of the picture
    vec4 frame;     // x, y: what is drawn beyond the picture's left and upper edge; OpenCV's p1, p2
    vec4 radial;    // OpenCV's k1, k2, k3; how much larger blue is than green
    vec4 depth;     // metres: near, far, what is sharp, diameter of the lens
    vec4 way;       // xyz: metres that the camera moves while it is open, own axes; one unused
    vec4 turn;      // xyz: rotation vector, radians; 1 if the lens distorts, else 0
    vec4 gain;      // rgb: exposure and white balance together; JPEG quality, 0 = not compressed
    vec4 kernel;    // see kernels() in raster/rendering/camera_effects.py; strength of sharpening; how many px it reaches
    vec4 noise;     // standard deviations: shot at white, read; 1 if there is any, else 0; saturation
    vec4 tone;      // contrast, weight of the film's curve, strength of the vignette; one unused
    uvec4 which;    // seed of the noise; the scene's number in the batch; two unused
};
