#!/usr/bin/env python3
"""The report commands on files alone, against brute force written here and independently of the engine."""
import csv
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import time
import unittest
import xml.etree.ElementTree as ET
from collections import Counter
from datetime import datetime, timedelta

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("ROLLCALL_BINARY", str(ROOT / "build" / "rollcall"))
SHARED = pathlib.Path(os.environ.get("ROLLCALL_SHARED", ROOT.parent / "shared"))
SAMPLE = ROOT / "services" / "importer" / "sample"
ENVIRONMENT = {k: v for k, v in os.environ.items() if not k.startswith("ROLLCALL_")}


def run(*words):
    done = subprocess.run([BINARY, *map(str, words)], capture_output=True, env=ENVIRONMENT, check=False)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def sessions_of(path):
    """(guid or id, start, end, room, persons) of every event of a pentabarf file, by the standard library."""
    for day in ET.parse(path).iter("day"):
        for room in day.iter("room"):
            if "name" not in room.attrib:
                continue
            for event in room.iter("event"):
                start = datetime.fromisoformat(event.findtext("date") or f"{day.get('date')}T{event.findtext('start')}")
                parts = [int(x) for x in event.findtext("duration").split(":")]
                length = timedelta(hours=parts[0], minutes=parts[1])
                if (event.findtext("title") or "").upper().startswith("CANCEL"):
                    continue  # that is how FOSDEM says it
                people = {(p.get("id"), (p.text or "").strip()) for p in event.iter("person")}
                yield event.get("guid") or event.get("id"), start, start + length, room.get("name"), people


def sessions_of_json(path):
    """The same of a schedule.json."""
    for day in json.loads(path.read_text())["schedule"]["conference"]["days"]:
        for room, events in day["rooms"].items():
            for event in events:
                start = datetime.fromisoformat(event["date"])
                parts = [int(x) for x in event["duration"].split(":")]
                length = timedelta(hours=parts[0], minutes=parts[1])
                if length:
                    yield event["guid"], start, start + length, room, {(p.get("id"), p.get("public_name")) for p in event["persons"]}


def brute_force(sessions):
    found = Counter()
    for i, (a, a_start, a_end, a_room, a_people) in enumerate(sessions):
        for b, b_start, b_end, b_room, b_people in sessions[i + 1:]:
            if a_start < b_end and b_start < a_end:
                if a_room == b_room:
                    found[("room_twice", frozenset((a, b)))] += 1
                for _ in a_people & b_people:
                    found[("required_twice", frozenset((a, b)))] += 1
    return found


@unittest.skipUnless((SHARED / "data").is_dir(), "the shared folder with real programmes is not beside the checkout")
class Check(unittest.TestCase):
    def test_fosdem_has_the_clashes_that_brute_force_finds(self):
        for path in sorted((SHARED / "data/programmes/fosdem").glob("*.xml")):
            with self.subTest(path.name):
                code, out, err = run("check", "--programme", path, "--json")
                self.assertIn(code, (0, 1), err)
                report = json.loads(out)
                found = Counter((c["kind"], frozenset(c["sessions"])) for c in report["clashes"]
                                if c["kind"] in ("room_twice", "required_twice"))
                self.assertEqual(found, brute_force(list(sessions_of(path))))

    def test_ccc_has_the_clashes_that_brute_force_finds(self):
        for path in sorted((SHARED / "data/programmes/ccc").glob("*.json")):
            with self.subTest(path.name):
                code, out, err = run("check", "--programme", path, "--json")
                self.assertIn(code, (0, 1), err)
                # a guid that the source has twice is "...#2" the second time
                found = Counter((c["kind"], frozenset(s.split("#")[0] for s in c["sessions"])) for c in json.loads(out)["clashes"]
                                if c["kind"] in ("room_twice", "required_twice"))
                self.assertEqual(found, brute_force(list(sessions_of_json(path))))
                self.assertGreater(len(found), 0)

    def test_every_programme_is_read_or_refused_with_a_reason(self):
        refused = {"c3voc_schedule.schema.json", "issue-template-breakouts.yml", "issue-template-groups.yml", "w3cgroups.json"}
        for path in sorted(p for p in (SHARED / "data/programmes").rglob("*") if p.is_file()):
            with self.subTest(path.name):
                code, out, err = run("check", "--programme", path, "--json")
                if path.name in refused:
                    self.assertEqual(code, 2)
                    self.assertIn(path.name, err)
                else:
                    self.assertIn(code, (0, 1), err)
                    self.assertGreater(json.loads(out)["summary"]["sessions"], 0)

    def test_extract_finds_the_gold_people(self):
        gold = json.loads((SHARED / "lpc2025/key-attendees.gold.json").read_text())
        code, out, err = run("extract", SHARED / "lpc2025/cfp.txt", "--json")
        self.assertEqual(code, 0, err)
        tracks = json.loads(out)["tracks"]
        for role in ("leads", "key_attendees"):
            wanted = Counter((m["name"], m.get("email", "")) for mc in gold["microconferences"] for m in mc[role])
            found = Counter((m["name"], m.get("email", "")) for t in tracks for m in t[role])
            self.assertEqual(found, wanted)


