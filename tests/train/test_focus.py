"""focus.yaml: it stays within what the user set, raster generate takes it, and it draws more of what a fake network misses."""

import json
import shlex
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import yaml
from drawn_sets import varied
from failing_network import fails_below

from raster import ImageSource, load_config
from train.data.folder import read_folder
from train.diagnosis.diagnosis import Finding, diagnose
from train.diagnosis.factors import Factor
from train.diagnosis.focus import Change, changes, hardening
from train.diagnosis.focus_more import all_changes, change_of_distractors, changes_of_plain
from train.diagnosis.groups import grouped
from train.diagnosis.observe import observe_with
from train.diagnosis.sampled import SampledFactors
from train.diagnosis.statistics import group_means
from train.diagnosis.write_focus import write_focus

pytestmark = pytest.mark.slow
FAILS_BELOW = 0.16  # apparent size: picture heights
DRAWN = ("preset=fast", "size=64", "batch=32", "valid=0", "seed=3", "randomizers.camera.distance=[2,5]")
MORE = ["randomizers.framing.share=0.2", "randomizers.objects.weights={cube: 2}"]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory) -> Path:
    return varied(tmp_path_factory.mktemp("drawn"), *DRAWN, *MORE, "n=250")


@pytest.fixture(scope="module")
def found(drawn):
    folder, sampled = read_folder(drawn), SampledFactors(read_folder(drawn))
    seen = observe_with(fails_below(folder, FAILS_BELOW), folder, range(len(folder)), sampled)
    assert sampled.note == ""
    return diagnose(seen)


@pytest.fixture(scope="module")
def changed(found) -> list[Change]:
    return changes(found, load_config([*DRAWN, *MORE])["randomizers"])


@pytest.fixture(scope="module")
def run(drawn, changed, tmp_path_factory) -> Path:
    model = tmp_path_factory.mktemp("model")
    assert "--config-dir" in write_focus(model, drawn, changed)
    return model


def test_it_changes_what_makes_objects_small_to_where_they_are_small(found, changed):
    assert found.findings[0].factor.name == "size"
    by_option = {each.option: each for each in changed}
    assert {"camera.distance", "objects.count"} <= set(by_option)
    low, high = by_option["camera.distance"].after
    assert low > 2
    assert high == 5  # the far end
    assert by_option["objects.count"].after[1] == 12
    assert [each.cost for each in changed] == sorted((each.cost for each in changed), reverse=True)


def test_ranges_are_narrowed_no_further_than_what_is_lost(found):
    """Of two options that do the same, the second is left as it is once the first has made objects hard enough."""
    random = np.random.default_rng(0)
    number = random.uniform(2, 5, 600)
    score = 0.6 - 0.04 * number
    both = tuple(_finding(number.tolist(), score, key) for key in ("camera.distance", "scale.size"))
    worst = _finding(number.tolist(), score)
    assert hardening(replace(found, findings=(worst,))) < 0.03
    one = replace(found, findings=(worst,), options=both, seen=replace(found.seen, iou=score.tolist()))
    assert [each.option for each in changes(one, {"camera": {"distance": [2, 5]}, "scale": {"size": [2, 5]}})] == [
        "camera.distance"
    ]


def test_it_never_leaves_what_was_set(changed):
    for each in changed:
        if isinstance(each.before, list) and isinstance(each.before[0], int | float):
            assert each.before[0] <= each.after[0] <= each.after[1] <= each.before[1]
        elif isinstance(each.before, float):
            assert 0 < each.after < 1


def test_raster_generate_draws_with_it_more_of_what_fails(drawn, run, changed):
    words = shlex.split(write_focus(run, drawn, changed))
    assert words[:4] == ["raster", "generate", "--config-dir", str(run)]
    assert words[-4:] == ["+focus=focus", "n=1000", "seed=1", "out=OUT"]
    options, usual = load_config(words[4:], run), load_config([*DRAWN, *MORE, *words[-3:], "batch=32", "valid=0.2"])
    for each in changed:
        name, _, field = each.option.partition(".")
        assert options["randomizers"][name][field] == each.after
        usual["randomizers"][name][field] = each.after
    assert {**options, "batch": 32} == usual  # and nothing else differs
    plain, focused = (_share_of_small(given) for given in (load_config([*DRAWN, *MORE]), options))
    assert focused > 1.25 * plain


def _share_of_small(options: dict) -> float:
    """Share of the objects of other images that are seen to be below FAILS_BELOW."""
    source, sizes = ImageSource.of_options({**options, "seed": 4, "batch": 32}), []
    for frames in source.frames(0, 96):
        for record in frames.records:
            boxes = [each["bbox"] for each in record["objects"] if each["class_id"] and each["visible_px"]]
            sizes += [max(box[2:]) / 64 for box in boxes]
    source.release()
    return float((np.array(sizes) < FAILS_BELOW).mean())


def _finding(values: list, score: np.ndarray, key: str = "a.b") -> Finding:
    groups = grouped(Factor(key, key), values)
    means = group_means(score, groups.of, np.arange(len(score)), len(groups.labels))
    return Finding(Factor(key, key), groups, means, means)


