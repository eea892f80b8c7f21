#!/usr/bin/env python3
"""How the database would run every named statement of sql/queries when a conference is large.

    bench_plans.py BUILD [--attendees N] [--sessions N] [--show NAME]...

Loads a made-up conference into a private PostgreSQL, lets the stages work it off, and looks at each statement's plan.
A statement that is about something (it has more parameters than the event) must not read a large table from one end to
the other, but for those in WHOLE. Exits with 1 when one does; --show prints whole plans.
"""
import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import bench_conference as bench

LARGE = 5000  # rows; a smaller table is read in no time
FEW = {"people": 200, "persons": 200}  # so many there are of what a list is of; else 3

# Statements that are meant to read everything of an event although they have further parameters, and why.
WHOLE = {
    "clash_list": "a list of all clashes, filtered",
    "web_clashes": "a list of all clashes, filtered",
    "web_clashes_minor": "counts all clashes",
    "web_clash_counts": "counts all clashes",
    "plan_resolved_since": "counts all clashes, for the organisers' list",
    "web_track_clashes": "few of the open clashes are of a track, whose sessions are looked up by key",
    "web_clash_changes": "what changed of all clashes since then",
    "plan_open_clashes": "the organisers' list of all open clashes",
    "forget_addresses": "who is forgotten may be named in any text",
    "forget_known": "who is forgotten may be known under any name",
    "forget_name": "who is forgotten may be named in any text",
    "forget_names": "who is forgotten may be named in any text",
    "outbox_list": "an operator's list, filtered",
    "outbox_retry": "an operator's list, filtered",
    "people_named": "a part of a name, by an operator",
    "registrant_find": "a part of a name, by an operator",
    "registrant_missing": "an import compares all",
    "registrant_cancel_missing": "an import compares all",
}


def statements():
    for path in sorted((bench.ROOT / "sql/queries").glob("*.sql")):
        for block in re.split(r"^-- name: ", path.read_text(), flags=re.M)[1:]:
            name, body = block.split("\n", 1)
            yield name.strip(), body.strip()


def arguments(name, types, body, ids):
    """A list is planned for what it is, as when a stage loads; all else for anything."""
    if "bigint[]" not in types or types[0] != "bigint" or not set(types) <= {"bigint", "bigint[]", "boolean"}:
        return "force_generic_plan", ", ".join("null" for _ in types)
    of = re.search(r"\$2 (?:all )?(\w+)", body)
    some = "'{" + ",".join(ids[: FEW.get(of[1] if of else "", 3)]) + "}'"
    return "force_custom_plan", ", ".join({"bigint": ids[0], "bigint[]": some, "boolean": "false"}[t] for t in types)


def explain(database):
    ids = database.value("select person_id from person order by person_id limit 200").splitlines()
    named = {name: body for name, body in statements()
             if re.match(r"(--[^\n]*\n|\s)*(select|with|insert|update|delete)\b", body)}
    session = ["set search_path = rollcall, public;", *(f'prepare "{name}" as {body.rstrip(";")};' for name, body in named.items())]
    listing = session + ["select name || '|' || array_to_string(parameter_types::text[], ',') from pg_prepared_statements;"]
    for line in psql(database, listing).splitlines():
        name, types = line.split("|")
        types = types.split(",") if types else []
        mode, values = arguments(name, types, named[name], ids)
        # what belongs to few people is read with this setting (0011): then no plan has a choice where there is an index
        session += [f"set plan_cache_mode = {mode};", f"set enable_seqscan = {'off' if mode == 'force_custom_plan' else 'on'};",
                    f"select json_build_array('{name}', {len(types)});",
                    f'explain (format json) execute "{name}"' + (f"({values});" if types else ";")]
    out = psql(database, session)
    decoder, at, found = json.JSONDecoder(), 0, []
    while at < len(out.rstrip()):
        value, at = decoder.raw_decode(out, at)
        at += len(out[at:]) - len(out[at:].lstrip())
        found.append(value)
    for (name, n), plan in zip(found[::2], found[1::2]):
        yield name, n, plan[0]["Plan"]


def psql(database, lines):
    return subprocess.run(["psql", database.url, "-qAtX", "-v", "ON_ERROR_STOP=1"], input="\n".join(lines), check=True,
                          stdout=subprocess.PIPE, text=True).stdout


def nodes(plan):
    yield plan
    for child in plan.get("Plans", []):
        yield from nodes(child)


def judge(database, show):
    psql(database, ["analyze;"])
    sizes = dict(line.split("|") for line in database.value(
        "select relname, reltuples::bigint from pg_class where relnamespace = 'rollcall'::regnamespace and relkind = 'r'").splitlines())
    large = {name for name, rows in sizes.items() if int(rows) >= LARGE}
    wrong, n = [], 0
    for name, n_parameters, plan in explain(database):
        n += 1
        if name in show:
            print(name, json.dumps(plan, indent=1))
        read = sorted({node["Relation Name"] for node in nodes(plan)
                       if node["Node Type"] == "Seq Scan" and node.get("Relation Name") in large})
        if read and n_parameters > 1 and name not in WHOLE:
            wrong.append(name)
            print(f"{name}: reads all of {', '.join(f'{table} ({sizes[table]} rows)' for table in read)}")
    print(f"{n} statements, {len(large)} tables of {LARGE} rows and more, {len(wrong)} statements that read one from end to end")
    return not wrong


def load(arguments, folder, database):
    subprocess.run([bench.ROOT / "tests/bench/make_conference.py", folder, str(arguments.attendees), str(arguments.sessions), "20"],
                   check=True)
    rollcall = pathlib.Path(arguments.build).resolve() / "rollcall"
    environment = {**os.environ, "ROLLCALL_DATABASE_URL": database.url, "ROLLCALL_VAR": str(folder / "var"),
                   "ROLLCALL_ORGANISERS": "organiser@example.org", "ROLLCALL_SECRET": "0123456789abcdef0123456789abcdef"}
    (folder / "var").mkdir()
    subprocess.run([rollcall, "migrate"], env=environment, check=True, stdout=subprocess.DEVNULL)
    for name in ("programme.xml", "lists.txt", "registrants.csv"):
        subprocess.run([rollcall, "import", folder / name, "--event", "bulk"], env=environment, check=True, stdout=subprocess.DEVNULL)
    workers = [bench.Worker(name, rollcall, folder, environment) for name in bench.STAGES]
    try:
        bench.wait_until(database, "select not exists (select from job where due_at <= now() or attempts > 0)"
                                   " and exists (select from outbox)")
    finally:
        for worker in workers:
            worker.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build")
    parser.add_argument("--attendees", type=int, default=20000)
    parser.add_argument("--sessions", type=int, default=2000)
    parser.add_argument("--show", action="append", default=[], metavar="NAME")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as text:
        folder = pathlib.Path(text)
        folder.chmod(0o755)
        database = bench.Database(folder, False)
        try:
            load(arguments, folder, database)
            sys.exit(0 if judge(database, arguments.show) else 1)
        finally:
            database.stop()


if __name__ == "__main__":
    main()
