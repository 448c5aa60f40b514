"""Python's own mail library as a stranger: sends (smtplib), picks up (poplib), composes and reads (email). JSON in, JSON out."""

import base64
import email
import email.policy
import hashlib
import json
import poplib
import smtplib
import ssl
import sys
from email.message import EmailMessage


# Each line of a message is read whole, and lines of mail may be longer than poplib expects.
poplib._MAXLINE = 100_000


def any_certificate():
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def connect(order):
    context = any_certificate()
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


def pick_up(order):
    """All of a mailbox; deletes it and says goodbye only when told to."""
    context, security = any_certificate(), order["security"]
    at = {"host": "127.0.0.1", "port": order["port"], "timeout": 60}
    pop = poplib.POP3_SSL(context=context, **at) if security == "tls" else poplib.POP3(**at)
    capabilities = sorted(pop.capa())
    if security == "starttls":
        pop.stls(context)
    pop.user(order["user"])
    pop.pass_(order["password"])
    sizes = [int(line.split()[1]) for line in pop.list()[1]]
    messages = {}
    for line in pop.uidl()[1]:
        number, uid = line.decode().split()
        content = b"".join(line + b"\r\n" for line in pop.retr(int(number))[1])
        messages[uid] = base64.b64encode(content).decode()
        if order["deletes"]:
            pop.dele(int(number))
    if order["quits"]:
        pop.quit()
    else:
        pop.close()
    return {"messages": messages, "sizes": sizes, "capabilities": capabilities}


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


TASKS = {"send": send, "probe": probe, "pick_up": pick_up, "compose": compose, "read": read}
task, order = json.load(sys.stdin)
print(json.dumps(TASKS[task](order)))