class Refusals(unittest.TestCase):
    def refuse(self, *words, says):
        code, out, err = run(*words)
        self.assertEqual(code, 2, (words, out, err))
        self.assertRegex(err, says)
        self.assertTrue(err.startswith("rollcall: "))
        self.assertEqual(err.count("\n"), 1, err)

    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(__import__("tempfile").TemporaryDirectory()))

    def write(self, name, data):
        path = self.folder / name
        path.write_bytes(data)
        return path

    def test_bad_input_says_what_and_where(self):
        self.refuse("check", "--programme", self.folder / "none.xml", says="none.xml.*No such file")
        self.refuse("check", "--programme", self.write("empty.xml", b""), says="empty.xml.*empty")
        self.refuse("check", "--programme", SAMPLE / "cfp.txt", says=r"this is cfp-text: .*; a programme is Pentabarf XML.* or iCalendar$")
        self.refuse("check", "--programme", self.write("note.txt", b"See you there\n"), says="this is plain text; a programme is Pentabarf")
        self.refuse("check", "--programme", SAMPLE / "schedule.xml", "--registrants", SAMPLE / "cfp.txt", says='a CSV with a column "name"')
        self.refuse("check", "--programme", self.write("cut.xml", (SAMPLE / "schedule.xml").read_bytes()[:9000]), says=r"cut\.xml:\d+")
        self.refuse("check", "--programme", self.write("cut.json", b'{"schedule": {"conference": {"days": ['), says="cut.json")
        self.refuse("extract", self.write("latin1.txt", b"Key attendees:\n* J\xf6rg\n"), says=r"latin1\.txt:2.*UTF-8")
        self.refuse("check", "--programme", SAMPLE / "schedule.xml", "--registrants", self.write("r.csv", b"mail,town\na,b\n"),
                    says=r"r\.csv:1.*name")
        self.refuse("match", "--programme", SAMPLE / "schedule.xml", "--interests", self.write("i.csv", b"who,what\n"),
                    says=r"i\.csv:1.*attendee")
        self.refuse("match", "--programme", SAMPLE / "schedule.xml", "--interests", self.write("i.csv", b""), says=r"i\.csv:1.*empty")

    def test_an_agenda_without_sessions_says_so(self):
        empty = self.write("no.xml", b"<schedule><conference><title>X</title></conference></schedule>")
        who = self.write("i.csv", b"attendee,interests\nme,scheduler\n")
        code, out, _ = run("agenda", "--programme", empty, "--interests", who, "--attendee", "me")
        self.assertEqual((code, out), (0, "Agenda for me (times in UTC)\n\nno session: there is none in the programme\n"))

    def test_a_text_that_names_nobody_is_said_to(self):
        for text in (b"", b"See you there\n", b"a" * 1000000):
            code, out, err = run("extract", self.write("note.txt", text))
            self.assertEqual((code, out), (0, ""))
            self.assertRegex(err, r"note\.txt: nobody is named in it as lead or key attendee$")
        self.assertEqual(run("extract", SAMPLE / "cfp.txt")[2], "")

    def test_a_reader_that_has_seen_enough_is_no_trouble_and_a_full_disk_is(self):
        words = [BINARY, "check", "--programme", str(SAMPLE / "schedule.xml"), "--key-attendees", str(SAMPLE / "cfp.txt")]
        reader, writer = os.pipe()
        os.close(reader)
        gone = subprocess.run(words, stdout=writer, stderr=subprocess.PIPE, env=ENVIRONMENT, check=False)
        os.close(writer)
        self.assertEqual((gone.returncode, gone.stderr), (1, b""))
        with open("/dev/full", "wb") as full:
            done = subprocess.run(words, stdout=full, stderr=subprocess.PIPE, env=ENVIRONMENT, check=False)
        self.assertEqual((done.returncode, done.stderr), (1, b"rollcall: cannot write the output\n"))

    def test_bad_usage_says_what_to_do(self):
        self.refuse("nonsense", says="help")
        self.refuse("check", "--programe", "x", says="--programe; did you mean --programme")
        self.refuse("check", "--quietly", says="no option --quietly; with --help")
        self.refuse("chekc", says="did you mean check")
        self.refuse("help", "chekc", says="did you mean check")
        self.refuse("check", "--programme", says="needs a value")
        self.refuse("extract", says="name the text")
        self.refuse("agenda", "--programme", SAMPLE / "schedule.xml", says="--attendee")
        self.refuse("agenda", "--programme", SAMPLE / "schedule.xml", "--attendee", "nobody", says="nobody is known")
        self.refuse("match", "--programme", SAMPLE / "schedule.xml", "--top", "many", says="whole number")
        self.refuse("worker", "nothing", says="there are resolve")

    def test_every_command_has_help(self):
        code, out, _ = run("help")
        self.assertEqual(code, 0)
        for name in re.findall(r"^  (\w+) ", out, re.M):
            code, text, err = run(name, "--help")
            self.assertEqual((code, err), (0, ""), name)
            self.assertIn(f"rollcall {name}", text)


