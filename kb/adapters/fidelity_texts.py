"""Texts of the kinds people ask in, on which an export of a model is compared with the original."""

_SHORT = (
    "Where is my card?", "I still have not received my new card", "how do I reset my password", "cant log in", "refund",
    "Why was I charged twice?", "the app crashes when I open settings", "Is there a fee for paying by bank transfer?",
    "change my email adress", "What is VAT?", "export to csv", "cancel subscription", "two-factor code never arrives",
    "Kan ik mijn factuur als PDF downloaden?", "Wie lösche ich mein Konto?", "¿Cómo cambio mi contraseña?",
    "Comment annuler mon abonnement ?", "請求書はどこですか", "Как изменить пароль?", "كيف ألغي الاشتراك؟", "ok", "?", "",
    "🙂🙂🙂", "THANKS!!!! STILL BROKEN!!!!",
)  # fmt: skip

_LONG = (
    "Hi team, since the update last Tuesday our recurring invoices go out on the first of the month although the schedule"
    " says the fifteenth. I checked the time zone, the calendar and the template, and deleted and made the schedule again."
    " It happens for two of our five companies, both of which were imported from the old system. What can we do so that"
    " customers do not get reminders two weeks early?",
    "We connect our shop through the API and get 422 for about one in fifty orders. The body names the field line_items but"
    " the same order goes through when we send it again a minute later. Is there a limit for the number of lines, or do we"
    " have to wait for the product to be there first? We would rather not retry blindly, because customers are charged.",
    "I am an accountant with eleven clients. When I switch from one to another, the report I looked at before stays on the"
    " screen with the figures of the first client until I reload the page. That is dangerous: I nearly sent it.",
    "What is the difference between a pour over and a French press, and does the grind really matter as much as people say?"
    " I have a hand grinder with twelve settings and get a bitter cup on the finer ones and a thin one on the coarser.",
)  # fmt: skip

_TECHNICAL = (
    "Traceback (most recent call last):\n  File \"sync.py\", line 88, in push\n    raise Timeout(response.status_code)\nTimeout: 504",
    "ERROR 2024-03-01T10:22:07Z payment-service OrderId=88213 code=PM-402 declined by issuer, retry 3 of 3",
    "SELECT id, total FROM invoice WHERE customer_id = 42 AND paid_at IS NULL ORDER BY due_on DESC;",
    "PM-402", "ERR_CONNECTION_RESET", "https://example.com/docs/api#rate-limits", "docker compose up -d --build web worker",
    "0x80070005 access denied while installing version 12.4.1 on Windows 11",
    "def total(lines):\n    return sum(line.price * line.quantity for line in lines)",
)  # fmt: skip

FIDELITY_TEXTS = (*_SHORT, *_LONG, *_TECHNICAL, " ".join(_LONG), "\n".join(_TECHNICAL), " ".join(_SHORT), "a" * 3000)
"""Short and long, typing errors, other languages, code, logs, nothing at all, and more than a model reads."""
