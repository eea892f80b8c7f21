#!/usr/bin/env python3
"""The committed sample conference: well-formed, consistent, own words, and what its generator writes."""
import sys

sys.dont_write_bytecode = True

import csv
import datetime
import json
import os
import re
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree
from collections import Counter
from zoneinfo import ZoneInfo

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SAMPLE = os.path.join(ROOT, "services/importer/sample")
SHARED = os.environ.get("ROLLCALL_SHARED", os.path.join(ROOT, "../shared"))
SUPPORT = os.path.join(ROOT, "tests/support")
sys.path.insert(0, SUPPORT)
from sample_people import MISSING, REGISTERS_AS

FILES = ["cfp.txt", "registrants.csv", "schedule.xml"]
WALK = datetime.timedelta(minutes=10)


def read(path):
    with open(path, encoding="utf-8", newline="") as file:
        return file.read()


def words(text):
    return re.findall(r"\w+", text.lower())


def shingles(text, n=7):
    found = words(text)
    return {tuple(found[i:i + n]) for i in range(len(found) - n + 1)}


def building(event):
    return event.room[event.room.index("("):]


def registered(name):
    return REGISTERS_AS.get(name, name)


class Event:
    def __init__(self, node, day, room):
        text = {child.tag: (child.text or "").strip() for child in node}
        self.guid, self.id, self.code = node.get("guid"), node.get("id"), node.get("code")
        self.day, self.title, self.type, self.track = day, text["title"], text["type"], text["track"]
        self.abstract, self.room, self.in_room = text["abstract"], text["room"], room
        self.start = datetime.datetime.fromisoformat(text["date"])
        hours, minutes = text["duration"].split(":")
        self.end = self.start + datetime.timedelta(hours=int(hours), minutes=int(minutes))
        self.clock = text["start"]
        self.speakers = [registered(person.text) for person in node.findall("persons/person")]
        self.person_ids = [(person.get("id"), person.text) for person in node.findall("persons/person")]

    def overlaps(self, other):
        return self.start < other.end and other.start < self.end


