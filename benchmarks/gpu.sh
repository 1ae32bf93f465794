#!/bin/sh
# All that is to be measured on a GPU, in one run of at most eight minutes: sh benchmarks/gpu.sh, from the root of a checkout
# where `make .venv/.dev` has been. Results go to benchmarks/results/. Without a GPU it runs too, and says so.
# LIMIT: seconds for all of it. SCRATCH: folder for images. QUICK=1: a few images of each, to see whether it runs.
set -u
cd "$(dirname "$0")/.."
PYTHON=${PYTHON:-.venv/bin/python}
RESULTS=${RESULTS:-benchmarks/results}
end=$(($(date +%s) + ${LIMIT:-470}))

step() {  # step NAME COMMAND...: run it in what is left of the time, and say how it ended
    name=$1; shift
    left=$((end - $(date +%s)))
    [ "$left" -gt 5 ] || { echo "== $name: left out, no time is left"; failed=1; return; }
    echo "== $name ($left s left)"
    if timeout "$left" "$@"; then echo "== $name: done"; else echo "== $name: ended with $?"; failed=1; fi
}

failed=0
step doctor "$PYTHON" -m raster.doctor
if [ "${QUICK:-0}" = 1 ]; then
    step devices "$PYTHON" -m benchmarks.devices --n 4 --size 64 --out "$RESULTS/devices.json"
    step throughput "$PYTHON" -m benchmarks.throughput --quick --n 24 --out "$RESULTS/throughput.json" ${SCRATCH:+--scratch "$SCRATCH"}
else
    step devices "$PYTHON" -m benchmarks.devices
    step "tests of OpenGL" "$PYTHON" -m pytest -q -p no:cacheprovider -m "not slow" tests/gl tests/rendering
    step throughput "$PYTHON" -m benchmarks.throughput --repeat 1 ${SCRATCH:+--scratch "$SCRATCH"}
fi
exit $failed
