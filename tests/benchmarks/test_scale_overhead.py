"""What Ray costs: the arithmetic, the processor time of the machine, and that the benchmark runs to its end."""

import json
import time

import programs
import pytest

from benchmarks.scale_overhead import QUANTITIES, busy_seconds, line, row


def runs_of(seconds: dict[int, tuple[float, ...]], digest: str = "d") -> dict:
    """Sizes -> the seconds of each run, the same for each quantity, as measure_both() has them."""
    return {n: [dict.fromkeys(QUANTITIES, each) | {"digest": f"{digest}{n}"} for each in runs] for n, runs in seconds.items()}


def test_a_constant_is_told_apart_from_what_an_image_costs(capsys):
    plain = runs_of({100: (2.0, 9.0, 2.0), 1100: (12.0, 12.0, 1.0)})  # medians 2 and 12: 1 s + 10 ms an image
    ray = runs_of({100: (4.1, 4.1, 4.1), 1100: (15.1, 15.1, 15.1)})  # 3 s + 11 ms an image
    made = row(2, {"plain": plain, "ray": ray})
    for quantity in QUANTITIES:
        assert made[quantity]["plain"] == pytest.approx({"constant_s": 1.0, "s_per_image": 0.01, "larger_s": 12.0})
        assert made[quantity]["ray"] == pytest.approx({"constant_s": 3.0, "s_per_image": 0.011, "larger_s": 15.1})
        added = {"constant_s": 2.0, "an_image": 0.1, "the_larger_set": 15.1 / 12 - 1}
        assert made[quantity]["ray_adds"] == pytest.approx(added)
    assert "cpu_s: plain 1.00 s + 10.000 ms an image, ray 3.00 s + 11.000 ms an image; ray adds +2.00 s and +10.0% an image, "\
           "+25.8% to the larger set" in capsys.readouterr().out  # fmt: skip


def test_sizes_may_come_in_any_order():
    assert line({300: 5.0, 100: 3.0}) == line({100: 3.0, 300: 5.0})


def test_sets_that_differ_are_an_error():
    with pytest.raises(RuntimeError, match="the sets differ"):
        row(1, {"plain": runs_of({1: (1.0,), 2: (2.0,)}), "ray": runs_of({1: (1.0,), 2: (2.0,)}, "e")})


def test_the_busy_time_of_the_machine_holds_that_of_any_process():
    before, own = busy_seconds(), time.process_time()
    while time.process_time() < own + 0.3:
        pass
    assert busy_seconds() - before > 0.2  # the clock of the system counts in hundredths of a second


@pytest.mark.slow
def test_the_benchmark(tmp_path):
    words = ("--n", "6", "12", "--shard", "3", "--size", "32", "--runs", "1", "--processes", "1")
    ended = programs.run(
        "-m", "benchmarks.scale_overhead", *words, "--scratch", str(tmp_path), "--out", str(tmp_path / "r.json")
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["r.json"]
    (one,) = json.loads((tmp_path / "r.json").read_text())["runs"]
    assert [*one["measured"]] == ["plain", "ray"]
    for sets in one["measured"].values():
        assert [*sets] == ["6", "12"]
        for runs in sets.values():
            (run,) = runs
            assert 0 < run["drawing_s"] < run["whole_s"]
            assert run["cpu_s"] > 0.3
    assert "1 processes, cpu_s: plain " in ended.stdout
