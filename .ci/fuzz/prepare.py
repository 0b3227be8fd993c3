"""Opens a marketplace for one role and fills it through HTTP, so that what is fuzzed exists: prints who calls and the ids there are.

usage: prepare.py URL OPERATOR_KEY ROLE
"""

import json
import re
import sys
import time
import urllib.error
import urllib.request

PASSWORD = "correct horse battery"
ID = re.compile(r"\b([a-z]{2,4})_[0-9a-z]{26}\b")


class Api:
    def __init__(self, url, headers=None, seen=None):
        self.url, self.headers, self.seen, self.keys = url, headers or {}, seen if seen is not None else {}, 0

    def as_(self, token):
        return Api(self.url, {**self.headers, "Authorization": f"Bearer {token}"}, self.seen)

    def call(self, method, path, body=None):
        headers = {**self.headers, "Content-Type": "application/json"}
        if method == "POST":
            # Each request is one of its own.
            self.seen["keys"] = self.seen.get("keys", 0) + 1
            headers["Idempotency-Key"] = f"prepare-{self.seen['role']}-{self.seen['keys']}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request) as answer:
                text = answer.read().decode()
        except urllib.error.HTTPError as error:
            raise SystemExit(f"{method} {path}: {error.code} {error.read().decode()}")
        for found in ID.finditer(text):
            ids = self.seen.setdefault("ids", {}).setdefault(found[1], [])
            if found[0] not in ids:
                ids.append(found[0])
        return json.loads(text) if text and text[0] in "[{" else text

    def get(self, path):
        return self.call("GET", path)

    def post(self, path, body=None):
        return self.call("POST", path, body)

    def put(self, path, body):
        return self.call("PUT", path, body)

    def patch(self, path, body):
        return self.call("PATCH", path, body)


def euros(cents):
    return {"amount": cents, "currency": "EUR"}


def until(what, found):
    for _ in range(200):
        if found():
            return
        time.sleep(0.1)
    raise SystemExit(f"not within 20 seconds: {what}")


def settle(api):
    def quiet():
        queues = json.load(urllib.request.urlopen(api.url + "/_local/queues"))
        return not any(q[n] for q in queues if not q["name"].endswith("-dead") for n in ("visible", "in_flight", "delayed"))

    until("the queues are empty", lambda: quiet() and (time.sleep(0.2) or quiet()))


