"""Tests of the server of raster studio: who may open a session, which folders a page sees, what happens when drawing fails."""

import pytest
from starlette.websockets import WebSocketDisconnect
from studio_client import HOST, NoProcess, client, open_session

from raster.errors import InputError
from raster.studio_app.inside import Folders
from raster.studio_app.sections import sections
from raster.studio_app.studio import Studio


@pytest.fixture(scope="module")
def made_once():
    return sections()


@pytest.fixture
def studio(tmp_path, monkeypatch, made_once):
    """A studio in a folder with a few files, whose drawing processes are none; `made.processes` are those it gave away."""
    work = tmp_path / "work"
    (work / "photos").mkdir(parents=True)
    (work / "photos" / "a.png").write_bytes(b"12")
    (work / ".hidden").mkdir()
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "b.png").touch()
    (work / "link").symlink_to(tmp_path / "secret")
    monkeypatch.setattr("raster.studio_app.studio.sections", lambda folder: made_once)
    made = Studio(["preset=fast"], None, work)
    made.processes = []

    def take() -> NoProcess:
        made.processes.append(NoProcess())
        return made.processes[-1]

    monkeypatch.setattr(made, "take_process", take)
    monkeypatch.setattr(made, "give_process", lambda process: process.close())
    return made


def choices(**values) -> dict:
    return {"preset": "fast", "values": values}


def test_the_page_and_its_files(studio):
    with client(studio) as made:
        page = made.get("/")
        assert page.status_code == 200
        for name in ("main.js", "style.css", "icon.svg"):
            assert f"/page/{name}" in page.text
            assert made.get(f"/page/{name}").status_code == 200
        assert "default-src 'none'" in page.headers["content-security-policy"]
        assert "http" not in page.headers["content-security-policy"]  # nothing from any other host
        for path in ("/page/../server.py", "/page/%2e%2e/server.py", "/../server.py", "/page/"):
            assert made.get(path).status_code == 404


@pytest.mark.parametrize(
    ("host", "origin", "status"),
    [
        (HOST, None, 200), ("localhost:1", None, 200), ("[::1]:8765", None, 200), (HOST, f"http://{HOST}", 200),
        ("evil.example:8765", None, 403), ("127.0.0.1.evil.example", None, 403), ("", None, 403),
        (HOST, "http://evil.example", 403), (HOST, "http://127.0.0.1:9999", 403), (HOST, "null", 403),
    ],
)  # fmt: skip
def test_other_hosts_and_origins_are_refused(studio, host, origin, status):
    with client(studio) as made:
        headers = {"host": host} | ({"origin": origin} if origin else {})
        assert made.get("/", headers=headers).status_code == status


@pytest.mark.parametrize(
    ("token", "headers"),
    [
        ("", {}), ("x" * 48, {}), (None, {"origin": "http://evil.example"}), (None, {"host": "evil.example"}),
    ],
)  # fmt: skip
def test_a_session_needs_the_token_and_the_own_origin(studio, token, headers):
    with client(studio) as made:
        address = f"/session?token={studio.token if token is None else token}"
        with pytest.raises(WebSocketDisconnect), made.websocket_connect(address, headers={"host": HOST, **headers}):
            pass
        assert not studio.processes


def test_a_session_begins_with_all_controls(studio):
    with client(studio) as made, open_session(made, studio) as page:
        said = page.hear("greeting")
        assert said["start"] == {"preset": "fast", "values": {}}
        assert {"default", "realistic"} <= {preset["name"] for preset in said["presets"]}
        assert {"camera", "lights"} <= {section["id"] for section in said["sections"]}
        page.hear("process")


def test_two_pages_have_processes_of_their_own(studio):
    with client(studio) as made, open_session(made, studio) as one, open_session(made, studio) as other:
        one.hear("process"), other.hear("process")
        one.wish(do="draw", wish=1, choices=choices(), numbers=[0])
        other.wish(do="draw", wish=1, choices=choices(seed=4), numbers=[0])
        other.wish(do="list", path=".")
        other.hear("listing")
        one.wish(do="list", path=".")
        one.hear("listing")
        first, second = studio.processes
        assert [wish["choices"]["values"] for wish in first.wishes if wish["do"] == "draw"] == [{}]
        assert [wish["choices"]["values"] for wish in second.wishes if wish["do"] == "draw"] == [{"seed": 4}]
        first.say({"event": "done", "wish": 1})
        second.end()
        assert one.hear("done")["wish"] == 1
        assert other.hear("crashed")["again"]


def test_a_crash_is_told_and_the_images_are_drawn_anew(studio):
    with client(studio) as made, open_session(made, studio) as page:
        page.wish(do="draw", wish=7, choices=choices(), numbers=[0])
        page.wish(do="list", path=".")
        page.hear("listing")
        studio.processes[0].end()
        assert page.hear("crashed")["how"] == "the drawing process was ended by SIGSEGV"
        page.hear("process")
        assert [wish["wish"] for wish in studio.processes[1].wishes] == [0, 7]
        studio.processes[1].end()  # once more with the same choices: no third process, until something is changed
        assert not page.hear("crashed")["again"]
        page.wish(do="draw", wish=8, choices=choices(seed=1), numbers=[0])
        page.hear("process")
        assert len(studio.processes) == 3


