"""The cost of each feature: python -m benchmarks.features prints milliseconds an image with and without it, and writes JSON.

The images are those of preset=fast, 256 px, in batches of 32, made in one process on one core in the loop that raster.generate
runs: sampled, drawn, read back, encoded and written. Batches with and without a feature alternate, with the same image numbers,
and the difference is the median over the rounds, so that a passing load on the machine matters little. On a software rasterizer
processor time is measured, which is steadier on a shared machine; on a GPU clock time.
"""

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks import machine
from benchmarks.throughput.feature_cost import Feature
from benchmarks.throughput.report import heading, report_progress, row
from benchmarks.throughput.worker_pool import WorkerPool
from raster.randomizers.sensor import Sensor

SIZE, BATCH, ROUNDS = 256, 32, 9


PBR = ("passes/color=pbr",)
R = "randomizers."
SUNNY = (f"{R}lights.shadows=1",)
# In preset=fast these randomizers are there with all their effects off; the fields named here are changed.
ENVIRONMENT = f"{R}environment={{share:1,visible:%d}}"
LENS, SENSOR = f"{R}lens={{%s}}", f"{R}sensor={{%s}}"
AS_BY_DEFAULT = ",".join(
    f"{name}:{list(v) if isinstance(v, tuple) else v}".replace("'", "") for name, v in asdict(Sensor()).items()
)
WALLS = f"{R}walls={{share:1,images:null,kinds:[flat]}}"
NOISY = "[brick,voronoi,value_noise,gradient_noise,turbulence,marble,wood]"
FLAT = (f"{R}textures.kinds=[flat]",)
FINE = ("detail=surfaces",)
VIEWS, BENT = (*FINE, "views_per_layout=2", "hold_appearance=true"), LENS % "distorted:1"
UNWRITTEN = ("writers=[camvid]",)  # layers that no writer takes are drawn and read back all the same

FEATURES = (
    Feature("passes/color=pbr", PBR),
    Feature("metal, lacquer, ...", (f"{R}materials.finishes=[matte,plastic,glossy,metal,lacquer]",), PBR),
    Feature("worn", (*PBR, f"{R}materials.worn=1"), PBR),
    Feature("bumpy 0.25", (*PBR, f"{R}materials.bumpy=0.25"), PBR),
    Feature("bumpy 1", (*PBR, f"{R}materials.bumpy=1"), PBR),
    Feature("textures, all kinds", (f"{R}textures.kinds=[flat,gradient,checker,stripes,dots,{NOISY[1:]}",), FLAT),
    Feature("textures, noisy ones", (f"{R}textures.kinds={NOISY}",), FLAT),
    Feature("textures of pictures", (*FLAT, f"{R}textures.images=clutter", f"{R}textures.pictured=1"), FLAT),
    Feature("shadows of 1 light", SUNNY, (f"{R}lights.shadows=0",)),
    Feature("shadows of 2 lights", (f"{R}lights.shadows=2", f"{R}lights.count=[2,4]"), (f"{R}lights.count=[2,4]",)),
    Feature("shadow_taps 3 -> 8", (*SUNNY, f"{R}lights.shadow_taps=8"), SUNNY),
    Feature("spot lights", (f"{R}lights.spot=1",)),
    Feature("ambient occlusion", (f"{R}lights.occlusion=1",)),
    Feature("bounced light", (f"{R}lights.bounce=1",)),
    Feature("polished floors", (*PBR, f"{R}floor.polished=1"), PBR),
    Feature("wide highlights", (*PBR, f"{R}lights.highlights=1"), PBR),
    Feature("environment, light", (*PBR, ENVIRONMENT % 0), PBR),
    Feature("environment, visible", (*PBR, ENVIRONMENT % 1), (*PBR, ENVIRONMENT % 0)),
    Feature("pictures as backdrop", (f"{R}background.images=clutter", f"{R}background.pictured=1")),
    Feature("pictures on floors", (f"{R}floor.images=clutter", f"{R}floor.pictured=1")),
    Feature("walls", (WALLS,)),
    Feature("surroundings, 3 to 18", (f"{R}surroundings.share=1", f"{R}surroundings.count=[3,18]")),
    Feature("surroundings, 30", (f"{R}surroundings.share=1", f"{R}surroundings.count=30")),
    Feature("shapes", (f"{R}shapes.share=1",)),
    Feature("markings", (*PBR, f"{R}markings.share=1"), PBR),
    Feature("framing", (f"{R}framing.share=1",)),
    Feature("cut edges", (), ("solids.cube.bevel=0", "solids.cylinder.bevel=0")),
    Feature("samples=4", ("samples=4",)),
    Feature("distortion", (LENS % "distorted:1",)),
    Feature("depth of field", (LENS % "defocused:1",)),
    Feature("motion blur", (LENS % "moving:1",)),
    Feature("vignette", (LENS % "vignette:[0,0.5]",)),
    Feature("aberration", (LENS % "aberrated:1",)),
    Feature("sensor, tones only", (SENSOR % "exposure_ev:[-0.4,0.4]",)),
    Feature("sensor, noise", (SENSOR % "shot:[0,0.03],read:[0,0.01]",)),
    Feature("sensor, blur, sharpening", (SENSOR % "filtered:1,blur_px:[0,0.7],sharpen:[0,0.5]",)),
    Feature("sensor, as by default", (SENSOR % AS_BY_DEFAULT.replace(" ", ""),)),
    Feature("metered exposure", (SENSOR % "exposure_ev:[-0.4,0.4],metered:1",), (SENSOR % "exposure_ev:[-0.4,0.4]",)),
    Feature("JPEG", (SENSOR % "jpeg:1",)),
    Feature("instances/", ("layers=[instance_id]",), ("layers=[]",)),
    Feature("finer solids for depth", ("detail=surfaces",)),
    Feature("depth, distance, normals", (*FINE, "layers=[depth,distance,normal]", *UNWRITTEN), (*FINE, *UNWRITTEN)),
    Feature("the same, and their files", (*FINE, "layers=[depth,distance,normal]"), (*FINE, "layers=[]")),
    Feature("coverage", ("layers=[coverage]", *UNWRITTEN), UNWRITTEN),
    Feature("flow", (*VIEWS, "layers=[depth,flow]", *UNWRITTEN), (*VIEWS, "layers=[depth]", *UNWRITTEN)),
    Feature("flow, bent", (*VIEWS, BENT, "layers=[depth,flow]", *UNWRITTEN), (*VIEWS, BENT, "layers=[depth]", *UNWRITTEN)),
    Feature("annotation amodal", ("annotations=[boxes,amodal]",)),
    Feature("annotation full", ("annotations=[boxes,amodal,full]",), ("annotations=[boxes,amodal]",)),
    Feature("annotation pose", ("annotations=[boxes,pose]",)),
    Feature("annotation keypoints", (*FINE, "annotations=[boxes,keypoints]"), FINE),
    Feature("preset=plain", (), preset="plain"),
    Feature("preset=default", (), preset="default"),
    Feature("preset=realistic", (), preset="realistic"),
)  # fmt: skip


