#!/usr/bin/env python3
"""Writes the sample conference that `./dev up` loads into an empty database.

    tests/support/make_sample.py [FOLDER]      (default: services/importer/sample)

Real, as public facts about the Linux Plumbers Conference 2025: the titles of its microconferences
and the people named in their calls for proposals. All else is made up: texts, talks and speakers,
leads of all MCs but Android and VFIO/IOMMU/PCI, addresses, and whether and how anybody, real or
not, has registered. Deterministic: own generator, own seed, the same bytes with every Python 3.9+.
"""
import sys

sys.dont_write_bytecode = True

import csv
import io
import os
import textwrap
import unicodedata
import uuid
from xml.sax.saxutils import escape, quoteattr

from sample_people import (AFFILIATIONS, ARRIVES, CANCELLED, CULTURES, DEPARTS, MISSING, NEIGHBOURS, OTHER_ADDRESS,
                           REGISTERS_AS, REMOTE, RISCV, TWINS, TWO_ADDRESSES, WAITING)
from sample_texts import BOFS, HALF_DAYS, KERNEL_SUMMIT, MCS, REFEREED

SEED = 20251211
N_REGISTRANTS = 700
DAYS = ["2025-12-11", "2025-12-12", "2025-12-13"]
OFFSET = "+09:00"
ROOMS = ["Hall B1 (Main building)", "Hall B2 (Main building)", "Annex A (North building)"]
BASE_URL = "https://example.org/lpc-sample-2025"
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, BASE_URL)
MADE_UP = ("This conference is a sample, made up for Rollcall around public facts of the Linux Plumbers Conference "
           "2025. Real are only the titles of the microconferences, the people that their calls named as wanted, and "
           "the leads of Android and of VFIO/IOMMU/PCI. Made up are the descriptions, contributions, times and rooms, "
           "who speaks where, every address, all other people, and who has registered, cancelled, travels or attends "
           "remotely: nothing here says what a real person did or plans.")

# Minutes of the contributions before and after coffee; chosen so that the clashes fall where they should.
MINUTES = {
    "rt-sched": ([30, 30, 30], [30, 25, 20]),
    "android": ([20, 20, 30, 20], [30, 30]),
    "vfio-iommu-pci": ([30, 30, 25], [30, 30, 20]),
    "live-update": ([20, 20, 25, 25], [30, 30, 15]),
    "coco": ([30, 30, 20], [25, 25, 30]),
    "sched-ext": ([30, 30, 30], [30, 30, 20]),
    "x86": ([30, 20, 30], [30, 30, 20]),
    "containers": ([20, 30, 30], [30, 30, 25]),
    "safe-systems": ([30, 30, 20], [30, 20, 30]),
}
DEFAULT_MINUTES = {5: ([30, 30, 25], [30, 30]), 6: ([30, 25, 25], [30, 30, 20])}


class Random:
    """splitmix64 (Steele, Lea, Flood 2014): Python's own choices differ between its versions."""

    def __init__(self, seed):
        self.state = seed

    def below(self, n):
        self.state = (self.state + 0x9E3779B97F4A7C15) & (1 << 64) - 1
        z = self.state
        z = ((z ^ z >> 30) * 0xBF58476D1CE4E5B9) & (1 << 64) - 1
        z = ((z ^ z >> 27) * 0x94D049BB133111EB) & (1 << 64) - 1
        return (z ^ z >> 31) % n

    def chance(self, percent):
        return self.below(100) < percent

    def pick(self, items):
        return items[self.below(len(items))]

    def pick_some(self, items, n):
        rest = list(items)
        return [rest.pop(self.below(len(rest))) for _ in range(min(n, len(rest)))]


SPECIAL = str.maketrans({"ö": "oe", "ü": "ue", "ä": "ae", "ø": "o", "å": "a", "ł": "l", "ß": "ss", "ð": "d", "þ": "th",
                         "æ": "ae", "đ": "d", "ı": "i", "Ö": "Oe", "Ø": "O", "Ł": "L", "Þ": "Th", "Đ": "D", "İ": "I"})


def local_part(name):
    if "," in name:
        family, given = name.split(",", 1)
        name = given.strip() + " " + family
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFC", name).translate(SPECIAL))
    words = "".join(c if c.isascii() and c.isalnum() else "" if unicodedata.combining(c) or c in ".'’" else " "
                    for c in text.lower()).split()
    return ".".join(word for word in words if word != "dr")


