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
from house import House, SAMPLE, wait_until  # noqa: E402

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

    def test_a_job_that_cuts_its_worker_off_is_isolated_and_said(self):
        """A trigger ends the connection of whoever saves matches for one attendee."""
        house = House(ROLLCALL_POLL="1s")
        self.addCleanup(house.done)
        house.up()
        load(house)
        house.settle()
        people = house.folder / "late.csv"
        people.write_text("id,name,email,status,attendance,interests\n" + "".join(
            f"late-{i},Guest Late{i},late{i}@example.org,confirmed,in_person,rust scheduler\n" for i in range(60)))
        house.sql("""
            create function rollcall.poison() returns trigger language plpgsql security definer as $$
            begin
                if exists (select from rollcall.registrant r where r.event_id = new.event_id and r.person_id = new.person_id
                        and r.key = 'late-17') then
                    perform pg_terminate_backend(pg_backend_pid());
                end if;
                return new;
            end $$;
            create trigger poison before insert on rollcall.match for each row execute function rollcall.poison()""")
        house.run("import", people)

        def match_jobs():
            return next((j for j in house.json("status")["jobs"] if j["stage"] == "match"), {"waiting": 0, "failed": 0})

        wait_until("the poisoned job to be alone and put off", 90, lambda: match_jobs()["waiting"] == 1 == match_jobs()["failed"])
        self.assertIn("the worker died, or lost the database", match_jobs()["last_error"])
        self.assertIn("rollcall_jobs_failed{stage=\"match\"} 1", house.get(house.url + "/metrics")[1])
        self.assertIn("BAD  stage match fails", house.run("doctor")[1])

        def agendas():
            return {m["To"].split("<")[1].rstrip(">") for m in house.messages() if "late" in m["To"]}

        others = {f"late{i}@example.org" for i in range(60) if i != 17}
        wait_until("the others to be told", 60, lambda: others <= agendas())
        house.sql("drop trigger poison on rollcall.match; update rollcall.job set due_at = now() where attempts > 0")
        house.settle()
        self.assertEqual(agendas(), others | {"late17@example.org"})
        self.assertEqual(sum("late" in m["To"] for m in house.messages()), 60, "somebody was told twice")


if __name__ == "__main__":
    unittest.main()
