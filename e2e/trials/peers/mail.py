"""Python's own mail library as a stranger: sends (smtplib), composes and reads (email). JSON in, JSON out."""

import base64
import email
import email.policy
import hashlib
import json
import smtplib
import ssl
import sys
from email.message import EmailMessage


def connect(order):
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    at = {"host": order["host"], "port": order["port"], "timeout": 60, "source_address": (order["source"], 0)}
    security = order.get("security", "none")
    smtp = smtplib.SMTP_SSL(context=context, **at) if security == "tls" else smtplib.SMTP(**at)
    smtp.ehlo("python.test")
    if security == "starttls":
        smtp.starttls(context=context)
        smtp.ehlo("python.test")
    return smtp


def send(order):
    """One transaction; the reply that ended it, and that of each recipient."""
    smtp = connect(order)
    replies = []
    try:
        if "auth" in order:
            auth = order["auth"]
            smtp.user, smtp.password = auth["user"], auth["password"]
            mechanism = auth["mechanism"]
            smtp.auth(mechanism, getattr(smtp, "auth_" + mechanism.lower()))
        with open(order["file"], "rb") as file:
            content = file.read()
        code, text = smtp.mail(order["from"], order.get("mail", []))
        if code == 250:
            for address in order["to"]:
                code, text = smtp.rcpt(address, order.get("rcpt", []))
                replies.append([address, code, text.decode()])
            if any(each == 250 for _, each, _ in replies):
                code, text = smtp.data(content)
    except smtplib.SMTPResponseException as error:
        code, text = error.smtp_code, error.smtp_error
    return {"code": code, "text": text.decode(), "recipients": replies, "features": sorted(smtp.esmtp_features)}


def probe(order):
    """What the server says to lines of one's own choice."""
    smtp = connect(order)
    return {
        "features": sorted(smtp.esmtp_features),
        "replies": [smtp.docmd(line)[0] for line in order["lines"]],
    }


def compose(order):
    """A message with text, HTML and attachments, as Python's library makes it."""
    message = EmailMessage(policy=email.policy.SMTP)
    for name, value in order["headers"].items():
        message[name] = value
    message.set_content(order["text"])
    message.add_alternative("<p>" + order["text"] + "</p>", subtype="html")
    for name, data in order["attachments"].items():
        data = base64.b64decode(data)
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    with open(order["file"], "wb") as file:
        file.write(message.as_bytes())
    return {}


def read(order):
    """A message taken apart: headers decoded, a digest of each part, and the fields of a delivery report."""
    with open(order["file"], "rb") as file:
        message = email.message_from_binary_file(file, policy=email.policy.default)
    parts, reports, returned = [], [], ""
    for part in message.walk():
        kind = part.get_content_type()
        if kind == "message/delivery-status":
            reports = [{name.lower(): value for name, value in block.items()} for block in part.get_payload()]
        elif kind in ("message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"):
            returned = kind
        if not part.is_multipart():
            data = part.get_payload(decode=True) or b""
            parts.append([kind, part.get_filename(), hashlib.sha256(data).hexdigest()])
    return {
        "type": message.get_content_type(),
        "headers": {name.lower(): str(value) for name, value in message.items()},
        "defects": [repr(defect) for part in message.walk() for defect in part.defects],
        "parts": parts,
        "reports": reports,
        "returned": returned,
    }


TASKS = {"send": send, "probe": probe, "compose": compose, "read": read}
task, order = json.load(sys.stdin)
print(json.dumps(TASKS[task](order)))
