#!/usr/bin/env python3
"""Rollcall, pg_trgm and minisearch on the same names in the same run, one core each.

    names_peers.py generated BUILD [SEED [PEOPLE]]   ten classes of variants (bench_names dump)
    names_peers.py febrl BUILD                       dataset 4: 4a are the registrants, 4b the mentions

BUILD is the build folder. The peers answer a prefix of the mentions, since they are slow; recall@1 of Rollcall is
given for the same prefix too. minisearch needs `npm install minisearch` in the working directory, pg_trgm a
PostgreSQL with its contributed modules; what is missing is left out with a word.
"""
import csv
import json
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import time
import unicodedata

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHARED = pathlib.Path(os.environ.get("ROLLCALL_SHARED", ROOT.parent / "shared"))
PREFIX = int(os.environ.get("PREFIX_OF_PEERS", "600"))
TRGM = 200  # it is the slowest


def read_tsv(path):
    return [line.split("\t") for line in path.read_text().splitlines()]


def febrl(folder):
    """Given name and surname alone; records that lack one of them are left out."""
    def names(file):
        with (SHARED / "data/names/febrl" / file).open() as f:
            for row in csv.reader(f, skipinitialspace=True):
                number = row[0].split("-")[1] if row[0].startswith("rec-") else None
                if number and row[1] and row[2]:
                    yield number, f"{row[1].title()} {row[2].title()}"
    people = dict(names("dataset4a.csv"))
    (folder / "registrants.tsv").write_text("".join(f"{k}\t{v}\n" for k, v in people.items()))
    kinds = {k: "unchanged" if people.get(k) == v else "changed" for k, v in names("dataset4b.csv")}
    (folder / "mentions.tsv").write_text("".join(
        f"{k if k in people else -1}\t{kinds[k]}\t{v}\n" for k, v in names("dataset4b.csv")))


def fold(name):
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).lower()
    return " ".join(sorted("".join(c if c.isalnum() else " " for c in plain).split()))


def report(who, mentions, best, names, seconds, note=""):
    """best: the first answer for each of a prefix of the mentions. A namesake counts as right: nothing tells them apart."""
    asked = [(m, b) for m, b in zip(mentions, best) if m[0] != "-1"]
    right = sum(b is not None and (b == m[0] or names.get(b) == names[m[0]]) for m, b in asked)
    print(f"{who:<34} {len(best) / seconds:>9.1f} mentions/s  recall@1 {right / len(asked):.4f} of {len(asked)}{note}")


def rollcall(build, folder, mentions, names):
    for name, header in (("registrants", ["id", "name"]), ("mentions", ["name"])):
        with (folder / f"{name}.csv").open("w", newline="") as f:
            out = csv.writer(f)
            out.writerow(header)
            out.writerows(row if name == "registrants" else row[2:] for row in read_tsv(folder / f"{name}.tsv"))
    command = [build / "rollcall", "resolve", "--registrants", folder / "registrants.csv", "--mentions"]
    empty = folder / "none.csv"
    empty.write_text("name\nNobody Atall\n")
    cpu = []
    for path in (empty, folder / "mentions.csv"):
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        done = subprocess.run([*command, path, "--json"], capture_output=True, text=True, check=True)
        cpu.append(resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    best = [line["candidates"][0]["registrant"] if line["candidates"] else None for line in lines]
    linked = [(m, b) for m, b, line in zip(mentions, best, lines) if line["status"] == "linked"]
    wrong = sum(b != m[0] and names.get(b) != names.get(m[0]) for m, b in linked)
    note = f"; linked {len(linked)}, {wrong} wrong ({1 - wrong / max(1, len(linked)):.4f} right)"
    seconds = max(1e-3, cpu[1] - cpu[0])
    report("rollcall resolve, with output", mentions, best, names, seconds, note)
    for kind in sorted({m[1] for m in mentions}):
        some = [(m, b) for m, b in zip(mentions, best) if m[1] == kind]
        report(f"  {kind}", [m for m, _ in some], [b for _, b in some], names, seconds)
    report(f"  first {PREFIX} alone", mentions, best[:PREFIX], names, seconds * PREFIX / len(mentions))


def pg_trgm(folder, mentions, names):
    cluster = folder / "postgres"
    postgres = ROOT / "tests/support/postgres"
    subprocess.run([postgres, "start", cluster], check=True)
    url = (cluster / "url").read_text().strip()

    def sql(text):
        return subprocess.run(["psql", url, "-qAtX", "-v", "ON_ERROR_STOP=1"], input=text, capture_output=True, text=True, check=False)

    def quoted(text):
        return "'" + text.replace("'", "''") + "'"

    try:
        made = sql("create extension pg_trgm; create table r (id text, name text);")
        if made.returncode != 0:
            print(f"pg_trgm: left out, {made.stderr.strip()}")
            return
        sql("copy r from stdin;\n" + "".join(f"{i}\t{fold(name)}\n" for i, name in names.items()) + "\\.\n")
        some = mentions[:TRGM]
        for how, index, query in (
                ("pg_trgm, GIN, % above .4", "create index on r using gin (name gin_trgm_ops)",
                 "select id from r where name % {0} order by similarity(name, {0}) desc, id limit 1"),
                ("pg_trgm, GiST, nearest", "drop index r_name_idx; create index on r using gist (name gist_trgm_ops (siglen = 64))",
                 "select id from r order by name <-> {0} limit 1")):
            sql(f"{index}; vacuum analyze r;")
            script = "set pg_trgm.similarity_threshold = .4;\n" + "".join(
                "select coalesce((" + query.format(quoted(fold(m[2]))) + "), '-');\n" for m in some)
            start = time.monotonic()
            best = [None if line == "-" else line for line in sql(script).stdout.split()]
            report(how, some, best, names, time.monotonic() - start)
    finally:
        subprocess.run([postgres, "stop", cluster], check=False)


def minisearch(folder):
    done = subprocess.run(["node", ROOT / "tests/bench/names_minisearch.mjs", folder, str(PREFIX)], capture_output=True, text=True, check=False)
    print(done.stdout.strip() if done.returncode == 0 else "minisearch: left out; npm install minisearch")


def main():
    what, build = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
    with tempfile.TemporaryDirectory() as text:
        folder = pathlib.Path(text)
        folder.chmod(0o755)
        if what == "febrl":
            febrl(folder)
        else:
            seed, people = (sys.argv[3:] + ["1", "100000"][len(sys.argv) - 3:])[:2]
            subprocess.run([build / "tests/bench_names", "dump", people, "20000", seed, folder], check=True)
        names = dict(read_tsv(folder / "registrants.tsv"))
        mentions = read_tsv(folder / "mentions.tsv")
        print(f"{len(names)} registrants, {len(mentions)} mentions")
        rollcall(build, folder, mentions, names)
        minisearch(folder)
        pg_trgm(folder, mentions, names)


if __name__ == "__main__":
    main()
