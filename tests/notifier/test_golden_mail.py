#!/usr/bin/python3
"""The golden mails as python's email package, which nobody here wrote, reads them: no defects, short lines,
decoded text equal to the golden text, calendars that parse, one-click headers as RFC 8058 wants them."""
import email
import email.policy
import glob
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
failures = []


def check(name, is_true, what):
    if not is_true:
        failures.append("%s: %s" % (name, what))


def check_lines(name, raw):
    check(name, b"\n" not in raw.replace(b"\r\n", b""), "a bare line feed")
    check(name, b"\r" not in raw.replace(b"\r\n", b""), "a bare carriage return")
    check(name, all(byte < 128 for byte in raw), "a byte beyond ASCII")
    for line in raw.split(b"\r\n"):
        is_one_token = line.startswith(b" <http") and b" " not in line[1:]
        check(name, len(line) <= 76 or is_one_token, "a line of %d bytes: %s" % (len(line), line[:60]))


def check_headers(name, message):
    for header in ("Date", "From", "To", "Subject", "Message-ID", "In-Reply-To", "References", "List-Id", "MIME-Version"):
        check(name, len(message.get_all(header, [])) == 1, "not one " + header)
    for header, value in message.items():
        check(name, not value.defects, "%s: %s" % (header, value.defects))
    check(name, re.fullmatch(r"<[^<>@ ]+@lpc\.example\.org>", message["Message-ID"]), "Message-ID " + message["Message-ID"])
    check(name, message["Auto-Submitted"] == "auto-generated", "Auto-Submitted")
    check(name, message["To"].addresses[0].addr_spec == "ada@example.org", "To")
    if message["List-Unsubscribe"]:
        check(name, re.fullmatch(r"<https://[^<>, ]+>", message["List-Unsubscribe"].strip()), "List-Unsubscribe")
        check(name, message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click", "List-Unsubscribe-Post")


def check_calendar(name, part):
    text = part.get_payload(decode=True)
    method = re.search(rb"^METHOD:(\w+)\r$", text, re.M)
    check(name, method and method.group(1).decode() == part.get_param("method", "PUBLISH"), "METHOD differs from the parameter")
    check(name, b"ATTENDEE" not in text, "PUBLISH has no ATTENDEE (RFC 5546 3.2.1)")
    check(name, text.startswith(b"BEGIN:VCALENDAR\r\n") and text.endswith(b"END:VCALENDAR\r\n"), "not a calendar")


def check_parts(name, message):
    types = [part.get_content_type() for part in message.walk() if not part.is_multipart()]
    with_calendar = ["text/plain", "text/html", "text/calendar", "application/ics"]
    check(name, types in (["text/plain", "text/html"], with_calendar), "parts are %s" % types)
    for part in message.walk():
        check(name, not part.defects, "%s: %s" % (part.get_content_type(), part.defects))
        if part.get_content_type() in ("text/calendar", "application/ics"):
            check_calendar(name, part)
    check(name, len({part.get_payload(decode=True) for part in message.walk() if "ics" in part.get_content_type() or "calendar" in part.get_content_type()}) <= 1,
          "the attachment is not the calendar part")


def check_texts(name, message, path):
    for subtype, ending in (("plain", ".txt"), ("html", ".html")):
        with open(path[:-4] + ending, encoding="utf-8") as file:
            want = file.read()
        part = message.get_body((subtype,))
        check(name, part.get_content().replace("\r\n", "\n").rstrip("\n") == want.rstrip("\n"), "the %s part is not %s" % (subtype, ending))


paths = sorted(glob.glob(HERE + "/golden/*.eml"))
for path in paths:
    name = os.path.basename(path)
    with open(path, "rb") as file:
        raw = file.read()
    message = email.message_from_bytes(raw, policy=email.policy.default)
    check_lines(name, raw)
    check_headers(name, message)
    check_parts(name, message)
    check_texts(name, message, path)
check("golden", len(paths) >= 6, "only %d mails found" % len(paths))
print("\n".join(failures) or "%d mails, no defects" % len(paths))
sys.exit(1 if failures else 0)
