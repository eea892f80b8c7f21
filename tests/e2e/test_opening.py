#!/usr/bin/env python3
"""On the day: an open Kernel Summit slot is filled, and exactly those who would want it and are free hear of it, once."""
import csv
import email.utils
import json
import pathlib
import re
import sys
import unittest
import xml.etree.ElementTree as ET
from datetime import datetime, timedelta

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from house import House, SAMPLE, calendar_of, text_of  # noqa: E402

EVENT = "lpc-sample-2025"
TITLE = "Passthrough for confidential guests"
ABSTRACT = "TDISP and VFIO: how a device is handed to a confidential guest through the IOMMU, and what attestation must say."
STRONG = 5  # one of a person's so many best matches


def times_of(message):
    """Start and end of each calendar entry, as local times."""
    found = []
    for entry in re.findall(r"BEGIN:VEVENT(.*?)END:VEVENT", calendar_of(message), re.S):
        start, end = (datetime.strptime(re.search(rf"{word}[^:\n]*:(\w+)", entry).group(1), "%Y%m%dT%H%M%S") for word in ("DTSTART", "DTEND"))
        found.append((start, end))
    return found


class Opening(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.house = House()
        cls.addClassCleanup(cls.house.done)
        cls.house.up()
        cls.house.fill(lambda row: re.search("VFIO|TDISP|IOMMU|confidential|SEV-SNP|TDX|attestation", row["interests"]), 120)
        cls.house.settle()

    def filled(self, title, slot=0, at=None):
        """The sample with one of its open slots filled, as a file; and when that is."""
        tree = ET.parse(SAMPLE / "schedule.xml")
        event = [e for e in tree.iter("event") if e.findtext("type") == "open slot"][slot]
        event.find("title").text, event.find("type").text, event.find("abstract").text = title, "talk", ABSTRACT
        ET.SubElement(event.find("persons"), "person", id="9001").text = "Ursula Example"
        start = datetime.fromisoformat(event.findtext("date"))
        if at:
            start = datetime.fromisoformat(at)
            event.find("date").text, event.find("start").text = start.isoformat(), start.strftime("%H:%M")
        hours, minutes = map(int, event.findtext("duration").split(":"))
        path = self.house.folder / "filled.xml"
        tree.write(path, encoding="utf-8", xml_declaration=True)
        start = start.replace(tzinfo=None)
        return path, start, start + timedelta(hours=hours, minutes=minutes)

    def openings(self, title):
        return [m for m in self.house.messages() if title in (m["Subject"] or "")]

    def told_of(self, title):
        """Addresses that heard of it by mail."""
        told = [email.utils.parseaddr(m["To"])[1].lower() for m in self.openings(title) if m.path.parent.parent.name != ".Matrix"]
        self.assertEqual(len(told), len(set(told)), "somebody heard of it twice")
        return set(told) & set(self.mail.values())

    def fill(self, title, **where):
        """Fills the slot; returns who would want it, and who of them has nothing else then."""
        house = self.house
        rows = csv.DictReader((house.folder / "registrants.csv").read_text(encoding="utf-8").splitlines())
        Opening.mail = {r["id"]: r["email"].lower() for r in rows if r["status"] == "confirmed" and not r["matrix_id"]}
        busy = {}
        for message in house.messages():
            busy.setdefault(email.utils.parseaddr(message["To"])[1].lower(), []).extend(times_of(message))
        path, start, end = self.filled(title, **where)
        house.run("import", path, "--event", EVENT)
        house.settle()
        # As the database has it: until all is learned anew, a hair apart from what the files give.
        rows = house.sql("select r.key from match m join session s using (event_id, session_id) join registrant r using (event_id, person_id) "
                         f"where s.title = '{title}' and m.rank <= {STRONG}")
        fitting = {self.mail[key] for key, in rows if key in self.mail}
        return fitting, {a for a in fitting if not any(s < end and e > start for s, e in busy.get(a, []))}

    def test_1_those_who_want_it_and_are_free_hear_of_it(self):
        house = self.house
        _, free = self.fill(TITLE)
        told = self.told_of(TITLE)
        self.assertGreater(len(told), 0)
        self.assertLessEqual(told, free, "told without wanting it, or without being free")
        for address in free - told:  # it is not in their plan: they are away, or asleep far from here
            who = next(i for i, m in self.mail.items() if m == address)
            agenda = json.loads(house.run("agenda", "--attendee", who, "--json")[1])
            self.assertNotIn(TITLE, [s["title"] for s in agenda["sessions"]], address)
        for message in self.openings(TITLE):
            text = text_of(message)
            self.assertIn("Ursula Example", text)
            self.assertIn("Hall B2", text)
            self.assertNotIn("{{", text)

    def test_2_importing_it_again_tells_nobody_again(self):
        n = len(self.openings(TITLE))
        self.house.run("import", self.filled(TITLE)[0], "--event", EVENT)
        self.house.settle()
        self.assertEqual(len(self.openings(TITLE)), n)

    def test_3_who_is_busy_then_is_left_in_peace(self):
        title = TITLE + ", the short version"
        fitting, free = self.fill(title, slot=1, at="2025-12-11T16:00:00+09:00")  # while the VFIO MC meets
        self.assertGreater(len(fitting - free), 0, "nobody was busy: the case tests nothing")
        self.assertLessEqual(self.told_of(title), free)


if __name__ == "__main__":
    unittest.main(verbosity=2)