def address(name):
    return local_part(name) + "@example.org"


def name_of(entry):
    return entry if isinstance(entry, str) else entry[0]


# ---- cfp.txt -------------------------------------------------------------------------------------

def plain(entry):
    return entry if isinstance(entry, str) else f"{entry[0]} ({entry[1]})"


def with_address(entry):
    return f"{name_of(entry)} <{address(name_of(entry))}>"


def lines_of(heading, entries, bullet, form):
    return [heading, ""] + [bullet + form(entry) for entry in entries]


# One of these styles for each MC whose leads are invented, in turn.
LEAD_STYLES = [
    lambda leads: lines_of("MC leads:", leads, "- ", with_address),
    lambda leads: ["MC leads: " + ", ".join(with_address(lead) for lead in leads)],
    lambda leads: lines_of("MC Leads (tentative):", leads, "* ", plain),
    lambda leads: lines_of("Contacts:", leads, "- ", lambda lead: f"{lead} ({address(lead)})"),
    lambda leads: lines_of("MC leads:", leads, "", with_address),
]


def rust_list(mc):
    return [f"Suggested attendees: the Rust for Linux team ({', '.join(mc['team'])}), {', '.join(mc['named'])}..."]


def riscv_list(mc):
    lines = ["Key Stakeholders", ""]
    for group, names in mc["groups"]:
        lines += [f"{group}: {', '.join(names)}.", ""]
    return lines[:-1]


def topic_list(mc):
    lines = ["Current problems that require attention (stakeholders):", ""]
    return lines + [f"• {topic}" + (f" ({', '.join(names)})" if names else "") for topic, names in mc["topics"]]


KEY_STYLES = {
    "rt-sched": lambda mc: lines_of("Key attendees:", mc["named"], "- ", plain),
    "vfio-iommu-pci": lambda mc: lines_of("Key Attendees:", mc["named"], "- ", plain),
    "safe-systems": lambda mc: lines_of("Potential Participants", mc["named"], "", plain),
    "rust": rust_list,
    "coco": lambda mc: lines_of("Key attendees:", mc["named"], "", with_address),
    "riscv": riscv_list,
    "x86": lambda mc: ["Key Attendees"],
    "power-thermal": lambda mc: lines_of("Key participants:", mc["named"], "• ", plain),
    "live-update": lambda mc: lines_of("Key people:", mc["named"], "* ", plain),
    "embedded-iot": topic_list,
}


def lead_lines(mc, i):
    if mc["key"] == "android":
        return LEAD_STYLES[0](mc["leads"])
    if mc["key"] == "vfio-iommu-pci":
        return LEAD_STYLES[3](mc["leads"])
    return LEAD_STYLES[i % len(LEAD_STYLES)](mc["leads"])


def make_cfp():
    out = ["Linux Plumbers Conference 2025 (sample)", "Call for proposals of the microconferences", "",
           textwrap.fill(MADE_UP, 100, break_on_hyphens=False), "", "11 to 13 December 2025, Asia/Tokyo", ""]
    for i, mc in enumerate(MCS):
        out += [f"## {mc['title']} Microconference", "", textwrap.fill(mc["text"], 100, break_on_hyphens=False), ""]
        leads = lead_lines(mc, i)
        key = KEY_STYLES[mc["key"]](mc) if mc["key"] in KEY_STYLES else []
        parts = [key, leads] if i % 2 and mc["key"] != "x86" else [leads, key]
        for part in parts:
            out += part + [""] if part else []
    return "\n".join(out).rstrip("\n") + "\n"


# ---- schedule.xml --------------------------------------------------------------------------------

def minutes_of(clock):
    return int(clock[:2]) * 60 + int(clock[3:])


def clock_of(minutes):
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def make_event(day, room, start, end, key, **fields):
    return dict(dict(day=day, room=room, start=start, end=end, key=key, track="", type="talk", abstract="", speakers=[]),
                **fields)


class Cast:
    """Hands out invented speakers, each for one talk, so that no clash arises that nobody planned."""

    def __init__(self, random, taken):
        self.random = random
        self.taken = taken
        self.speakers = []  # (name, culture, MC key or "")

    def invent(self, mc_key=""):
        culture = self.random.pick(CULTURES)
        while True:
            name = f"{self.random.pick(culture['given'])} {self.random.pick(culture['family'])}"
            if name not in self.taken:
                break
        self.taken.add(name)
        self.speakers.append((name, culture, mc_key))
        return name


