#!/usr/bin/env python3
"""What people say on their pages comes back in what they get; and an event made by mistake is removed while the workers are at it."""
import pathlib
import re
import sys
import unittest
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from house import House, SAMPLE, text_of, wait_until  # noqa: E402

EVENT = "lpc-sample-2025"


class Pages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.house = House(ROLLCALL_DIGEST="0s")  # a changed plan is told at once
        cls.addClassCleanup(cls.house.done)
        cls.house.up("--sample")
        cls.house.settle()
        # somebody whose plan is made from interests alone
        cls.who = cls.value("""select r.key from registrant r join match m using (event_id, person_id)
            where r.interests <> '' and r.status = 'confirmed' and r.attendance = 'in_person'
              and not exists (select from resolution s where s.event_id = r.event_id and s.person_id = r.person_id)
            group by r.key order by r.key limit 1""")

    @classmethod
    def value(cls, query):
        return cls.house.sql(query)[0][0]

    def link(self, purpose):
        return self.house.run("link", purpose, self.who, "--event", EVENT)[1].strip()

    def plan(self):
        return self.house.json("agenda", "--attendee", self.who, "--event", EVENT)["sessions"]

    def test_what_somebody_cares_about_makes_the_plan(self):
        before = self.plan()
        self.assertFalse(any("TDISP" in s["reason"] for s in before))
        page = self.link("agenda") + "/interests"
        self.assertIn("Saved", self.house.post(page, words="TDISP and trusted device assignment, confidential computing")[1])
        self.house.settle()
        after = self.plan()
        self.assertTrue(any("confidential" in s["reason"].lower() for s in after), [s["reason"] for s in after])
        self.assertIn("TDISP and trusted", self.house.get(page)[1])
        self.house.post(page, words="")
        self.house.settle()
        self.assertEqual(self.plan(), before)

    def test_mail_that_was_stopped_comes_again(self):
        address = self.value(f"select email from registrant where key = '{self.who}'")
        page = self.link("unsubscribe")
        self.house.post(page, **{"List-Unsubscribe": "One-Click"})
        self.assertEqual(self.value(f"select reason from suppression where address = '{address}'"), "unsubscribed")
        self.assertIn("You get mail from us again", self.house.post(page + "/again", again="yes")[1])
        self.assertEqual(self.value("select count(*) from suppression"), "0")
        n_before = self.mails_to(address)
        interests = self.link("agenda") + "/interests"
        self.addCleanup(self.house.settle)
        self.addCleanup(self.house.post, interests, words="")
        self.house.post(interests, words="file systems, io_uring and folios")
        wait_until("the changed plan to arrive", 60, lambda: self.mails_to(address) > n_before)

    def mails_to(self, address):
        return sum(address in m["To"] for m in self.house.messages())

    def test_looking_changes_nothing(self):
        """Mail scanners and link previews open every address of a message."""
        counts = ("select concat_ws(' ', (select count(*) from answer), (select count(*) from choice), (select count(*) from star), "
                  "(select count(*) from suppression), (select count(*) from preference), (select count(*) from decision), "
                  "(select count(*) from interest), (select count(*) from organiser_seen), (select count(*) from clash_history), "
                  "(select count(*) from job where attempts = 0 and due_at <= now()))")
        self.house.settle()
        before = self.value(counts)
        urls = set()
        for message in self.house.messages()[:60] + self.house.messages()[-60:]:
            urls |= set(re.findall(r"http://127[^\s<>]+", text_of(message)))
        self.assertGreater(len(urls), 100)
        for url in urls:
            for method in ("GET", "HEAD"):
                with urllib.request.urlopen(urllib.request.Request(url, method=method), timeout=20) as answer:
                    self.assertEqual(answer.status, 200, url)
        self.assertEqual(self.value(counts), before)

    def test_an_event_made_by_mistake_is_removed_while_the_workers_are_at_it(self):
        others = self.value("select count(*) from outbox")
        messages = {m.path for m in self.house.messages()}
        code, _, err = self.house.run("import", "--event", "lpc-smaple-2025", SAMPLE / "schedule.xml", check=False)
        self.assertEqual(code, 2)
        self.assertIn(f'there is no event "lpc-smaple-2025" (there is {EVENT}); --new-event makes it', err)
        self.assertEqual(self.value("select count(*) from event"), "1")
        self.house.run("import", "--event", "lpc-smaple-2025", "--new-event", SAMPLE / "schedule.xml")
        self.house.run("import", "--event", "lpc-smaple-2025", SAMPLE / "registrants.csv")
        wait_until("the workers to begin", 60, lambda: self.value(
            "select count(*) from match join event using (event_id) where slug = 'lpc-smaple-2025'") != "0")
        code = 1
        for _ in range(60):  # messages may be under way: then it says so
            code, out, err = self.house.run("event", "remove", "lpc-smaple-2025", "--yes")
            if code == 0:
                break
            self.assertIn("being delivered", err)
        self.assertEqual(code, 0, out + err)
        self.house.settle()
        self.assertEqual(self.value("select string_agg(slug, ',') from event"), EVENT)
        self.assertEqual(self.value("select count(*) from job where event_id not in (select event_id from event)"), "0")
        self.assertEqual(self.value("select count(*) from outbox"), others)
        self.assertEqual(len(self.house.workers()), 6)
        self.assertEqual(self.house.run("doctor")[0], 0)
        for message in self.house.messages():  # what went out before has links to an event that is gone
            if message.path not in messages:
                message.path.unlink()


if __name__ == "__main__":
    unittest.main(verbosity=2)
