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
TITLE = "Passthrough on stable kernels"
ABSTRACT = "TDISP and VFIO: how a device is handed to a confidential guest through the IOMMU, and which of it stable kernels and their users can have."
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
        cls.house.up("--sample")
        cls.house.settle()

    def filled(self, title, abstract):
        """The sample with its first open slot filled, as a file; and when that is."""
        tree = ET.parse(SAMPLE / "schedule.xml")
        event = next(e for e in tree.iter("event") if e.findtext("type") == "open slot")
        event.find("title").text, event.find("type").text, event.find("abstract").text = title, "talk", abstract
        ET.SubElement(event.find("persons"), "person", id="9001").text = "Ursula Example"
        start = datetime.fromisoformat(event.findtext("date")).replace(tzinfo=None)
        hours, minutes = map(int, event.findtext("duration").split(":"))
        path = self.house.folder / "filled.xml"
        tree.write(path, encoding="utf-8", xml_declaration=True)
        return path, start, start + timedelta(hours=hours, minutes=minutes)

    def openings(self):
        return [m for m in self.house.messages() if TITLE in (m["Subject"] or "")]

    def test_1_those_who_want_it_and_are_free_hear_of_it_once(self):
        house = self.house
        busy = {}
        for message in house.messages():
            busy.setdefault(email.utils.parseaddr(message["To"])[1].lower(), []).extend(times_of(message))
        self.assertEqual(self.openings(), [])
        path, start, end = self.filled(TITLE, ABSTRACT)
        report = house.json("import", path, "--event", EVENT)
        self.assertEqual(report["changes"]["retitled"], 1, report)
        house.settle()
        told = [email.utils.parseaddr(m["To"])[1].lower() for m in self.openings() if m.path.parent.parent.name != ".Matrix"]
        self.assertGreater(len(told), 0)
        self.assertEqual(len(told), len(set(told)), "somebody heard of it twice")
        strong = {}
        for line in house.run("match", "--top", "10", "--json")[1].splitlines():
            row = json.loads(line)
            strong[row["attendee"]] = TITLE in [s["title"] for s in row["sessions"]][:STRONG]
        registrants = list(csv.DictReader((SAMPLE / "registrants.csv").read_text(encoding="utf-8").splitlines()))
        mail = {r["id"]: r["email"].lower() for r in registrants if r["status"] == "confirmed" and not r["matrix_id"]}
        fitting = {mail[i] for i, is_strong in strong.items() if is_strong and i in mail}
        free = {a for a in fitting if not any(s < end and e > start for s, e in busy.get(a, []))}
        by_mail = {a for a in told if a in mail.values()}
        self.assertLessEqual(by_mail, free, "told without being free, or without wanting it")
        self.assertGreater(len(by_mail), 0)
        for address in free - by_mail:  # it is not in their plan: they are away, or asleep far from here
            agenda = json.loads(house.run("agenda", "--attendee", next(i for i, m in mail.items() if m == address), "--json")[1])
            self.assertNotIn(TITLE, [s["title"] for s in agenda["sessions"]], address)
        self.assertGreater(len(fitting - free), 0, "nobody was busy: the case tests nothing")
        for message in self.openings():
            text = text_of(message)
            self.assertIn("Ursula Example", text)
            self.assertIn("Hall B2", text)
            self.assertNotIn("{{", text)

    def test_2_importing_it_again_tells_nobody_again(self):
        n = len(self.openings())
        self.house.run("import", self.filled(TITLE, ABSTRACT)[0], "--event", EVENT)
        self.house.settle()
        self.house.run("import", self.filled(TITLE, ABSTRACT + " Bring questions.")[0], "--event", EVENT)
        self.house.settle()
        self.assertEqual(len(self.openings()), n)


if __name__ == "__main__":
    unittest.main(verbosity=2)
