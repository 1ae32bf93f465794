"""require_one_camera: InputError for parts that would both decide on a camera, or that do not go with a photograph behind."""

from collections.abc import Mapping

from raster.errors import InputError


def require_one_camera(randomizers: Mapping[str, object], views: int) -> None:
    """InputError for what framing or the lens would change of a camera that is given; for stereo with other views than two;
    for what would hide or bend a photograph; for a plane on which nothing could stand.
    """
    camera, framing, lens = (randomizers.get(name) for name in ("camera", "framing", "lens"))
    if (baseline := getattr(camera, "stereo_baseline", None)) is not None and views != 2:
        raise InputError(f"randomizers.camera.stereo_baseline={baseline:g}: needs two views; set views_per_layout=2")
    if getattr(camera, "given_poses", None) is not None and (share := getattr(framing, "share", 0)):
        what = f"would move cameras that randomizers.camera.{_placed_by(camera)} places"
        raise InputError(f"randomizers.framing.share={share}: {what}; set randomizers.framing=null")
    known = getattr(camera, "calibrated", None)
    given = "calibration" if known else "fy" if getattr(camera, "fy", None) is not None else ""
    fov_deg = getattr(framing, "fov_deg", None)
    if fov_deg is not None and getattr(framing, "share", False) and given:
        what = f"randomizers.camera.{given} gives the focal length; set fov_deg=null, then the camera moves only"
        raise InputError(f"randomizers.framing.fov_deg=[{fov_deg[0]:g}, {fov_deg[1]:g}]: {what}")
    if known and known.distorts and (distorted := getattr(lens, "distorted", 0)):
        what = "randomizers.camera.calibration gives the distortion; set distorted=0, or leave distortion out there"
        raise InputError(f"randomizers.lens.distorted={distorted}: {what}")
    if _placed_by(camera) == "plane":
        _require_room(camera, randomizers.get("placement"))
    if getattr(randomizers.get("background"), "photograph", None) is not None:
        _require_photograph(randomizers)


def _placed_by(camera: object) -> str:
    return "poses" if getattr(camera, "plane", None) is None else "plane"


def _require_room(camera: object, placement: object) -> None:
    """InputError if objects would not stand on the plane that was given in the camera's frame."""
    pose = camera.given_poses.world_from_camera[0]  # type: ignore[attr-defined]
    height, down = float(pose[2, 3]), float(pose[2, 2])  # of the camera; how much it looks down: the sine of the angle
    if down < 0.1:
        raise InputError("randomizers.camera.plane: the camera looks less than 6 degrees down on it")
    floor, radius = getattr(placement, "floor", 1), getattr(placement, "floor_radius", (0, 0))
    if floor < 1:
        raise InputError(f"randomizers.placement.floor={floor:g}: some would float above randomizers.camera.plane; set it to 1")
    if 0.6 * radius[1] >= height:
        what = f"the camera is {height:.3g} m above randomizers.camera.plane; at most {height / 0.6:.3g}"
        raise InputError(f"randomizers.placement.floor_radius=[{radius[0]:g}, {radius[1]:g}]: {what}")


def _require_photograph(randomizers: Mapping[str, object]) -> None:
    """InputError for what hides the whole photograph, or bends it."""
    camera, lens = randomizers.get("camera"), randomizers.get("lens")
    hides = "would hide randomizers.background.photograph"
    around, walls = randomizers.get("environment"), randomizers.get("walls")
    if getattr(around, "share", 0) and (visible := getattr(around, "visible", 0)):
        raise InputError(f"randomizers.environment.visible={visible}: {hides}; set it to 0, and its light stays")
    if share := getattr(walls, "share", 0):
        raise InputError(f"randomizers.walls.share={share}: {hides}; set randomizers.walls=null")
    start, bent = "randomizers.background.photograph", "it would be bent once more; undistort it first (cv2.undistort)"
    if distorted := getattr(lens, "distorted", 0):
        raise InputError(f"{start}: randomizers.lens.distorted={distorted}: {bent}, and set that to 0")
    known = getattr(camera, "calibrated", None)
    if known is not None and known.distorts:
        raise InputError(f"{start}: the calibration distorts: {bent}, and leave its distortion out")