class Sample(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.texts = {name: read(os.path.join(SAMPLE, name)) for name in FILES}
        cls.xml = ElementTree.fromstring(cls.texts["schedule.xml"])
        cls.events = [Event(node, day, room.get("name")) for day in cls.xml.findall("day") for room in day.findall("room")
                      for node in room.findall("event")]
        cls.blocks = [e for e in cls.events if e.type == "microconference"]
        cls.contributions = [e for e in cls.events if e.type == "contribution"]
        cls.rows = list(csv.DictReader(cls.texts["registrants.csv"].splitlines()))
        cls.sections = {}
        for section in re.split(r"^## ", cls.texts["cfp.txt"], flags=re.M)[1:]:
            heading, rest = section.split("\n", 1)
            cls.sections[heading.removesuffix(" Microconference")] = rest.strip().split("\n\n", 1)

    def gold(self):
        path = os.path.join(SHARED, "lpc2025/key-attendees.gold.json")
        if not os.path.exists(path):
            print("skipped: no shared data beside the tree", file=sys.stderr)
            self.skipTest("no shared data beside the tree")
        return json.loads(read(path))["microconferences"]

    def test_the_generator_reproduces_the_files_byte_by_byte(self):
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([sys.executable, os.path.join(SUPPORT, "make_sample.py"), folder], check=True)
            self.assertEqual(sorted(os.listdir(folder)), FILES)
            for name in FILES:
                self.assertEqual(read(os.path.join(folder, name)), self.texts[name], name)

    def test_only_these_files_are_embedded(self):
        self.assertEqual(sorted(os.listdir(SAMPLE)), FILES)

    def test_every_text_says_that_it_is_made_up(self):
        self.assertIn("made up for Rollcall", " ".join(self.texts["cfp.txt"][:300].split()))
        self.assertIn("made up for Rollcall", " ".join(self.texts["schedule.xml"][:300].split()))
        self.assertIn("made up", read(os.path.join(SUPPORT, "make_sample.py"))[:700])

    def test_every_address_is_at_example_org(self):
        for name, text in self.texts.items():
            for domain in re.findall(r"[\w.+-]@([\w.-]+)", text):
                self.assertEqual(domain, "example.org", name)

    # ---- the programme

    def test_the_conference_is_described(self):
        conference = {node.tag: node.text for node in self.xml.find("conference")}
        self.assertEqual((conference["acronym"], conference["title"], conference["start"], conference["end"],
                          conference["time_zone_name"]), ("lpc-sample-2025", "Linux Plumbers Conference 2025 (sample)",
                                                          "2025-12-11", "2025-12-13", "Asia/Tokyo"))
        days = self.xml.findall("day")
        self.assertEqual([day.get("date") for day in days], ["2025-12-11", "2025-12-12", "2025-12-13"])
        for day in days:
            self.assertEqual(len(day.findall("room")), 3)

    def test_ids_are_unique(self):
        for ids in ([e.guid for e in self.events], [e.id for e in self.events], [e.code for e in self.events]):
            self.assertEqual(len(set(ids)), len(ids))
        by_id = dict(pair for e in self.events for pair in e.person_ids)
        for e in self.events:
            for number, name in e.person_ids:
                self.assertEqual(by_id[number], name)

    def test_events_lie_within_their_day_and_say_the_same_time_twice(self):
        for e in self.events:
            self.assertLessEqual(datetime.datetime.fromisoformat(e.day.get("start")), e.start, e.title)
            self.assertLessEqual(e.end, datetime.datetime.fromisoformat(e.day.get("end")), e.title)
            self.assertEqual(e.start.strftime("%H:%M"), e.clock)
            self.assertEqual(e.start.utcoffset(), datetime.timedelta(hours=9))
            self.assertEqual(e.room, e.in_room)

    def test_each_mc_has_one_half_day_with_five_to_seven_contributions(self):
        self.assertEqual(len(self.blocks), 18)
        self.assertEqual(len({(e.start, e.room) for e in self.blocks}), 18)
        for block in self.blocks:
            inside = [c for c in self.contributions if c.track == block.track]
            self.assertIn(len(inside), (5, 6, 7), block.title)
            for c in inside:
                self.assertTrue(block.start <= c.start and c.end <= block.end and c.room == block.room, c.title)
                self.assertIn((c.end - c.start).seconds // 60, range(15, 31), c.title)
                self.assertTrue(c.abstract and c.speakers, c.title)

    def test_nothing_shares_a_room_but_the_two_bofs(self):
        twice = []
        for i, a in enumerate(self.events):
            for b in self.events[i + 1:]:
                nested = a.type == "microconference" and b.type in ("contribution", "break") and b.end <= a.end
                if a.room == b.room and a.overlaps(b) and not nested:
                    twice.append((a.type, b.type))
        self.assertEqual(twice, [("BoF", "BoF")])

    def test_half_of_the_kernel_summit_slots_are_open(self):
        slots = Counter(e.type for e in self.events if e.track == "Kernel Summit Track")
        self.assertEqual(slots["open slot"], slots["talk"])
        for e in self.events:
            if e.type == "open slot":
                self.assertEqual((e.title, e.speakers), ("Kernel Summit slot (open)", []))

    # ---- the call

    def test_the_call_has_a_section_for_every_block(self):
        self.assertEqual(sorted(title + " MC" for title in self.sections), sorted(e.track for e in self.blocks))
        for title, (description, _) in self.sections.items():
            self.assertIn(len(description.split()), range(60, 121), title)

    def test_every_name_of_the_gold_list_stands_in_its_section(self):
        for mc in self.gold():
            lists = self.sections[mc["title"]][1]
            for person in mc["leads"] + mc["key_attendees"]:
                self.assertRegex(lists, r"(^|\W)" + re.escape(person["name"]) + r"(\W|$)", mc["title"])
                for key in ("affiliation", "topic"):
                    self.assertIn(person.get(key, "").replace("Rust for Linux team", "the Rust for Linux team"), lists)

    def test_no_sentence_comes_from_the_real_call(self):
        self.gold()
        original = shingles(read(os.path.join(SHARED, "lpc2025/cfp.txt")))
        for title, (description, _) in self.sections.items():
            self.assertEqual(shingles(description) & original, set(), title)
        for e in self.events:
            self.assertEqual(shingles(e.abstract) & original, set(), e.title)

    # ---- the registrants

    def test_the_registrants_table_is_sound(self):
        self.assertEqual(list(self.rows[0]), "id name email affiliation country matrix_id status attendance arrives departs "
                         "interests timezone".split())
        self.assertEqual(len(self.rows), 700)
        for column in ("id", "email"):
            self.assertEqual(len({row[column] for row in self.rows}), 700)
        matrix_ids = [row["matrix_id"] for row in self.rows if row["matrix_id"]]
        self.assertEqual(len(set(matrix_ids)), len(matrix_ids))
        for row in self.rows:
            self.assertIn(row["status"], ("confirmed", "waiting", "cancelled"))
            self.assertIn(row["attendance"], ("in_person", "remote"))
            self.assertEqual(bool(row["timezone"]), row["attendance"] == "remote", row["name"])
            if row["timezone"]:
                ZoneInfo(row["timezone"])
            dates = [datetime.date.fromisoformat(row[key]) for key in ("arrives", "departs") if row[key]]
            self.assertEqual(dates, sorted(dates), row["name"])
        self.assertIn(sum(bool(row["interests"]) for row in self.rows), range(370, 470))

    def test_one_in_ten_of_the_named_people_is_missing_and_the_others_are_not(self):
        names = {registered(p["name"]) for mc in self.gold() if not mc.get("given_names_only")
                 for p in mc["leads"] + mc["key_attendees"]}
        self.assertLessEqual(MISSING, names)
        self.assertIn(round(100 * len(MISSING) / len(names)), range(8, 13))
        self.assertEqual(names - {row["name"] for row in self.rows}, MISSING)

    def test_given_names_of_the_riscv_call_have_none_one_or_several_candidates(self):
        lists = self.sections["RISC-V"][1]
        given = set(re.findall(r"\w+", lists[lists.index("contributors:"):].split("\n\nMC")[0])) - {
            "contributors", "SoC", "folks"}
        found = Counter(word for row in self.rows for word in given if row["name"].split()[0] == word)
        self.assertEqual(len(given), 15)
        self.assertEqual({name for name in given if not found[name]}, {"Heiko"})
        for name in ("Conor", "Andrew", "Alex", "Bjorn"):
            self.assertGreater(found[name], 1, name)

    def test_two_people_share_a_name_and_one_has_two_addresses(self):
        names = Counter(row["name"] for row in self.rows)
        self.assertEqual([name for name, n in names.items() if n > 1], ["Maria Lindqvistad"])
        self.assertEqual(sum(row["name"] in ("Elif Yıldırımcan", "Elif Yildirimcan") for row in self.rows), 2)

    def test_no_invented_name_is_that_of_a_kernel_developer(self):
        real = {registered(p["name"]) for mc in self.gold() for p in mc["leads"] + mc["key_attendees"]}
        known = set()
        for name in ("CREDITS", "MAINTAINERS", "mailmap"):
            for line in read(os.path.join(SHARED, "data/kernel/v6.12", name)).splitlines():
                match = re.match(r"(?:[MRN]:\s*)?([^<>\t]+?)\s*(?:<|$)", line)
                known.update([match.group(1).lower()] if match else [])
        self.assertIn("linus torvalds", known)
        speakers = {name for e in self.events for name in e.speakers}
        invented = ({row["name"] for row in self.rows} | speakers) - real
        self.assertEqual({name for name in invented if name.lower() in known} - {registered(n) for n in real}, set())

    # ---- the clashes that are built in: each kind at least once, by brute force

    def wanted(self):
        """(registered name, session) of leads and key people, by full name, and of speakers."""
        wanted = [(name, e) for e in self.events for name in e.speakers]
        for block in self.blocks:
            lists = self.sections[block.track.removesuffix(" MC")][1]
            for row in self.rows:
                spellings = [row["name"]] + [call for call, own in REGISTERS_AS.items() if own == row["name"]]
                if any(re.search(r"(^|[^\w.])" + re.escape(s) + r"(?!\w)", lists, re.M) for s in spellings):
                    wanted.append((row["name"], block))
        return wanted

    def test_every_kind_of_clash_occurs(self):
        by_name = {row["name"]: row for row in self.rows}
        kinds = {kind: set() for kind in ("parallel blocks", "parallel contributions", "no time between", "cancelled",
                                          "waiting", "remote", "asleep", "away")}
        wanted = self.wanted()
        for i, (name, a) in enumerate(wanted):
            row = by_name.get(name)
            for other, b in wanted[i + 1:]:
                if name != other or a.track == b.track and a.type != "BoF":
                    continue
                first, second = sorted((a, b), key=lambda e: e.start)
                if a.overlaps(b):
                    kinds["parallel blocks"].update([name] if a in self.blocks and b in self.blocks else [])
                    kinds["parallel contributions"].update(
                        [name] if a in self.contributions and b in self.contributions else [])
                elif second.start - first.end < WALK and building(first) != building(second):
                    kinds["no time between"].add(name)
            if row:
                self.note_single(kinds, row, a)
        if "-v" in sys.argv:
            for kind, names in kinds.items():
                print(f"{kind}: {', '.join(sorted(names))}", file=sys.stderr)
        for kind, names in kinds.items():
            self.assertTrue(names, kind)
        self.assertIn("Marjolein Vredeveld", kinds["parallel blocks"], "a lead of two MCs at once")

    def note_single(self, kinds, row, session):
        name, date = row["name"], session.start.date().isoformat()
        if row["status"] != "confirmed":
            kinds[row["status"]].add(name)
        if row["attendance"] == "remote":
            kinds["remote"].add(name)
            zone = ZoneInfo(row["timezone"] or "Asia/Tokyo")
            if any(at.astimezone(zone).hour < 5 for at in (session.start, session.end)):
                kinds["asleep"].add(name)
        if (row["arrives"] and row["arrives"] > date) or (row["departs"] and row["departs"] < date):
            kinds["away"].add(name)


if __name__ == "__main__":
    unittest.main()
