"""Labels name what sets a cluster apart, in words several people used, whatever the order of the questions."""

from uuid import UUID

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.clusters.labelling import AskedText, choose_central, label_clusters

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
    assert labels["login"].startswith("Password reset")
    assert labels["card"].startswith("Card declined")
    assert "csv" in labels["export"].lower()


def test_a_word_that_every_cluster_uses_does_not_name_one():
    clusters = {
        key: [f"fernbook {text}" for text in texts] for key, texts in {"a": LOGIN, "b": CARD, "c": EXPORT}.items()
    }
    assert not any("fernbook" in label.lower() for label in labels_of(**clusters).values())


def test_a_public_label_uses_only_words_of_enough_people():
    texts = ["Zebedee Quux cannot log in", "Zebedee Quux locked out", "cannot log in, locked out"]
    private = {"one": asked(texts, [ANN, ANN, BEN])}
    assert "zebedee" in label_clusters(private)["one"].label.lower()
    public = label_clusters(private, distinct_people=2)["one"].label.lower()
    assert "locked" in public
    assert "zebedee" not in public


def test_people_nobody_knows_count_as_one():
    texts = asked(["gizmo broken", "gizmo broken"], [None, None])
    assert label_clusters({"a": texts}, distinct_people=2)["a"].label == ""


def test_numbers_addresses_and_links_never_become_names():
    texts = [
        "order 4711-AB for ann@acme.example lost https://acme.example/secret",
        "order 4711-AB ann@acme.example lost",
    ]
    label = labels_of(a=texts, b=LOGIN)["a"].lower()
    assert "order" in label
    assert not any(secret in label for secret in ("4711", "ann", "acme", "secret", "example"))


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


def test_the_central_question_is_the_nearest_to_all_and_the_oldest_of_equals():
    vectors = np.array([[1.0, 0.0], [0.8, 0.6], [0.0, 1.0], [0.8, 0.6]], dtype=np.float32)
    assert choose_central([UUID(int=i) for i in (4, 3, 2, 1)], vectors) == UUID(int=1)
