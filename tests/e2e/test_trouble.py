#!/usr/bin/env python3
"""What goes wrong around a running house: several workers of each kind, a database that restarts, a second up, a
folder that cannot be written, a port that is taken."""
import os
import pathlib
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
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
    return clashes, people, {reached(m) for m in house.messages()}


def reached(message):
    """Who, whether by mail or by Matrix: what is urgent, such as a move that was undone before the other house saw it,
    goes by Matrix to those who have that."""
    group = message["To"].groups[0]
    name = group.display_name or group.addresses[0].display_name or group.addresses[0].addr_spec
    return re.sub(r" \(@[^)]*\)$", "", name)


def server(house, *words):
    """pg_ctl on the house's database, as the user who owns it."""
    programs = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda p: int(p.parts[-3]))
    data = (house.folder / "var" / "postgres").resolve()
    command = [str(programs[-1]), "-D", str(data), "-s", "-w", *words]
    if os.getuid() == 0:
        command = ["runuser", "-u", "postgres", "--", *command]
    subprocess.run(command, check=True, cwd="/", stdout=subprocess.DEVNULL)


def start(house, setting=None):
    folder = (house.folder / "var" / "postgres").resolve()
    options = shlex.split((folder / "postmaster.opts").read_text())[3:]  # behind the program and -D
    server(house, "-l", str(folder / "server.log"), "-o", shlex.join(options + (["-c", setting] if setting else [])), "start")


