#!/usr/bin/env python3
"""The calendar feed in the readers that refuse most: vdirsyncer pulls it from the running web worker, ical.js and
libical parse it; a moved slot updates its entry in place, a cancelled one shows that."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import unittest
import urllib.error
import urllib.request
import xml.etree.ElementTree as ET
from datetime import datetime, timedelta, timezone

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from house import House, SAMPLE, calendar_of, text_of  # noqa: E402

EVENT = "lpc-sample-2025"
READERS = pathlib.Path(__file__).resolve().parents[1] / "web" / "readers"


def has_ical_js():
    if not (shutil.which("node") and shutil.which("npm")):
        return False
    return subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=READERS, capture_output=True, check=False).returncode == 0


class Feed(unittest.TestCase):
    """One house, in the order of the names of the tests."""

    @classmethod
    def setUpClass(cls):
        cls.house = House()
        cls.addClassCleanup(cls.house.done)
        cls.house.up()
        bof = next(e for e in ET.parse(SAMPLE / "schedule.xml").iter("event") if e.findtext("type") == "BoF" and e.findtext("start") < "19:00")
        cls.title = bof.findtext("title")
        hosts = [p.text for p in bof.iter("person")]
        cls.house.fill(lambda row: row["name"] in hosts, 40)
        cls.house.settle()
        cls.feed = next(re.search(r"http\S+/feed/\S+\.ics", text_of(m)).group(0) for m in cls.house.messages()
                        if "plan for" in m["Subject"] and f"SUMMARY:{cls.title}" in calendar_of(m).replace("\\", ""))

    def get(self, **headers):
        try:
            with urllib.request.urlopen(urllib.request.Request(self.feed, headers=headers), timeout=20) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.headers, refused.read()

    def change(self, edit):
        """Imports the sample with the BoF edited; edit gets the room element and the event."""
        tree = ET.parse(SAMPLE / "schedule.xml")
        room, event = next((r, e) for r in tree.iter("room") for e in r.findall("event") if e.findtext("title") == self.title)
        edit(room, event)
        path = self.house.folder / "edited.xml"
        tree.write(path, encoding="utf-8", xml_declaration=True)
        self.house.run("import", path, "--event", EVENT)
        self.house.settle()

    def move(self, minutes):
        def edit(_, event):
            at = datetime.fromisoformat(event.findtext("date")) + timedelta(minutes=minutes)
            event.find("date").text, event.find("start").text = at.isoformat(), at.strftime("%H:%M")
        self.change(edit)

    def sync(self):
        """The entries as vdirsyncer stores them: file name to text."""
        folder = self.house.folder / "vdir"
        config = self.house.folder / "vdirsyncer.conf"
        (folder / "items").mkdir(parents=True, exist_ok=True)
        config.write_text(f'''[general]
status_path = "{folder}/status"
[pair feed]
a = "remote"
b = "local"
collections = null
conflict_resolution = "a wins"
[storage remote]
type = "http"
url = "{self.feed}"
[storage local]
type = "filesystem"
path = "{folder}/items"
fileext = ".ics"
''')
        for words in (["discover"], ["sync"]):
            done = subprocess.run(["vdirsyncer", "-c", config, *words], capture_output=True, text=True, check=False,
                                  env={**os.environ, "HOME": str(self.house.folder)})
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            self.assertNotRegex(done.stdout + done.stderr, "(?i)error|warning")
        return {p.name: p.read_text() for p in (folder / "items").iterdir()}

    def mine(self, files):
        """Of synchronised entries those of the BoF. vdirsyncer gives entries of feeds UIDs of its own: by title."""
        return [t for t in (text.replace("\n ", "").replace("\\", "") for text in files.values()) if f"SUMMARY:{self.title}" in t]

    def entry(self):
        """The BoF as ical.js sees it, or without Node.js as it stands in the feed."""
        body = self.get()[2]
        if not self.ical_js:
            text = body.decode().replace("\r\n ", "").replace("\r\n", "\n")
            block = next(b for b in re.findall(r"BEGIN:VEVENT.*?END:VEVENT", text, re.S) if self.title in b.replace("\\", ""))
            start = datetime.strptime(re.search(r"DTSTART[^:]*:(\w+)", block).group(1), "%Y%m%dT%H%M%S")
            return {"uid": re.search("UID:(.*)", block).group(1), "sequence": int(re.search(r"SEQUENCE:(\d+)", block).group(1)),
                    "status": re.search("STATUS:(.*)", block).group(1), "start": start.isoformat()}
        done = subprocess.run(["node", "parse.mjs"], cwd=READERS, input=body, capture_output=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        return next(e for e in json.loads(done.stdout) if e["summary"] == self.title)

    @property
    def ical_js(self):
        if not hasattr(Feed, "_ical_js"):
            Feed._ical_js = has_ical_js()
        return Feed._ical_js

    def test_1_every_reader_takes_it(self):
        status, headers, body = self.get()
        self.assertEqual(status, 200)
        self.assertTrue(headers["Content-Type"].startswith("text/calendar"))
        self.assertTrue(all(len(line) <= 75 for line in body.split(b"\r\n")))
        self.assertNotIn(b"\n", body.replace(b"\r\n", b""))
        path = self.house.folder / "feed.ics"
        path.write_bytes(body)
        code, out, err = self.house.run("check", "--programme", path, "--json")  # libical reads it
        self.assertIn(code, (0, 1), err)
        self.assertIn("clashes", json.loads(out))
        if not self.ical_js:
            print("ical.js could not be had: that reader is left out")
        entry = self.entry()
        self.assertEqual((entry["sequence"], entry["status"]), (0, "CONFIRMED"))
        if self.ical_js:
            event = next(e for e in ET.parse(SAMPLE / "schedule.xml").iter("event") if e.findtext("title") == self.title)
            self.assertEqual(datetime.fromisoformat(entry["start"].replace("Z", "+00:00")),
                             datetime.fromisoformat(event.findtext("date")).astimezone(timezone.utc))

    def test_2_unchanged_it_is_not_sent_again(self):
        _, headers, _ = self.get()
        status, _, body = self.get(**{"If-None-Match": headers["ETag"]})
        self.assertEqual((status, body), (304, b""))
        self.assertEqual(self.get(**{"If-None-Match": '"other"'})[0], 200)

    def test_3_a_moved_slot_is_the_same_entry_at_another_time(self):
        has_vdirsyncer = shutil.which("vdirsyncer") is not None
        before = self.entry()
        tag = self.get()[1]["ETag"]
        files = self.sync() if has_vdirsyncer else {}
        self.move(5)
        after = self.entry()
        self.assertEqual(after["uid"], before["uid"])
        self.assertEqual(after["sequence"], before["sequence"] + 1)
        self.assertNotEqual(after["start"], before["start"])
        self.assertEqual(self.get(**{"If-None-Match": tag})[0], 200)
        if not has_vdirsyncer:
            self.skipTest("vdirsyncer is not installed")
        again = self.sync()
        self.assertEqual(len(self.mine(files)), 1)
        self.assertEqual(len(self.mine(again)), 1, "the old entry is still there")
        self.assertIn("SEQUENCE:0", self.mine(files)[0])
        self.assertIn("SEQUENCE:1", self.mine(again)[0])
        self.assertEqual(len(again), len(files))

    def test_4_a_cancelled_slot_says_so(self):
        before = self.entry()
        self.change(lambda room, event: room.remove(event))
        after = self.entry()
        self.assertEqual((after["uid"], after["status"]), (before["uid"], "CANCELLED"))
        self.assertGreater(after["sequence"], before["sequence"])
        if shutil.which("vdirsyncer"):
            items = self.mine(self.sync())
            self.assertEqual(len(items), 1)
            self.assertIn("STATUS:CANCELLED", items[0])


if __name__ == "__main__":
    unittest.main(verbosity=2)
