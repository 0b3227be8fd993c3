"""Starts moto, an independent emulator of AWS, on one port of the loopback address.

Its clock is ahead of the machine's by what stands in a file, in milliseconds: tests of what becomes of a message in five minutes move
it. Its account is the one of our own services. Its DynamoDB does one thing at a time, as moto by itself mixes up two writers; and a
TransactGetItems takes a hundred items, as on AWS, where moto takes twenty-five and the product asks for more.

    python .ci/fake_aws.py PORT CLOCK_FILE
"""

import datetime
import os
import pathlib
import sys
import threading

os.environ["MOTO_ACCOUNT_ID"] = "000000000000"
port, clock = sys.argv[1], pathlib.Path(sys.argv[2])

from moto.core import utils  # noqa: E402

on_time = utils.utcnow


def utcnow():
    # Being written at this moment, it says nothing.
    ahead = int(clock.read_text() or 0)
    return on_time() + datetime.timedelta(milliseconds=ahead)


utils.utcnow = utcnow

# Only now: some of them take their own copy of the clock.
from moto import server  # noqa: E402
from moto.dynamodb import responses  # noqa: E402
from moto.dynamodbstreams import responses as streams  # noqa: E402

responses.TRANSACTION_MAX_ITEMS = 100
lock = threading.Lock()


def one_at_a_time(handler):
    call = handler.call_action

    def alone(self):
        with lock:
            return call(self)

    handler.call_action = alone


one_at_a_time(responses.DynamoHandler)
one_at_a_time(streams.DynamoDBStreamsHandler)

server.main(["-H", "127.0.0.1", "-p", port])