@pytest.mark.parametrize(
    ("key", "before", "after"),
    [
        ("textures.kinds", ["flat", "wood"], [{"flat": 0.35}, {"wood": 1.95}]),
        ("textures.kinds", ["flat", {"wood": 2}, {"none": 0.5}], [{"flat": 0.35}, {"wood": 3.9}, {"none": 0.5}]),
        ("textures.kinds", {"flat": 1, "wood": 1, "none": 0}, {"flat": 0.35, "wood": 1.95, "none": 0}),
        ("objects.weights", None, {"flat": 0.35, "wood": 1.95}),
        ("objects.weights", {"wood": 2, "none": 3}, {"wood": 3.9, "none": 3, "flat": 0.35}),
    ],
)
def test_weights_keep_their_form(found, key, before, after):
    score = np.repeat([0.7, 0.3], 200)  # of the 0.5 that is lost on the mean, 0.3 and 0.7
    one = replace(found, options=(_finding(["flat"] * 200 + ["wood"] * 200, score, key),))
    name, _, field = key.partition(".")
    (change,) = changes(one, {name: {field: before}})
    assert type(change.after) is type(after)
    given, wanted = (each if isinstance(each, dict) else dict(pair for one in each for pair in one.items())
                     for each in (change.after, after))  # fmt: skip
    assert list(given) == list(wanted)
    assert list(given.values()) == pytest.approx(list(wanted.values()), rel=0.17)


@pytest.mark.parametrize(("before", "after"), [(0.5, 0.8), (0.1, 0.31), (1.0, None), (0.0, None), (0.9999, None)])
def test_shares_grow_with_what_is_lost_but_never_from_none_nor_all(found, before, after):
    score = np.repeat([0.6, 0.8], 300)  # lost: 0.4 where it is so, 0.2 else
    one = replace(found, options=(_finding(["yes"] * 300 + ["no"] * 300, score, "shapes.share"),))
    made = changes(one, {"shapes": {"share": before}})
    assert (made[0].after == pytest.approx(after, abs=0.05)) if after else made == []


def test_a_fixed_value_stays_and_chance_changes_nothing(found):
    random = np.random.default_rng(0)
    number = random.uniform(2, 5, 600)
    one = replace(found, options=(_finding(number.tolist(), 1 - number / 5, "camera.distance"),))
    assert changes(one, {"camera": {"distance": 3.0}}) == []
    assert changes(one, {"camera": {"distance": [3.0, 3.0]}}) == []
    assert changes(one, {"camera": None}) == []
    (change,) = changes(one, {"camera": {"distance": [2, 5]}})
    assert change.after == [pytest.approx(3.5, abs=0.15), 5]
    by_chance = replace(found, options=(_finding(number.tolist(), random.uniform(0, 1, 600), "camera.distance"),))
    assert changes(by_chance, {"camera": {"distance": [2, 5]}}) == []


def test_nothing_to_change_is_a_file_that_changes_nothing(drawn, tmp_path):
    write_focus(tmp_path, drawn, [])
    assert load_config(["preset=fast", "+focus=focus"], tmp_path) == load_config(["preset=fast"])


def test_the_command_leaves_out_what_would_win_over_the_file(drawn, run, changed, tmp_path):
    """What a command line says wins, so overrides of changed options are not repeated; those around them are kept."""
    command = write_focus(run, drawn, changed)
    assert "preset=fast size=64" in command
    assert "camera.distance" not in command
    assert "batch" not in command
    whole = Change("scale.size", [0.45, 1], [0.45, 0.7], 0.1, "")
    (tmp_path / "manifest.json").write_bytes((drawn / "manifest.json").read_bytes())
    (tmp_path / ".hydra").mkdir()
    (tmp_path / ".hydra" / "overrides.yaml").write_text('- "randomizers.scale={size: [0.45, 1], stretched: 0.1}"\n- seed=3\n')
    assert "scale" not in write_focus(tmp_path, tmp_path, [whole])
    written = yaml.safe_load((tmp_path / "focus" / "focus.yaml").read_text())["randomizers"]["scale"]
    assert written["size"] == [0.45, 0.7]
    assert written["stretched"] == 0.3  # what the manifest has


def test_distractors_that_are_taken_for_objects_come_up_more_often(found):
    things, false = Counter(cone=200, torus=200, pyramid=0), Counter({("cube", "cone"): 60, ("sphere", "torus"): 20})
    one = replace(found, seen=replace(found.seen, things=things, false=false))
    (change,) = change_of_distractors(one, {"distractors": {"weights": {"torus": 2}}})
    assert change.after == pytest.approx({"torus": 1.05, "cone": 1.47}, abs=0.05)
    assert change.why == "60 objects are seen on 200 cone where there are none, 80 on 400 unlabelled things"
    assert change_of_distractors(one, {"distractors": None}) == []
    alike = replace(
        found, seen=replace(found.seen, things=things, false=Counter({("cube", "cone"): 40, ("cube", "torus"): 41}))
    )
    assert change_of_distractors(alike, {"distractors": {"weights": None}}) == []


def test_of_photographs_it_changes_what_the_training_data_was_drawn_with(found, drawn, tmp_path):
    """Of them sizes and classes are known, and no drawn values."""
    photos = replace(read_folder(drawn), path=tmp_path / "photos")
    (tmp_path / "model.json").write_text(json.dumps({"data": str(drawn)}))
    changed, of = all_changes(found, photos, tmp_path)
    assert of == drawn
    after = {each.option: each.after for each in changed}
    assert after["camera.distance"] == [3.5, 5]
    assert after["camera.fov_deg"] == [52.5, 70]
    assert after["scale.size"] == [0.45, 0.725]
    assert "--config-dir" in write_focus(tmp_path, of, changed)
    (tmp_path / "model.json").write_text(json.dumps({"data": "gone"}))
    assert all_changes(found, photos, tmp_path)[0] == []


@pytest.mark.parametrize("before", [[100.4, 100.6], [0.12341, 0.12342], [-2.0004, -2.0001], [2, 5]])
def test_half_of_a_range_lies_in_it_however_narrow_it_is(found, before):
    (change,) = changes_of_plain(found, {"camera": {"distance": before}}, {})
    assert before[0] < change.after[0] < change.after[1] == before[1]