def test_a_process_that_is_stuck_is_replaced_when_something_else_is_wanted(studio, monkeypatch):
    monkeypatch.setattr("raster.studio_app.session.PATIENCE_S", -1.0)
    with client(studio) as made, open_session(made, studio) as page:
        page.hear("process")
        page.wish(do="draw", wish=1, choices=choices(), numbers=[0])
        page.wish(do="draw", wish=2, choices=choices(), numbers=[0, 1])  # the same images: it may go on
        page.wish(do="draw", wish=3, choices=choices(seed=1), numbers=[0])
        page.hear("replaced")
        page.hear("process")
        first, second = studio.processes
        assert first.closed
        assert [wish["wish"] for wish in second.wishes] == [0, 3]
        second.say({"event": "idle", "wish": 3})
        page.hear("idle")
        page.wish(do="draw", wish=4, choices=choices(seed=2), numbers=[0])  # it was not busy
        page.wish(do="list", path=".")
        page.hear("listing")
        assert not second.closed


def test_folders_that_a_page_sees(studio, tmp_path):
    with client(studio) as made, open_session(made, studio) as page:
        page.wish(do="list", path=".")
        said = page.hear("listing")
        assert (said["folders"], said["files"], said["above"]) == (["photos"], [], None)
        page.wish(do="list", path="photos")
        said = page.hear("listing")
        assert (said["path"], said["files"], said["above"]) == ("photos", [["a.png", 2]], ".")
        for path in ("..", "/", "photos/../..", "link", str(tmp_path / "secret"), "~", "photos/\0", "nowhere", "photos/a.png"):
            page.wish(do="list", path=path)
            assert page.hear("refused")["errors"], path


def test_a_page_names_no_file_outside(studio, tmp_path):
    folders, controls = studio.folders, studio.configurations.controls
    secret = str(tmp_path / "secret")
    good = {"objects.meshes": "photos/*.glb", "randomizers.floor.images": "clutter", "out": "new/set",
            "randomizers.camera.calibration": "{k: [[1,0,0],[0,1,0],[0,0,1]]}", "labels": "{cube: /etc}"}  # fmt: skip
    assert not folders.check(good, controls)
    for key in (
        "objects.meshes",
        "randomizers.floor.images",
        "randomizers.camera.poses",
        "randomizers.camera.calibration",
        "out",
    ):
        for path in (
            secret,
            f"{secret}/*.png",
            "../secret",
            "link/b.png",
            "*/../../secret/*",
            "photos/../../x",
            "~/x",
            f"'{secret}'",
        ):
            said = folders.check({key: path}, controls)
            assert said[key].startswith(f"{key}="), (key, path)
            assert "outside of the working folder" in said[key]
    for address in (f"file://{secret}", f"FILE://{secret}", "s3://bucket/set", f"simplecache::file://{secret}"):
        assert "is an address" in folders.check({"out": address}, controls)["out"], address
    with client(studio) as made, open_session(made, studio) as page:
        page.wish(do="start", choices=choices(out=f"file://{secret}"))  # shards would be written there
        assert list(page.hear("refused")["errors"]) == ["out"]
        page.wish(do="draw", wish=1, choices=choices(**{"randomizers.floor.images": secret}), numbers=[0])
        assert list(page.hear("refused")["errors"]) == ["randomizers.floor.images"]
        page.wish(do="start", choices=choices(out=secret))
        assert list(page.hear("refused")["errors"]) == ["out"]
        assert not studio.runs.all
    allowed = Folders(tmp_path / "work", [secret])
    assert allowed.entries(secret)["files"] == [("b.png", 0)]
    assert not Folders(tmp_path / "work", given=[secret]).check({"objects.meshes": secret}, controls)
    with pytest.raises(InputError, match=r"^folders=nowhere: there is no such folder"):
        Folders(tmp_path, ["nowhere"])


def test_a_preset_is_saved_where_a_program_finds_it(studio):
    with client(studio) as made, open_session(made, studio) as page:
        page.wish(do="save", choices=choices(seed=5), name="night", folder="mine")
        said = page.hear("saved")
        assert (said["path"], said["folder"]) == ("mine/preset/night.yaml", "mine")
        assert "seed: 5" in (studio.folders.working / said["path"]).read_text()
        for more in (
            {"name": "night"},
            {"name": "../x"},
            {"name": "x", "folder": ".."},
            {"name": "y", "choices": choices(n="z")},
        ):
            page.wish(**{"do": "save", "choices": choices(), "folder": "mine", **more})
            assert page.hear("refused")["do"] == "save"
    assert len(list(studio.folders.working.rglob("*.yaml"))) == 1


def test_what_is_not_understood_ends_nothing(studio):
    with client(studio) as made, open_session(made, studio) as page:
        page.socket.send_json([1])
        page.wish(do="unknown")
        page.wish(do="draw", wish=1)
        assert page.hear("refused")["wish"] == 1
        page.wish(do="stop", run="x")
        assert page.hear("refused")
        page.wish(do="draw", wish=2, choices=choices(nothing=1), numbers=[0])
        assert page.hear("refused")["errors"] == {"": "nothing: there is no such option on this page"}


def test_a_session_keeps_its_process_for_the_next_page(studio, monkeypatch):
    monkeypatch.undo()
    kept = NoProcess()
    studio.give_process(kept)
    assert studio.take_process() is kept
    one, other = NoProcess(), NoProcess()
    studio.give_process(one)
    studio.give_process(other)
    assert (one.closed, other.closed) == (False, True)
