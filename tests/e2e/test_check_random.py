#!/usr/bin/env python3
"""`rollcall check` on random conferences, against a check of every pair and every minute that knows nothing of the engine:
nights in which clocks change, sessions past midnight, travel, remote people all over the world, ways between buildings."""
import json
import os
import pathlib
import random
import subprocess
import tempfile
import unittest
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("ROLLCALL_BINARY", str(ROOT / "build" / "rollcall"))
ENVIRONMENT = {k: v for k, v in os.environ.items() if not k.startswith("ROLLCALL_")}
N_CONFERENCES = 80
MINUTE = timedelta(minutes=1)
WALK = timedelta(minutes=10)  # between buildings, where nothing else is known

# The last day before clocks change there, and a day on which they do not.
PLACES = [("Europe/Berlin", date(2025, 10, 25)), ("Europe/Berlin", date(2025, 3, 29)), ("America/New_York", date(2025, 11, 1)),
          ("America/New_York", date(2025, 3, 8)), ("Australia/Lord_Howe", date(2025, 4, 5)), ("Asia/Tokyo", date(2025, 12, 11))]
ZONES = ["", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland", "Australia/Lord_Howe", "America/Sao_Paulo"]
ROOMS = [("Hall 1 (East building)", "East"), ("Hall 2 (West building)", "West"), ("Hall 3 (East building)", "East")]
BY_LIKENESS = ("tracks_share_people", "wanted_by_choice")  # what lists and words have in common: core's own tests have those
NAMES = ["Alma Okonkwo", "Bruno Castellane", "Greta Hartmann", "Hiro Tanizawa", "Ines Valderrama", "Jonas Fjeldberg", "Kalinda Moyo",
         "Lars Wennerholm", "Mirela Dragusin", "Otto Fassbender", "Pia Solberg", "Quentin Abernathy"]


class Conference:
    def __init__(self, seed):
        self.random = r = random.Random(seed)
        zone, self.day = r.choice(PLACES)
        self.zone = ZoneInfo(zone)
        self.sessions = [self.session(i, r.choice(NAMES) if i >= 2 else None) for i in range(14)]
        self.lists = [r.sample(NAMES, r.randint(2, 5)) for _ in range(2)]  # of sessions 0 and 1, two microconferences
        self.people = {name: self.person() for name in NAMES if r.random() < 0.85}

    def session(self, i, speaker):
        midnight = datetime(self.day.year, self.day.month, self.day.day, tzinfo=self.zone)
        start = midnight.astimezone(timezone.utc) + 5 * MINUTE * self.random.randrange(8 * 12, 44 * 12)
        if self.random.random() < 0.3 and i > 2:
            start = self.last_end + 5 * MINUTE * self.random.randrange(3)  # close behind another one
        end = start + 5 * MINUTE * self.random.randint(2, 30)
        self.last_end = end
        return {"id": f"s{i}", "start": start, "end": end, "room": self.random.randrange(len(ROOMS)), "speaker": speaker}

    def person(self):
        r = self.random
        first = datetime(self.day.year, self.day.month, self.day.day, tzinfo=self.zone)
        person = {"status": r.choice(["confirmed"] * 6 + ["waiting", "cancelled"]), "attendance": r.choice(["in_person", "in_person", "remote"]),
                  "zone": r.choice(ZONES), "arrives": None, "departs": None, "arrives_text": "", "departs_text": ""}
        if r.random() < 0.6:
            if r.random() < 0.5:
                person["arrives"], person["arrives_text"] = first, str(self.day)
            else:
                at = first.astimezone(timezone.utc) + 5 * MINUTE * r.randrange(300)
                person["arrives"], person["arrives_text"] = at, at.isoformat()
            leaves = self.day + timedelta(days=r.randint(0, 2))  # a day: until it ends
            behind = leaves + timedelta(days=1)
            person["departs"] = datetime(behind.year, behind.month, behind.day, tzinfo=self.zone)
            person["departs_text"] = str(leaves)
        return person

    # --- as files ---

    def programme(self):
        days = {}
        for s in self.sessions:
            local = s["start"].astimezone(self.zone)
            days.setdefault(local.date(), {}).setdefault(s["room"], []).append((s, local))
        out = ['<?xml version="1.0" encoding="UTF-8"?><schedule><conference><title>Random</title><acronym>random</acronym>'
               f"<time_zone_name>{self.zone.key}</time_zone_name></conference>"]
        for index, (day, rooms) in enumerate(sorted(days.items())):
            out.append(f'<day index="{index + 1}" date="{day}">')
            for room, events in sorted(rooms.items()):
                out.append(f'<room name="{ROOMS[room][0]}">')
                for s, local in events:
                    number = int(s["id"][1:])
                    length = (s["end"] - s["start"]) // MINUTE
                    kind, track = ("microconference", f"Topic{number} MC") if number < 2 else ("talk", "Refereed")
                    title = track if number < 2 else f"Talk number {number}"
                    persons = f'<person id="{NAMES.index(s["speaker"]) + 1}">{s["speaker"]}</person>' if s["speaker"] else ""
                    out.append(f'<event guid="{s["id"]}" id="{number + 1}"><title>{title}</title><type>{kind}</type><track>{track}</track>'
                               f'<date>{local.isoformat()}</date><start>{local:%H:%M}</start><duration>{length // 60:02}:{length % 60:02}'
                               f"</duration><persons>{persons}</persons></event>")
                out.append("</room>")
            out.append("</day>")
        return "".join(out) + "</schedule>"

    def registrants(self):
        rows = ["id,name,status,attendance,arrives,departs,timezone"]
        rows += [f'r{i},{name},{p["status"]},{p["attendance"]},{p["arrives_text"]},{p["departs_text"]},{p["zone"]}'
                 for i, (name, p) in enumerate(self.people.items())]
        return "\n".join(rows) + "\n"

    def lists_text(self):
        return "\n".join(f"## Topic{i} Microconference\n\nMC leads:\n\n- {names[0]}\n\nKey attendees:\n\n"
                         + "".join(f"- {n}\n" for n in names[1:]) for i, names in enumerate(self.lists))

    # --- what must be found ---

    def is_asleep(self, person, s):
        zone = ZoneInfo(person["zone"]) if person["zone"] else self.zone
        at = s["start"]
        while at < s["end"]:
            if not 7 <= at.astimezone(zone).hour < 23:
                return True
            at += MINUTE
        return False

    @staticmethod
    def is_away(person, s):
        at, missed = s["start"], []
        while at < s["end"]:
            if (person["arrives"] and at < person["arrives"]) or (person["departs"] and at >= person["departs"]):
                missed.append(at)
            at += MINUTE
        return (missed[-1] - missed[0]) // MINUTE + 1 if missed else 0

    def of_one(self, name, s):
        person = self.people.get(name)
        if person is None:
            return [("not_registered", name, s["id"], None)]
        found = []
        is_coming = person["status"] != "cancelled"
        if person["status"] != "confirmed":
            found.append((person["status"], name, s["id"], None))
        if is_coming and person["attendance"] == "remote":
            found.append(("remote_only", name, s["id"], None))
            if self.is_asleep(person, s):
                found.append(("asleep", name, s["id"], None))
        elif is_coming and self.is_away(person, s):
            found.append(("away", name, s["id"], self.is_away(person, s)))
        if is_coming and not person["arrives"]:
            found.append(("availability_unknown", name, s["id"], None))
        return found

    def of_two(self, name, a, b):
        lost = min(a["end"], b["end"]) - max(a["start"], b["start"])
        if lost > timedelta(0):
            return [("required_twice", name, " ".join(sorted((a["id"], b["id"]))), lost // MINUTE)]
        person = self.people.get(name, {"status": "confirmed", "attendance": "in_person"})
        is_far = ROOMS[a["room"]][1] != ROOMS[b["room"]][1]
        walks = person["status"] != "cancelled" and person["attendance"] != "remote"
        if is_far and walks and -lost < WALK:
            return [("no_time_between", name, " ".join(sorted((a["id"], b["id"]))), None)]
        return []

    def expected(self):
        wanted = {(s["speaker"], s["id"]) for s in self.sessions if s["speaker"]}
        wanted |= {(name, f"s{i}") for i, names in enumerate(self.lists) for name in names}
        by_id = {s["id"]: s for s in self.sessions}
        found = []
        for name, own in sorted(wanted):
            found += self.of_one(name, by_id[own])
            for other, theirs in sorted(wanted):
                if name == other and own < theirs:
                    found += self.of_two(name, by_id[own], by_id[theirs])
        for i, a in enumerate(self.sessions):
            for b in self.sessions[i + 1:]:
                if a["room"] == b["room"] and a["start"] < b["end"] and b["start"] < a["end"]:
                    found.append(("room_twice", None, " ".join(sorted((a["id"], b["id"]))), None))
        return sorted(found, key=repr)


class Random(unittest.TestCase):
    def test_check_finds_what_a_look_at_every_minute_finds(self):
        kinds = set()
        with tempfile.TemporaryDirectory() as folder:
            for seed in range(N_CONFERENCES):
                conference = Conference(seed)
                paths = [pathlib.Path(folder) / name for name in ("p.xml", "r.csv", "k.txt")]
                for path, text in zip(paths, (conference.programme(), conference.registrants(), conference.lists_text())):
                    path.write_text(text)
                done = subprocess.run([BINARY, "check", "--programme", paths[0], "--registrants", paths[1], "--key-attendees", paths[2],
                                       "--json"], capture_output=True, text=True, env=ENVIRONMENT, check=False)
                self.assertIn(done.returncode, (0, 1), (seed, done.stderr))
                found = sorted(((c["kind"], c["person"], " ".join(sorted(c["sessions"])),
                                 c["minutes"] if c["kind"] in ("required_twice", "away") else None)
                                for c in json.loads(done.stdout)["clashes"] if c["kind"] not in BY_LIKENESS), key=repr)
                expected = conference.expected()
                kinds |= {kind for kind, *_ in expected}
                self.assertEqual(found, expected, f"seed {seed}")
        self.assertEqual(kinds, {"not_registered", "cancelled", "waiting", "remote_only", "asleep", "away", "availability_unknown",
                                 "required_twice", "no_time_between", "room_twice"})


if __name__ == "__main__":
    unittest.main()
