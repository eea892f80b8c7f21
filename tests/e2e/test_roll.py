#!/usr/bin/env python3
"""Roll-call on the day: a session begins in five minutes; who is asked, what a click does, and how its lead calls the rest."""
import datetime
import pathlib
import re
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from house import House, text_of, wait_until  # noqa: E402

CFP = """Rust MC

Leads:
 - Ann Lee <ann@example.org>

Key Attendees:
 - Bob Roe <bob@example.org>
 - Cid Poe <cid@example.org>
 - Dan Moe <dan@example.org>
"""
REGISTRANTS = """id,name,email,status,attendance
r1,Ann Lee,ann@example.org,confirmed,in_person
r2,Bob Roe,bob@example.org,confirmed,in_person
r3,Cid Poe,cid@example.org,confirmed,in_person
r4,Dan Moe,dan@example.org,cancelled,in_person
"""


def programme(start):
    """One microconference that begins then, and a talk four hours later."""
    def event(key, begin, hours, title, kind, track, person=""):
        return (f"<event guid='{key}' id='{key}'><date>{begin.isoformat()}</date><start>{begin:%H:%M}</start><duration>0{hours}:00</duration>"
                f"<title>{title}</title><type>{kind}</type><track>{track}</track><persons>{person}</persons></event>")
    day = start.date().isoformat()
    later = start + datetime.timedelta(hours=4)
    return (f"<schedule><conference><acronym>today</acronym><title>Today</title><time_zone_name>UTC</time_zone_name></conference>"
            f"<day date='{day}'><room name='Hall'>{event('1', start, 2, 'Rust MC', 'microconference', 'Rust MC')}"
            f"{event('2', later, 1, 'A talk', 'talk', 'Talks', '<person>Bob Roe</person>')}</room></day></schedule>")


class Roll(unittest.TestCase):
    def setUp(self):
        self.house = House(ROLLCALL_EVENT="today", ROLLCALL_SETTLE="0s")
        self.addCleanup(self.house.done)
        self.house.up()

    def bring(self, name, text, *words):
        path = self.house.folder / name
        path.write_text(text)
        code, _, err = self.house.run("import", path, *words)
        self.assertEqual(code, 0, err)

    def mails(self, who, subject):
        return [m for m in self.house.messages() if f"{who}@example.org" in m["To"] and subject in str(m["Subject"])]

    def link(self, message, purpose):
        return re.search(rf"http://\S+/{purpose}/\S+", text_of(message).replace("\n", " ")).group(0)

    def test_a_session_is_about_to_begin(self):
        start = datetime.datetime.now(datetime.timezone.utc).replace(second=0, microsecond=0) + datetime.timedelta(minutes=5)
        self.bring("cfp.txt", CFP)
        self.bring("registrants.csv", REGISTRANTS)
        self.house.settle()
        self.assertEqual(self.mails("bob", "are you there?"), [])
        self.bring("schedule.xml", programme(start))
        self.house.settle()
        wait_until("Bob to be asked", 60, lambda: self.mails("bob", "are you there?"))
        self.assertEqual(len(self.mails("cid", "are you there?")), 1)
        self.assertEqual(self.mails("dan", "are you there?"), [])  # has no registration any more
        self.assertEqual(self.mails("ann", "are you there?"), [])  # leads it
        (to_lead,) = self.mails("ann", "who is there?")
        self.assertRegex(text_of(to_lead), r"- Bob Roe: ")
        # Bob says that he is here; the lead sees it, ticks Cid, takes that back, and calls
        (asked,) = self.mails("bob", "are you there?")
        self.assertIn(f"{start:%H:%M} Rust MC, Hall", str(asked["Subject"]))
        self.assertIn("You are here", self.house.post(self.link(asked, "here"), state="here")[1])
        roll = self.link(to_lead, "lead")
        self.assertIn("1 of 4 are here", self.house.get(roll)[1])
        lead = roll.split("/roll?")[0]
        session, cid = self.house.sql("select s.session_id, p.person_id from session s, person p where s.title = 'Rust MC' and p.name = 'Cid Poe'")[0]
        self.assertIn("2 of 4 are here", self.house.post(lead + "/tick", session=session, person=cid, state="here")[1])
        self.house.post(lead + "/tick", session=session, person=cid, state="missing")
        self.assertIn("They are being called", self.house.post(lead + "/call", session=session)[1])
        wait_until("Cid to be called", 60, lambda: self.mails("cid", "they are waiting for you"))
        self.house.settle()
        self.assertEqual(self.mails("bob", "waiting for you"), [])
        # the desk sees the same
        (row,) = [s for s in self.house.json("roll")["sessions"] if s["title"] == "Rust MC"]
        self.assertEqual((row["here"], row["must"], row["enough"]), (1, 4, False))
        self.assertEqual({p["person"]: p["word"] for p in row["people"]}["Bob Roe"], "here")
        self.assertIn("noted: Ann Lee, here", self.house.run("roll", "Rust MC", "here", "Ann Lee")[1])
        self.assertIn("not seen     Cid Poe", self.house.run("roll", "Rust MC")[1])
        self.assertIn("2 here", self.house.get(self.house.run("link", "organiser")[1].strip() + "/quorum")[1])
        for words, says in ((("A talk", "here", "Bob Roe"), "three hours before"), (("Rust MC", "here", "Nobody"), "nobody is known"),
                            (("Rust MC", "gone", "Bob Roe"), "say here, coming"), (("Rust MC", "call", "Bob Roe"), "say here, coming"),
                            (("Nothing"), "Nothing")):
            code, _, err = self.house.run("roll", *([words] if isinstance(words, str) else words), check=False)
            self.assertEqual(code, 2, words)
            self.assertIn(says, err)
        self.assertIn("they begin", self.house.run("roll", "Rust MC", "begin", "--by", "the desk")[1])
        self.assertIn("You began at", self.house.get(roll)[1])
        self.assertEqual(self.house.sql("select said_by from roll_word where what = 'begin'"), [["the desk"]])
        # moved by an hour: a new time, and what was said holds; nobody is asked before it is time again
        n_before = len(self.house.messages())
        self.bring("schedule.xml", programme(start + datetime.timedelta(hours=1)))
        self.house.settle()
        self.assertEqual([str(m["Subject"]) for m in self.house.messages()[n_before:] if "there?" in str(m["Subject"])], [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
