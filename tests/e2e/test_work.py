#!/usr/bin/env python3
"""match and agenda --work: MAINTAINERS, lists of patches and CSVs as signals, each with its switch."""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from house import BINARY, SAMPLE  # noqa: E402

MAINTAINERS = """List of maintainers

HOTPLUG FOR PCI
M:\tÀda Example <ada@example.org>
R:\t"Bob B. Example" <bob@example.org>
F:\tdrivers/pci/hotplug/

CPU FREQUENCY SCALING
M:\tBob B. Example <bob@example.org>
F:\tdrivers/cpufreq/
"""
PATCHES = "Ada Example <ada@example.org>\tPCI: hotplug: fix error recovery\n"
CSV = "attendee,kind,text\nada@example.org,patch,PCI: hotplug: fix error recovery\nada@example.org,section,HOTPLUG FOR PCI\n"
# Three papers of one person, two of one field; titles on the first line, abstracts behind it.
PAPERS = """attendee,kind,text
ada@example.org,paper,"Recovering PCI devices
We study error handling of PCI Express devices that are taken out while in use, and how drivers and firmware share the work
of hotplug, link recovery and advanced error reporting on large servers."
ada@example.org,paper,"Hotplug at scale
Thousands of NVMe drives behind PCI Express switches come and go. We measure hotplug latency and the cost of surprise removal
for drivers, and propose a state machine."
ada@example.org,talk,"Bread ovens of the north
Stone, clay and wood: how villages built their common ovens, with plans, recipes and a guide to the few that are still lit
every month of the year by their guilds."
"""


class Work(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def run_match(self, attendee, work, *more, interests=""):
        (self.folder / "work").write_text(work)
        (self.folder / "interests.csv").write_text(f"attendee,interests\n{attendee},{interests}\n")
        done = subprocess.run([BINARY, "match", "--programme", SAMPLE / "schedule.xml", "--interests", self.folder / "interests.csv",
                               "--work", self.folder / "work", "--json", "--top", "20", *more], capture_output=True, text=True, check=False)
        return done.returncode, json.loads(done.stdout)["sessions"] if done.returncode == 0 else [], done.stderr

    def test_a_section_of_maintainers_is_a_reason(self):
        for who in ("ada@example.org", "ADA@EXAMPLE.ORG", "Ada Example"):
            _, sessions, _ = self.run_match(who, MAINTAINERS)
            self.assertRegex(sessions[0]["title"], "PCI", who)
            self.assertTrue(sessions[0]["reason"].startswith("because you maintain HOTPLUG FOR PCI"), sessions[0])

    def test_of_two_sections_the_one_that_leads_there_is_named(self):
        _, sessions, _ = self.run_match("bob@example.org", MAINTAINERS)
        reasons = {s["reason"].split(":")[0] for s in sessions if "PCI" in s["title"] or "requency" in s["title"] or "Power" in s["title"]}
        self.assertEqual(reasons, {"because you maintain HOTPLUG FOR PCI", "because you maintain CPU FREQUENCY SCALING"})

    def test_a_patch_is_a_reason_from_either_file(self):
        for work in (PATCHES, CSV):
            _, sessions, _ = self.run_match("ada@example.org", work, "--signals", "patches")
            self.assertTrue(sessions[0]["reason"].startswith('because of your patch "PCI: hotplug: fix error recovery": '), sessions[0])

    def test_each_signal_has_its_switch(self):
        for work, signals in ((MAINTAINERS, "patches,talks"), (PATCHES, "sections"), (CSV, "none")):
            _, sessions, _ = self.run_match("ada@example.org", work, "--signals", signals)
            self.assertFalse([s for s in sessions if "your patch" in s["reason"] or "maintain" in s["reason"]], sessions)

    def test_papers_count_each_and_the_one_that_leads_there_is_named(self):
        _, sessions, _ = self.run_match("ada@example.org", PAPERS)
        self.assertRegex(sessions[0]["title"], "PCI|otplug")
        self.assertRegex(sessions[0]["reason"], '^close to your paper "(Recovering PCI devices|Hotplug at scale)": ')
        _, without, _ = self.run_match("ada@example.org", PAPERS, "--signals", "talks")
        self.assertFalse([s for s in without if "paper" in s["reason"]])

    def test_all_gives_every_session_with_anything_in_common_best_first(self):
        _, ten, _ = self.run_match("ada@example.org", PAPERS)
        _, sessions, _ = self.run_match("ada@example.org", PAPERS, "--top", "all")
        scores = [s["score"] for s in sessions]
        self.assertGreater(len(sessions), 50)
        self.assertEqual(scores, sorted(scores, reverse=True))
        self.assertEqual(sessions[0], ten[0])
        self.assertEqual(len({s["session"] for s in sessions}), len(sessions))

    def test_what_is_written_counts_more(self):
        _, sessions, _ = self.run_match("ada@example.org", MAINTAINERS, interests="Rust abstractions")
        self.assertIn("because you wrote", sessions[0]["reason"])

    def test_nobody_gets_anothers_work(self):
        _, sessions, _ = self.run_match("carol@example.org", MAINTAINERS)
        self.assertFalse([s for s in sessions if "maintain" in s["reason"]])

    def test_what_cannot_be_read_is_refused(self):
        for work, more, words in ((CSV, ("--signals", "stars"), "no signal is called stars"), ("", (), "interests|header|column|empty"),
                                  ("attendee,kind,text\na,hobby,b\n", (), "section, patch, paper or talk"), ("attendee,text\na,b\n", (), "kind")):
            code, _, err = self.run_match("ada@example.org", work, *more)
            self.assertEqual(code, 2, err)
            self.assertRegex(err, words)


if __name__ == "__main__":
    unittest.main(verbosity=2)
