"""require_one_camera: InputError for randomizers that would both decide on a camera's focal length or distortion."""

from collections.abc import Mapping

from raster.errors import InputError


def require_one_camera(randomizers: Mapping[str, object], views: int) -> None:
    """InputError for what framing or the lens would change of a camera that is given; for stereo with other views than two."""
    camera, framing, lens = (randomizers.get(name) for name in ("camera", "framing", "lens"))
    if (baseline := getattr(camera, "stereo_baseline", None)) is not None and views != 2:
        raise InputError(f"randomizers.camera.stereo_baseline={baseline:g}: needs two views; set views_per_layout=2")
    known = getattr(camera, "calibrated", None)
    given = "calibration" if known else "fy" if getattr(camera, "fy", None) is not None else ""
    fov_deg = getattr(framing, "fov_deg", None)
    if fov_deg is not None and getattr(framing, "share", False) and given:
        what = f"randomizers.camera.{given} gives the focal length; set fov_deg=null, then the camera moves only"
        raise InputError(f"randomizers.framing.fov_deg=[{fov_deg[0]:g}, {fov_deg[1]:g}]: {what}")
    if getattr(camera, "given_poses", None) is not None and (share := getattr(framing, "share", 0)):
        what = "would move cameras that randomizers.camera.poses places"
        raise InputError(f"randomizers.framing.share={share}: {what}; set randomizers.framing=null")
    if known and known.distorts and (distorted := getattr(lens, "distorted", 0)):
        what = "randomizers.camera.calibration gives the distortion; set distorted=0, or leave distortion out there"
        raise InputError(f"randomizers.lens.distorted={distorted}: {what}")
