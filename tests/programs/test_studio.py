"""Tests of raster studio as a program: its address, ports in use, bad input in one line, an end that leaves no process."""

import os
import signal
import socket
import subprocess
import sys

import httpx2
import pytest
from programs import HANG_S, begin, complaint, finish, run_here, wait_until

from raster.errors import InputError
from raster.studio import Options, open_browser, studio
from raster.studio_app.memory import memory_of, memory_of_group
from raster.studio_app.server import listen

pytestmark = pytest.mark.slow


def test_it_serves_its_page_until_ctrl_c_and_leaves_no_process(tmp_path):
    program = begin(tmp_path, "browser=false", "preset=fast", "size=32", module="raster.studio")
    first = program.stdout.readline()
    address, token = first.removeprefix("raster studio: ").strip().split("#")
    assert len(token) == 48
    assert httpx2.get(address).status_code == 200
    assert httpx2.get(address, headers={"host": "evil.example"}).status_code == 403
    wait_until(lambda: memory_of_group(program.pid) > memory_of_pid_alone(program.pid), "a process that draws", program)
    program.send_signal(signal.SIGINT)
    assert complaint(finish(program, 130)) == "interrupted"
    wait_until(lambda: not group_is_there(program.pid), "the end of all processes")
    assert not list(tmp_path.iterdir())


def memory_of_pid_alone(pid: int) -> int:
    """Bytes of one process, and a little more."""
    return memory_of(pid) + 10**6


def group_is_there(group: int) -> bool:
    """Whether a group of processes has any."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_port_in_use_is_told_with_the_next_free_one():
    with listen("127.0.0.1", None) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(InputError, match=rf"^port={port}: is in use; port=\d+ is free$") as error:
            listen("127.0.0.1", port)
        offered = int(str(error.value).split("port=")[2].split()[0])
        with listen("127.0.0.1", offered) as free:
            assert free.getsockname()[1] == offered
        with listen("127.0.0.1", None) as another:
            assert another.getsockname()[1] != port
    with pytest.raises(InputError, match=r"^host=203\.0\.113\.1: cannot listen there"):
        listen("203.0.113.1", None)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["port=70000"], "port=70000: expected a whole number from 1 to 65535"),
        (["randomizers.lights.shadow=1"], "did you mean randomizers.lights.shadows?"),
        (["n=0"], "n=0: expected a whole number from 1 to 100000000"),
        (["folders=nowhere"], "folders=nowhere: there is no such folder"),
        (["--port", "3"], "options are written without dashes"),
    ],
)
def test_bad_input_is_one_line_and_nothing_is_started(words, said, tmp_path):
    assert said in complaint(run_here(tmp_path, "raster.studio", "browser=false", *words, code=2))


def test_without_the_extra_it_says_what_to_install(tmp_path):
    code = "import sys; sys.modules['starlette'] = None; sys.argv = ['studio']; from raster.studio import main; main()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=HANG_S)
    assert done.returncode == 2
    assert complaint(done.stderr).endswith("is not installed: pip install 'raster-labels[studio]'")


def test_a_browser_is_opened_only_where_there_are_windows(monkeypatch):
    opened = []

    class Browser:
        name = "firefox"
        open = staticmethod(opened.append)

    monkeypatch.setattr("webbrowser.get", Browser)
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    open_browser("http://a")
    assert not opened
    monkeypatch.setenv("DISPLAY", ":0")
    open_browser("http://a")
    Browser.name = "w3m"  # it would take the terminal
    open_browser("http://b")
    assert opened == ["http://a"]


def test_a_busy_port_ends_the_program_before_anything_is_drawn(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(InputError, match="is in use"):
        studio(Options(port=taken.getsockname()[1], browser=False), ["preset=fast"], None)
