#!/usr/bin/env python3
"""make_conference.py FOLDER [ATTENDEES [SESSIONS [NAMES]]]: a made-up conference of any size as files to import: programme.xml,
lists.txt with so many NAMES for each track, registrants.csv. Always the same for the same numbers."""
import pathlib
import random
import sys

TOPICS = """scheduler rust memory networking storage tracing bpf containers security realtime power graphics firmware
boot virtualization pci usb testing toolchain documentation filesystems io_uring confidential android embedded live-update
thermal audio camera wireless crypto locking cgroups numa huge-pages""".split()
DAYS = ("2099-12-11", "2099-12-12", "2099-12-13")


ONSETS = "b d f g h k l m n p r s t v w z br ch kl sh st tr".split()
VOWELS = "a e i o u ai ei ou".split()


def syllables(number, n):
    text = ""
    for _ in range(n):
        number, onset = divmod(number, len(ONSETS))
        number, vowel = divmod(number, len(VOWELS))
        text += ONSETS[onset] + VOWELS[vowel]
    return text.capitalize()


def name(i):
    """Distinct names that are not all one letter apart: 0 <= i < 5 million."""
    return f"{syllables(i * 7919 % 30976, 2)} {syllables(i * 1000003 % 5451776, 3)}ns"


def main():
    folder = pathlib.Path(sys.argv[1])
    n_people = int(sys.argv[2]) if len(sys.argv) > 2 else 20000
    n_sessions = int(sys.argv[3]) if len(sys.argv) > 3 else 2000
    n_names = int(sys.argv[4]) if len(sys.argv) > 4 else 12
    rng = random.Random(20991211)
    folder.mkdir(parents=True, exist_ok=True)
    n_tracks = max(1, n_sessions // 20)
    per_track = n_sessions // n_tracks
    slots = [(day, start) for day in DAYS for start in (9 * 60, 14 * 60)]
    rooms = -(-n_tracks // len(slots))
    with (folder / "programme.xml").open("w") as out:
        out.write("<schedule><conference><acronym>bulk</acronym><title>Bulk</title>"
                  "<time_zone_name>Asia/Tokyo</time_zone_name></conference>")
        for index, day in enumerate(DAYS):
            out.write(f"<day index='{index + 1}' date='{day}'>")
            for track in range(n_tracks):
                slot_day, start = slots[track % len(slots)]
                if slot_day != day:
                    continue
                out.write(f"<room name='R{track // len(slots) % rooms}'>")
                for i in range(per_track):
                    at = start + i * (240 // per_track)
                    hhmm = f"{at // 60:02}:{at % 60:02}"
                    words = " ".join(rng.sample(TOPICS, 4))
                    speaker = name(rng.randrange(n_people))
                    out.write(f"<event guid='s{track}-{i}' id='{track * 1000 + i}'><date>{day}T{hhmm}:00+09:00</date>"
                              f"<start>{hhmm}</start><duration>00:{240 // per_track:02}</duration>"
                              f"<title>{words} {track}.{i}</title><track>Track {track} {TOPICS[track % len(TOPICS)]} MC</track>"
                              f"<abstract>{' '.join(rng.choices(TOPICS, k=30))}</abstract>"
                              f"<persons><person>{speaker}</person></persons></event>")
                out.write("</room>")
            out.write("</day>")
        out.write("</schedule>\n")
    with (folder / "lists.txt").open("w") as out:
        for track in range(n_tracks):
            people = [name(rng.randrange(n_people)) for _ in range(n_names)]
            out.write(f"## Track {track} {TOPICS[track % len(TOPICS)]} MC\n\nMC leads:\n")
            out.write("".join(f"- {p}\n" for p in people[:2]) + "\nKey attendees:\n")
            out.write("".join(f"- {p}\n" for p in people[2:]) + "\n")
    with (folder / "registrants.csv").open("w") as out:
        out.write("id,name,email,status,attendance,interests\n")
        for i in range(n_people):
            out.write(f"r{i},{name(i)},p{i}@example.org,confirmed,{'remote' if i % 10 == 0 else 'in_person'},"
                      f"{' '.join(rng.sample(TOPICS, 3))}\n")


if __name__ == "__main__":
    main()
