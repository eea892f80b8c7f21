#!/usr/bin/env python3
"""Who is meant: the files and the database give the same answer, in any order of import and one registration at a time."""
import json
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from house import SAMPLE, House  # noqa: E402

FILES = {"p": SAMPLE / "schedule.xml", "k": SAMPLE / "cfp.txt", "r": SAMPLE / "registrants.csv"}
STEP = 0.0051  # a confidence may move so far before it is saved again


def answers(text):
    """{(role, where, name): [answers]}; a name can stand twice in one list."""
    found = {}
    for line in text.splitlines():
        row = json.loads(line)
        answer = (row["status"], row["registrant"], tuple(row["evidence"]), tuple((c["registrant"], c["name"]) for c in row["candidates"]))
        found.setdefault((row["role"], row["where"], row["mention"]), []).append((answer, row["confidence"]))
    return {key: sorted(rows, key=str) for key, rows in found.items()}


class Names(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.house = House()
        cls.addClassCleanup(cls.house.done)
        cls.house.up()

    def by_files(self, registrants):
        _, out, err = self.house.run("resolve", "--programme", FILES["p"], "--key-attendees", FILES["k"], "--registrants", registrants, "--json")
        self.assertEqual(err, "")
        return answers(out)

    def bring(self, kind, path, slug):
        code, _, err = self.house.run("import", *kind, path, "--event", slug, "--new-event")
        self.assertEqual(code, 0, err)
        self.house.settle()

    def same(self, want, slug):
        got = answers(self.house.run("resolve", "--event", slug, "--json")[1])
        self.assertEqual(set(got), set(want))
        for key, rows in want.items():
            self.assertEqual([a for a, _ in got[key]], [a for a, _ in rows], key)
            for (_, there), (_, here) in zip(got[key], rows):
                self.assertLess(abs(there - here), STEP, key)

    def test_files_and_database_agree_in_any_order_of_import(self):
        want = self.by_files(FILES["r"])
        for order in ("pkr", "rkp", "kpr"):
            for name in order:
                self.bring((), FILES[name], "order-" + order)
            with self.subTest(order):
                self.same(want, "order-" + order)

    def test_the_spelling_is_found_beside_the_near_namesake(self):
        rows = self.by_files(FILES["r"])[("key_attendee", "VFIO/IOMMU/PCI MC", "Jörg Rödel")]
        (status, registrant, evidence, candidates), confidence = rows[0]
        self.assertEqual((status, registrant), ("linked", "R1413"))
        self.assertIn('"Jörg Roedel" is on this list too', evidence)
        self.assertEqual(candidates[1][1], "Jörg Rohdel", "the near namesake is seen and passed over")
        self.assertGreaterEqual(confidence, 0.99)

    def test_one_registration_at_a_time_gives_what_the_whole_list_gives(self):
        slug = "one-by-one"
        for name in "pkr":
            self.bring((), FILES[name], slug)
        text = FILES["r"].read_text().rstrip("\n") + "\n"
        head = text.splitlines()[0]
        blank = "," * (head.count(",") - 2)
        newcomers = ["X1,Mel Gorman,mel@example.org", "X2,Jörg Rödel,another@example.net", "X3,Palmer Dabbeltson,palmer@example.org",
                     "X4,Wysocki Rafael,rw@example.org", "X5,Rob Herring,rob@example.org", "X6,Will Deacon,will@example.org",
                     "X7,Will Deacon,wd@example.net"]
        path = self.house.folder / "more.csv"
        whole = self.house.folder / "whole.csv"
        for row in newcomers:
            path.write_text(head + "\n" + row + blank + "\n")
            text += row + blank + "\n"
            whole.write_text(text)
            self.bring(("registrants",), path, slug)
            with self.subTest(row):
                self.same(self.by_files(whole), slug)

    def test_what_goes_together_is_said(self):
        for words in (("--mentions", FILES["r"]), ("--mentions", FILES["r"], "--registrants", FILES["r"], "--programme", FILES["p"])):
            code, _, err = self.house.run("resolve", *words, check=False)
            self.assertEqual(code, 2)
            self.assertIn("--mentions FILE goes with --registrants FILE alone", err)
        code, out, _ = self.house.run("resolve", "--key-attendees", FILES["k"], "--registrants", FILES["r"])
        self.assertEqual(code, 0)
        self.assertIn("a person must choose", out)


if __name__ == "__main__":
    unittest.main()