def contributions(mc, day, room, start, cast):
    before, after = MINUTES.get(mc["key"]) or DEFAULT_MINUTES[len(mc["talks"])]
    track = mc["title"] + " MC"
    at = start
    for n, (talk, minutes) in enumerate(zip(mc["talks"], before + after), 1):
        title, abstract, speakers = talk
        if n == len(before) + 1:
            at = start + 120
        names = list(speakers) or [cast.invent(mc["key"])]
        if not speakers and n % 3 == 0:
            names.append(cast.invent(mc["key"]))
        yield make_event(day, room, at, at + minutes, f"mc/{mc['key']}/{n}", title=title, abstract=abstract, track=track,
                         type="contribution", speakers=names)
        at += minutes


def mc_events(cast):
    by_key = {mc["key"]: mc for mc in MCS}
    for slot, keys in enumerate(HALF_DAYS):
        day, start = slot // 2, minutes_of("10:00" if slot % 2 == 0 else "15:00")
        for room, key in enumerate(keys):
            mc = by_key[key]
            assert len(mc["talks"]) == sum(map(len, MINUTES.get(key) or DEFAULT_MINUTES[len(mc["talks"])])), key
            yield make_event(day, room, start, start + 210, f"mc/{key}", title=mc["title"] + " MC", abstract=mc["text"],
                             track=mc["title"] + " MC", type="microconference", tags=mc["tags"])
            yield from contributions(mc, day, room, start, cast)
            yield make_event(day, room, start + 90, start + 120, f"break/{day}/{room}/{start}", title="Coffee break",
                             type="break")


def other_events(cast):
    kinds = [("refereed", REFEREED, "LPC Refereed Track", "talk"),
             ("ks", KERNEL_SUMMIT, "Kernel Summit Track", "talk"),
             ("bof", BOFS, "Birds of a Feather (BoF)", "BoF")]
    for prefix, rows, track, kind in kinds:
        for n, (day, room, start, end, title, abstract, speakers) in enumerate(rows, 1):
            is_open = not title
            if kind == "BoF":
                title = "BoF: " + title[0].upper() + title[1:]
            yield make_event(day, room, minutes_of(start), minutes_of(end), f"{prefix}/{n}",
                             title=title or "Kernel Summit slot (open)", abstract=abstract, track=track,
                             type="open slot" if is_open else kind,
                             speakers=[] if is_open else list(speakers) or [cast.invent()])
    for day in range(len(DAYS)):
        yield make_event(day, 2, minutes_of("13:30"), minutes_of("15:00"), f"break/{day}/lunch", title="Lunch",
                         type="break")


def slug_of(event):
    return f"lpc-sample-2025-{event['id']}-" + local_part(event["title"]).replace(".", "-")


def element(indent, name, text, attributes=""):
    if not text:
        return f"{' ' * indent}<{name}{attributes}/>"
    return f"{' ' * indent}<{name}{attributes}>{escape(text)}</{name}>"


def event_lines(event, person_ids):
    guid = str(uuid.uuid5(NAMESPACE, event["key"]))
    code = uuid.UUID(guid).hex[:6].upper()
    url = f"{BASE_URL}/talk/{code}/"
    out = [f'      <event guid="{guid}" id="{event["id"]}" code="{code}">']
    fields = [("room", ROOMS[event["room"]]), ("title", event["title"]), ("subtitle", ""), ("type", event["type"]),
              ("date", f"{DAYS[event['day']]}T{clock_of(event['start'])}:00{OFFSET}"),
              ("start", clock_of(event["start"])), ("duration", clock_of(event["end"] - event["start"])),
              ("abstract", event["abstract"]), ("slug", slug_of(event)), ("track", event["track"])]
    out += [element(8, name, text) for name, text in fields]
    if event["speakers"]:
        out.append("        <persons>")
        out += [element(10, "person", name, f' id="{person_ids.setdefault(name, len(person_ids) + 1)}"')
                for name in event["speakers"]]
        out.append("        </persons>")
    else:
        out.append("        <persons/>")
    out += ["        <language>en</language>",
            element(8, "description", "Topics: " + ", ".join(event["tags"]) if event.get("tags") else ""),
            "        <links/>", "        <attachments/>", element(8, "url", url), "      </event>"]
    return out


