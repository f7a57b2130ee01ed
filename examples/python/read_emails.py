"""Reads the topic `emails` of Millrace with nothing but Python's standard library.

Checks each event against the Avro schema that the topic carries, keeps the newest revision of each document in a
SQLite file, and acknowledges what is durable. Run it again at any time: what arrives twice changes nothing.

    python3 read_emails.py --project acme --subscription my-emails --schema millrace-emails --once

Without PUBSUB_EMULATOR_HOST it speaks to Google with the token in GOOGLE_TOKEN (`gcloud auth print-access-token`).
"""

import argparse
import base64
import json
import os
import sqlite3
import urllib.request

BATCH = 100
READERS_KNOW = 1  # the schema_version up to which this program knows the event


def call(path, body=None):
    """One request to the Pub/Sub API."""
    emulator = os.environ.get("PUBSUB_EMULATOR_HOST")
    base = f"http://{emulator}" if emulator else "https://pubsub.googleapis.com"
    headers = {"content-type": "application/json"}
    if not emulator:
        headers["authorization"] = f"Bearer {os.environ['GOOGLE_TOKEN']}"
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{base}/v1/{path}", data, headers)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def keeps(schema, event):
    """Whether an event in Avro's JSON form keeps a flat record schema. Fields that came later are let through."""
    for field in schema["fields"]:
        value = event.get(field["name"], field.get("default"))
        kind = field["type"]
        if isinstance(kind, dict):
            if value not in kind["symbols"]:
                return False
        elif not isinstance(value, {"string": str, "long": int, "boolean": bool}[kind]):
            return False
    return True


def open_store(path):
    store = sqlite3.connect(path)
    store.execute(
        "CREATE TABLE IF NOT EXISTS mail (doc_id TEXT PRIMARY KEY, user_id TEXT, revision INTEGER, subject TEXT)"
    )
    return store


def apply(store, event):
    """The revision decides, not the order of arrival. A delete stays as a row without a subject."""
    document = json.loads(event["data"]) if event["data"] else {}
    subject = None if event["operation"] == "delete" else document.get("title", "")
    store.execute(
        "INSERT INTO mail VALUES (?, ?, ?, ?) ON CONFLICT (doc_id) DO UPDATE "
        "SET revision = excluded.revision, subject = excluded.subject WHERE excluded.revision > mail.revision",
        (event["doc_id"], event["user_id"], event["revision"], subject),
    )


def read(store, subscription, schema):
    """One batch: checked, stored, and only then acknowledged. Gives how many messages came."""
    received = call(f"{subscription}:pull", {"maxMessages": BATCH}).get("receivedMessages", [])
    done = []
    for one in received:
        event = json.loads(base64.b64decode(one["message"]["data"]))
        if event.get("schema_version", 0) > READERS_KNOW:
            continue  # not ours to judge: it comes again, and by then this program may be newer
        if keeps(schema, event):
            apply(store, event)
        else:
            print(f"not an event of the schema: message {one['message']['messageId']}")
        done.append(one["ackId"])
    store.commit()
    if done:
        call(f"{subscription}:acknowledge", {"ackIds": done})
    return len(received)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--project", required=True)
    options.add_argument("--subscription", required=True)
    options.add_argument("--schema", required=True)
    options.add_argument("--store", default="mail.sqlite")
    options.add_argument("--once", action="store_true", help="end when there is nothing more")
    given = options.parse_args()
    schema = json.loads(call(f"projects/{given.project}/schemas/{given.schema}?view=FULL")["definition"])
    store = open_store(given.store)
    subscription = f"projects/{given.project}/subscriptions/{given.subscription}"
    while read(store, subscription, schema) > 0 or not given.once:
        pass
    for user_id, count in store.execute("SELECT user_id, count(subject) FROM mail GROUP BY user_id ORDER BY user_id"):
        print(f"{user_id}: {count} mails")


if __name__ == "__main__":
    main()
