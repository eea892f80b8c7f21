#!/usr/bin/env python3
"""Who is who, through the database: merges, splits and decisions hold for what comes later, and can be undone."""
import json
import os
import pathlib
import re
import subprocess
import sys
import unittest
from collections import defaultdict
from datetime import datetime, timedelta

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from house import BINARY, House  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHARED = pathlib.Path(os.environ.get("ROLLCALL_SHARED", ROOT.parent / "shared"))

CFP = """Call for proposals

## Example One Microconference

Leads:

- Oddvar Brekkhus <oddvar.brekkhus@example.org>

Key attendees:

- Jane Quillfeather
- Wei Wang
- Bjorn
- Ottoline Farnsworth <jq@example.net>

## Example Two Microconference

Leads:

- Marisela Quintanar <marisela.quintanar@example.org>

Key attendees:

- Wei Wang
- Jane Quillfeather
"""

def run(*words):
    done = subprocess.run([BINARY, *map(str, words)], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


HEAD = "id,name,email,affiliation,country,matrix_id,status,attendance,arrives,departs,interests,timezone\n"


def rows(*people):
    return HEAD + "".join(f"{key},{name},{email},{affiliation},,{matrix},confirmed,in_person,,,,\n"
                          for key, name, email, affiliation, matrix in people)


PEOPLE = [
    ("R1", "Wei Wang", "w1@example.org", "Hooli", ""),
    ("R2", "Wei Wang", "w2@example.net", "Initech", ""),
    ("R3", "Björn Tösten", "bjorn@example.org", "Hooli", ""),
    ("R4", "Jane Quillfeather", "jane@example.org", "Hooli", ""),
    ("R5", "Peter Holmgren", "peter@example.org", "Umbrella", ""),
    ("R6", "P. K. Holm-Green", "pk@example.com", "Initech", ""),
]


class People(unittest.TestCase):
    """One house for all; each test has an event of its own."""

    @classmethod
    def setUpClass(cls):
        cls.house = House()
        cls.addClassCleanup(cls.house.done)
        cls.house.up()

    def setUp(self):
        self.slug = re.sub("[^a-z]", "-", self._testMethodName)[:60].strip("-")
        self.bring("cfp.txt", CFP)
        self.forget_others(self.slug)
        self.bring("people.csv", rows(*PEOPLE))

    def forget_others(self, slug):
        """The events of the other tests: the same people stand in them."""
        for line in self.people("remember", slug=slug).splitlines():
            if "merges and splits" in line:
                self.people("remember", line.split()[0], "--undo", slug=slug)

    def bring(self, name, text, slug=None):
        folder = self.house.folder / (slug or self.slug)
        folder.mkdir(exist_ok=True)
        (folder / name).write_text(text)
        code, _, err = self.house.run("import", folder / name, "--event", slug or self.slug, "--new-event")
        self.assertEqual(code, 0, err)
        self.house.settle()

    def people(self, *words, slug=None, fails=None):
        code, out, err = self.house.run("people", *words, "--event", slug or self.slug, "--by", "Test", check=False)
        self.assertEqual(code, 0 if fails is None else 2, err)
        if fails is not None:
            self.assertRegex(err, fails)
        self.house.settle()
        return out

    def show(self, who, slug=None):
        """[(id, {registration keys}, [names of mentions])] of all who could be meant."""
        code, out, err = self.house.run("people", "show", who, "--event", slug or self.slug, "--json", check=False)
        if code != 0:
            return []
        return [(p["person"], {r["key"] for r in p["registrations"]}, sorted(m["name"] for m in p["mentions"]))
                for p in json.loads(out)["people"]]

    def person_of(self, key, slug=None):
        return next(p for p in self.show(key, slug) if key in p[1])

    def queue(self, name, slug=None):
        code, out, err = self.house.run("people", "--event", slug or self.slug, "--json")
        self.assertEqual(code, 0, err)
        return [m["mention"] for m in json.loads(out)["people"] if m["name"] == name]

    def test_a_decision_holds_for_later_imports_and_can_be_undone(self):
        first, second = self.queue("Wei Wang")
        self.people("is", first, "R2", "--everywhere")
        self.assertEqual(self.queue("Wei Wang"), [])
        self.assertEqual(self.person_of("R2")[2], ["Wei Wang", "Wei Wang"])
        self.assertEqual(self.person_of("R1")[2], [])
        self.bring("cfp.txt", CFP.replace("- Bjorn\n", "- Bjorn\n- Somebody Else\n"))
        self.bring("people.csv", rows(*PEOPLE, ("R7", "Wei Wang", "w3@example.com", "Hooli", "")))
        self.assertEqual(self.queue("Wei Wang"), [], "the machine overruled a decision")
        self.assertEqual(self.person_of("R2")[2], ["Wei Wang", "Wei Wang"])
        word = next(h["id"] for h in json.loads(self.people("history", "--json"))["history"])
        self.people("undo", word)
        self.assertEqual(len(self.queue("Wei Wang")), 2, "what was taken back still holds")
        self.people("undo", word, fails="no decision")

    def test_the_queue_and_a_person_are_told_in_plain_words(self):
        self.bring("people.csv", rows(*PEOPLE, ("R8", "Wei Wang", "w8@example.net", "", "")))
        self.assertIn("  registration R8  Wei Wang (confirmed)\n", self.people("show", "Wei Wang"))
        self.assertIn("Wei Wang (key attendee of ", self.people())

    def test_a_mention_that_is_split_off_stays_off(self):
        mention = next(m["mention"] for p in json.loads(self.people("show", "R4", "--json"))["people"] for m in p["mentions"])
        self.people("split", f"mention:{mention}")
        self.assertEqual(self.person_of("R4")[2], [])
        self.bring("people.csv", rows(*PEOPLE, ("R8", "Anybody New", "new@example.org", "", "")))
        self.assertEqual(self.person_of("R4")[2], [])
        self.people("undo", json.loads(self.people("history", "--json"))["history"][0]["id"])
        self.assertIn("Jane Quillfeather", self.person_of("R4")[2])

    def test_a_merge_keeps_both_histories_and_can_be_undone(self):
        keep, gone = self.person_of("R5"), self.person_of("R6")
        self.house.run("answer", gone[0], "no", "--event", self.slug)
        link = self.house.run("link", "agenda", gone[0], "--event", self.slug)[1].strip()
        self.people("merge", keep[0], "R6", "--why", "he said so")
        self.assertEqual(self.person_of("R5"), (keep[0], {"R5", "R6"}, []))
        self.assertEqual(self.show(str(gone[0])), [])
        self.people("merge", "R5", "R6", fails="one person already")
        status, page = self.house.get(link)
        self.assertEqual(status, 200)
        self.assertIn("Peter Holmgren", page, "a link that went out before the merge leads to the person that stayed")
        self.bring("people.csv", rows(*PEOPLE, ("R9", "Pk Holmgreen", "pk@example.com", "Initech", "")))
        self.assertEqual(self.person_of("R9")[1], {"R5", "R6", "R9"}, "an address of the one is an address of both")
        history = json.loads(self.people("history", "--json"))["history"]
        self.assertIn("he said so", history[-1]["what"])
        self.people("undo", history[-1]["id"])
        self.assertEqual(self.person_of("R6")[0], gone[0])
        self.assertNotEqual(self.person_of("R5")[0], gone[0])
        self.bring("people.csv", rows(*PEOPLE[:5], ("R6", "Peter Holmgren", "peter@example.org", "Umbrella", "")))
        self.assertNotEqual(self.person_of("R5")[0], self.person_of("R6")[0], "the machine joined what was taken apart")

    def test_a_registration_that_is_split_off_stays_off(self):
        both = [*PEOPLE, ("R10", "Peter Holmgren", "PETER@example.org", "Umbrella", "")]
        self.bring("people.csv", rows(*both))
        together = self.person_of("R5")
        self.assertEqual(together[1], {"R5", "R10"})
        self.people("split", "R10")
        self.assertEqual((self.person_of("R5")[1], self.person_of("R10")[1]), ({"R5"}, {"R10"}))
        self.people("split", "R10", fails="stands alone")
        self.bring("people.csv", rows(*both, ("R11", "Anybody New", "new@example.org", "", "")))
        self.assertEqual((self.person_of("R5")[1], self.person_of("R10")[1]), ({"R5"}, {"R10"}))
        self.people("undo", json.loads(self.people("history", "--json"))["history"][0]["id"])
        self.assertEqual(self.person_of("R10")[1], {"R5", "R10"})

    def test_two_that_prove_to_be_one_are_joined_late(self):
        one, two = self.person_of("R5"), self.person_of("R6")
        self.assertNotEqual(one[0], two[0])
        changed = [*PEOPLE[:4], ("R5", "Peter Holmgren", "peter@example.org", "Umbrella", "@pk:example.org"),
                   ("R6", "P. K. Holmgren", "pk@example.com", "Initech", "@pk:example.org")]
        self.bring("people.csv", rows(*changed))
        self.assertEqual(self.person_of("R6")[:2], (one[0], {"R5", "R6"}))
        self.assertRegex(self.people("history"), "one address or account.*by rollcall")
        unregistered = next(p for p in self.show("Ottoline Farnsworth"))
        self.assertEqual((unregistered[1], unregistered[2]), (set(), ["Ottoline Farnsworth"]))
        self.bring("people.csv", rows(*changed, ("R12", "O. Farnsworth", "jq@example.net", "", "")))
        self.assertEqual(self.person_of("R12"), (unregistered[0], {"R12"}, ["Ottoline Farnsworth"]))

    def test_a_later_event_remembers_what_was_decided(self):
        bjorn = self.queue("Bjorn")
        self.people("is", bjorn[0], "R3")
        self.people("is", self.queue("Wei Wang")[0], "R2", "--everywhere")
        later = self.slug + "-later"
        again = [("X1", "Wei Wang", "w2@example.net", "Umbrella", ""), ("X2", "Wei Wang", "w9@example.org", "", ""),
                 ("X3", "Björn Tösten", "new.address@example.org", "", "")]
        self.bring("cfp.txt", CFP, slug=later)
        self.bring("people.csv", rows(*again), slug=later)
        self.assertEqual(self.person_of("X1", later)[2], ["Wei Wang", "Wei Wang"], "known again by the address")
        self.assertEqual(self.person_of("X3", later)[2], ["Bjorn"], "known again by the only such name")
        self.assertEqual(self.queue("Bjorn", later), [])
        self.people("remember", self.slug, "--undo", slug=later)
        self.assertEqual(len(self.queue("Wei Wang", later)), 2)
        self.people("remember", self.slug, slug=later)
        self.assertEqual(self.queue("Wei Wang", later), [])
        own = next(m["mention"] for p in json.loads(self.people("show", "X1", "--json", slug=later))["people"] for m in p["mentions"])
        self.people("is", own, "X2", "--everywhere", slug=later)
        self.assertEqual(self.person_of("X2", later)[2], ["Wei Wang", "Wei Wang"], "this event's own word counts more")

    def words(self, slug):
        return [(h["id"], h["what"], h["by"], h["is_undone"]) for h in json.loads(self.people("history", "--json", slug=slug))["history"]]

    def test_a_merge_holds_at_a_later_event(self):
        self.bring("people.csv", rows(*PEOPLE[:4], ("R5", "Peter Holmgren", "peter@one.example.org", "", ""),
                                      ("R6", "P. K. Holm-Green", "pk@one.example.org", "", "")))
        self.people("merge", "R5", "R6", "--why", "he said so")
        word = next(w[0] for w in self.words(self.slug))
        later = self.slug[:40] + "-later"
        again = rows(("X5", "Peter Holmgren", "peter@one.example.org", "", ""), ("X6", "P. K. Holm-Green", "PK@one.example.org", "", ""),
                     ("X7", "Peter Holmgren", "other@one.example.org", "", ""))
        self.bring("people.csv", again, slug=later)
        self.assertEqual(self.person_of("X5", later)[1], {"X5", "X6"}, "the same two addresses are one person here too")
        self.assertEqual(self.person_of("X7", later)[1], {"X7"}, "a name alone carries nothing over")
        mark, what, by, _ = next(w for w in self.words(later) if w[0].startswith("merge:"))
        self.assertIn("he said so, said at " + self.slug, what)
        self.assertEqual(by, "Test")
        self.assertIn("0 decisions, 1 merges and splits", self.people("remember", slug=later))
        self.people("undo", mark, slug=later)
        self.bring("people.csv", again + rows(("X8", "Somebody New", "new@example.org", "", ""))[len(HEAD):], slug=later)
        self.assertEqual(self.person_of("X5", later)[1], {"X5"}, "what was taken back here stays so")
        latest = self.slug[:40] + "-latest"
        self.bring("people.csv", again, slug=latest)
        self.assertEqual(self.person_of("X5", latest)[1], {"X5", "X6"})
        self.people("undo", word)
        self.bring("people.csv", again + rows(("X8", "Somebody New", "new@example.org", "", ""))[len(HEAD):], slug=latest)
        self.assertEqual(self.person_of("X5", latest)[1], {"X5"}, "what was taken back where it was said does not hold here")
        self.assertTrue(next(w for w in self.words(latest) if w[0].startswith("merge:"))[3])

    def test_a_merge_waits_for_the_second_registration_and_yields_to_a_word_here(self):
        later = self.slug[:40] + "-later"
        one, two = ("X5", "Peter Holmgren", "peter@two.example.org", "", ""), ("X6", "P. K. Holm-Green", "pk@two.example.org", "", "")
        self.bring("people.csv", rows(*PEOPLE[:4], ("R5",) + one[1:], ("R6",) + two[1:]))
        self.people("merge", "R5", "R6")
        self.bring("people.csv", rows(one), slug=later)
        self.assertEqual(self.words(later), [])
        self.bring("people.csv", rows(one, two), slug=later)
        self.assertEqual(self.person_of("X6", later)[1], {"X5", "X6"})
        self.people("split", "X6", slug=later)
        self.bring("people.csv", rows(one, two, ("X8", "Somebody New", "new@example.org", "", "")), slug=later)
        self.assertEqual(self.person_of("X6", later)[1], {"X6"}, "a word here goes before one from elsewhere")

    def test_a_split_holds_at_a_later_event(self):
        both = [("R1", "Jane Quillfeather", "jane@three.example.org", "Hooli", ""), ("R2", "Jane Quillfeather", "jq@three.example.net", "Hooli", "")]
        first, later = self.slug[:40] + "-first", self.slug[:40] + "-later"
        self.bring("people.csv", rows(*both), slug=first)
        self.assertEqual(self.person_of("R2", first)[1], {"R1", "R2"}, "the same rare name and affiliation")
        self.people("split", "R2", slug=first)
        self.bring("people.csv", rows(*both), slug=later)
        self.assertEqual(self.person_of("R2", later)[1], {"R2"})
        mark, what, _, _ = next(w for w in self.words(later) if w[0].startswith("split:"))
        self.assertIn("said at " + first, what)
        self.people("undo", mark, slug=later)
        self.bring("people.csv", rows(*both, ("R8", "Somebody New", "new@example.org", "", "")), slug=later)
        self.assertEqual(self.person_of("R2", later)[1], {"R1", "R2"}, "what was taken back here stays so")

    def test_bad_words_are_refused(self):
        self.people("merge", "R1", "nobody", fails="nobody is known")
        self.people("merge", "R1", fails="usage")
        self.people("split", "R99", fails="no registration")
        self.people("split", "mention:999999", fails="no mention")
        self.people("undo", "merge:999", fails="not in force")
        self.people("undo", "merge:x", fails="not the number of a decision")
        self.people("remember", self.slug, fails="by itself")
        self.people("show", "nobody at all", fails="nobody is known")
        self.people("dance", fails="usage")


@unittest.skipUnless((SHARED / "data").is_dir(), "the shared folder with real programmes is not beside the checkout")
class Handles(unittest.TestCase):
    def test_people_whom_the_programme_knows_by_one_word_are_joined_by_its_keys(self):
        path = SHARED / "data/programmes/ccc/36c3_everything.schedule.json"
        wanted = defaultdict(set)
        for day in json.loads(path.read_text())["schedule"]["conference"]["days"]:
            for events in day["rooms"].values():
                for event in events:
                    start = datetime.fromisoformat(event["date"])
                    hours, minutes = (int(x) for x in event["duration"].split(":")[:2])
                    for person in event["persons"]:
                        wanted[(person["id"], person["public_name"])].add((start, start + timedelta(hours=hours, minutes=minutes), event["guid"]))
        twice = {(name, frozenset((a[2], b[2]))) for (_, name), spans in wanted.items() for a in spans for b in spans
                 if a[2] < b[2] and a[0] < b[1] and b[0] < a[1]}
        code, out, err = run("check", "--programme", path, "--json")
        self.assertEqual(code, 1, err)
        found = {(c["person"], frozenset(s.split("#")[0] for s in c["sessions"])) for c in json.loads(out)["clashes"]
                 if c["kind"] == "required_twice"}
        self.assertEqual(len(twice), 63)
        self.assertLessEqual(twice, found)
        self.assertEqual({(name, len(guids)) for name, guids in found - twice}, {("Janosch Maier", 1)},
                         "one event is in the file twice, with one guid")


if __name__ == "__main__":
    unittest.main(verbosity=2)
