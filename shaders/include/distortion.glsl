// undistortion(): where in the undistorted picture the light of a pixel comes from. Needs camera.glsl.

// Offset in px from a point p of the distorted picture to the same point of the undistorted one; exactly 0 without distortion.
// Newton's method solves OpenCV's model, x_d = x (1 + k1 r^2 + k2 r^4 + k3 r^6) + tangential terms (Brown, "Decentering
// distortion of lenses", 1966), for x. Begun at x_d, its error is below 1e-4 px after 6 steps
// (tests/rendering/test_distortion.py).
vec2 undistortion(Camera camera, vec2 p) {
    vec2 seen = (p - camera.principal) / camera.focal, x = seen;
    vec3 k = camera.radial;
    vec2 t = camera.tangential;
    for (int left = int(camera.distorts) * 6; left > 0; --left) {
        float r2 = dot(x, x);
        float radial = 1.0 + r2 * (k.x + r2 * (k.y + r2 * k.z));
        float slope = 2.0 * (k.x + r2 * (2.0 * k.y + r2 * 3.0 * k.z));  // of radial, along x, over x
        vec2 error = x * radial + vec2(2.0 * t.x * x.x * x.y + t.y * (r2 + 2.0 * x.x * x.x),
                                       2.0 * t.y * x.x * x.y + t.x * (r2 + 2.0 * x.y * x.y)) - seen;
        float a = radial + slope * x.x * x.x + 2.0 * t.x * x.y + 6.0 * t.y * x.x;
        float b = slope * x.x * x.y + 2.0 * t.x * x.x + 2.0 * t.y * x.y;  // the Jacobian is symmetric
        float d = radial + slope * x.y * x.y + 2.0 * t.y * x.x + 6.0 * t.x * x.y;
        x -= vec2(d * error.x - b * error.y, a * error.y - b * error.x) / (a * d - b * b);
    }
    return (x - seen) * camera.focal;
}