def multipart(form, file):
    boundary = "a-boundary-of-our-own"
    parts = [f'--{boundary}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in form["fields"].items()]
    parts.append(f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n{file}\r\n--{boundary}--\r\n')
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    urllib.request.urlopen(urllib.request.Request(form["url"], "".join(parts).encode(), headers)).read()


def sell(seller, title, cents):
    body = {
        "title": title,
        "option_names": ["Size"],
        "variants": [{"sku": title, "options": ["M"], "price": euros(cents), "stock": 500_000}],
    }
    listing = seller.post("/v1/listings", body)
    return seller.post(f"/v1/listings/{listing['id']}/publish")


def buy(buyer, listing, card=None):
    line = {"listing": listing["id"], "variant": listing["variants"][0]["id"], "quantity": 2}
    buyer.put("/v1/cart", {"lines": [line]})
    checkout = buyer.post("/v1/checkouts", {})
    if card:
        buyer.post(f"/v1/payments/{checkout['payment']['id']}/confirm", {"card": card})
        settle(buyer)
    return checkout["orders"][0]["id"]


def prepare(url, operator_key, role):
    operator = Api(url, seen={"role": role}).as_(operator_key)
    slug = f"fuzz-{role}"
    owner = {"email": f"ada@{role}.example.com", "password": PASSWORD, "name": "Ada"}
    market = {"slug": slug, "name": "Fuzz", "currency": "EUR", "currencies": ["USD"], "fee_basis_points": 1000, "owner": owner}
    operator.post("/v1/marketplaces", market)
    anybody = Api(url, {"X-Marketplace": slug}, operator.seen)
    admin = anybody.as_(anybody.post("/v1/sessions", {"email": owner["email"], "password": PASSWORD})["access_token"])

    def register(name):
        return anybody.post("/v1/users", {"email": f"{name}@{role}.example.com", "password": PASSWORD, "name": name})

    sue = register("sue")
    shop = anybody.as_(sue["access_token"]).post("/v1/sellers", {"name": "Sue's"})
    sue = anybody.post("/v1/sessions/refresh", {"refresh_token": sue["refresh_token"]})
    seller, buyer = anybody.as_(sue["access_token"]), anybody.as_(register("bob")["access_token"])
    for name in ["ada", "sue", "bob"]:
        anybody.post("/v1/sessions", {"email": f"{name}@{role}.example.com", "password": PASSWORD})
    page = "https://shop.example.com/back"
    seller.post(f"/v1/sellers/{shop['id']}/payout-account", {"country": "DE", "return_url": page, "refresh_url": page})

    lamp = sell(seller, "Lamp", 4000)
    draft = {"title": "Draft", "variants": [{"price": euros(100), "stock": 5}]}
    seller.post("/v1/listings", draft)
    coupon = {"of": "marketplace", "code": "SUMMER-10", "discount": {"kind": "percent", "basis_points": 1000}}
    admin.post("/v1/coupons", coupon)
    upload = seller.post("/v1/uploads", {"purpose": "catalog", "content_type": "text/csv"})
    multipart(upload["form"], "Handle,Title,Variant Price\nbell,Bell,9\nhorn,Horn,cheap\n")
    seller.post("/v1/imports", {"upload": upload["upload"]["id"]})
    buyer.post("/v1/uploads", {"purpose": "listing_image", "content_type": "image/jpeg"})

    good, disputed = "4242424242424242", "4000000000000259"
    sold = buy(buyer, lamp, good)
    seller.post(f"/v1/orders/{sold}/transitions", {"transition": "ship", "shipment": {"carrier": "Post", "tracking": "1"}})
    buyer.post(f"/v1/orders/{sold}/transitions", {"transition": "complete"})
    admin.post("/v1/payout-runs", {})
    settle(admin)
    buy(buyer, lamp, disputed)
    paid = [buy(buyer, lamp, good) for _ in range(3)]
    seller.post(f"/v1/orders/{paid[0]}/refunds", {"amount": euros(500)})
    buy(buyer, lamp)
    admin.post("/v1/ledger-verifications", {})
    yesterday = time.strftime("%Y-%m-%d", time.gmtime(time.time() - 86_400))
    admin.post("/v1/reconciliations", {"day": yesterday})
    settle(admin)
    until("there is a dispute", lambda: admin.get("/v1/disputes")["data"])
    buyer.put("/v1/cart", {"lines": [{"listing": lamp["id"], "variant": lamp["variants"][0]["id"], "quantity": 1}]})

    # Whatever is listed has ids.
    for path in ["/v1/sellers", "/v1/coupons", "/v1/reconciliation-findings"]:
        admin.get(path)
    for path in ["payouts", "orders", "listings", "ledger-entries"]:
        seller.get(f"/v1/sellers/{shop['id']}/{path}")
    tokens = {"buyer": buyer, "seller": seller, "admin": admin, "operator": operator}
    token = tokens[role].headers["Authorization"].removeprefix("Bearer ") if role in tokens else ""
    # Another session of the caller, and a marketplace in which nothing happens.
    sessions = tokens.get(role, buyer)
    others = [it["id"] for it in sessions.get("/v1/sessions")["data"] if not it["current"]] if role in ("buyer", "seller", "admin") else []
    spare = operator.post("/v1/marketplaces", {**market, "slug": f"spare-{role}"})
    disputes = [dispute["id"] for dispute in admin.get("/v1/disputes")["data"]]
    return {
        "role": role,
        "marketplace": slug,
        "token": token,
        "ids": operator.seen["ids"],
        # A listing's variants, a shop's own: what stands in one path fits together.
        "lamp": {"listing_id": lamp["id"], "variant_id": lamp["variants"][0]["id"]},
        "disputes": disputes,
        "coupons": ["SUMMER-10"],
        "shop": shop["id"],
        "session": (others or ["ses_01jd0000000000000000000000"])[0],
        "spare": spare["id"],
    }


print(json.dumps(prepare(*sys.argv[1:4]), indent=1))