def main() -> None:
    """Run the program with the options of the command line."""
    options = parse()
    with machine.scratch(options.scratch) as folder, WorkerPool(folder) as pool:
        known = {**machine.facts(folder), "renderer": pool.renderer}
        print(f"renderer: {pool.renderer['name']}, OpenGL {pool.renderer['version']}", *machine.lines(known), sep="\n")
        rounds, some = (1, FEATURES[::6]) if options.quick else (options.repeat, FEATURES)
        result = measure_all(pool, rounds, options.quick, some)
    show(result)
    name = f"features-{machine.slug(pool.renderer['name'], known)}.json"
    machine.save(options.out or machine.RESULTS / name, {"benchmark": "features", "machine": known, **result})


def parse() -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.features", description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=ROUNDS, help="rounds of each feature (default %(default)s)")
    parser.add_argument("--quick", action="store_true", help="one round of a few features and images, to see whether it runs")
    parser.add_argument("--out", type=Path, help="the JSON file (default: benchmarks/results/, named by the machine)")
    parser.add_argument("--scratch", help="folder for the images (default: /dev/shm where there is room)")
    options = parser.parse_args()
    if options.repeat < 1:
        parser.error(f"--repeat {options.repeat}: expected a whole number from 1")
    return options


def measure_all(pool: WorkerPool, rounds: int, quick: bool, some: tuple[Feature, ...] = FEATURES) -> dict[str, Any]:
    """The costs of features, measured by one process of the pool, for JSON. quick: few small images."""
    size, batch = (64, 4) if quick else (SIZE, BATCH)
    rows = []
    for feature in some:
        report_progress(f"features: {feature.name}")
        rows.append({"feature": feature.name, **pool.feature(feature, size, batch, rounds)})
    report_progress("")
    time_of = "processor" if pool.renderer["software"] else "clock"
    return {"features": rows, "feature_settings": {"size": size, "batch": batch, "rounds": rounds, "time": time_of}}


def show(result: dict[str, Any]) -> None:
    """Print the table of the costs that measure_all found."""
    settings = result["feature_settings"]
    print(f"\nms of {settings['time']} time an image of {settings['size']} px, one core, preset=fast without and with it")
    heading("off", "on", "difference")
    for one in result["features"]:
        row(one["feature"], f"{one['off_ms']:.2f}", f"{one['on_ms']:.2f}", f"{one['difference_ms']:+.2f}")


if __name__ == "__main__":
    main()
