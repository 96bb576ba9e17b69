"""What tests/conformance/apprise does once everything is there: a server, a hook, Apprise, and a look at what was said."""

import json
import subprocess
import sys
import tempfile
import urllib.request

import apprise


def ask(method, path, token=None, body=None):
    request = urllib.request.Request(URL + path, method=method, data=body and json.dumps(body).encode())
    request.add_header("content-type", "application/json")
    if token:
        request.add_header("authorization", f"Bearer {token}")
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


with tempfile.TemporaryDirectory() as folder:
    words = [sys.argv[1], "--data", f"{folder}/salon.db", "--listen", "127.0.0.1:0"]
    server = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    try:
        URL = server.stdout.readline().split()[-1]
        ada = {"username": "ada", "password": "correct horse battery"}
        token = ask("POST", "/api/auth/register", body=ada)["access_token"]
        wanted = {"kind": "incoming", "name": "Apprise"}
        address = ask("POST", "/api/rooms/general/hooks", token, wanted)["address"]
        secret = address.rsplit("/", 1)[1]
        host = URL.removeprefix("http://")
        posted = []
        for name, service in [
            ("mmost://", f"mmost://Mattermost@{host}/{secret}"),
            ("json://", f"json://{host}/hooks/{secret}?:message=text"),
        ]:
            one = apprise.Apprise()
            assert one.add(service), f"{name} is not taken by Apprise"
            assert one.notify(title="Backup", body=f"by {name} & done"), f"{name} was refused"
            said = ask("GET", "/api/conversations/general/messages?limit=1", token)[0]
            assert f"by {name} & done" in said["content"], said
            posted.append(f"{name}: {said['shown_as']}: {said['content']!r}")
        print("\n".join(posted))
    finally:
        server.terminate()
        server.wait()
