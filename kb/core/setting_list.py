"""Every setting there is: its name in the environment, its default, and what it is for. OPERATIONS.md is tested against this list."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Setting:
    """One line of the list: environment name, default as text, help. `secret` values are never printed."""

    name: str
    default: str
    help: str
    secret: bool = False


SETTINGS: tuple[Setting, ...] = (
    Setting("DATABASE_URL", "", "Postgres with pgvector and pg_trgm. Empty: the embedded server in DATA_DIR."),
    Setting("REDIS_URL", "", "Redis for the job queue. Empty: the embedded server in DATA_DIR."),
    Setting("DATA_DIR", ".data", "Where embedded services, mail written to files and secrets are kept."),
    Setting(
        "BASE_URL", "http://localhost:8000", "The address people reach this installation under; used in mail and links."
    ),
    Setting("HOST", "127.0.0.1", "Address the web server listens on."),
    Setting("PORT", "8000", "Port the web server listens on."),
    Setting("SECRET_KEY", "", "Signs cookies and tokens. Empty: made once and kept in DATA_DIR.", secret=True),
    Setting(
        "EMBED_RUNTIME",
        "auto",
        "auto: ONNX Runtime once the worker has exported the model, torch until then; onnx: wait for the export; torch.",
    ),
    Setting(
        "EMBED_MODEL",
        "",
        "The first sentence-transformers model, by folder or name; later ones by `answerloop model activate`."
        " Empty: all-MiniLM-L6-v2 from its wheel.",
    ),
    Setting(
        "REFRESH_PROPOSES_ABOVE",
        "200",
        "A refresh merges and splits fewer questions than this by itself and proposes the rest to people. 0: it proposes all.",
    ),
    Setting("MEILI_URL", "", "Meilisearch. Empty: search in Postgres."),
    Setting("MEILI_KEY", "", "Key for Meilisearch.", secret=True),
    Setting(
        "SEARCH_WORDS_WEIGHT",
        "0.1",
        "What shared words weigh beside meaning in a search: 0 is meaning alone, 1 as much.",
    ),
    Setting(
        "SMTP_URL",
        "",
        "smtp://user:password@host:port or smtps://… Empty: mail is written to DATA_DIR/mail.",
        secret=True,
    ),
    Setting("MAIL_FROM", "Answerloop <answerloop@localhost>", "Sender of the mail this installation sends."),
    Setting(
        "MAIL_REPLY_DOMAIN", "", "Domain whose mail is handed to us, so that mail can be replied to. Empty: it cannot."
    ),
    Setting(
        "MAIL_SUPPORT_ADDRESSES",
        "",
        "Addresses, apart by spaces, whose mail becomes tickets, such as help@example.com. Empty: none does.",
    ),
    Setting(
        "MAIL_ANSWERS",
        "email form widget chat",
        "Channels whose tickets are answered by mail too: of email, form, widget, chat, api. Empty: none.",
    ),
    Setting(
        "MAIL_ASKS_HOW_IT_WAS",
        "on",
        "Whether customers are asked once by mail, four hours after their ticket was solved, how it was: on or off.",
    ),
    Setting("MAIL_ACKNOWLEDGES", "on", "on: who opens a ticket by mail is told that it came; off: they are not."),
    Setting(
        "IMAP_URL",
        "",
        "A mailbox that is emptied into tickets: imaps://user:password@host/folder or imap://… Empty: none.",
        secret=True,
    ),
    Setting("SMTP_LISTEN", "", "HOST:PORT on which `up` takes in mail over SMTP. Empty: it does not."),
    Setting("LMTP_LISTEN", "", "HOST:PORT on which `up` takes in mail over LMTP. Empty: it does not."),
    Setting(
        "POSTMARK_WEBHOOK_SECRET",
        "",
        "What stands in the address of Postmark's webhooks. Empty: they are refused.",
        secret=True,
    ),
    Setting(
        "MAILGUN_SIGNING_KEY",
        "",
        "The key Mailgun signs its webhooks with. Empty: they are refused.",
        secret=True,
    ),
    Setting("GITHUB_API_URL", "https://api.github.com", "Base address of the GitHub REST API."),
    Setting("GITHUB_REPOSITORY", "", "owner/name that issues are filed to. Empty: the built-in board."),
    Setting("GITHUB_TOKEN", "", "Token that may write issues there.", secret=True),
    Setting(
        "GITHUB_WEBHOOK_SECRET", "", "Secret GitHub signs its webhooks with. Empty: webhooks are refused.", secret=True
    ),
    Setting(
        "WORKER_NAME",
        "",
        "A name that survives a restart, so that a killed worker's leases are freed at once. Empty: host and process.",
    ),
    Setting("LOG_LEVEL", "info", "debug, info, warning or error."),
    Setting(
        "LABEL_PEOPLE",
        "3",
        "Distinct people who must have written each word of a cluster's label that others than ticket readers see, and who must"
        " have asked before an article drafted from tickets is read outside staff.",
    ),
    Setting(
        "LLM_URL",
        "",
        "An OpenAI-compatible server that names clusters, such as http://127.0.0.1:11434/v1. Empty: none is asked.",
    ),
    Setting("LLM_MODEL", "", "Which of its models."),
    Setting("LLM_KEY", "", "Key sent to it, where it wants one.", secret=True),
    Setting(
        "ASSISTANT_MODEL",
        "",
        "Which of LLM_URL's models puts the assistant's answers in other words. Empty: they stay in their authors' own.",
    ),
    Setting("CHAT_KEPT_DAYS", "180", "Days after its last turn that a conversation with the assistant is forgotten."),
    Setting(
        "DUPLICATE_MARKS", "3", "How many people must mark a duplicate before it is confirmed without staff. 0: never."
    ),
    Setting(
        "FLAGS_HIDE",
        "3",
        "How many members with standing must flag a post before it is hidden until somebody has looked. 0: never.",
    ),
    Setting(
        "FIRST_POSTS_HELD",
        "0",
        "So many posts of a newcomer (trust 0) wait for a moderator before anybody sees them. 0: none.",
    ),
    Setting(
        "SPAM_HELD_FROM",
        "0.85",
        "A post of somebody new whose spam score (0 to 1) is so high waits for a moderator. 1: none does.",
    ),
    Setting(
        "PROOF_OF_WORK_BITS",
        "0",
        "How hard a sum a newcomer's browser does for each post, such as 16 (a second or two); without it the post waits. 0: none.",
    ),
    Setting(
        "SHARED_PAGES_SECONDS",
        "2",
        "How long a web process shows a forum page to those not signed in without rendering it again. 0: not at all.",
    ),
    Setting(
        "DEFLECTION_HOLDOUT",
        "5",
        "Of 100 members so many ask without suggestions each month, so that what suggestions spare is known; never about security.",
    ),
    Setting(
        "FILE_STORE_URL",
        "",
        "https://host/bucket of S3 or what speaks as it does, for uploaded files. Empty: DATA_DIR/files.",
    ),
    Setting("FILE_STORE_REGION", "us-east-1", "Its region."),
    Setting("FILE_STORE_KEY", "", "Access key for it. Empty: what the machine's own role allows.", secret=True),
    Setting("FILE_STORE_SECRET", "", "Its secret.", secret=True),
    Setting(
        "UPLOAD_EXTENSIONS",
        "csv docx gz har json log md odt pdf pptx txt xlsx xml yaml zip",
        "Endings of files that may be uploaded besides pictures; they can only be downloaded.",
    ),
    Setting(
        "LINK_CARD_HOSTS",
        "",
        "Hosts, apart by spaces, whose pages are fetched so that a bare link to them shows as a card. Empty: none is asked.",
    ),
    Setting(
        "WEBHOOK_INSIDE_HOSTS",
        "",
        "Hosts of our own network, apart by spaces, that webhooks may be sent to, also by http. Empty: https to the public network only.",
    ),
    Setting("DEFAULT_LANGUAGE", "en", "Language for whoever asks for none of ours: en, de or ar."),
    Setting(
        "SIGN_UP",
        "open",
        "open: anyone may sign up; closed: an admin makes the accounts, and who wrote by mail may choose a password.",
    ),
)

SHAPES = (
    ("PORT", r"\d+", "must be a number", "must be a number such as 8000"),
    ("REFRESH_PROPOSES_ABOVE", r"\d+", "must be a number", "a number such as 200"),
    ("DUPLICATE_MARKS", r"\d+", "must be a number", "must be a number such as 3"),
    ("FLAGS_HIDE", r"\d{1,4}", "must be a number", "must be a number such as 3"),
    ("FIRST_POSTS_HELD", r"\d{1,3}", "must be a number", "must be a number such as 1"),
    ("SPAM_HELD_FROM", r"0(\.\d+)?|1(\.0+)?", "must be from 0 to 1", "a number such as 0.85"),
    ("PROOF_OF_WORK_BITS", r"1?\d|2[0-4]", "must be a number", "a number from 0 to 24, such as 16"),
    ("SHARED_PAGES_SECONDS", r"\d{1,3}(\.\d+)?", "must be a number", "seconds, such as 2"),
    ("DEFLECTION_HOLDOUT", r"([0-4]?\d(\.\d+)?|50)", "must be from 0 to 50", "a percentage such as 5"),
    ("LOG_LEVEL", "debug|info|warning|error", "is unknown", "one of debug, info, warning, error"),
    ("CHAT_KEPT_DAYS", r"[1-9]\d{0,4}", "must be a number", "days, such as 180"),
    ("LABEL_PEOPLE", r"0*[1-9]\d*", "must be a number", "must be 1 or more"),
    ("DEFAULT_LANGUAGE", "en|de|ar", "is not spoken", "one of en, de, ar"),
    ("EMBED_RUNTIME", "auto|onnx|torch", "is unknown", "one of auto, onnx, torch"),
    ("SEARCH_WORDS_WEIGHT", r"\d{1,3}(\.\d+)?", "must be a number", "a number from 0, such as 0.1"),
    ("MAIL_REPLY_DOMAIN", r"[A-Za-z0-9.-]*", "is no domain", "a domain such as reply.example.com"),
    ("MAIL_SUPPORT_ADDRESSES", r"([^\s@]+@[^\s@]+(\s+|$))*", "holds no address", "addresses such as help@example.com"),
    (
        "MAIL_ANSWERS",
        r"((email|form|widget|chat|api|import)(\s+|$))*",
        "is unknown",
        "of email, form, widget, chat, api",
    ),
    ("MAIL_ASKS_HOW_IT_WAS", "on|off", "is unknown", "on or off"),
    ("MAIL_ACKNOWLEDGES", "on|off", "is unknown", "on or off"),
    ("SMTP_LISTEN", r"(\S+:\d{1,5})?", "is no address", "a host and a port such as 0.0.0.0:25"),
    ("LMTP_LISTEN", r"(\S+:\d{1,5})?", "is no address", "a host and a port such as 127.0.0.1:2424"),
)
"""Setting, the shape its value must have, and what is said where it has not."""
