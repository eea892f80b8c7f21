#!/usr/bin/env python3
"""Workers die at random moments while the sample flows through: nothing is lost, nothing comes twice."""
import os
import pathlib
import random
import signal
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from house import House, SAMPLE  # noqa: E402

KILLS = int(os.environ.get("ROLLCALL_KILLS", "60"))
FILES = ("schedule.xml", "cfp.txt", "registrants.csv")


def load(house):
    for name in FILES:
        house.run("import", SAMPLE / name, "--event", "lpc-sample-2025")


def told(house):
    """Who was told what, and how often."""
    found = {}
    for message in house.messages():
        to, subject = message["To"], message["Subject"]
        if to.startswith("organisers@"):
            subject = ""  # it counts the clashes of the moment in which it was written
        key = (to, subject)
        found[key] = found.get(key, 0) + 1
    return found


class Kill(unittest.TestCase):
    def test_killing_workers_loses_nothing_and_repeats_nothing(self):
        calm = House()
        self.addCleanup(calm.done)
        calm.up()
        load(calm)
        calm.settle()
        expected = told(calm)
        calm.stop()

        wild = House(ROLLCALL_LEASE="5s")
        self.addCleanup(wild.done)
        wild.up()
        load(wild)
        rng = random.Random(20251211)
        kills = 0
        end = time.monotonic() + 90
        while kills < KILLS and time.monotonic() < end:
            running = wild.workers()
            running.pop("web", None)
            if running:
                try:
                    os.kill(running[rng.choice(sorted(running))], signal.SIGKILL)
                    kills += 1
                except ProcessLookupError:
                    pass
            time.sleep(rng.uniform(0.01, 0.3))
        self.assertGreaterEqual(kills, KILLS // 2)
        wild.settle(240)
        found = told(wild)
        self.assertEqual({k for k in expected if k not in found}, set(), "lost")
        self.assertEqual({k: n for k, n in found.items() if n != expected.get(k)}, {}, "repeated, or never meant")


if __name__ == "__main__":
    unittest.main()
