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

# The same set drawn by one process for all others, and by a process alone: the hashes of all files are in scenes.jsonl.
pipeline='
folder=$(mktemp -d "$2/pipeline-XXXXXX") || exit 1
trap "rm -rf \"$folder\"" EXIT
for way in false true; do
    "$1" -m raster.generate preset=fast n="$3" size="$4" workers=4 gl.pipeline=$way out="$folder/$way" || exit 1
done
cmp "$folder/false/scenes.jsonl" "$folder/true/scenes.jsonl" && echo "one process that draws for others: the same bytes"'

failed=0
step doctor "$PYTHON" -m raster.doctor
if [ "${QUICK:-0}" = 1 ]; then
    step devices "$PYTHON" -m benchmarks.devices --n 4 --size 64 --out "$RESULTS/devices.json"
    step pipeline sh -c "$pipeline" - "$PYTHON" "${SCRATCH:-/tmp}" 96 32
    step throughput "$PYTHON" -m benchmarks.throughput --quick --n 24 --out "$RESULTS/throughput.json" ${SCRATCH:+--scratch "$SCRATCH"}
else
    step devices "$PYTHON" -m benchmarks.devices
    step pipeline sh -c "$pipeline" - "$PYTHON" "${SCRATCH:-/tmp}" 4000 256
    step "tests of OpenGL" "$PYTHON" -m pytest -q -p no:cacheprovider -m "not slow" tests/gl tests/rendering
    step host "$PYTHON" -m benchmarks.throughput --host --sizes 256 --repeat 1 ${SCRATCH:+--scratch "$SCRATCH"}
    step throughput "$PYTHON" -m benchmarks.throughput --repeat 1 ${SCRATCH:+--scratch "$SCRATCH"}
fi
exit $failed
