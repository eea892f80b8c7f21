#!/usr/bin/python3
"""A homeserver as far as a notifier can tell, scripted after what real ones do.

Prints its port, then serves until it is killed. The token is good-token, the account @rollcall:example.org.
What it does is in the localpart of the user who is written to:
  encrypted      every room with them is encrypted        left       has left the room of m.direct
  stale          m.direct names a room we are not in      banned     createRoom is refused, federation denied
  limit-header   the first send is 429 with Retry-After: 2 and retry_after_ms 100
  limit-field    the first send is 429 with retry_after_ms 1500 only
  limit-create   the first createRoom is 429
  lost           the first sends are taken, no reply is sent
  forbidden      sends are 403      big   sends are 413     gateway  createRoom is 502 with HTML
  fails          the first send is 500
GET /_test/dump answers with everything that happened. With --prefix everything lives under that path.
"""
import argparse
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

ME = "@rollcall:example.org"
CLIENT = "/_matrix/client/v3"
lock = threading.Lock()
direct = {"@left:example.org": ["!left"], "@stale:example.org": ["!gone"], "@friend:example.org": ["!friend"]}
rooms = {
    "!left": {"user": "@left:example.org", "membership": "leave"},
    "!friend": {"user": "@friend:example.org", "membership": "join"},
}
events = []   # {"room", "user", "content", "event_id"}
by_txn = {}   # (token, path) -> event id
requests = [] # "GET /path"
seen = {}     # (user, what) -> how often
delay_s = 0
prefix = ""


def first_time(user, what):
    seen[(user, what)] = seen.get((user, what), 0) + 1
    return seen[(user, what)] == 1


def localpart(user):
    return user[1:].split(":")[0]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 65536  # one packet per reply

    def log_message(self, *args):
        pass

    def answer(self, status, body, headers=()):
        data = json.dumps(body).encode() if not isinstance(body, bytes) else body
        self.send_response(status)
        self.send_header("Content-Type", "application/json" if not isinstance(body, bytes) else "text/html")
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def error(self, status, code, text="no", extra=None, headers=()):
        self.answer(status, {"errcode": code, "error": text, **(extra or {})}, headers)

    def limit(self, ms, headers=()):
        self.error(429, "M_LIMIT_EXCEEDED", "Too Many Requests", {"retry_after_ms": ms}, headers)

    def serve(self):
        length = int(self.headers.get("Content-Length") or 0)
        raw = self.rfile.read(length)
        if self.path == "/_test/dump":
            with lock:
                return self.answer(200, {"events": events, "rooms": rooms, "direct": direct, "requests": requests})
        time.sleep(delay_s)
        with lock:
            requests.append(self.command + " " + self.path)
            if not self.path.startswith(prefix + CLIENT):
                return self.error(404, "M_UNRECOGNIZED", "Unrecognized request")
            if self.headers.get("Authorization") != "Bearer good-token":
                return self.error(401, "M_UNKNOWN_TOKEN", "Unknown access token", {"soft_logout": False})
            try:
                body = json.loads(raw) if raw else None
            except ValueError:
                return self.error(400, "M_NOT_JSON")
            parts = [unquote(part) for part in self.path[len(prefix + CLIENT):].split("/")[1:]]
            return self.route(parts, body)

    do_GET = do_PUT = do_POST = serve

    def route(self, parts, body):
        what = (self.command, parts[0])
        if what == ("GET", "account") and parts[1] == "whoami":
            return self.answer(200, {"user_id": ME, "device_id": "ROLLCALL"})
        if parts[0] == "user" and parts[1:] == [ME, "account_data", "m.direct"]:
            return self.account_data(body)
        if what == ("POST", "createRoom"):
            return self.create_room(body)
        if what == ("GET", "rooms") and parts[2] == "state":
            return self.state(parts[1], parts[3:])
        if what == ("PUT", "rooms") and parts[2:4] == ["send", "m.room.message"]:
            return self.send(parts[1], body)
        return self.error(404, "M_UNRECOGNIZED", "Unrecognized request")

    def account_data(self, body):
        global direct
        if self.command == "PUT":
            direct = body
            return self.answer(200, {})
        return self.answer(200, direct) if direct else self.error(404, "M_NOT_FOUND")

    def create_room(self, body):
        user = body["invite"][0]
        who = localpart(user)
        assert body["is_direct"] is True and body["preset"] == "trusted_private_chat"
        if who == "banned":
            return self.error(403, "M_FORBIDDEN", "Federation denied")
        if who == "gateway":
            return self.answer(502, b"<html>Bad Gateway</html>")
        if who == "limit-create" and first_time(user, "create"):
            return self.limit(1200)
        room = "!EHTL_Rdtti/Qqe-%d" % (len(rooms) + 1)  # opaque, without a server's name; a slash is a trap
        rooms[room] = {"user": user, "membership": "invite"}
        return self.answer(200, {"room_id": room})

    def state(self, room, key):
        if room not in rooms:
            return self.error(403, "M_FORBIDDEN", "User not in room")
        user = rooms[room]["user"]
        if key[0] == "m.room.member":
            if key[1] == user:
                return self.answer(200, {"membership": rooms[room]["membership"]})
            return self.error(404, "M_NOT_FOUND")
        if key[0] == "m.room.encryption" and localpart(user) == "encrypted":
            return self.answer(200, {"algorithm": "m.megolm.v1.aes-sha2"})
        return self.error(404, "M_NOT_FOUND", "Event not found.")

    def send(self, room, body):
        if room not in rooms:
            return self.error(403, "M_FORBIDDEN", "User not in room")
        user = rooms[room]["user"]
        who = localpart(user)
        if who == "forbidden":
            return self.error(403, "M_FORBIDDEN", "You may not speak here")
        if who == "big" or len(json.dumps(body)) > 65536:
            return self.error(413, "M_TOO_LARGE", "event too large")
        if who == "limit-header" and first_time(user, "send"):
            return self.limit(100, [("Retry-After", "2")])
        if who == "limit-field" and first_time(user, "send"):
            return self.limit(1500)
        if who == "fails" and first_time(user, "send"):
            return self.error(500, "M_UNKNOWN", "Internal server error")
        key = ("good-token", self.path)
        if key not in by_txn:  # the body of a repeat is dropped without a word
            by_txn[key] = "$event%d" % (len(events) + 1)
            events.append({"room": room, "user": user, "content": body, "event_id": by_txn[key]})
        seen[(user, "taken")] = seen.get((user, "taken"), 0) + 1
        if who == "lost" and seen[(user, "taken")] <= 6:  # libcurl asks again by itself while it has kept connections
            self.close_connection = True
            return None
        return self.answer(200, {"event_id": by_txn[key]})


parser = argparse.ArgumentParser()
parser.add_argument("--prefix", default="")
parser.add_argument("--delay-ms", type=int, default=0)
args = parser.parse_args()
prefix = args.prefix
delay_s = args.delay_ms / 1000
server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
print(server.server_address[1], flush=True)
server.serve_forever()
