"""Labels say what a cluster is about in words several people used, whatever the order of the questions."""

from uuid import UUID

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.clusters.labelling import choose_central, label_clusters
from kb.clusters.supporting import AskedText

LOGIN = ["I can't reset my password", "password reset mail never arrives", "Password reset link is not working"]
CARD = ["My card was declined at checkout", "card declined again", "Why is my card declined when I pay?"]
EXPORT = ["How do I export invoices to CSV?", "csv export of all invoices is empty", "exporting to csv fails"]
ANN, BEN = UUID(int=1), UUID(int=2)


def asked(texts, people=None):
    return [AskedText(text, UUID(int=i) if people is None else people[i]) for i, text in enumerate(texts, start=0)]


def labels_of(**clusters):
    return {key: found.label for key, found in label_clusters({k: asked(v) for k, v in clusters.items()}).items()}


def test_a_label_says_what_the_questions_are_about():
    labels = labels_of(login=LOGIN, card=CARD, export=EXPORT)
    assert labels == {
        "login": "Password reset mail never arrives",
        "card": "Card was declined at checkout",
        "export": "Export invoices to CSV",
    }


REAL = {
    "Activate my card": [
        "Please tell me how to activate my card",
        "How do I activate my card?",
        "card activation help",
    ],
    "ATM ate my card": ["The ATM swallowed my card, help!", "An ATM ate my card", "my card got stuck in the ATM"],
    "Beneficiary not allowed": [
        "Why is this beneficiary not allowed?",
        "It says the beneficiary is not allowed",
        "beneficiary not allowed",
    ],
    "Confirm and pay button is dead": [
        "Confirm and pay does nothing",
        "I clicked Confirm and pay 30 times",
        "The confirm and pay button is dead, nothing happens",
    ],
    "Delete my account": ["How can I delete my account?", "I want to delete my account please", "delete account"],
    "Exchange rate is incorrect": [
        "I think the exchange rate is incorrect",
        "Wrong exchange rate applied",
        "exchange rate incorrect for my purchase",
    ],
    "Invoices land in spam folders": [
        "Our invoices going to spam!",
        "Invoices land in spam folders",
        "customers find the invoice in spam",
    ],
    "Phone is lost or stolen": [
        "What do I do if my phone is lost or stolen?",
        "my phone was stolen, what now",
        "I lost my phone and it may be stolen",
    ],
    "Top-up is still pending": [
        "My top-up is still pending",
        "Why is my top-up pending?",
        "top-up pending since Monday",
    ],
    "Transfer was declined": ["Why was my transfer declined?", "The transfer was declined", "declined transfer, why"],
}


def test_real_questions_get_labels_a_person_would_write():
    labels = labels_of(**{str(i): texts for i, texts in enumerate(REAL.values())})
    assert list(labels.values()) == list(REAL)


def test_a_word_that_every_cluster_uses_does_not_name_one():
    clusters = {
        key: [f"fernbook {text}" for text in texts] for key, texts in {"a": LOGIN, "b": CARD, "c": EXPORT}.items()
    }
    assert not any("fernbook" in label.lower() for label in labels_of(**clusters).values())


def test_a_public_label_uses_only_words_of_enough_people():
    texts = ["Zebedee Quux cannot log in", "Zebedee Quux locked out", "cannot log in, locked out"]
    private = {"one": asked(texts, [ANN, ANN, BEN])}
    assert "zebedee" in label_clusters(private)["one"].label.lower()
    assert label_clusters(private, distinct_people=2)["one"].label == "Cannot log in"


def test_people_nobody_knows_count_as_one():
    texts = asked(["gizmo broken", "gizmo broken"], [None, None])
    assert label_clusters({"a": texts}, distinct_people=2)["a"].label == ""


def test_an_askers_own_name_is_not_a_word_of_theirs():
    texts = [AskedText(f"Zebedee Quux locked out {day}", ANN, asker="Zebedee Quux") for day in ("today", "again")]
    assert label_clusters({"a": texts})["a"].label == "Locked"


@pytest.mark.parametrize("distinct_people", [1, 2])
def test_numbers_addresses_and_links_never_become_names(distinct_people):
    texts = [
        "order 4711-AB for ann@acme.example lost https://acme.example/secret",
        "order 4711-AB ann@acme.example lost, $90 or 1,204.50 EUR gone",
    ]
    label = label_clusters({"a": asked(texts), "b": asked(LOGIN)}, distinct_people=distinct_people)["a"].label.lower()
    assert "order" in label
    assert not any(secret in label for secret in ("4711", "ann", "acme", "secret", "example", "90", "204"))


def test_one_word_is_not_named_twice_in_two_forms():
    label = labels_of(a=["invoice sent", "invoices sent twice", "invoicing sent"], b=LOGIN)["a"].lower()
    assert label.count("invoic") == 1


def test_texts_without_a_telling_word_get_no_label():
    assert labels_of(a=["it is not working", "???", ""], b=LOGIN)["a"] == ""
    assert label_clusters({}) == {}


@settings(max_examples=50)
@given(st.randoms())
def test_labels_do_not_depend_on_the_order_of_questions_or_clusters(random):
    clusters = {"login": asked(LOGIN), "card": asked(CARD), "export": asked(EXPORT)}
    shuffled = {key: random.sample(texts, len(texts)) for key, texts in random.sample(sorted(clusters.items()), 3)}
    assert label_clusters(shuffled) == label_clusters(clusters)


WORDS = st.sampled_from(
    ["invoice", "reset", "zebedee", "4711", "ann@acme.example", "does", "not", "arrive", "my", "?", "card"]
)


@settings(max_examples=150)
@given(
    st.lists(st.tuples(st.lists(WORDS, min_size=1, max_size=7), st.integers(1, 3)), min_size=1, max_size=8),
    st.integers(1, 3),
)
def test_every_word_of_a_label_was_written_by_enough_people(questions, people):
    texts = [AskedText(" ".join(words), UUID(int=person)) for words, person in questions]
    found = label_clusters({"a": texts}, distinct_people=people)["a"]
    for word in found.words:
        assert len({asked.person_id for asked in texts if word in asked.stems}) >= people
    assert not any(character.isdigit() or character == "@" for character in found.label)
    assert len(found.label) <= 60


def test_the_central_question_is_the_nearest_to_all_and_the_oldest_of_equals():
    vectors = np.array([[1.0, 0.0], [0.8, 0.6], [0.0, 1.0], [0.8, 0.6]], dtype=np.float32)
    assert choose_central([UUID(int=i) for i in (4, 3, 2, 1)], vectors) == UUID(int=1)
