from kb.core.saying import say, say_many


def test_a_sentence_is_plain_text_and_remembers_what_it_was_made_of() -> None:
    said = say("At most {most} tags.", most=5)
    assert said == "At most 5 tags."
    assert (said.msgid, said.values) == ("At most {most} tags.", {"most": 5})


def test_one_is_singular_and_all_other_numbers_plural() -> None:
    assert [say_many("{n} reply", "{n} replies", n) for n in (0, 1, 2)] == ["0 replies", "1 reply", "2 replies"]


def test_braces_in_a_sentence_without_values_stay() -> None:
    assert say("Write {name} here.") == "Write {name} here."
