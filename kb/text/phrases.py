"""What people write around a question, by language. A new language is one more `Phrases` in LANGUAGES. Mail: `mail_words`.

Every pattern is matched without regard to case, against one line or one sentence, never across lines.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Phrases:
    """Alternatives of a regular expression, without anchors."""

    greetings: tuple[str, ...]
    """How a message opens."""
    addressees: tuple[str, ...]
    """Whom it greets, when that is no name."""
    openers: tuple[str, ...]
    """Words that begin the question itself: after "hi" they show that no name follows."""
    pleasantries: tuple[str, ...]
    """Whole sentences that ask nothing, at either end."""


ENGLISH = Phrases(
    greetings=("hi+", "hello+", "hey+", "hiya", "howdy", "dear", "greetings", "good (?:morning|afternoon|evening|day)", "yo", "gm"),
    addressees=(
        "there", "all", "every(?:one|body)", "folks", "guys", "team", "people", "friends", "community", "experts?",
        "support", "helpdesk", "help desk", "customer (?:service|support|care)", "sirs?", "madam", "sir or madam",
        "sir/madam", "again", "ladies and gentlemen", "to whom it may concern", "both", "devs", "developers",
    ),
    openers=(
        "i", "i'm", "im", "i've", "ive", "i'd", "we", "we're", "we've", "my", "our", "the", "a", "an", "it",
        "this", "that",
        "there is", "can", "could", "how", "what", "why", "when", "where", "which", "who", "is", "are", "do",
        "does", "did",
        "has", "have", "will", "would", "should", "please", "just", "after", "since", "when", "if", "need", "trying",
        "in", "on", "for", "after", "any", "anyone", "u", "you", "your", "not", "am",
    ),
    pleasantries=(
        r"(?:many |much )?thank(?:s|\s?you|\su)?\b(?! to (?:the|your|a|this|that|my)\b)(?!.{0,80}\b(?:but|"
        r"how|why|what|not|can'?t|cannot|error|broken)\b).{0,80}", "thanx", "thx.{0,40}", "ty", "tia", r"cheers\b.{0,20}",
        r"(?:any|all) (?:help|advice|ideas?|suggestions?|pointers?|input|feedback|thoughts|assistance|"
        r"insights?|tips?|hints?)"
        r"(?: or \w+)?(?: (?:on|with|about|in|for) .{0,40})?"
        r"(?: (?:is|are|would be|will be|(?:is |would be )?(?:much|greatly|very much|highly))){0,2} ?"
        r"(?:much |greatly |very |highly |so |really )?(?:appreciated|welcome|helpful|great|useful|nice|awesome)",
        r"(?:i|we)(?:'d|'ll| would| will)? (?:really |greatly |very much |highly )?appreciate (?:any|your|some|all) "
        r"(?:help|advice|assistance|support|input|time|feedback|guidance).{0,40}",
        r"(?:i(?:'m| am)? )?look(?:ing)? forward to .{1,60}",
        r"(?:i )?hope (?:you(?:'re| are)|this (?:finds|e?-?mail|message)|all is well|everyone is|everybody is).{0,60}",
        r"(?:i )?hope (?:some(?:one|body)|you|"
        r"anyone) can help.{0,30}", "please (?:help|advise|assist)(?: me| us)?(?: with this)?",
        "(?:plz|pls) (?:help|advise)(?: me)?", "(?:can|could) (?:any(?:one|body)|some(?:one|body)|"
        "you)(?: please)? help(?: me)?",
        r"(?:i(?:'m| am) )?new (?:here|"
        r"to this forum)(?: so .{0,60})?", "sorry for (?:my|the) (?:bad |poor )?english.{0,40}",
        r"(?:please )?let me know(?: if you need (?:any ?thing|any more|more|"
        r"further) .{0,50})?", "have a (?:nice|great|good) .{1,20}",
        r"(?:best|kind|warm|warmest|with (?:best|"
        r"kind)) regards.{0,30}", "sorry (?:if|for) .{0,30}(?:stupid|silly|dumb|basic|noob|newbie).{0,40}",
    ),
)  # fmt: skip

LANGUAGES: tuple[Phrases, ...] = (ENGLISH,)


def alternatives(kind: str) -> str:
    """One group of a pattern over all languages."""
    return "(?:" + "|".join(phrase for language in LANGUAGES for phrase in getattr(language, kind)) + ")"
