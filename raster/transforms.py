"""Matrices and rotations for column vectors, batched over any leading axes: `b_from_a @ a`. World: right-handed, z up."""

import functools

import numpy as np

# OpenCV's camera (x right, y down, z forward) and OpenGL's (x right, y up, z backward) differ by this, in both directions.
OPENGL_FROM_OPENCV = np.diag([1.0, -1.0, -1.0, 1.0]).astype(np.float32)


def perspective(
    fov_y: np.ndarray, aspect: np.ndarray | float, near: np.ndarray, far: np.ndarray, shift: np.ndarray | None = None
) -> np.ndarray:
    """clip_from_camera (..., 4, 4) float32 for an OpenGL camera.

    fov_y (...) radians, aspect (...) = width / height, near and far (...) metres; shift (..., 2): where the principal point
    lies, (right, up) of the middle, in half widths and half heights. Source: OpenGL 2.1 reference, gluPerspective, glFrustum.
    """
    fov_y, near, far = np.broadcast_arrays(fov_y, near, far)
    f = 1.0 / np.tan(np.asarray(fov_y, np.float64) / 2)
    m = np.zeros((*f.shape, 4, 4), np.float32)
    m[..., 0, 0] = f / aspect
    m[..., 1, 1] = f
    if shift is not None:
        m[..., 0, 2], m[..., 1, 2] = -shift[..., 0], -shift[..., 1]
    m[..., 2, 2] = (far + near) / (near - far)
    m[..., 2, 3] = 2.0 * far * near / (near - far)
    m[..., 3, 2] = -1.0
    return m


def look_at(eye: np.ndarray, target: np.ndarray, roll: np.ndarray | float = 0.0) -> np.ndarray:
    """world_from_camera (..., 4, 4) float32 of an OpenGL camera at eye (..., 3) that looks at target (..., 3), metres.

    World z points up in the picture; roll (...) radians turns the camera counter-clockwise about its viewing direction.
    Looking straight up or down, world y takes the place of z.
    """
    eye, target = np.broadcast_arrays(np.asarray(eye, np.float64), np.asarray(target, np.float64))
    back = normalize(eye - target)
    up = np.where(np.abs(back[..., 2:]) > 0.99999, [0.0, 1.0, 0.0], [0.0, 0.0, 1.0])
    right = normalize(np.cross(up, back))
    up = np.cross(back, right)
    c, s = np.cos(roll)[..., None], np.sin(roll)[..., None]
    m = np.zeros((*eye.shape[:-1], 4, 4), np.float32)
    m[..., :3, 0] = c * right + s * up
    m[..., :3, 1] = c * up - s * right
    m[..., :3, 2] = back
    m[..., :3, 3] = eye
    m[..., 3, 3] = 1.0
    return m


def aim_at(eye: np.ndarray, target: np.ndarray, ray: np.ndarray, roll: np.ndarray) -> np.ndarray:
    """world_from_camera (B, 4, 4) float32 of OpenGL cameras at eye (B, 3) that see target (B, 3), metres, along ray (B, 3).

    ray: unit vectors in the camera's axes, z below 0; (0, 0, -1) is the middle of the picture. roll (B,) radians is that of
    look_at: the camera pans and tilts like one on a tripod. Where no tilt brings the target to the ray, looking nearly straight
    up or down, it also rolls a little more.
    """
    eye, towards = np.asarray(eye, np.float64), normalize(np.asarray(target, np.float64) - eye)
    # The ray in the axes of the same camera without roll, which is (right, up, forward) of a level camera after a tilt.
    c, s = np.cos(roll), np.sin(roll)
    right, up, forward = c * ray[:, 0] - s * ray[:, 1], s * ray[:, 0] + c * ray[:, 1], -ray[:, 2]
    # Tilted by t, its height is up cos t + forward sin t = |(up, forward)| sin(t + atan2(up, forward)).
    steep = np.clip(towards[:, 2] / np.hypot(up, forward), -1, 1)
    tilt = np.clip(np.arcsin(steep) - np.arctan2(up, forward), -0.4999 * np.pi, 0.4999 * np.pi)
    ahead = forward * np.cos(tilt) - up * np.sin(tilt)
    azimuth = np.arctan2(towards[:, 1], towards[:, 0]) + np.arctan2(right, ahead)
    m = look_at(eye, eye + direction(azimuth, tilt), roll).astype(np.float64)
    seen = multiply(m[:, :3, :3], ray[..., None])[..., 0]
    m[:, :3, :3] = multiply(rotation_between(seen, towards), m[:, :3, :3])
    return m.astype(np.float32)


