#!/usr/bin/env python3
"""The main job through the front door: up with the sample, messages, pages, an answer, a moved slot, a stop."""
import re
import sys
import time
import unittest
import pathlib
import xml.etree.ElementTree as ET

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from house import House, SAMPLE, calendar_of, text_of, wait_until  # noqa: E402


def name_of(to):
    """The reader of a mail, or of a Matrix message in the Maildir."""
    return re.sub(r" *[<(@].*", "", to.replace('"', "")).strip()


class MainJob(unittest.TestCase):
    """One house for all tests, in the order of their names: a day in its life."""

    @classmethod
    def setUpClass(cls):
        cls.house = House()
        cls.addClassCleanup(cls.house.done)
        cls.house.up("--sample")
        cls.house.settle()

    def by_kind(self, word):
        return [m for m in self.house.messages() if word in m["Subject"]]

    def test_1_the_right_people_got_the_right_messages(self):
        messages = self.house.messages()
        for message in messages:
            for part in message.walk():
                self.assertEqual(part.defects, [], message.path)
            self.assertRegex(message["To"], r"@example\.org>?$")
            self.assertEqual(message["Auto-Submitted"], "auto-generated")
            self.assertNotIn("{{", text_of(message))
        keys = [(m["To"], m["Subject"]) for m in messages]
        self.assertEqual(len(keys), len(set(keys)), "somebody got the same message twice")
        confirmed = self.house.json("status")["events"][0]["registrants"]
        plans = [m for m in messages if "plan for" in m["Subject"]]
        self.assertGreater(len(plans), 0.9 * confirmed)
        self.assertEqual(len([m for m in messages if "organisers@" in m["To"]]), 1)

    def test_2_the_printed_links_open(self):
        wait_until("the links to be printed", 30, lambda: "Ctrl-C" in self.house.read())
        links = re.findall(r"http://\S+", self.house.output)
        self.assertEqual(len(links), 4, self.house.output)
        for link in links:
            status, page = self.house.get(link)
            self.assertEqual(status, 200)
            self.assertIn("<h1", page)

    def test_3_an_answer_in_the_browser_changes_the_quorum(self):
        link = re.search(r"http://\S+/answer/\S+", self.house.output).group(0)
        before = {t["track"]: t["no"] for t in self.house.json("quorum")["quorum"]}
        self.house.get(link)  # looking changes nothing
        self.assertEqual(before, {t["track"]: t["no"] for t in self.house.json("quorum")["quorum"]})
        self.house.post(link, reply="no")
        after = {t["track"]: t["no"] for t in self.house.json("quorum")["quorum"]}
        self.assertGreater(sum(after.values()), sum(before.values()))
        self.house.settle()
        kinds = {c["kind"] for c in self.house.json("clashes")["clashes"]}
        self.assertIn("said_no", kinds)

    def test_4_every_kind_of_clash_that_files_can_bring_is_there(self):
        kinds = {c["kind"] for c in self.house.json("check")["clashes"]}
        self.assertLessEqual({"required_twice", "not_registered", "cancelled", "waiting", "remote_only", "asleep", "away",
                              "no_time_between", "room_twice", "wanted_by_choice", "said_no"}, kinds)

    def test_5_stored_clashes_are_those_of_a_fresh_check(self):
        stored = {(c["kind"], c["person"], tuple(c["sessions"]), c["severity"]) for c in self.house.json("clashes")["clashes"]}
        fresh = {(c["kind"], c["person"], tuple(c["sessions"]), c["severity"]) for c in self.house.json("check")["clashes"]}
        self.assertEqual(stored, fresh)

    def test_5_resolving_again_changes_nothing(self):
        house = self.house
        before = {(p["mention"], p["name"]) for p in house.json("people")["people"]}
        n = len(house.messages())
        open_name = next(p for p in house.json("people")["people"] if p["candidates"])
        out = house.run("people", "is", open_name["mention"], open_name["candidates"][0]["person"])[1]
        house.settle()
        self.assertEqual({(p["mention"], p["name"]) for p in house.json("people")["people"]},
                         before - {(open_name["mention"], open_name["name"])})
        house.run("people", "undo", re.search(r"\d+", out).group(0))
        house.settle()
        self.assertEqual({(p["mention"], p["name"]) for p in house.json("people")["people"]}, before)
        self.assertLessEqual(len(house.messages()) - n, 1, "at most the one who was meant for a moment is asked")

    def test_6_importing_the_same_again_changes_nothing(self):
        n = len(self.house.messages())
        for name in ("schedule.xml", "cfp.txt", "registrants.csv"):
            report = self.house.json("import", SAMPLE / name, "--event", "lpc-sample-2025")
            self.assertEqual(sum(report["changes"].values()), 0, report)
            self.assertEqual(report["registrants_new"] + report["registrants_changed"], 0)
        self.assertTrue(self.house.is_quiet())
        self.assertEqual(len(self.house.messages()), n)

    def move(self, title, minutes):
        """The sample with one contribution moved, as a file."""
        tree = ET.parse(SAMPLE / "schedule.xml")
        event = next(e for e in tree.iter("event") if e.findtext("title") == title)
        hour, minute = map(int, event.findtext("start").split(":"))
        at = hour * 60 + minute + minutes
        event.find("start").text = f"{at // 60:02}:{at % 60:02}"
        date = event.find("date")
        date.text = re.sub(r"T\d\d:\d\d", f"T{at // 60:02}:{at % 60:02}", date.text)
        path = self.house.folder / "moved.xml"
        tree.write(path, encoding="utf-8", xml_declaration=True)
        return path

    def test_7_a_moved_slot_makes_exactly_its_messages(self):
        house = self.house
        title = next(e.findtext("title") for e in ET.parse(SAMPLE / "schedule.xml").iter("event")
                     if e.findtext("type") == "BoF" and e.findtext("start") < "19:00")
        before = house.messages()
        concerned = {m["To"] for m in before if f"SUMMARY:{title}" in calendar_of(m).replace("\\", "")}
        self.assertGreater(len(concerned), 0, "nobody has that session in the calendar")
        report = house.json("import", self.move(title, 5), "--event", "lpc-sample-2025")
        self.assertEqual(report["changes"]["moved"], 1, report)
        self.assertEqual(sum(report["changes"].values()), 1, report)
        house.settle()
        paths = {m.path for m in before}
        new = [m for m in house.messages() if m.path not in paths]
        self.assertEqual(sorted(map(name_of, (m["To"] for m in new))), sorted(map(name_of, concerned)))
        for message in new:
            text = text_of(message)
            self.assertIn(title.split()[0], text)
            if message.path.parent.parent.name != ".Matrix":
                self.assertIn("SEQUENCE:1", calendar_of(message))
        house.run("import", SAMPLE / "schedule.xml", "--event", "lpc-sample-2025")
        house.settle()
        again = [m for m in house.messages() if m.path not in paths and m.path not in {n.path for n in new}]
        self.assertEqual(len(again), len(new), "moving it back is news to the same people")

    def test_8_a_late_registration_flows_through(self):
        house = self.house
        path = house.folder / "late.csv"
        path.write_text("id,name,email,status,attendance,interests\nlate-1,Will Deacon,will.deacon@example.org,confirmed,in_person,arm64\n")
        def will():
            rust = next(t for t in house.json("quorum")["quorum"] if t["track"].startswith("Rust"))
            return next(p for p in rust["people"] if p["name"] == "Will Deacon")

        self.assertFalse(will()["registered"])
        report = house.json("import", path, "--event", "lpc-sample-2025")
        self.assertEqual(report["registrants_new"], 1)
        house.settle()
        self.assertTrue(will()["registered"])
        self.assertTrue(any("will.deacon@" in m["To"] for m in house.messages()))

    def test_9_ctrl_c_stops_everything_and_up_goes_on_with_the_data(self):
        house = self.house
        n = len(house.messages())
        workers = house.workers()
        self.assertEqual(set(workers), {"resolve", "match", "clash", "plan", "deliver", "web"})
        output = house.stop()
        self.assertIn("database: stopped", output)
        code, _, err = house.run("status", check=False)
        self.assertNotEqual(code, 0)
        self.assertIn("not running", err)
        house.up("--sample")
        house.settle()
        self.assertNotIn("sample conference loaded", house.read())
        time.sleep(1)
        self.assertEqual(len(house.messages()), n)


if __name__ == "__main__":
    unittest.main()
