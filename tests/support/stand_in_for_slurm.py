"""put_slurm: commands that answer as those of Slurm do, on this machine: sbatch, srun, sacct, scancel."""

import stat
import sys
from pathlib import Path

_COMMAND = """#!{python} -S
import os, re, signal, subprocess, sys
folder, name, words = {folder!r}, os.path.basename(sys.argv[0]), sys.argv[1:]
if name == "sbatch":  # runs the jobs of an array at once, each in a group of processes of its own
    text = open(words[0]).read()
    if "--partition=nowhere" in text:
        sys.exit("sbatch: error: invalid partition specified: nowhere")
    open(os.path.join(folder, "sbatch.txt"), "w").write(text)
    array = re.search("--array=0-([0-9]+)%", text)
    number = len(os.listdir(os.path.join(folder, "jobs"))) + 100
    for k in range(int(array[1]) + 1 if array else 1):
        told = {{"SLURM_ARRAY_JOB_ID": str(number), "SLURM_ARRAY_TASK_ID": str(k)}} if array else {{}}
        told |= {{"SLURM_JOB_ID": str(number + k), "SLURM_NTASKS": "1", "SLURM_JOB_NUM_NODES": "1", "SLURM_NODEID": "0",
                 "SLURM_PROCID": "0", "SLURM_LOCALID": "0", "SLURM_JOB_NODELIST": "here"}}
        log = open(os.path.join(folder, f"{{number}}_{{k}}.log"), "w")
        job = subprocess.Popen(["bash", words[0]], env={{**os.environ, **told}}, start_new_session=True, stdout=log, stderr=log)
        open(os.path.join(folder, "jobs", f"{{number}}_{{k}}" if array else str(number)), "w").write(str(job.pid))
    print(f"Submitted batch job {{number}}")
elif name == "srun":
    while words[0].startswith("-"):
        words = words[2:] if words[0] in ("--output", "--error") else words[1:]
    os.execvp(words[0], words)
else:
    jobs = {{job: int(open(os.path.join(folder, "jobs", job)).read()) for job in os.listdir(os.path.join(folder, "jobs"))}}
    if name == "scancel":
        os.killpg(jobs[words[0]], signal.SIGKILL)
    else:
        print("JobID|State|NodeList")
        for job, pid in jobs.items():
            path = f"/proc/{{pid}}/stat"
            runs = os.path.exists(path) and open(path).read().rpartition(") ")[2][0] != "Z"
            print(f"{{job}}|{{'RUNNING' if runs else 'FAILED'}}|here")
"""


def put_slurm(folder: Path) -> Path:
    """Write the commands into a folder, which then belongs into PATH; return it. sbatch.txt there is what sbatch got last."""
    (folder / "jobs").mkdir(parents=True)
    for name in ("sbatch", "srun", "sacct", "scancel"):
        path = folder / name
        path.write_text(_COMMAND.format(python=sys.executable, folder=str(folder)))
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return folder
