"""settle: lets the objects of one layout fall until they lie still, with MuJoCo. Its result depends on the Drop alone.

MuJoCo gives the same bits with the same version on the same kind of machine. Between kinds of CPU the last bits may differ, and
collisions magnify this difference, so layouts may differ. To compare data sets of two machines, settle the layouts on one.
"""

from typing import Any

import numpy as np

from raster.errors import InputError
from raster.physics.drop import Drop, Settled
from raster.physics.engine import engine
from raster.physics.geoms import Geom, geoms

STEP_S, STEPS = 0.005, 10  # seconds of a step; steps between two looks at the speeds
FRICTION, TWIST, ROLLING = 0.7, 0.02, 0.05  # sliding; spinning, in metres; rolling, as a share of the radius
# Contacts are springs with this time constant, two steps, which is the stiffest that MuJoCo advises. At rest, objects sink
# into each other by less than 0.1 mm; at the bottom of a heap of 60 objects by up to 1 mm.
GIVE_S = 0.01
SLOW, SLOW_TURN, LOOKS = 0.03, 0.2, 4  # m/s, rad/s: an object that is slower at this many looks in a row lies still
DRAG = 0.85  # share of its speed that an object keeps between two looks in the second half of the time: balls would roll on
SUNK = 0.004  # metres by which objects at rest may be inside each other
# These and the drop decide a layout. After any other change in this file or in geoms.py, raise FORMAT in layout_cache.py.
SETTINGS = (STEP_S, STEPS, FRICTION, TWIST, ROLLING, GIVE_S, SLOW, SLOW_TURN, LOOKS, DRAG, SUNK)


def settle(drop: Drop) -> Settled:
    """The result of the first attempt whose objects come to rest in time, or of the last attempt as it is at its end.

    InputError where MuJoCo is missing or cannot simulate the objects.
    """
    mujoco = engine()
    if not drop.bodies:
        return Settled(np.zeros((0, 3)), np.zeros((0, 3, 3)), 0, True)
    model = _model(mujoco, drop)
    attempts = len(drop.position)
    for attempt in range(attempts):
        data = mujoco.MjData(model)
        at_rest = _fall(mujoco, model, data, drop, attempt)
        if at_rest or attempt == attempts - 1:
            break
    position, rotation = data.xpos[1:].copy(), data.xmat[1:].reshape(-1, 3, 3).copy()
    position[~_inside(data.xipos[1:], drop.half)] = np.nan
    return Settled(position, rotation, attempt, at_rest)


def _fall(mujoco: Any, model: Any, data: Any, drop: Drop, attempt: int) -> bool:
    """Simulate one attempt in `data`. True if all objects came to rest and none is inside another by SUNK or more."""
    poses = data.qpos.reshape(-1, 7)
    poses[:, :3] = drop.position[attempt]
    for pose, rotation in zip(poses, drop.rotation[attempt], strict=True):
        mujoco.mju_mat2Quat(pose[3:], rotation.ravel())
    speeds, looks = data.qvel.reshape(-1, 2, 3), 0
    for look in range(max(1, round(drop.settle_s / (STEP_S * STEPS)))):
        mujoco.mj_step(model, data, nstep=STEPS)  # without Python's lock: other layouts settle beside this one
        fastest = np.abs(speeds).max(axis=(0, 2))
        if not np.isfinite(fastest).all() or any(warning.number for warning in data.warning):
            break
        looks = looks + 1 if fastest[0] < SLOW and fastest[1] < SLOW_TURN else 0
        if looks == LOOKS:
            break
        if look * STEP_S * STEPS > drop.settle_s / 2:
            data.qvel[:] *= DRAG
    mujoco.mj_forward(model, data)  # positions as of the last step, and how deep things are in each other
    sunk = -data.contact.dist.min(initial=0.0)
    return looks == LOOKS and sunk < SUNK and bool(_inside(data.xipos[1:], drop.half).all())