def multiply(c_from_b: np.ndarray, b_from_a: np.ndarray) -> np.ndarray:
    """c_from_a (..., m, n) of small matrices (..., m, k) and (..., k, n), the same to the bit on every kind of CPU.

    `@` asks BLAS, which rounds as its kernel for this CPU does; images must not depend on that.
    """
    terms = (c_from_b[..., :, k, None] * b_from_a[..., None, k, :] for k in range(b_from_a.shape[-2]))
    return functools.reduce(np.add, terms)


def invert_rigid(b_from_a: np.ndarray) -> np.ndarray:
    """a_from_b (..., 4, 4) of rotation-and-translation matrices (..., 4, 4)."""
    m = np.zeros_like(b_from_a)
    rotation = np.swapaxes(b_from_a[..., :3, :3], -1, -2)
    m[..., :3, :3] = rotation
    m[..., :3, 3] = -multiply(rotation, b_from_a[..., :3, 3:])[..., 0]
    m[..., 3, 3] = 1.0
    return m


def compose(
    position: np.ndarray | tuple = (0.0, 0.0, 0.0),
    rotation: np.ndarray | None = None,
    scale: np.ndarray | tuple | float = 1.0,
) -> np.ndarray:
    """parent_from_child (..., 4, 4) float32: scale (..., 3) first, then rotation (..., 3, 3), then position (..., 3)."""
    rotation = np.eye(3) if rotation is None else np.asarray(rotation)
    position, scale = np.asarray(position, np.float64), np.broadcast_to(np.asarray(scale, np.float64), np.shape(scale) or (3,))
    upper = rotation * scale[..., None, :]
    shape = np.broadcast_shapes(position.shape[:-1], upper.shape[:-2])
    m = np.zeros((*shape, 4, 4), np.float32)
    m[..., :3, :3] = upper
    m[..., :3, 3] = position
    m[..., 3, 3] = 1.0
    return m


def rotation_from_quaternion(q: np.ndarray) -> np.ndarray:
    """Rotation matrices (..., 3, 3) float64 of unit quaternions (..., 4), order x y z w (pyrr's and SciPy's)."""
    x, y, z, w = np.moveaxis(np.asarray(q, np.float64), -1, 0)
    m = np.empty((*x.shape, 3, 3))
    m[..., 0, 0], m[..., 0, 1], m[..., 0, 2] = 1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)
    m[..., 1, 0], m[..., 1, 1], m[..., 1, 2] = 2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)
    m[..., 2, 0], m[..., 2, 1], m[..., 2, 2] = 2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)
    return m


def random_rotation(u: np.ndarray) -> np.ndarray:
    """Rotations (..., 3, 3), uniform over SO(3), of uniforms u (..., 3) in [0, 1).

    Source: Shoemake, "Uniform random rotations", Graphics Gems III (1992).
    """
    a, b = np.sqrt(1 - u[..., 0]), np.sqrt(u[..., 0])
    s, t = 2 * np.pi * u[..., 1], 2 * np.pi * u[..., 2]
    return rotation_from_quaternion(np.stack([a * np.sin(s), a * np.cos(s), b * np.sin(t), b * np.cos(t)], axis=-1))


def rotation_between(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The smallest rotations (..., 3, 3) that take unit vectors a (..., 3) to unit vectors b (..., 3).

    For opposite vectors any half turn will do; the one about an axis normal to a is taken.
    """
    a, b = np.broadcast_arrays(normalize(np.asarray(a, np.float64)), normalize(np.asarray(b, np.float64)))
    w = 1 + np.sum(a * b, axis=-1, keepdims=True)
    axis = np.where(np.abs(a[..., :1]) < 0.9, [1.0, 0.0, 0.0], [0.0, 1.0, 0.0])
    xyz = np.where(w < 1e-12, np.cross(a, axis), np.cross(a, b))  # off by at most sqrt(2e-12) radians
    return rotation_from_quaternion(normalize(np.concatenate([xyz, np.where(w < 1e-12, 0.0, w)], axis=-1)))


def rotation_about_z(angle: np.ndarray) -> np.ndarray:
    """Rotations (..., 3, 3) about z by angle (...) radians, counter-clockwise seen from above."""
    half = np.asarray(angle, np.float64) / 2
    zero = np.zeros_like(half)
    return rotation_from_quaternion(np.stack([zero, zero, np.sin(half), np.cos(half)], axis=-1))


def direction(azimuth: np.ndarray, elevation: np.ndarray) -> np.ndarray:
    """Unit vectors (..., 3): azimuth radians from x towards y, elevation radians above the xy plane."""
    c = np.cos(elevation)
    return np.stack([c * np.cos(azimuth), c * np.sin(azimuth), np.sin(elevation)], axis=-1)


def normalize(v: np.ndarray) -> np.ndarray:
    """v (..., k) at unit length."""
    return v / np.linalg.norm(v, axis=-1, keepdims=True)
