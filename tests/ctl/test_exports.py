#!/usr/bin/env python3
"""What the report commands print is no better than it is, and what they write other programs can read."""
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("ROLLCALL_BINARY", str(ROOT / "build" / "rollcall"))
SAMPLE = ROOT / "services" / "importer" / "sample"


def run(*words):
    environment = {k: v for k, v in os.environ.items() if not k.startswith("ROLLCALL_")}
    done = subprocess.run([BINARY, *map(str, words)], capture_output=True, check=False, env=environment)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


class Exports(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def write(self, name, text):
        path = self.folder / name
        path.write_bytes(text.encode())
        return path

    def test_a_link_that_is_nearly_certain_is_not_called_certain(self):
        names = self.write("names.csv", "name\nJohn Stulz\nPalmer\n")
        code, out, _ = run("resolve", "--registrants", SAMPLE / "registrants.csv", "--mentions", names)
        self.assertEqual(code, 0)
        self.assertIn("John Stultz (R1162) 99.95%", out)
        self.assertIn(" 70%", out)
        self.assertNotIn("100%", out)

    def test_the_programme_as_a_calendar_is_read_back(self):
        code, out, err = run("export", "schedule.ics", "--programme", SAMPLE / "schedule.xml")
        self.assertEqual((code, err), (0, ""))
        self.assertNotIn("mailto:", out)
        self.assertTrue(all(len(line.encode()) <= 75 for line in out.split("\r\n")))
        before = self.moments("schedule.xml", SAMPLE / "schedule.xml")
        after = self.moments("programme.ics", self.write("programme.ics", out))
        self.assertGreater(len(after), 100)
        self.assertLessEqual(after, before)

    def moments(self, name, path):
        """Title and time of every session, by way of frab's format."""
        code, out, err = run("export", "schedule.json", "--programme", path)
        self.assertEqual((code, err), (0, ""), name)
        days = json.loads(out)["schedule"]["conference"]["days"]
        return {(talk["title"], talk["date"]) for day in days for room in day["rooms"].values() for talk in room}

    def test_an_unknown_export_names_those_there_are(self):
        code, _, err = run("export", "schedule.pdf", "--programme", SAMPLE / "schedule.xml")
        self.assertEqual(code, 2)
        self.assertIn("schedule.ics", err)


unittest.main(verbosity=2)