def _inside(position: np.ndarray, half: float) -> np.ndarray:
    """(O,) bool: whether centres of mass (O, 3) m are finite, between the walls and above the floor."""
    return np.isfinite(position).all(axis=1) & (np.abs(position[:, :2]) < half).all(axis=1) & (position[:, 2] > 0)


def _model(mujoco: Any, drop: Drop) -> Any:
    """MuJoCo's model: the floor, the walls and a free body for each object. InputError if MuJoCo refuses an object."""
    spec = mujoco.MjSpec()
    option = spec.option
    option.timestep, option.integrator = STEP_S, mujoco.mjtIntegrator.mjINT_IMPLICITFAST
    option.cone, option.iterations = mujoco.mjtCone.mjCONE_ELLIPTIC, 30
    option.disableflags = int(mujoco.mjtDisableBit.mjDSBL_AUTORESET)  # MuJoCo must not reset a simulation that went wrong
    spec.memory = 2**20 * (8 + len(drop.bodies))  # bytes for contacts
    rigid = {"condim": 6, "solref": [GIVE_S, 1], "solimp": [0.95, 0.99, 0.001, 0.5, 2]}
    h, side = drop.half, 0.5**0.5
    places = [(0, 0, 0), (h, 0, 0), (-h, 0, 0), (0, h, 0), (0, -h, 0)]
    turns = [(1, 0, 0, 0), (side, 0, -side, 0), (side, 0, side, 0), (side, side, 0, 0), (side, -side, 0, 0)]
    for position, quaternion in zip(places, turns, strict=True):
        spec.worldbody.add_geom(
            type=mujoco.mjtGeom.mjGEOM_PLANE, size=[h, h, 1], pos=position, quat=quaternion, friction=[FRICTION, 0, 0], **rigid
        )
    for number, (body, scale, radius) in enumerate(zip(drop.bodies, drop.scale, drop.radius, strict=True)):
        one = spec.worldbody.add_body()
        one.add_freejoint()
        for part, geom in enumerate(geoms(body, scale)):
            shape = _shape(mujoco, spec, geom, f"{number}/{part}")
            one.add_geom(**shape, friction=[FRICTION, TWIST, ROLLING * radius], **rigid)
    try:
        return spec.compile()
    except ValueError as error:
        why = " ".join(str(error).split())
        raise InputError(f"largest: MuJoCo cannot settle such things ({why}); make them larger") from None


def _shape(mujoco: Any, spec: Any, geom: Geom, name: str) -> dict[str, Any]:
    """The arguments with which add_geom adds a geom; a hull's mesh is added to the spec under `name`."""
    if geom.shape == "hull":
        spec.add_mesh(name=name, uservert=geom.points.ravel(), inertia=mujoco.mjtMeshInertia.mjMESH_INERTIA_CONVEX)
        return {"type": mujoco.mjtGeom.mjGEOM_MESH, "meshname": name}
    kind, size = {
        "box": (mujoco.mjtGeom.mjGEOM_BOX, geom.size),
        "ellipsoid": (mujoco.mjtGeom.mjGEOM_ELLIPSOID, geom.size),
        "cylinder": (mujoco.mjtGeom.mjGEOM_CYLINDER, geom.size[[0, 2, 2]]),
        "capsule": (mujoco.mjtGeom.mjGEOM_CAPSULE, geom.size[[0, 2, 2]] / 2),  # half as wide as it is high, ends included
    }[geom.shape]
    if geom.shape == "ellipsoid" and np.ptp(geom.size) < 1e-5 * geom.size[0]:
        kind = mujoco.mjtGeom.mjGEOM_SPHERE  # faster
    quaternion = np.zeros(4)
    mujoco.mju_mat2Quat(quaternion, geom.rotation.ravel())
    return {"type": kind, "size": size, "pos": geom.position, "quat": quaternion}
