"""Starts localstripe, an independent fake of Stripe, on one port of the loopback address, and says when it listens.

localstripe listens on every address by itself, and refuses a parameter that it does not know: here it listens on 127.0.0.1 only,
and keeps the transfer group of a payment intent, which Stripe takes, as the plain text that it is.

    python .ci/fake_stripe.py PORT
"""

import sys

from aiohttp import web
from localstripe import resources, server

make_intent = resources.PaymentIntent._api_create.__func__


def make_intent_in_group(cls, transfer_group=None, **data):
    intent = make_intent(cls, **data)
    intent.transfer_group = transfer_group
    return intent


resources.PaymentIntent._api_create = classmethod(make_intent_in_group)
# It would keep everything in a file of a fixed name, and load that the next time.
resources.Store.dump_to_disk = lambda self: None

# The default would say that it listens on standard output, after its own fashion.
web.run_app(server.app, host="127.0.0.1", port=int(sys.argv[1]), print=lambda *_: print("ready", flush=True))
