"""A picture is decoded and made anew: upright, small, and nothing but its pixels."""

import contextlib
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from kb.core.errors import Invalid
from kb.files import images
from kb.files.images import encode_picture, encode_square, looks_like_picture
from tests.support.pictures import SECRET, moving, opened, photograph, picture


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_every_kind_becomes_webp_of_the_same_size(kind: str) -> None:
    sent = picture(48, 36, kind)
    made = encode_picture(sent)

    assert looks_like_picture(sent)
    assert (made.width, made.height, list(made.encoded)) == (48, 36, [48])
    assert (opened(made.encoded[48]).format, opened(made.encoded[48]).size) == ("WEBP", (48, 36))


def test_a_large_picture_is_kept_in_two_widths() -> None:
    made = encode_picture(picture(2000, 1000, "JPEG"))

    assert (made.width, made.height) == (1600, 800)
    assert [opened(made.encoded[width]).size for width in (1600, 800)] == [(1600, 800), (800, 400)]


def test_a_photograph_is_turned_upright_and_tells_nothing_of_where_it_was_taken() -> None:
    sent = photograph(80, 40, turned=6)
    made = encode_picture(sent)
    shown = opened(made.encoded[40])

    assert SECRET in sent
    assert SECRET not in made.encoded[40]
    assert shown.size == (40, 80)
    assert not shown.getexif()
    assert "icc_profile" not in shown.info
    corners = [shown.convert("L").getpixel(at) for at in ((2, 2), (37, 2), (2, 77), (37, 77))]
    assert [corner > 128 for corner in corners] == [False, True, False, False]  # type: ignore[operator]


def test_transparency_stays() -> None:

    out = io.BytesIO()
    Image.new("RGBA", (20, 20), (255, 0, 0, 0)).save(out, "PNG")
    assert opened(encode_picture(out.getvalue()).encoded[20]).convert("RGBA").getpixel((5, 5))[3] == 0  # type: ignore[index]


def test_what_moves_keeps_moving_unless_it_is_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    assert opened(encode_picture(moving(4)).encoded[40]).n_frames == 4
    monkeypatch.setattr(images, "MAX_MOVING_PIXELS", 40 * 30 * 3)
    assert getattr(opened(encode_picture(moving(4)).encoded[40]), "n_frames", 1) == 1


def test_a_bomb_is_refused_by_its_header_before_it_is_decoded() -> None:
    header = picture(1, 1)
    bomb = header[:16] + (30_000).to_bytes(4, "big") * 2 + header[24:]
    with pytest.raises(Invalid):
        encode_picture(bomb)
    with pytest.raises(Invalid, match="million"):
        encode_picture(picture(8_000, 7_000, "PNG"))


def test_a_face_is_cut_from_the_middle() -> None:
    made = encode_square(picture(300, 100), (256, 64))
    assert [opened(content).size for content in made.encoded.values()] == [(256, 256), (64, 64)]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_a_damaged_picture_is_read_or_refused_never_more(kind: str, data: st.DataObject) -> None:
    sent = bytearray(moving() if kind == "GIF" else picture(24, 18, kind))
    for _ in range(data.draw(st.integers(1, 4))):
        sent[data.draw(st.integers(0, len(sent) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(sent[: data.draw(st.integers(1, len(sent)))])
    with contextlib.suppress(Invalid):
        assert all(opened(content).format == "WEBP" for content in encode_picture(cut).encoded.values())
