"""Keeps an eye on dates: what is overdue, what comes next and what to do about it; reminds once per stage."""

import hashlib
from datetime import date

SUBJECT = "invoice"
ACTIONS = {
    "overdue_long": "Send a final notice with a date, then stop work until it is paid.",
    "overdue": "Call the client today and send a reminder with the invoice attached.",
    "due_today": "Check the account; if nothing came, send a friendly note tomorrow.",
    "due_soon": "Send a short note that the invoice falls due.",
    "later": "Nothing to do yet.",
}
LONG_OVERDUE_DAYS = 30

ORDER = ("overdue_long", "overdue", "due_today", "due_soon", "later")


async def run(input, tools):
    today = await tools.today()
    notice = input.get("remind_days", 14)
    items, problems = [], []
    for place, item in enumerate(input["items"], start=1):
        try:
            items.append(judged(item, today, notice))
        except ValueError:
            problems.append(f"item {place} ({item['name'][:60]}): {item['due'][:10]} is not a date of the calendar")
    items.sort(key=lambda item: (item["days_left"], item["name"]))
    reminded = await remind(items, tools)
    late = [item for item in items if item["stage"] in ("overdue", "overdue_long")]
    soon = [item for item in items if item["stage"] in ("due_today", "due_soon")]
    return {
        "today": today.isoformat(),
        "deadlines": items,
        "overdue_count": len(late),
        "due_soon_count": len(soon),
        "amount_overdue": round(sum(item["amount"] for item in late), 2),
        "reminded": reminded["names"],
        "alert_sent": reminded["sent"],
        "problems": problems,
        "summary": summary(items, late, soon),
    }


def judged(item, today, notice):
    due = date.fromisoformat(item["due"])
    left = (due - today).days
    stage = stage_of(left, notice)
    return {
        "name": item["name"],
        "due": due.isoformat(),
        "days_left": left,
        "stage": stage,
        "amount": item.get("amount", 0),
        "action": ACTIONS[stage],
    }


def stage_of(left, notice):
    if left < -LONG_OVERDUE_DAYS:
        return "overdue_long"
    if left < 0:
        return "overdue"
    if left == 0:
        return "due_today"
    return "due_soon" if left <= notice else "later"


async def remind(items, tools):
    """One message for everything that reached a new stage since the last run."""
    marks = {mark(item): item for item in items if item["stage"] != "later"}
    seen = await tools.changes(f"{SUBJECT} reminders", sorted(marks))
    fresh = [marks[key] for key in (sorted(marks) if seen["first"] else seen["added"]) if key in marks]
    fresh.sort(key=lambda item: (ORDER.index(item["stage"]), item["days_left"]))
    if not fresh:
        return {"names": [], "sent": False}
    lines = [f"{item['name']}: {when(item['days_left'])}. {item['action']}" for item in fresh]
    sent = await tools.alert(f"{len(fresh)} {SUBJECT}{'s' if len(fresh) > 1 else ''} need attention", lines)
    return {"names": [item["name"] for item in fresh], "sent": sent}


def mark(item):
    text = f"{item['name']}|{item['due']}|{item['stage']}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def when(left):
    if left == 0:
        return "due today"
    days = "1 day" if abs(left) == 1 else f"{abs(left)} days"
    return f"due in {days}" if left > 0 else f"{days} overdue"


def summary(items, late, soon):
    if not items:
        return f"There is no {SUBJECT} with a readable date."
    parts = [f"{len(items)} {SUBJECT}{'s' if len(items) > 1 else ''}: {len(late)} overdue, {len(soon)} due soon."]
    ahead = [item for item in items if item["days_left"] >= 0]
    if late:
        parts.append(f"Most urgent: {late[0]['name']}, {when(late[0]['days_left'])}.")
    if ahead:
        parts.append(f"Next: {ahead[0]['name']}, {when(ahead[0]['days_left'])}.")
    return " ".join(parts)