def restart(house, setting=None, how="fast"):
    server(house, "-m", how, "stop")
    start(house, setting)


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
            self.assertFalse(one ^ other, f"too much: {sorted(map(str, one - other))[:20]}; missing: {sorted(map(str, other - one))[:20]}")
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
        start(house)
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

    # --- no room ---

    def mount(self, folder, megabytes):
        """A small disk of its own, filled by fill() and gone with the test."""
        folder.mkdir(parents=True, exist_ok=True)
        if os.getuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)],
                                              stderr=subprocess.DEVNULL, check=False).returncode != 0:
            self.skipTest("only root can mount a disk")
        self.addCleanup(lambda: subprocess.run(["umount", "-l", str(folder)], check=False))

    @staticmethod
    def fill(folder, leave=0):
        """Takes all that is free but `leave` bytes; gives the file that does."""
        ballast = folder / "ballast"
        with ballast.open("wb") as file:
            try:
                while True:
                    file.write(b"x" * 65536)
                    file.flush()
            except OSError:
                pass
            try:
                file.close()
            except OSError:
                pass
        os.truncate(ballast, max(0, ballast.stat().st_size - leave))
        return ballast

    def sent(self, house):
        return int(house.sql("select count(*) from rollcall.outbox where state = 'sent'")[0][0])

    def test_a_full_mailbox_disk_holds_messages_back_and_loses_none(self):
        house = self.house(ROLLCALL_RETRY_FIRST="1s", ROLLCALL_RETRY_MAX="2s")
        disk = house.folder / "mail"
        self.mount(disk, 64)
        house.environment["ROLLCALL_MAILDIR"] = str(disk / "box")
        house.up()
        ballast = self.fill(disk, leave=400000)
        for name in ("schedule.xml", "cfp.txt", "registrants.csv"):
            house.run("import", SAMPLE / name, "--event", EVENT)
        wait_until("the disk to be full", 60, lambda: "No space left on device" in house.log())
        waiting = int(house.sql("select count(*) from rollcall.outbox where state <> 'sent'")[0][0])
        self.assertGreater(waiting, 100)
        self.assertEqual(house.sql("select count(*) from rollcall.outbox where state in ('dead', 'refused', 'expired')"), [["0"]])
        ballast.unlink()
        house.settle()
        files = list((disk / "box" / "new").iterdir())
        self.assertEqual(len(files), self.sent(house))
        self.assertTrue(all(f.stat().st_size > 500 for f in files), "half a message")
        self.assertEqual(list((disk / "box" / "tmp").iterdir()), [])

    def test_a_full_database_disk_is_said_and_passes(self):
        house = self.house(ROLLCALL_POLL="1s")
        disk = house.folder / "var"
        self.mount(disk, 160)
        house.up()
        ballast = self.fill(disk, leave=200000)
        code, _, err = house.run("import", SAMPLE / "schedule.xml", "--event", EVENT, check=False)
        self.assertNotEqual(code, 0)
        self.assertIn("No space left on device", err)
        ballast.unlink()
        wait_until("the database to be back", 60, house.is_healthy)
        for name in ("schedule.xml", "cfp.txt", "registrants.csv"):
            house.run("import", SAMPLE / name, "--event", EVENT)
        house.settle()
        self.assertGreater(len(house.messages()), 500)
        ballast = self.fill(disk, leave=100000)  # and once more, while there is work
        house.run("import", late(house, 1), "--event", EVENT, check=False)
        ballast.unlink()
        wait_until("the database to be back", 60, house.is_healthy)
        house.run("import", late(house, 1), "--event", EVENT)
        house.settle()
        self.assertEqual(sum("late1" in m["To"] for m in house.messages()), 10)

    # --- no connection ---

    def test_workers_wait_for_a_free_connection(self):
        house = self.house(ROLLCALL_POLL="1s")
        house.up()
        restart(house, "max_connections=16")
        wait_until("the web worker to be back", 30, house.is_healthy)
        data = (house.folder / "var" / "postgres").resolve()
        folder = (data / "postmaster.pid").read_text().splitlines()[4]
        taken = []
        self.addCleanup(lambda: [p.kill() or p.wait() for p in taken])

        def take():
            """As somebody else's programs would."""
            for _ in range(20):
                taken.append(subprocess.Popen(["psql", "-XAtq", "-h", folder, "-U", "rollcall", "-d", "rollcall", "-c",
                                               "select pg_sleep(600)"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))

        take()
        wait_until("all connections to be taken", 30, lambda: any(p.poll() is not None for p in taken))
        code, _, err = house.run("status", check=False)
        self.assertNotEqual(code, 0)
        self.assertRegex(err, "too many clients|remaining connection slots")
        house.process.send_signal(signal.SIGSTOP)  # so that it starts none before others have their connections
        for pid in house.workers().values():
            os.kill(pid, signal.SIGKILL)

        def have_their_connections():
            take()
            time.sleep(1)
            return sum(p.poll() is None for p in taken) >= 16

        wait_until("others to have all connections", 60, have_their_connections)
        house.process.send_signal(signal.SIGCONT)
        wait_until("a worker to say so", 30, lambda: re.search("level=warn.*(too many clients|connection slots)", house.log()))
        for process in taken:
            process.send_signal(signal.SIGINT)  # ends the query too; the server would not notice a kill
        wait_until("the web worker to be back", 60, house.is_healthy)
        for name in ("schedule.xml", "cfp.txt", "registrants.csv"):
            house.run("import", SAMPLE / name, "--event", EVENT)
        house.settle()
        self.assertGreater(len(house.messages()), 500)
        self.assertEqual(set(house.workers()), set(STAGES) | {"web"})

    def test_a_database_that_restarts_while_all_work_loses_nothing(self):
        house = self.house(ROLLCALL_POLL="1s", ROLLCALL_LEASE="5s")
        house.up()
        for number, name in enumerate(("schedule.xml", "cfp.txt", "registrants.csv")):
            house.run("import", SAMPLE / name, "--event", EVENT)
            restart(house, how=("fast", "immediate")[number % 2])
        wait_until("the web worker to be back", 60, house.is_healthy)
        house.settle()
        ids = [m["Message-ID"] for m in house.messages()]
        self.assertEqual(len(ids), len(set(ids)))
        self.assertEqual(len(ids), self.sent(house))
        self.assertGreater(len(ids), 500)

    # --- time ---

    def test_a_notifier_whose_clock_is_wrong_delivers(self):
        library = next(pathlib.Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)
        if library is None or b"__asan_init" in pathlib.Path(BINARY).read_bytes():
            self.skipTest("needs libfaketime, and a binary without a sanitizer")
        house = self.house()
        house.up()
        os.kill(house.workers()["deliver"], signal.SIGSTOP)
        for number, shift in enumerate(("+2h", "-2h")):
            worker = subprocess.Popen([BINARY, "worker", "deliver"], cwd=house.folder, stderr=subprocess.DEVNULL,
                                      env={**house.environment, "LD_PRELOAD": str(library), "FAKETIME": shift,
                                           "DONT_FAKE_MONOTONIC": "1"})
            self.addCleanup(lambda w=worker: w.poll() is None and w.kill())
            for name in ("schedule.xml", "cfp.txt", "registrants.csv")[3 * number:]:
                house.run("import", SAMPLE / name, "--event", EVENT)
            house.run("import", late(house, number), "--event", EVENT)
            house.settle()
            worker.terminate()
            self.assertEqual(worker.wait(20), 0)
        os.kill(house.workers()["deliver"], signal.SIGCONT)
        self.assertGreater(len(house.messages()), 500)
        self.assertEqual({len([m for m in house.messages() if f"late{n}" in m["To"]]) for n in (0, 1)}, {10})

    def test_up_works_in_a_folder_that_is_roots_alone(self):
        """The private PostgreSQL runs as another user, who cannot get in there."""
        if os.getuid() != 0:
            self.skipTest("only root has the trouble")
        house = self.house()
        home = house.folder / "home"
        home.mkdir(mode=0o700)
        house.environment["ROLLCALL_VAR"] = str(home / "var")
        house.out = house.folder / "up.out"
        with house.out.open("w") as out:
            house.process = subprocess.Popen([BINARY, "up", "--sample"], cwd=home, env=house.environment, stdout=out,
                                             stderr=subprocess.STDOUT, start_new_session=True)
        wait_until("the summary", 60, lambda: "Ctrl-C" in house.read() or house.process.poll() is not None)
        self.assertIn("Ctrl-C", house.output)
        self.assertEqual(home.stat().st_mode & 0o77, 0)
        self.assertIn("database: stopped", house.stop())
        data = (home / "var" / "postgres").resolve()
        self.assertTrue(data.is_dir(), house.output)
        shutil.rmtree(data)


if __name__ == "__main__":
    unittest.main()
