// LUMINANCE: weights of linear sRGB.

const vec3 LUMINANCE = vec3(0.2126, 0.7152, 0.0722);  // ITU-R BT.709
