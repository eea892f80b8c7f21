#!/usr/bin/python3
"""An SMTP server that does one thing wrong, at one verb.

Prints its port, then serves until it is killed. --at VERB is connect, EHLO, MAIL, RCPT, DATA, dot (the end of the message)
or body (in the middle of it); --do is what happens there: a reply ("451 4.3.0 Not now"), cut, reset, hang, half (of a
reply, then cut) or babble (a reply without end).
"""
import argparse
import socket
import struct
import threading

GOOD = {"connect": "220 mail.example.org", "EHLO": "250-mail.example.org\r\n250 SIZE 1000000", "MAIL": "250 2.1.0 OK",
        "RCPT": "250 2.1.5 OK", "DATA": "354 Go on", "dot": "250 2.0.0 Taken", "QUIT": "221 Bye", "NOOP": "250 OK"}


class Over(Exception):
    pass


def misbehave(conn, what):
    if what == "reset":
        conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    elif what == "hang":
        while conn.recv(65536):
            pass
    elif what == "half":
        conn.sendall(b"250 2.0")
    elif what == "babble":
        try:
            for _ in range(100000):
                conn.sendall(b"250-" + b"x" * 500 + b"\r\n")
        except OSError:
            pass
    raise Over


def say(conn, verb, args):
    if verb == args.at:
        if not args.do[0].isdigit():
            misbehave(conn, args.do)
        conn.sendall(args.do.encode() + b"\r\n")
        if args.do.startswith("421"):
            raise Over
        return args.do[0] in "23"
    conn.sendall(GOOD.get(verb, "500 5.5.1 What?").encode() + b"\r\n")
    return True


def read_body(conn, lines, args):
    for n, line in enumerate(lines):
        if args.at == "body" and n == 1:
            misbehave(conn, args.do)
        if line.rstrip(b"\r\n") == b".":
            return
    raise Over


def serve(conn, args):
    lines = conn.makefile("rb")
    try:
        say(conn, "connect", args)
        for line in lines:
            verb = line.split()[0].decode("ascii", "replace").upper() if line.split() else ""
            if say(conn, verb, args) and verb == "DATA":
                read_body(conn, lines, args)
                say(conn, "dot", args)
            elif verb == "QUIT":
                break
    except (Over, OSError):
        pass
    finally:
        lines.close()
        conn.close()


parser = argparse.ArgumentParser()
parser.add_argument("--at", required=True)
parser.add_argument("--do", required=True)
arguments = parser.parse_args()
with socket.create_server(("127.0.0.1", 0)) as listener:
    print(listener.getsockname()[1], flush=True)
    while True:
        threading.Thread(target=serve, args=(listener.accept()[0], arguments), daemon=True).start()
