#!/usr/bin/env python3
"""Imports from addresses, and messages by Matrix: with a token, refused, and the way back to mail."""
import email
import email.policy
import http.server
import json
import pathlib
import subprocess
import sys
import tempfile
import threading
import unittest
import urllib.request
import xml.etree.ElementTree as ET

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from house import BINARY, House, ROOT, SAMPLE, text_of  # noqa: E402

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


REPORT = """Return-Path: <>
To: {to}
From: MAILER-DAEMON@mx.example.com
Content-Type: multipart/report; report-type={kind}; boundary="b"

--b
Content-Type: message/{part}

{fields}

--b--
"""


class Bounces(unittest.TestCase):
    """From the envelope sender of a mail that left, through `rollcall bounce`, to the next message and the organisers."""

    def setUp(self):
        self.out = tempfile.TemporaryDirectory()
        self.addCleanup(self.out.cleanup)
        self.smtp = subprocess.Popen(["/usr/bin/python3", str(ROOT / "tests" / "support" / "smtp_server.py"), "--out", self.out.name],
                                     stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.addCleanup(self.smtp.stdout.close)
        self.addCleanup(self.smtp.wait)
        self.addCleanup(self.smtp.kill)
        port = int(self.smtp.stdout.readline())
        self.house = House(ROLLCALL_SMTP_URL=f"smtp://127.0.0.1:{port}", ROLLCALL_SMTP_TLS="none", ROLLCALL_DIGEST="0s",
                           ROLLCALL_MAIL_BOUNCE="bounces+*@conf.example.org", ROLLCALL_EVENT="e")
        self.addCleanup(self.house.done)
        self.house.up()
        self.house.run("import", SAMPLE / "schedule.xml", "--event", "e")
        people = self.house.folder / "people.csv"
        people.write_text(REGISTRANTS)
        self.house.run("import", people)
        self.house.settle()

    def mails(self):
        """To whom, from which envelope sender, and the text, in the order of their arrival."""
        found = []
        for path in sorted(pathlib.Path(self.out.name).glob("*.json")):
            facts = json.loads(path.read_text())
            message = email.message_from_bytes(path.with_suffix(".eml").read_bytes(), policy=email.policy.default)
            found.append((facts["to"][0], facts["from"], text_of(message)))
        return found

    def give(self, report, code=0):
        done = subprocess.run([BINARY, "bounce"], input=report, env=self.house.environment, cwd=self.house.folder, text=True,
                              capture_output=True, check=False)
        self.assertEqual(done.returncode, code, done.stderr)
        return done.stdout

    def test_a_bounce_stops_the_address_and_the_organisers_hear_of_it(self):
        senders = {to: sender for to, sender, _ in self.mails()}
        self.assertEqual(len(set(senders.values())), len(senders), "each message has a return path of its own")
        dead = REPORT.format(to=senders["ann@example.org"], kind="delivery-status", part="delivery-status",
                             fields="Reporting-MTA: dns; mx.example.com\n\nFinal-Recipient: rfc822; ann@example.org\nAction: failed\nStatus: 5.1.1\n")
        soft = dead.replace("5.1.1", "4.2.2").replace(senders["ann@example.org"], senders["cid@example.org"])
        spam = REPORT.format(to="abuse@conf.example.org", kind="feedback-report", part="feedback-report",
                             fields=f"Feedback-Type: abuse\nOriginal-Mail-From: <{senders['bob@example.org']}>\n")
        self.assertIn("the address gets no more", self.give(dead))
        self.assertIn("known already", self.give(dead))
        self.assertIn("soft", self.give(soft))
        self.assertIn("complaint", self.give(spam))
        forged = dead.replace(senders["ann@example.org"], "bounces+1-3-aaaaaaaaaaaaaaaa@conf.example.org")
        self.assertIn("none of our messages", self.give(forged))
        self.assertIn("no report", self.give("Subject: out of office\n\nback on Monday\n"))
        self.house.settle()
        told = " ".join(" ".join(text for to, _, text in self.mails() if to == "organisers@example.org").split())
        self.assertIn("Ann Leefriend: the address does not work", told)
        self.assertIn("Bob Encrypted, who called our mail spam", told)
        self.assertNotIn("Cid", told)
        before = len(self.mails())
        tree = ET.parse(SAMPLE / "schedule.xml")
        for event in tree.iter("event"):
            date = event.find("date").text
            event.find("date").text = date[:11] + f"{int(date[11:13]) + 1:02}" + date[13:]
            event.find("start").text = event.find("date").text[11:16]
        later = self.house.folder / "schedule.xml"
        tree.write(later, encoding="utf-8", xml_declaration=True)
        self.house.run("import", later, "--event", "e")
        self.house.settle()
        self.assertEqual({to for to, _, _ in self.mails()[before:]} - {"organisers@example.org"}, {"cid@example.org"})

    def test_without_a_database_the_mail_server_is_told_to_try_again(self):
        sender = next(sender for to, sender, _ in self.mails() if to == "ann@example.org")
        self.house.stop()
        self.give(REPORT.format(to=sender, kind="delivery-status", part="delivery-status",
                                fields="Reporting-MTA: dns; mx.example.com\n\nAction: failed\nStatus: 5.1.1\n"), code=75)


if __name__ == "__main__":
    unittest.main()
