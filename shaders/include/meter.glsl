// struct Meter: how the exposure of each picture is metered, and what was found. Source: ISO 2720 (1974), averaging meters.
// NumPy's side: METER in raster/rendering/gpu_structs.py, with the same names in the same order.

struct Meter {
    float key;            // linear grey that the mean of the picture becomes; 0 = the picture is not metered
    float center_weight;  // 0 = all of the picture counts alike, 1 = its middle counts most
    float gain;           // factor of the light: 1, and what shaders/post/meter.comp finds
    uint source;          // OpenGL's name of the texture that holds the picture
};
