#!/usr/bin/env python3
"""Recommendations are the same whichever way the data came in, and after an edit the same as if all were made anew."""
import pathlib
import sys
import unittest
import xml.etree.ElementTree as ET

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from house import House, SAMPLE  # noqa: E402

EVENT = "lpc-sample-2025"
FILES = ("--programme", SAMPLE / "schedule.xml", "--key-attendees", SAMPLE / "cfp.txt", "--registrants", SAMPLE / "registrants.csv")
STORED = "select p.name, s.key, m.rank, m.because from match m join person p using (event_id, person_id) " \
         "join session s using (event_id, session_id) order by p.person_id, m.rank"


def clashes_of(report):
    return sorted((c["kind"], c["severity"], c["person"] or "", tuple(c["sessions"]), c["start"] or "", c["minutes"], c["why"])
                  for c in report["clashes"])


class Matches(unittest.TestCase):
    """One house, in the order of the names of the tests."""

    @classmethod
    def setUpClass(cls):
        cls.house = House()
        cls.addClassCleanup(cls.house.done)
        cls.house.up("--sample")
        cls.house.settle()

    def test_1_files_and_database_have_the_same_requirements_and_clashes(self):
        stored, files = self.house.json("check"), self.house.json("check", *FILES)
        self.assertGreater(files["summary"]["kinds"]["wanted_by_choice"], 10)
        self.assertEqual(stored["summary"]["requirements"], files["summary"]["requirements"])
        self.assertEqual(clashes_of(stored), clashes_of(files))

    def test_2_some_time_after_an_edit_all_is_as_if_it_were_made_anew(self):
        before = self.house.sql(STORED)
        tree = ET.parse(SAMPLE / "schedule.xml")
        event = next(e for e in tree.iter("event") if e.findtext("type") == "BoF")
        event.find("title").text = "BoF: Printing without drivers"
        if event.find("abstract") is None:
            ET.SubElement(event, "abstract")
        event.find("abstract").text = "Driverless printing, scanning and handheld power."
        path = self.house.folder / "edited.xml"
        tree.write(path, encoding="utf-8", xml_declaration=True)
        self.house.run("import", path, "--event", EVENT)
        self.house.settle()
        self.assertNotEqual(before, self.house.sql(STORED))
        self.house.sql("update job set due_at = now(), enqueued_at = now() where stage = 'match' and subject = 'event'")
        self.house.settle()
        edited = self.house.sql(STORED)
        self.house.sql("delete from match; insert into job (event_id, stage, subject, subject_id) select event_id, 'match', 'event', 0 from event")
        self.house.settle()
        self.assertEqual(edited, self.house.sql(STORED))


if __name__ == "__main__":
    unittest.main()