class Reports(unittest.TestCase):
    FILES = ("--programme", SAMPLE / "schedule.xml", "--key-attendees", SAMPLE / "cfp.txt", "--registrants", SAMPLE / "registrants.csv")

    def test_check_reports_in_the_promised_shape(self):
        code, out, err = run("check", *self.FILES, "--json")
        self.assertEqual(code, 1, err)
        report = json.loads(out)
        self.assertEqual(set(report), {"summary", "quorum", "clashes"})
        for clash in report["clashes"]:
            self.assertLessEqual({"kind", "severity", "person", "sessions", "titles", "start", "end", "minutes", "why"}, set(clash))
            self.assertEqual(len(clash["sessions"]), len(clash["titles"]))

    def test_the_same_input_gives_the_same_output(self):
        for words in (("check", *self.FILES, "--json"), ("suggest", *self.FILES, "--json")):
            self.assertEqual(run(*words), run(*words))

    def test_the_best_suggestion_cures_what_it_says(self):
        gains = []
        for moves in ("1", "2", "4"):
            start = time.monotonic()
            code, out, err = run("suggest", *self.FILES, "--moves", moves, "--json")
            self.assertLess(time.monotonic() - start, 5)  # a second without a sanitizer
            self.assertEqual(code, 0, err)
            for suggestion in json.loads(out)["suggestions"][:1 if moves == "1" else 4]:
                with self.subTest(suggestion["text"]):
                    self.confirm(suggestion)
            gains.append(json.loads(out)["suggestions"][0]["gain"])
        self.assertEqual(gains, sorted(gains), "a longer sequence must not be worse")

    def confirm(self, best):
        """Applies the moves to the file and checks that anew."""
        self.assertGreater(best["gain"], 0)
        tree = ET.parse(SAMPLE / "schedule.xml")
        before = json.loads(run("check", *self.FILES, "--json")[1])
        self.apply(tree, best["moves"])
        path = pathlib.Path(self.enterContext(__import__("tempfile").TemporaryDirectory())) / "moved.xml"
        tree.write(path, encoding="utf-8", xml_declaration=True)
        after = json.loads(run("check", "--programme", path, *self.FILES[2:], "--json")[1])

        def keys(clashes):  # recommendations also depend on the order of events in the file
            return Counter((c["kind"], c["person"], tuple(sorted(c["sessions"]))) for c in clashes if c["kind"] != "wanted_by_choice")

        gone = keys(before["clashes"]) - keys(after["clashes"])
        new = keys(after["clashes"]) - keys(before["clashes"])
        self.assertEqual(gone, keys(best["cures"]))
        self.assertEqual(new, keys(best["makes"]))

    @staticmethod
    def apply(tree, moves):
        """Moves events as the suggestion says; a block takes what lies in it along."""
        events = {e.get("guid"): (day, room, e) for day in tree.iter("day") for room in day.findall("room") for e in room.findall("event")}
        plan = []
        for move in moves:
            _, room, event = events[move["session"]]
            start = datetime.fromisoformat(event.findtext("date"))
            parts = [int(x) for x in event.findtext("duration").split(":")]
            end = start + timedelta(hours=parts[0], minutes=parts[1])
            shift = datetime.fromisoformat(move["start"]) - start
            for other in list(room.findall("event")):
                at = datetime.fromisoformat(other.findtext("date"))
                if start <= at < end and (other is event or (event.findtext("type") == "microconference"
                                                             and other.findtext("track") == event.findtext("track"))):
                    plan.append((room, other, at + shift, move["room"]))
        for room, event, at, name in plan:
            room.remove(event)
        for _, event, at, name in plan:
            event.find("date").text = at.isoformat()
            event.find("start").text = at.strftime("%H:%M")
            event.find("room").text = name
            day = next(d for d in tree.iter("day") if d.get("date") == at.strftime("%Y-%m-%d"))
            next(r for r in day.findall("room") if r.get("name") == name).append(event)

    def test_match_says_when_there_is_nothing_to_recommend(self):
        folder = pathlib.Path(self.enterContext(__import__("tempfile").TemporaryDirectory()))
        (folder / "interests.csv").write_text("attendee,interests\nann,tracing\n")
        (folder / "schedule.xml").write_text("<schedule><conference><title>Empty</title></conference></schedule>")
        code, out, err = run("match", "--programme", folder / "schedule.xml", "--interests", folder / "interests.csv")
        self.assertEqual((code, out, err), (0, "ann\n  no session to recommend\n", ""))

    def test_match_and_agenda_follow_the_interests(self):
        folder = pathlib.Path(self.enterContext(__import__("tempfile").TemporaryDirectory()))
        interests = folder / "interests.csv"
        interests.write_text('attendee,interests\nann,"confidential computing, SEV-SNP"\nbob,deadline scheduling\n')
        code, out, err = run("match", "--programme", SAMPLE / "schedule.xml", "--interests", interests, "--top", "3", "--json")
        self.assertEqual(code, 0, err)
        lines = [json.loads(line) for line in out.splitlines()]
        self.assertEqual([line["attendee"] for line in lines], ["ann", "bob"])
        self.assertIn("Confidential", " ".join(s["title"] for s in lines[0]["sessions"]))
        self.assertTrue(all(s["because"] for line in lines for s in line["sessions"]))
        words = ("agenda", "--programme", SAMPLE / "schedule.xml", "--interests", interests, "--attendee", "ann")
        report = json.loads(run(*words, "--json")[1])
        entries = report["sessions"]
        self.assertGreater(len(entries), 0)
        for a, b in zip(entries, entries[1:]):
            self.assertLessEqual(a["end"], b["start"])
        ics = run(*words, "--ics")[1]
        self.assertEqual(ics.count("BEGIN:VEVENT"), len(entries))

    def test_every_paper_gets_a_score_from_whole_texts(self):
        """A list of papers without times, tracks or people; people known by papers over many lines; nothing is cut off."""
        folder = pathlib.Path(self.enterContext(__import__("tempfile").TemporaryDirectory()))
        chance = random.Random(7)
        topics = [[f"{a}{b}ing" for a in ("bol", "dra", "fim", "gur", "hes", "kip") for b in f"{c}{d}"] for c in "lmnt" for d in "rsz"]
        def paper(i):
            words = chance.choices(topics[i % len(topics)], k=40) + chance.choices("model data results method robust fast large".split(), k=20)
            chance.shuffle(words)
            return " ".join(words[:6]), " ".join(words[6:])
        papers = [paper(i) for i in range(480)]
        events = [{"id": i + 1, "title": title, "abstract": text} for i, (title, text) in enumerate(papers)]
        bare = folder / "papers.json"
        bare.write_text(json.dumps({"schedule": {"conference": {"title": "X", "days": [{"rooms": {"": events}}]}}}))
        interests, work, nobody = folder / "interests.csv", folder / "work.csv", folder / "nobody.csv"
        people = {f"p{n}": [paper(n) for _ in range(20)] for n in range(4)}
        with open(interests, "w", newline="") as f:
            csv.writer(f).writerows([("attendee", "interests")] + [(p, "\n\n".join(f"{t}\n{a}" for t, a in own)) for p, own in people.items()])
        with open(work, "w", newline="") as f:
            csv.writer(f).writerows([("attendee", "kind", "text")] + [(p, "paper", f"{t}\n{a}") for p, own in people.items() for t, a in own])
        nobody.write_text("attendee,interests\n" + "".join(f"{p},\n" for p in people))
        for words in ((interests, "--top", "500"), (interests, "--top", "all"), (nobody, "--work", work, "--top", "all")):
            code, out, err = run("match", "--programme", bare, "--interests", *words, "--json")
            self.assertEqual(code, 0, err)
            lines = [json.loads(line) for line in out.splitlines()]
            self.assertEqual([line["attendee"] for line in lines], list(people))
            for n, line in enumerate(lines):
                scores = [s["score"] for s in line["sessions"]]
                self.assertEqual(len(scores), 480, "every paper has a word in common")
                self.assertEqual(scores, sorted(scores, reverse=True))
                self.assertGreater(scores[-1], 0)
                self.assertGreater(len(set(scores)), 460)
                first = {papers.index(next(p for p in papers if p[0] == s["title"])) % len(topics) for s in line["sessions"][:40]}
                self.assertEqual(first, {n}, "the papers of one's own topic come first")

    def test_resolve_gives_a_line_for_each_name(self):
        folder = pathlib.Path(self.enterContext(__import__("tempfile").TemporaryDirectory()))
        mentions = folder / "mentions.csv"
        mentions.write_text("name\nJoerg Rödel\nBjorn\nMel Gorman\n")
        code, out, err = run("resolve", "--registrants", SAMPLE / "registrants.csv", "--mentions", mentions, "--json")
        self.assertEqual(code, 0, err)
        lines = [json.loads(line) for line in out.splitlines()]
        self.assertEqual([line["mention"] for line in lines], ["Joerg Rödel", "Bjorn", "Mel Gorman"])
        self.assertEqual(lines[0]["status"], "linked")
        self.assertNotEqual(lines[1]["status"], "linked")
        self.assertGreater(len(lines[1]["candidates"]), 1)
        self.assertEqual(lines[2]["status"], "unknown")


if __name__ == "__main__":
    if not (SHARED / "data").is_dir():
        print("note: without the shared folder the tests on real programmes are skipped", file=sys.stderr)
    unittest.main()