def make_schedule(events):
    tracks = []
    for event in events:
        if event["track"] and event["track"] not in tracks:
            tracks.append(event["track"])
    out = ['<?xml version="1.0" encoding="UTF-8"?>', "<!--",
           textwrap.fill(MADE_UP, 100, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False), "-->",
           "<schedule>", '  <generator name="rollcall make_sample" version="1"/>', "  <version>sample 1</version>",
           "  <conference>", "    <title>Linux Plumbers Conference 2025 (sample)</title>",
           "    <acronym>lpc-sample-2025</acronym>", f"    <start>{DAYS[0]}</start>", f"    <end>{DAYS[-1]}</end>",
           f"    <days>{len(DAYS)}</days>", "    <timeslot_duration>00:05</timeslot_duration>",
           f"    <base_url>{BASE_URL}</base_url>", "    <time_zone_name>Asia/Tokyo</time_zone_name>"]
    out += [f"    <track name={quoteattr(track)} slug={quoteattr(local_part(track).replace('.', '-'))}/>"
            for track in tracks]
    out.append("  </conference>")
    person_ids = {}
    for day, date in enumerate(DAYS):
        out.append(f'  <day index="{day + 1}" date="{date}" start="{date}T08:00:00{OFFSET}" end="{date}T22:00:00{OFFSET}">')
        for room, name in enumerate(ROOMS):
            out.append(f'    <room name={quoteattr(name)} guid="{uuid.uuid5(NAMESPACE, "room/" + str(room))}">')
            for event in events:
                if event["day"] == day and event["room"] == room:
                    out += event_lines(event, person_ids)
            out.append("    </room>")
        out.append("  </day>")
    out.append("</schedule>")
    return "\n".join(out) + "\n"


def make_events(cast):
    events = list(mc_events(cast)) + list(other_events(cast))
    # The longer first: a block stands before what it holds.
    events.sort(key=lambda e: (e["day"], e["room"], e["start"], -e["end"]))
    for i, event in enumerate(events):
        event["id"] = 101 + i
    return events


# ---- registrants.csv -----------------------------------------------------------------------------

COLUMNS = ["id", "name", "email", "affiliation", "country", "matrix_id", "status", "attendance", "arrives", "departs",
           "interests", "timezone"]
SENTENCES = ["Working on {0}, curious about {1}", "{0}, {1} and anything about {2}", "mostly {0}; new to {1}",
             "we backport {0} fixes to an old LTS kernel, so also {1}", "debugging {0} for a living. Would like to hear "
             "about {1} and {2}", "I maintain a small out-of-tree driver; {0}, {1}", "{0}"]


def wanted_by_name():
    """Registered name -> (keys of the MCs that want the person, affiliation and address as in the call)."""
    wanted = {}
    for mc in MCS:
        entries = list(mc["named"]) + list(mc["leads"]) if mc.get("leads_are_real") else list(mc["named"])
        entries += [(name, "Rust for Linux team") for name in mc.get("team", [])]
        entries += [name for _, names in mc.get("topics", []) for name in names]
        for entry in entries:
            name = REGISTERS_AS.get(name_of(entry), name_of(entry))
            keys, affiliation, email = wanted.setdefault(name, ([], "", address(name_of(entry))))
            if mc["key"] not in keys:
                keys.append(mc["key"])
            wanted[name] = (keys, affiliation or ("" if isinstance(entry, str) else entry[1]), email)
    return wanted


