#!/usr/bin/env python3
"""Imports from addresses, and messages by Matrix: with a token, refused, and the way back to mail."""
import http.server
import json
import pathlib
import subprocess
import sys
import threading
import unittest
import urllib.request
import xml.etree.ElementTree as ET

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from house import House, ROOT, SAMPLE, text_of  # noqa: E402

REGISTRANTS = """id,name,email,matrix_id,status,attendance,interests
1,Ann Leefriend,ann@example.org,@friend:example.org,confirmed,in_person,unconference
2,Bob Encrypted,bob@example.org,@encrypted:example.org,confirmed,in_person,unconference
3,Cid Mailonly,cid@example.org,,confirmed,in_person,unconference
"""
INDICO = [{"id": 5, "regform_id": 1, "event_id": 9, "full_name": "Dora Indico", "email": "dora@example.org", "state": "complete",
           "checked_in": False, "checkin_secret": "never-to-be-kept", "tags": [], "registration_date": "2025-09-01T00:00:00+00:00",
           "registration_data": []}]


class Source(http.server.BaseHTTPRequestHandler):
    """An Indico that wants a token, and a programme for all."""
    programme = b""

    def log_message(self, *args):
        pass

    def do_GET(self):  # noqa: N802
        status, body = 200, self.programme
        if self.path.startswith("/api/checkin/"):
            status, body = (200, json.dumps(INDICO).encode()) if self.headers.get("Authorization") == "Bearer good" else (403, b"{}")
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Channels(unittest.TestCase):
    def setUp(self):
        self.matrix = subprocess.Popen(["/usr/bin/python3", str(ROOT / "tests" / "support" / "fake_matrix.py")],
                                       stdout=subprocess.PIPE, text=True)
        self.addCleanup(self.matrix.stdout.close)
        self.addCleanup(self.matrix.wait)
        self.addCleanup(self.matrix.kill)
        self.port = int(self.matrix.stdout.readline())
        Source.programme = (SAMPLE / "schedule.xml").read_bytes()
        self.source = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Source)
        threading.Thread(target=self.source.serve_forever, daemon=True).start()
        self.addCleanup(self.source.server_close)
        self.addCleanup(self.source.shutdown)
        self.base = f"http://127.0.0.1:{self.source.server_port}"
        self.house = House(ROLLCALL_MATRIX_URL=f"http://127.0.0.1:{self.port}/", ROLLCALL_MATRIX_TOKEN="good-token",
                           ROLLCALL_INDICO_TOKEN="good", ROLLCALL_EVENT="e", ROLLCALL_ORGANISERS="")
        self.addCleanup(self.house.done)
        self.house.up()

    def dump(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/_test/dump") as answer:
            return json.load(answer)

    def test_from_addresses_to_matrix_and_back_to_mail(self):
        house = self.house
        report = house.json("import", self.base + "/schedule.xml")
        self.assertEqual(report["changes"]["added"], 170)
        people = house.folder / "people.csv"
        people.write_text(REGISTRANTS)
        house.run("import", people)
        self.assertEqual(house.json("import", self.base + "/api/checkin/event/9/forms/1/registrations/")["registrants_new"], 1)
        house.settle()
        self.assertEqual({m["To"].split("<")[1].rstrip(">") for m in house.messages()},
                         {"ann@example.org", "bob@example.org", "cid@example.org", "dora@example.org"})
        self.assertEqual(self.dump()["events"], [], "an agenda is not urgent: it goes by mail")
        before = {m.path for m in house.messages()}

        # everything an hour later: urgent, so by Matrix to those who have it; Bob's room is encrypted
        tree = ET.parse(SAMPLE / "schedule.xml")
        for event in tree.iter("event"):
            date = event.find("date").text
            event.find("date").text = date[:11] + f"{int(date[11:13]) + 1:02}" + date[13:]
            event.find("start").text = event.find("date").text[11:16]
        Source.programme = ET.tostring(tree.getroot(), encoding="utf-8", xml_declaration=True)
        synced = [json.loads(line) for line in house.run("sync", "--json")[1].splitlines()]
        self.assertEqual(sum(r["changes"]["moved"] for r in synced), 170)
        house.settle()
        sent = self.dump()["events"]
        self.assertEqual({e["user"] for e in sent}, {"@friend:example.org"})
        content = sent[0]["content"]
        self.assertEqual(content["msgtype"], "m.text")
        self.assertEqual(content["m.mentions"], {"user_ids": ["@friend:example.org"]})
        self.assertEqual(content["format"], "org.matrix.custom.html")
        new = [m for m in house.messages() if m.path not in before]
        self.assertEqual(sorted(m["To"].split("<")[1].rstrip(">") for m in new),
                         ["bob@example.org", "cid@example.org", "dora@example.org"])
        self.assertTrue(all("11:00" in text_of(m) or "10:00" in text_of(m) for m in new))

    def test_a_wrong_token_is_a_clear_error(self):
        self.house.run("import", self.base + "/schedule.xml")
        self.house.environment["ROLLCALL_INDICO_TOKEN"] = "wrong"
        code, _, err = self.house.run("import", self.base + "/api/checkin/event/9/forms/1/registrations/", check=False)
        self.assertEqual(code, 2)
        self.assertIn("403", err)
        self.assertIn("ROLLCALL_INDICO_TOKEN", err)
        code, _, err = self.house.run("import", "http://127.0.0.1:1/schedule.xml", check=False)
        self.assertEqual(code, 1)
        self.assertIn("127.0.0.1", err)


if __name__ == "__main__":
    unittest.main()
