#!/usr/bin/env python3
"""What goes wrong around a running house: several workers of each kind, a database that restarts, a second up, a
folder that cannot be written, a port that is taken."""
import os
import pathlib
import re
import shlex
import shutil
import socket
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from house import BINARY, House, SAMPLE, wait_until  # noqa: E402

EVENT = "lpc-sample-2025"
STAGES = ("resolve", "match", "clash", "plan", "deliver")


def moved(house, number):
    """The sample with all sessions of one room half an hour later, or as it was."""
    text = (SAMPLE / "schedule.xml").read_text()
    if number % 2:
        text = re.sub(r"<duration>00:30</duration>", "<duration>00:25</duration>", text, count=20)
    path = house.folder / f"version{number}.xml"
    path.write_text(text)
    return path


def late(house, number):
    path = house.folder / f"late{number}.csv"
    path.write_text("id,name,email,status,attendance,interests\n" + "".join(
        f"late-{number}-{i},Guest Late{number}{i},late{number}{i}@example.org,confirmed,in_person,rust scheduler\n"
        for i in range(10)))
    return path


def edit(house):
    """Edits that come in while the workers work; the last programme is the sample's."""
    for number in range(1, 5):
        house.run("import", moved(house, number), "--event", EVENT)
        house.run("import", late(house, number), "--event", EVENT)


def state(house):
    """All that follows from the data, however it came about; and whom any message reached. Not which of two
    recommendations of all but the same score is the stronger: scores that hardly change are not written again."""
    clashes = {(c["kind"], c["severity"], c["person"], tuple(c["sessions"]), c["why"])
               for c in house.json("clashes")["clashes"] if c["kind"] != "wanted_by_choice"}
    people = {(t["track"], p["name"], p["state"]) for t in house.json("quorum")["quorum"] for p in t["people"]}
    return clashes, people, {m["To"] for m in house.messages()}


def server(house, *words):
    """pg_ctl on the house's database, as the user who owns it."""
    programs = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda p: int(p.parts[-3]))
    data = (house.folder / "var" / "postgres").resolve()
    command = [str(programs[-1]), "-D", str(data), "-s", "-w", *words]
    if os.getuid() == 0:
        command = ["runuser", "-u", "postgres", "--", *command]
    subprocess.run(command, check=True, cwd="/", stdout=subprocess.DEVNULL)


class Trouble(unittest.TestCase):
    def house(self, **settings):
        house = House(**settings)
        self.addCleanup(house.done)
        return house

    def test_two_more_workers_of_each_stage_come_to_the_same(self):
        alone = self.house()
        alone.up("--sample")
        edit(alone)
        alone.settle()
        expected = state(alone)
        alone.stop()

        house = self.house(ROLLCALL_BATCH="20")
        house.up("--sample")
        workers = [subprocess.Popen([BINARY, "worker", name], env=house.environment, cwd=house.folder,
                                    stderr=subprocess.DEVNULL) for name in STAGES * 2]
        edit(house)
        house.settle()
        for worker in workers:
            self.assertIsNone(worker.poll(), "a worker ended by itself")
            worker.terminate()
        for worker in workers:
            self.assertEqual(worker.wait(20), 0)
        found = state(house)
        for one, other in zip(found, expected):
            self.assertEqual(len(one ^ other), 0, sorted(map(str, one ^ other))[:20])
        ids = [m["Message-ID"] for m in house.messages()]
        self.assertEqual(len(ids), len(set(ids)), "a message was delivered twice")
        self.assertNotIn("level=error", house.log())

    def test_workers_go_on_when_the_database_comes_back(self):
        house = self.house(ROLLCALL_POLL="1s")
        house.up()
        server(house, "-m", "immediate", "stop")
        wait_until("the web worker to say so", 20, lambda: not house.is_healthy())
        code, _, err = house.run("status", check=False)
        self.assertNotEqual(code, 0)
        self.assertIn("not running", err)
        folder = (house.folder / "var" / "postgres").resolve()
        options = shlex.split((folder / "postmaster.opts").read_text())[3:]  # behind the program and -D
        server(house, "-l", str(folder / "server.log"), "-o", shlex.join(options), "start")
        wait_until("the web worker to be back", 30, house.is_healthy)
        for name in ("schedule.xml", "cfp.txt", "registrants.csv"):
            house.run("import", SAMPLE / name, "--event", EVENT)
        house.settle()
        self.assertGreater(len(house.messages()), 500)
        self.assertEqual(set(house.workers()), set(STAGES) | {"web"})

    def test_a_second_up_on_the_same_folder_is_refused(self):
        house = self.house()
        house.up()
        code, out, err = house.run("up", check=False)
        self.assertNotEqual(code, 0)
        self.assertIn("another 'rollcall up' runs", err)
        self.assertTrue(house.is_healthy())
        self.assertEqual(house.run("status")[0], 0)
        house.stop()
        house.up()  # the lock went with the process

    def test_a_taken_port_is_named_and_nothing_is_left_running(self):
        house = self.house()
        with socket.socket() as taken:
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            taken.bind(("127.0.0.1", house.port))
            taken.listen()
            code, _, err = house.run("up", "--sample", check=False)
        self.assertNotEqual(code, 0)
        self.assertIn(f"port {house.port}", err)
        self.assertIn("not running", house.run("status", check=False)[2])

    def test_a_folder_that_cannot_be_written_is_named(self):
        house = self.house()
        path = house.folder / "file"
        path.write_text("")
        house.environment["ROLLCALL_VAR"] = str(path)
        code, _, err = house.run("up", check=False)
        self.assertNotEqual(code, 0)
        self.assertIn(str(path), err)

    def test_up_works_as_another_user(self):
        if os.getuid() != 0 or shutil.which("runuser") is None:
            self.skipTest("only root can become somebody else")
        house = self.house()
        folder = house.folder / "home"
        folder.mkdir()
        shutil.copy(BINARY, folder / "rollcall")
        shutil.chown(folder, "nobody")
        house.environment["ROLLCALL_VAR"] = str(folder / "var")
        env = [f"{k}={v}" for k, v in house.environment.items() if k.startswith("ROLLCALL_")]
        house.out = house.folder / "up.out"
        with house.out.open("w") as out:
            house.process = subprocess.Popen(["runuser", "-u", "nobody", "--", "env", *env, str(folder / "rollcall"), "up",
                                              "--sample"], cwd=folder, stdout=out, stderr=subprocess.STDOUT,
                                             start_new_session=True)
        wait_until("the summary", 60, lambda: "Ctrl-C" in house.read() or house.process.poll() is not None)
        self.assertIn("Ctrl-C", house.output)
        self.assertEqual((folder / "var" / "secret").stat().st_mode & 0o77, 0)
        house.process.terminate()
        house.process.wait(60)
        house.process = None
        wait_until("the end", 30, lambda: "database: stopped" in house.read())


if __name__ == "__main__":
    unittest.main()