class Registrants:
    def __init__(self, random):
        self.random = random
        self.rows = []
        self.emails = set()
        self.tags = {mc["key"]: mc["tags"] for mc in MCS}

    def unique_address(self, name):
        email, n = address(name), 1
        while email in self.emails:
            n += 1
            email = f"{local_part(name)}{n}@example.org"
        self.emails.add(email)
        return email

    def interests(self, keys):
        if not self.random.chance(60):
            return ""
        keys = list(keys) or self.random.pick_some(sorted(self.tags), 1 + self.random.below(2))
        tags = self.random.pick_some([tag for key in keys for tag in self.tags[key]], 3 + self.random.below(3))
        if self.random.chance(55):
            return self.random.pick(["; ", ", "]).join(tags)
        return self.random.pick(SENTENCES).format(*(tags + tags + tags))

    def add(self, name, keys=(), **fields):
        row = dict.fromkeys(COLUMNS, "")
        row.update(name=name, status="confirmed", attendance="in_person", interests=self.interests(keys))
        row.update(fields)
        row["email"] = row["email"] or self.unique_address(name)
        self.emails.add(row["email"])
        if self.random.chance(35):
            row["matrix_id"] = f"@{row['email'].split('@')[0]}:example.org"
        if row["attendance"] == "remote":
            row["arrives"] = row["departs"] = ""
        elif self.random.chance(60):
            row["arrives"] = row["arrives"] or self.random.pick(["2025-12-09", "2025-12-10", "2025-12-10"])
            row["departs"] = row["departs"] or self.random.pick(["2025-12-13", "2025-12-14", "2025-12-15"])
        self.rows.append(row)

    def add_wanted(self):
        for name, (keys, affiliation, email) in wanted_by_name().items():
            if name in MISSING:
                continue
            fields = dict(affiliation=affiliation, arrives=ARRIVES.get(name, ""), departs=DEPARTS.get(name, ""),
                          email=OTHER_ADDRESS.get(name, email))
            if name in CANCELLED:
                fields["status"] = "cancelled"
            if name in WAITING:
                fields["status"] = "waiting"
            if name in REMOTE:
                fields.update(attendance="remote", timezone=REMOTE[name])
            self.add(name, keys, **fields)

    def add_invented(self, name, culture, keys=(), **fields):
        is_remote = self.random.chance(14)
        row = dict(country=culture["country"] if culture else "",
                   affiliation=self.random.pick(AFFILIATIONS) if self.random.chance(75) else "",
                   attendance="remote" if is_remote else "in_person",
                   timezone=culture["timezone"] if is_remote and culture else "",
                   status=self.random.pick(["confirmed"] * 22 + ["waiting"] * 2 + ["cancelled"]))
        if self.random.chance(6):
            row["arrives"] = "2025-12-12"
        if self.random.chance(6):
            row["departs"] = "2025-12-12"
        self.add(name, keys, **dict(row, **fields))

    def spelled(self, name, culture):
        given, family = name.split(" ", 1)
        roll = self.random.below(100)
        if culture["family_first"] and roll < 35:
            return f"{family.upper()} {given}" if roll < 20 else f"{family} {given}"
        if roll < 38:
            return f"{family}, {given}"
        return name.lower() if roll > 97 else name


def make_registrants(random, cast):
    registrants = Registrants(random)
    registrants.add_wanted()
    for name, mc_key, country in RISCV:
        registrants.add_invented(name, None, [mc_key], country=country, attendance="in_person", status="confirmed")
    for mc in MCS:
        for name in [] if mc.get("leads_are_real") else mc["leads"]:
            if address(name) not in registrants.emails:
                registrants.add_invented(name, None, [mc["key"]], attendance="in_person", status="confirmed")
    for name, country, affiliation in TWINS + TWO_ADDRESSES:
        registrants.add_invented(name, None, country=country, affiliation=affiliation, status="confirmed",
                                 attendance="in_person")
    for name, country in NEIGHBOURS:
        registrants.add_invented(name, None, country=country, attendance="in_person")
    for name, culture, mc_key in cast.speakers[:]:
        if random.chance(95):
            registrants.add_invented(name, culture, [mc_key] if mc_key else [], status="confirmed")
    while len(registrants.rows) < N_REGISTRANTS:
        name = cast.invent()
        registrants.add_invented(registrants.spelled(name, cast.speakers[-1][1]), cast.speakers[-1][1])
    rows = random.pick_some(registrants.rows, N_REGISTRANTS)  # people do not register in the order of our lists
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for i, row in enumerate(rows):
        row["id"] = f"R{1001 + i}"
        writer.writerow(row)
    return out.getvalue()


def make_all():
    """{file name: text}"""
    random = Random(SEED)
    named = {name_of(entry) for mc in MCS for entry in mc["named"] + mc["leads"]}
    cast = Cast(random, named | {row[0] for row in RISCV + TWINS + TWO_ADDRESSES + NEIGHBOURS})
    events = make_events(cast)
    return {"cfp.txt": make_cfp(), "schedule.xml": make_schedule(events),
            "registrants.csv": make_registrants(random, cast)}


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    folder = sys.argv[1] if len(sys.argv) > 1 else os.path.join(here, "../../services/importer/sample")
    os.makedirs(folder, exist_ok=True)
    for name, text in make_all().items():
        with open(os.path.join(folder, name), "w", encoding="utf-8", newline="") as file:
            file.write(text)


if __name__ == "__main__":
    main()
