"""Mail as files."""

from pathlib import Path

import pytest

from kb.adapters.mail_folder import MailFolder
from kb.core.errors import Invalid, NotFound, Unavailable
from kb.core.ids import new_id
from kb.ports.channel import OutgoingMessage

SENDER = "Fernbook help <help@fernbook.example>"


def outgoing(subject: str) -> OutgoingMessage:
    return OutgoingMessage(new_id(), "ines@example.com", subject, "Plain wörds", "<p>Rich</p>")


async def test_mail_is_written_and_read_back_the_newest_first(tmp_path: Path) -> None:
    folder = MailFolder(tmp_path / "mail", sender=SENDER)
    first, second = outgoing("First"), outgoing("Second")
    await folder.deliver(first)
    await folder.deliver(second)

    assert [mail.subject for mail in folder.list_mail()] == ["Second", "First"]
    mail = folder.get_mail(first.id)
    assert (mail.address, mail.sender, mail.text.strip()) == ("ines@example.com", SENDER, "Plain wörds")


async def test_a_mail_written_twice_is_one_file(tmp_path: Path) -> None:
    folder = MailFolder(tmp_path, sender=SENDER)
    message = outgoing("Once")

    await folder.deliver(message)
    await folder.deliver(message)

    assert [path.name for path in tmp_path.iterdir()] == [f"{message.id}.eml"]


async def test_files_that_are_no_mail_of_ours_are_passed_over(tmp_path: Path) -> None:
    folder = MailFolder(tmp_path, sender=SENDER)
    (tmp_path / "notes.eml").write_text("hello")
    (tmp_path / f"{new_id()}.eml").write_bytes(b"\xff\xfe no headers at all")
    await folder.deliver(outgoing("Real"))

    assert [mail.subject for mail in folder.list_mail()] == ["Real"]
    with pytest.raises(NotFound):
        folder.get_mail(new_id())


async def test_a_folder_that_cannot_be_written_is_unavailable_and_a_wrong_address_invalid(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file where the folder should be")
    with pytest.raises(Unavailable):
        await MailFolder(tmp_path / "mail", sender=SENDER).deliver(outgoing("Lost"))

    wrong = OutgoingMessage(new_id(), "nobody", "Subject", "Text", "<p>Text</p>")
    with pytest.raises(Invalid):
        await MailFolder(tmp_path / "ok", sender=SENDER).deliver(wrong)


async def test_an_empty_folder_lists_nothing(tmp_path: Path) -> None:
    assert MailFolder(tmp_path / "none", sender=SENDER).list_mail() == []
