#!/usr/bin/env python3
"""People worth meeting, as they see it: opting in on the page, the question by mail, a yes of each, the introduction;
a no that nobody hears of; and everything gone when somebody stops. Ideas for BoFs by command and on the page."""
import csv
import json
import pathlib
import re
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from house import House, SAMPLE, calendar_of, text_of  # noqa: E402

PEOPLE = {  # who is put into the sample conference besides, and what they care about
    "M1": ("Orsolya Kelemen", "orsolya@example.org", "quantum annealing, zoned flash"),
    "M2": ("Tove Blixt", "tove@example.net", "zoned flash; quantum annealing"),
    "M3": ("Iskander Bayev", "iskander@example.com", "quantum annealing"),
    **{f"B{i}": (f"Braille Reader{i}", f"braille{i}@example.org", "screen readers, accessibility") for i in range(6)},
}


class Meet(unittest.TestCase):
    """One house, in the order of the names of the tests."""

    @classmethod
    def setUpClass(cls):
        cls.house = House()
        cls.addClassCleanup(cls.house.done)
        cls.house.up()
        cls.house.fill(lambda row: False, 60)
        cls.registrants = cls.house.folder / "everybody.csv"
        with (cls.house.folder / "registrants.csv").open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        for key, (name, address, interests) in PEOPLE.items():
            rows.append({**dict.fromkeys(rows[0], ""), "id": key, "name": name, "email": address, "interests": interests,
                         "status": "confirmed", "attendance": "in_person"})
        with cls.registrants.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0].keys())
            writer.writeheader()
            writer.writerows(rows)
        cls.house.run("import", cls.registrants, "--event", "lpc-sample-2025")
        cls.house.settle()
        cls.pages = {key: cls.house.run("link", "agenda", key)[1].strip() for key in ("M1", "M2", "M3")}

    def mails(self, key, subject):
        return [m for m in self.house.messages() if PEOPLE[key][1] in m["To"] and subject in m["Subject"]]

    def opt(self, key, wants="yes", **more):
        self.house.post(self.pages[key] + "/introductions", wants=wants, **more)
        self.house.settle()

    def question(self, key):
        return re.search(r"http\S+/meet/\S+", text_of(self.mails(key, "would you like to meet")[-1])).group(0)

    def test_1_nobody_is_asked_before_two_want_it(self):
        self.assertIn("only among those who asked for it too", self.house.get(self.pages["M1"])[1])
        self.opt("M1", contact="yes")
        self.assertEqual([m["Subject"] for m in self.house.messages() if "to meet" in m["Subject"]], [])
        self.assertEqual(json.loads(self.house.run("meet", "--json")[1]), {"pairs": []})

    def test_2_the_question_says_what_and_not_who(self):
        self.opt("M2")
        asked = [key for key in ("M1", "M2") if self.mails(key, "would you like to meet")]
        self.assertEqual(len(asked), 1)
        Meet.first, Meet.second = asked[0], {"M1": "M2", "M2": "M1"}[asked[0]]
        text = text_of(self.mails(self.first, "would you like")[0])
        self.assertIn("quantum annealing", text)
        for word in (*PEOPLE[self.second][0].split(), PEOPLE[self.second][1]):
            self.assertNotIn(word, text)
            self.assertNotIn(word, self.house.get(self.question(self.first))[1])
        self.assertRegex(text, r"both be free\s+(Thu|Fri|Sat) \d+ Dec")

    def test_3_when_both_say_yes_both_learn_who_it_is(self):
        self.house.post(self.question(self.first), reply="yes")
        self.house.settle()
        self.assertIn("would like to meet you", text_of(self.mails(self.second, "would you like")[0]).replace("\n", " "))
        self.house.post(self.question(self.second), reply="yes")
        self.house.settle()
        for one, other in ((self.first, self.second), (self.second, self.first)):
            mail = self.mails(one, f"meet {PEOPLE[other][0]}")
            self.assertEqual(len(mail), 1)
            self.assertIn(f"SUMMARY:Meet {PEOPLE[other][0]}", calendar_of(mail[0]))
            self.assertEqual(PEOPLE[other][1] in text_of(mail[0]), other == "M1")  # who allowed it
            self.assertIn(PEOPLE[other][0], self.house.get(self.pages[one])[1])
        states = json.loads(self.house.run("meet", "--under-way", "--json")[1])["introductions"]
        self.assertEqual([s["state"] for s in states], ["introduced"])

    def test_4_a_no_is_silent(self):
        before = {key: len(self.mails(key, "would you like to meet")) for key in ("M1", "M2", "M3")}
        self.opt("M3")
        asked = [key for key, n in before.items() if len(self.mails(key, "would you like to meet")) > n]
        self.assertGreater(len(asked), 0)
        mails, page = len(self.house.messages()), self.house.get(self.pages["M3"])[1]
        self.assertNotIn("M3", asked)  # who comes later is asked second
        self.house.post(self.question(asked[0]), reply="no")
        self.house.settle()
        self.assertEqual(len(self.house.messages()), mails)
        self.assertEqual(self.house.get(self.pages["M3"])[1], page)

    def test_5_who_stops_is_gone_at_once(self):
        self.house.post(self.pages[self.second] + "/introductions", wants="no")
        page = self.house.get(self.pages[self.first])[1]
        self.assertNotIn(PEOPLE[self.second][0], page)
        self.assertIn("This question is over", self.house.get(self.question(self.first))[1])
        for words in (("meet",), ("meet", "--under-way"), ("bof",), ("outbox",)):
            self.assertNotIn(PEOPLE[self.second][0], self.house.run(*words)[1], words)
        for kind in ("schedule.json", "quorum.csv"):
            self.assertNotIn(PEOPLE[self.second][0], self.house.run("export", kind)[1], kind)

    def test_6_files_give_the_same_pairs(self):
        opted = self.house.folder / "opted.csv"
        opted.write_text("attendee\nM1\nM2\nM3\n")
        files = ("--programme", SAMPLE / "schedule.xml", "--registrants", self.registrants)
        found = json.loads(self.house.run("meet", *files, "--opted-in", opted, "--json")[1])["pairs"]
        self.assertEqual({frozenset((p["a"], p["b"])) for p in found},
                         {frozenset((PEOPLE[a][0], PEOPLE[b][0])) for a, b in (("M1", "M2"), ("M1", "M3"), ("M2", "M3"))})
        one = json.loads(self.house.run("meet", *files, "--opted-in", opted, "--attendee", "M3", "--json")[1])["pairs"]
        self.assertEqual(len(one), 2)
        code, _, complaint = self.house.run("meet", *files, check=False)
        self.assertEqual(code, 2)
        self.assertIn("--opted-in", complaint)
        opted.write_text("attendee\nNobody Known\n")
        code, _, complaint = self.house.run("meet", *files, "--opted-in", opted, check=False)
        self.assertEqual(code, 2)
        self.assertIn("Nobody Known", complaint)

    def test_7_what_no_session_serves_is_an_idea_for_a_bof(self):
        files = ("--programme", SAMPLE / "schedule.xml", "--registrants", self.registrants)
        for source in (files, ()):
            ideas = json.loads(self.house.run("bof", *source, "--json")[1])["ideas"]
            self.assertIn("accessibility, screen readers", [i["topic"] for i in ideas])
            idea = next(i for i in ideas if i["topic"].startswith("accessibility"))
            self.assertEqual((idea["people"], idea["leaders"], idea["nearest"]), (6, [], ""))
            self.assertIsNotNone(idea["start"])
        self.assertNotIn("Braille", self.house.run("bof")[1])
        self.assertEqual(json.loads(self.house.run("bof", "--min", "7", "--json")[1])["ideas"], [])
        self.assertEqual(self.house.run("bof", "--min", "4", check=False)[0], 2)  # never fewer than five
        self.house.sql("update rollcall.job set due_at = now(), enqueued_at = now() where subject = 'bof';"
                       "notify rollcall_plan")
        self.house.settle()
        page = self.house.get(self.house.run("link", "organiser")[1].strip() + "/bofs")[1]
        self.assertIn("accessibility, screen readers", page)
        self.assertNotIn("Braille", page)


if __name__ == "__main__":
    unittest.main(verbosity=2)
