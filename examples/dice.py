#!/usr/bin/env python3
"""A bot for Salon that throws dice: `/roll 2d6` wherever somebody writes, once an administrator has made that command, and
`!roll 2d6` in any room that it is in. Python alone, nothing to install.

    SALON_TOKEN=salon_bot_… python3 examples/dice.py http://127.0.0.1:8080

It listens on a socket (the native dialect, docs/sockets.md) and answers by REST. When the line breaks it comes back and says
where it was (`cursor`), so that it misses nothing; `client_id` keeps it from answering anything twice.
"""

import base64, json, os, random, re, socket, ssl, struct, sys, time, urllib.error, urllib.request

URL, TOKEN = sys.argv[1].rstrip("/"), os.environ["SALON_TOKEN"]


def ask(method, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
    request = urllib.request.Request(URL + path, data, headers, method=method)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.loads(answer.read() or b"null")


def open_socket(cursor):
    """A WebSocket by hand: a handshake, then frames (RFC 6455)."""
    scheme, host = URL.split("://")
    name, _, port = host.partition(":")
    line = socket.create_connection((name, int(port or (443 if scheme == "https" else 80))), timeout=75)
    if scheme == "https":
        line = ssl.create_default_context().wrap_socket(line, server_hostname=name)
    since = f"?cursor={cursor}" if cursor else ""
    key = base64.b64encode(os.urandom(16)).decode()
    line.sendall(f"GET /ws/events/{since} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {TOKEN}\r\nUpgrade: websocket\r\n"
                 f"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n".encode())
    stream = line.makefile("rb")
    status = stream.readline()
    if b" 101 " not in status:
        raise ConnectionError(status.decode().strip())
    while stream.readline().strip():
        pass
    return line, stream


def exactly(stream, count):
    data = stream.read(count)
    if len(data) < count:
        raise ConnectionError("the server has gone")
    return data


def frames(line, stream):
    """The texts that come; pings are answered on the way. The server sends no fragments."""
    while True:
        first, second = exactly(stream, 2)
        size = second & 127
        if size > 125:
            size = struct.unpack("!H" if size == 126 else "!Q", exactly(stream, 2 if size == 126 else 8))[0]
        data = exactly(stream, size)
        if first & 15 == 1:
            yield json.loads(data)
        elif first & 15 == 9:
            mask = os.urandom(4)
            masked = bytes(byte ^ mask[place % 4] for place, byte in enumerate(data))
            line.sendall(bytes([0x8A, 0x80 | len(data)]) + mask + masked)
        elif first & 15 == 8:
            raise ConnectionError(f"closed: {data[2:].decode()} {data[:2].hex()}")


def thrown(wanted):
    """What `2d6` comes to; nothing for what is no dice."""
    wanted = re.fullmatch(r"(\d{1,2})d(\d{1,4})", wanted.strip())
    if not wanted:
        return None
    count, sides = max(1, int(wanted[1])), max(1, int(wanted[2]))
    dice = [random.randint(1, sides) for _ in range(count)]
    return f"{' + '.join(map(str, dice))} = **{sum(dice)}**" if count > 1 else f"**{dice[0]}**"


def answer(message, me):
    """Somebody has said `!roll 2d6`: the answer is a message like any other."""
    if not message["content"].startswith("!roll ") or message["sender"] == me or message["shown_as"]:
        return
    text = thrown(message["content"].removeprefix("!roll "))
    if text:
        body = {"content": text, "reply_to": message["id"], "client_id": f"roll-{message['id']}"}
        ask("POST", f"/api/conversations/{message['chat_id']}/messages", body)


def answer_command(asked):
    """Somebody has typed `/roll 2d6`: the whole room sees what falls, or the asker alone where the bot may not speak."""
    if asked["name"] != "roll":
        return
    text, path = thrown(asked["text"] or "1d6"), f"/api/commands/{asked['id']}"
    if not text:
        ask("POST", path, {"text": "Like this: `/roll 2d6`, two dice with six sides."})
        return
    try:
        ask("POST", path, {"response_type": "in_channel", "text": f"{asked['username']}: {text}"})
    except urllib.error.HTTPError as refused:
        if refused.code not in (403, 404, 429):
            raise
        ask("POST", path, {"text": text})


def main():
    me, cursor = ask("GET", "/api/me")["username"], None
    while True:
        try:
            for frame in frames(*open_socket(cursor)):
                if frame["action"] == "hello":
                    print(f"{me} is here", flush=True)
                if frame["action"] == "new_message":
                    answer(frame["data"], me)
                if frame["action"] == "command":
                    answer_command(frame["data"])
                cursor = frame.get("rev", cursor) or frame["data"].get("cursor", cursor)
        except (OSError, ConnectionError) as error:
            print(f"{error}; back in 3 s", file=sys.stderr, flush=True)
            time.sleep(3)


main()
