"""Spam scores without anybody outside: rules as a start, and words as moderators' own verdicts weigh them (naive Bayes)."""

from datetime import timedelta
from math import exp, log

from kb.ports.spam_judge import Judgement, Learned, Suspect
from kb.screening.matching import fold

PRIOR = -3.0
"""Log-odds of spam before anything is known: one post in twenty."""

LEARNED_FROM = 5
"""Verdicts of either kind before words count: fewer are an anecdote."""

WORDS_COUNTED = 15
"""The most telling words of a text (Graham 2002); more would let a long fair text hide its selling."""

WORDS_WEIGH = 0.5
"""Words of one text are not independent, as naive Bayes takes them to be: half their log-odds, and 4 at most."""

_CAPITALS_FROM = 20
_REASONS_TOLD = 4


class LocalSpamJudge:
    """Pure: a score is of what it is handed, and of nothing else."""

    async def judge(self, suspect: Suspect) -> Judgement:
        speaks = [*_links(suspect), *_writer(suspect), *_text(suspect), *_words(suspect.text, suspect.learned)]
        odds = PRIOR + sum(weight for weight, _ in speaks)
        told = sorted(((weight, said) for weight, said in speaks if weight > 0), reverse=True)
        return Judgement(1 / (1 + exp(-odds)), tuple(said for _, said in told[:_REASONS_TOLD]))


def _links(suspect: Suspect) -> list[tuple[float, str]]:
    count = len(suspect.links)
    if not count:
        return [(-0.5, "no links")]
    found = [(0.9 * min(count, 3), f"{count} links elsewhere" if count > 1 else "a link elsewhere")]
    if len(suspect.text.split()) < 10 * count:
        found.append((2.0, "hardly anything but links"))
    return found


def _writer(suspect: Suspect) -> list[tuple[float, str]]:
    found = []
    if suspect.account_age < timedelta(hours=1):
        found.append((0.7, "an account of less than an hour"))
    elif suspect.account_age < timedelta(days=1):
        found.append((0.3, "an account of less than a day"))
    if suspect.in_sight == 0:
        found.append((0.5, "a first post"))
    elif suspect.in_sight >= 3:
        found.append((-1.0, "posts in sight"))
    if suspect.last_hour >= 5:
        found.append((1.0, f"{suspect.last_hour} posts within an hour"))
    if suspect.copies:
        found.append((2.0 * min(suspect.copies, 2), "the same text as before"))
    return found


def _text(suspect: Suspect) -> list[tuple[float, str]]:
    letters = [sign for sign in suspect.text if sign.isalpha()]
    shouts = len(letters) >= _CAPITALS_FROM and sum(sign.isupper() for sign in letters) > 0.6 * len(letters)
    return [(1.0, "mostly capitals")] if shouts else []


def _words(text: str, learned: Learned) -> list[tuple[float, str]]:
    if min(learned.spam, learned.fair) < LEARNED_FROM:
        return []
    weighed = []
    for word in set(fold(text).split()) & learned.words.keys():
        spam, fair = learned.words[word]
        weighed.append((log((spam + 1) / (learned.spam + 2)) - log((fair + 1) / (learned.fair + 2)), word))
    telling = sorted(weighed, key=lambda one: -abs(one[0]))[:WORDS_COUNTED]
    odds = max(-4.0, min(4.0, WORDS_WEIGH * sum(weight for weight, _ in telling)))
    named = ", ".join(word for weight, word in telling if weight > 0)
    return [(odds, f"words of earlier spam: {named}" if odds > 0 else "words of fair posts")]
