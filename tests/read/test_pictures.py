"""Pictures: upright, no wider than needed, without a secret, and refused rather than allowed to hurt."""

from __future__ import annotations

import io
import struct
import time
import zlib
from collections.abc import Callable
from hashlib import blake2b

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageCms, PngImagePlugin

from bulletin.core.model import Picture
from bulletin.core.problems import CODES
from bulletin.read import pictures
from bulletin.read.assets import ANIMATED_GIF
from bulletin.read.pictures import PictureError, make_variants
from bulletin.read.pool import JOB_SECONDS

RED, GREEN, BLUE, WHITE = (220, 20, 20), (20, 200, 20), (20, 20, 220), (250, 250, 250)


def quarters(width: int = 60, height: int = 40) -> Image.Image:
    """Red and green above, blue and white below: no orientation of it looks like another."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(GREEN, (width // 2, 0, width, height // 2))
    image.paste(BLUE, (0, height // 2, width // 2, height))
    image.paste(WHITE, (width // 2, height // 2, width, height))
    return image


def saved(image: Image.Image, form: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def reason(data: bytes) -> str:
    with pytest.raises(PictureError) as caught:
        make_variants(data, "k")
    return caught.value.reason


def corners(image: Image.Image) -> tuple[object, ...]:
    """The nearest of the four colours in each corner: top left, top right, bottom left, bottom right."""
    rgb, (width, height) = image.convert("RGB"), image.size
    spots = ((3, 3), (width - 4, 3), (3, height - 4), (width - 4, height - 4))
    return tuple(nearest(rgb.getpixel(spot)) for spot in spots)


def nearest(pixel: object) -> tuple[int, int, int]:
    assert isinstance(pixel, tuple)
    return min((RED, GREEN, BLUE, WHITE), key=lambda c: sum((a - b) ** 2 for a, b in zip(c, pixel, strict=True)))


def all_sizes_hold(picture: Picture, made: tuple[bytes, ...]) -> None:
    """What the value says of each form is what its bytes are."""
    assert len(made) == len(picture.variants)
    for variant, data in zip(picture.variants, made, strict=True):
        image = opened(data)
        assert image.size == (variant.width, variant.height)
        assert image.format == variant.format.upper()


def test_a_dithered_picture_is_made_well_within_the_time_that_a_source_has() -> None:
    size = (1600, 4000)
    grey = Image.linear_gradient("L").resize(size)
    noise = Image.effect_noise(size, 60)
    dithered = Image.merge("RGB", (grey, grey.transpose(Image.Transpose.ROTATE_180), noise)).convert("P")
    started = time.process_time()
    make_variants(saved(dithered, "PNG"), "k")
    assert time.process_time() - started < JOB_SECONDS


def test_what_moves_is_marked_and_a_gif_that_moves_is_named() -> None:
    frames = {"save_all": True, "append_images": [Image.new("RGB", (60, 40), BLUE)]}
    assert make_variants(saved(quarters(), "PNG", **frames), "k")[0].animated
    assert make_variants(saved(quarters(), "WEBP", **frames), "k")[0].animated
    assert not make_variants(saved(quarters(), "PNG"), "k")[0].animated
    assert not make_variants(saved(quarters(), "MPO", **frames), "k")[0].animated
    assert reason(saved(quarters(), "GIF", **frames)) == ANIMATED_GIF
    assert reason(saved(quarters(), "GIF")) != ANIMATED_GIF


def test_what_the_page_shows_through_is_marked() -> None:
    drawing = Image.new("RGBA", (60, 40), (0, 0, 0, 0))
    drawing.paste((0, 0, 0, 255), (10, 10, 50, 12))
    assert make_variants(saved(drawing, "PNG"), "k")[0].transparent
    assert not make_variants(saved(drawing.convert("RGB").convert("RGBA"), "PNG"), "k")[0].transparent


# ── forms ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (1, (1,)),
        (479, (479,)),
        (480, (480,)),
        (481, (480, 481)),
        (700, (480, 700)),
        (960, (480, 960)),
        (1600, (480, 960, 1600)),
        (1601, (480, 960, 1600)),
        (4000, (480, 960, 1600)),
    ],
)
def test_widths(width: int, expected: tuple[int, ...]) -> None:
    picture, made = make_variants(saved(Image.new("RGB", (width, 30), RED), "JPEG"), "k")
    assert (picture.width, picture.height) == (width, 30)
    assert [v.width for v in picture.variants if v.format == "webp"] == list(expected)
    assert [v.width for v in picture.variants if v.format == "jpeg"] == list(expected)
    all_sizes_hold(picture, made)


def test_suffixes_and_order() -> None:
    picture, _ = make_variants(data := saved(quarters(700, 300), "JPEG"), "abc")
    assert picture.key == "abc"
    assert [v.plain_suffix for v in picture.variants] == ["-480.webp", "-700.webp", "-480.jpg", "-700.jpg"]
    hash_ = blake2b(data, digest_size=4).hexdigest()
    assert [v.suffix for v in picture.variants] == [f"-{w}.{hash_}.{f}" for f in ("webp", "jpg") for w in (480, 700)]


@pytest.mark.parametrize(
    ("form", "alpha", "expected"),
    [
        ("JPEG", False, ["webp", "jpeg"]),
        ("PNG", False, ["webp", "png"]),
        ("PNG", True, ["webp", "png"]),
        ("WEBP", False, ["webp", "jpeg"]),
        ("WEBP", True, ["webp", "png"]),
    ],
)
def test_formats_follow_the_original(form: str, alpha: bool, expected: list[str]) -> None:
    image = quarters()
    if alpha:
        image.putalpha(90)
    picture, made = make_variants(saved(image, form), "k")
    assert [v.format for v in picture.variants] == expected
    assert all(opened(data).has_transparency_data == alpha for data in made)


def test_an_alpha_channel_that_hides_nothing_is_dropped() -> None:
    image = quarters()
    image.putalpha(255)
    picture, made = make_variants(saved(image, "WEBP", lossless=True), "k")
    assert [v.format for v in picture.variants] == ["webp", "jpeg"]
    assert opened(made[0]).mode == "RGB"


def test_a_jpeg_is_progressive_and_a_webp_is_smaller() -> None:
    noise = Image.effect_noise((900, 600), 50)
    picture, made = make_variants(saved(noise, "JPEG", quality=95), "k")
    sizes = {v.plain_suffix: len(data) for v, data in zip(picture.variants, made, strict=True)}
    assert sizes["-480.webp"] < sizes["-480.jpg"]
    assert opened(made[-1]).info["progressive"]


def test_a_picture_wider_than_a_thread_is_high() -> None:
    picture, made = make_variants(saved(Image.new("RGB", (5000, 1), BLUE), "PNG"), "k")
    assert (picture.variants[0].width, picture.variants[0].height) == (480, 1)
    all_sizes_hold(picture, made)


def test_a_screenshot_too_tall_for_webp_keeps_its_own_format() -> None:
    picture, made = make_variants(saved(Image.new("L", (500, 17_000), 200), "PNG"), "k")
    assert {v.format for v in picture.variants} == {"png"}
    all_sizes_hold(picture, made)


def test_a_large_jpeg_keeps_its_true_size() -> None:
    """It is decoded at half size, which must not show in what is said of it."""
    picture, made = make_variants(saved(quarters(6001, 4001), "JPEG"), "k")
    assert (picture.width, picture.height) == (6001, 4001)
    assert [(v.width, v.height) for v in picture.variants][:3] == [(480, 320), (960, 640), (1600, 1067)]
    assert corners(opened(made[2])) == (RED, GREEN, BLUE, WHITE)
    all_sizes_hold(picture, made)


def test_tiny() -> None:
    picture, made = make_variants(saved(Image.new("RGB", (1, 1), RED), "PNG"), "k")
    assert [(v.plain_suffix, v.width, v.height) for v in picture.variants] == [("-1.webp", 1, 1), ("-1.png", 1, 1)]
    all_sizes_hold(picture, made)


def test_the_same_bytes_every_time() -> None:
    data = saved(quarters(1000, 500), "JPEG")
    assert make_variants(data, "k") == make_variants(data, "k")


# ── orientation ──────────────────────────────────────────────────────────────────────────────────────────

TURN: dict[int, Image.Transpose] = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""How a camera held that way stores what it sees: the inverse of what must be done to it."""


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("width", [60, 2000])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation(orientation: int, width: int, form: str) -> None:
    seen = quarters(width, 1200 if width == 2000 else 40)
    stored = seen.transpose(TURN[orientation]) if orientation in TURN else seen
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    picture, made = make_variants(saved(stored, form, exif=exif), "k")
    assert (picture.width, picture.height) == seen.size
    assert [corners(opened(data)) for data in made] == [(RED, GREEN, BLUE, WHITE)] * len(made)
    all_sizes_hold(picture, made)


def test_exif_after_the_pixels_of_a_png() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    chunk = png_chunk(b"eXIf", exif.tobytes().removeprefix(b"Exif\0\0"))
    data = saved(quarters(), "PNG")
    picture, _ = make_variants(data[:-12] + chunk + data[-12:], "k")
    assert (picture.width, picture.height) == (40, 60)


@pytest.mark.parametrize("broken", [b"", b"II", b"MM\0*\0\0\0\x08\xff\xff", b"II*\0" + b"\xff" * 40])
def test_a_broken_exif_does_not_cost_the_picture(broken: bytes) -> None:
    picture, _ = make_variants(saved(quarters(), "JPEG", exif=b"Exif\0\0" + broken), "k")
    assert (picture.width, picture.height) == (60, 40)


# ── nothing personal survives ────────────────────────────────────────────────────────────────────────────

SECRET = b"Liu Hongbing 13800000000"
TRACES = (
    SECRET,
    b"Exif",
    b"GPS",
    b"xmp",
    b"<x:",
    b"tEXt",
    b"iTXt",
    b"zTXt",
    b"eXIf",
    b"iCCP",
    b"ICC",
    b"tIME",
)


def with_everything(form: str) -> bytes:
    """A picture that says who took it, where and with what, in every way its format knows."""
    exif = Image.Exif()
    exif[ExifTags.Base.Artist] = SECRET.decode()
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (28.0, 11.0, 49.0), 29: "2014:11:16"})
    text = PngImagePlugin.PngInfo()
    text.add_text("Author", SECRET.decode())
    text.add_itxt("Comment", SECRET.decode(), zip=True)
    options: dict[str, object] = {"exif": exif, "icc_profile": srgb_profile(), "dpi": (96, 96)}
    options |= {"xmp": b'<x:xmpmeta xmlns:x="adobe:ns:meta/">' + SECRET + b"</x:xmpmeta>"}
    options |= {"comment": SECRET} if form == "JPEG" else {"pnginfo": text} if form == "PNG" else {}
    return saved(quarters(), form, **options)


def srgb_profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_no_metadata(form: str) -> None:
    data = with_everything(form)
    assert SECRET in data
    _, made = make_variants(data, "k")
    for variant in made:
        assert [trace for trace in TRACES if trace in variant] == []
        assert not opened(variant).getexif()


def test_what_lies_behind_the_end_is_gone() -> None:
    """Telephones append a film or a second picture; people append worse."""
    _, made = make_variants(saved(quarters(), "JPEG") + SECRET, "k")
    assert all(SECRET not in data for data in made)


def test_the_second_picture_of_a_telephone_is_gone() -> None:
    data = saved(quarters(), "MPO", save_all=True, append_images=[Image.new("RGB", (60, 40))])
    picture, made = make_variants(data, "k")
    assert [v.format for v in picture.variants] == ["webp", "jpeg"]
    assert all(b"MPF" not in form for form in made)
    assert corners(opened(made[1])) == (RED, GREEN, BLUE, WHITE)


# ── modes and colour ─────────────────────────────────────────────────────────────────────────────────────


def test_colours_are_brought_to_srgb() -> None:
    """The same numbers mean another colour in a profile with linear light: mid-grey becomes much lighter."""
    flat = Image.new("RGB", (20, 20), (64, 64, 64))
    _, made = make_variants(saved(flat, "PNG", icc_profile=linear_profile()), "k")
    pixel = opened(made[1]).getpixel((5, 5))
    assert isinstance(pixel, tuple)
    assert all(130 < value < 145 for value in pixel)


def linear_profile() -> bytes:
    """sRGB's profile with its curves replaced by a straight line (ICC.1:2022, 10.6: count 0 is identity)."""
    data = bytearray(srgb_profile())
    for at in range(132, 132 + 12 * int.from_bytes(data[128:132], "big"), 12):
        if bytes(data[at : at + 4]) in (b"rTRC", b"gTRC", b"bTRC"):
            offset = int.from_bytes(data[at + 4 : at + 8], "big")
            data[offset : offset + 12] = b"curv" + bytes(8)
            data[at + 8 : at + 12] = (12).to_bytes(4, "big")
    return bytes(data)


@pytest.mark.parametrize("profile", [b"junk", b"\0" * 200])
@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_a_useless_profile_is_ignored(mode: str, profile: bytes) -> None:
    _, made = make_variants(saved(quarters().convert(mode), "JPEG", icc_profile=profile), "k")
    assert b"ICC" not in made[1]


def test_a_profile_for_another_mode_is_ignored() -> None:
    _, made = make_variants(saved(quarters().convert("CMYK"), "JPEG", icc_profile=srgb_profile()), "k")
    assert corners(opened(made[1])) == (RED, GREEN, BLUE, WHITE)


def test_grey_stays_grey() -> None:
    grey = Image.linear_gradient("L")
    _, made = make_variants(saved(grey, "PNG", icc_profile=srgb_profile()), "k")
    assert opened(made[1]).mode == "L"


def test_cmyk() -> None:
    _, made = make_variants(saved(quarters().convert("CMYK"), "JPEG"), "k")
    image = opened(made[1])
    assert image.mode == "RGB"
    assert corners(image) == (RED, GREEN, BLUE, WHITE)


def test_palette_with_transparency() -> None:
    image = quarters().convert("P", palette=Image.Palette.ADAPTIVE, colors=8)
    clear = image.getpixel((3, 3))
    picture, made = make_variants(saved(image, "PNG", transparency=clear), "k")
    assert picture.variants[1].format == "png"
    for data in made:
        alpha = opened(data).convert("RGBA").getchannel("A")
        assert (alpha.getpixel((3, 3)), alpha.getpixel((50, 30))) == (0, 255)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_every_mode_of_png(mode: str) -> None:
    picture, made = make_variants(saved(quarters(700, 400).convert(mode), "PNG"), "k")
    assert len(picture.variants) == 4
    all_sizes_hold(picture, made)


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_one_colour_made_transparent(mode: str) -> None:
    image = Image.new(mode, (40, 40), 0)
    image.paste(Image.new(mode, (20, 40), "white"), (0, 0))
    _, made = make_variants(saved(image, "PNG", transparency=0 if mode == "L" else (0, 0, 0)), "k")
    alpha = opened(made[1]).getchannel("A")
    assert (alpha.getpixel((2, 2)), alpha.getpixel((35, 2))) == (255, 0)


def test_sixteen_bits_are_scaled_not_clipped() -> None:
    image = Image.new("I;16", (30, 30), 40_000)
    _, made = make_variants(saved(image, "PNG"), "k")
    assert opened(made[1]).getpixel((3, 3)) == 40_000 // 256


def test_sixteen_bits_of_colour() -> None:
    pixels = (b"\0" + struct.pack(">HHH", 50_000, 10_000, 30_000) * 8) * 8
    _, made = make_variants(png_bytes(8, 8, 16, 2, pixels), "k")
    assert opened(made[1]).getpixel((3, 3)) == (50_000 // 256, 10_000 // 256, 30_000 // 256)


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_the_first_picture_of_an_animation(form: str) -> None:
    frames = [quarters(), Image.new("RGB", (60, 40)), Image.new("RGB", (60, 40), WHITE)]
    data = saved(frames[0], form, save_all=True, append_images=frames[1:], duration=100)
    assert getattr(opened(data), "n_frames", 1) > 1
    _, made = make_variants(data, "k")
    for variant in made:
        assert getattr(opened(variant), "n_frames", 1) == 1
        assert corners(opened(variant)) == (RED, GREEN, BLUE, WHITE)


# ── refused ──────────────────────────────────────────────────────────────────────────────────────────────


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_bytes(width: int, height: int, depth: int, colour: int, rows: bytes) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(png_chunk(kind, data) for kind, data in chunks)


def webp_canvas(width: int, height: int) -> bytes:
    body = b"WEBPVP8X" + struct.pack("<I", 10) + bytes(4)
    body += (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return b"RIFF" + struct.pack("<I", len(body)) + body


def jpeg_header(width: int, height: int) -> bytes:
    data = bytearray(saved(Image.new("RGB", (8, 8)), "JPEG"))
    at = data.index(b"\xff\xc0") + 5
    data[at : at + 4] = struct.pack(">HH", height, width)
    return bytes(data)


BOMBS: dict[str, Callable[[], bytes]] = {
    "black PNG": lambda: png_bytes(8000, 8000, 1, 0, bytes(8000 * 1001)),
    "above Pillow's warning": lambda: png_bytes(10_000, 10_000, 8, 0, b""),
    "above Pillow's error": lambda: png_bytes(2**30, 2**30, 8, 2, b""),
    "JPEG": lambda: jpeg_header(65_000, 65_000),
    "WebP": lambda: webp_canvas(2**24, 2**24),
    "one row too many": lambda: png_bytes(8000, 5001, 1, 0, b""),
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs(name: str) -> None:
    data = BOMBS[name]()
    assert len(data) < 10_000
    start = time.process_time()
    assert reason(data) == "it has more than 40 million pixels"
    assert time.process_time() - start < 0.5


def test_forty_million_pixels_are_allowed() -> None:
    picture, _ = make_variants(png_bytes(8000, 5000, 1, 0, bytes(5000 * 1001)), "k")
    assert picture.width * picture.height == 40_000_000


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("part", [0.02, 0.5, 0.9])
def test_truncated(form: str, part: float) -> None:
    data = saved(Image.effect_noise((200, 200), 80), form)
    assert reason(data[: int(len(data) * part) + 12]) == "the file is damaged"


def test_a_flipped_bit_in_a_png() -> None:
    data = bytearray(saved(Image.effect_noise((50, 50), 80), "PNG"))
    data[len(data) // 2] ^= 1
    assert reason(bytes(data)) == "the file is damaged"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0" * 100,
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<?xml version='1.0'?><svg/>",
        b"<!DOCTYPE html><script>alert(1)</script>",
        b"%PDF-1.7",
        b"%!PS-Adobe-3.0 EPSF-3.0",
        saved(Image.new("P", (9, 9)), "GIF"),
        saved(Image.new("RGB", (9, 9)), "BMP"),
        saved(Image.new("RGB", (9, 9)), "TIFF"),
        saved(Image.new("RGB", (9, 9)), "ICO", sizes=[(9, 9)]),
    ],
)
def test_other_files(data: bytes) -> None:
    assert reason(data) == "it is neither JPEG, PNG nor WebP"


def test_too_little_memory_is_a_reason_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def exhausted(*_: object) -> bytes:
        raise MemoryError

    monkeypatch.setattr(pictures, "_encode", exhausted)
    assert reason(saved(quarters(), "PNG")) == "it needs too much memory"


def test_the_reason_completes_the_problem() -> None:
    sentence = CODES["L105"].message.format(target="x.gif", reason=reason(b"GIF89a"))
    assert sentence == "the picture “x.gif” cannot be used: it is neither JPEG, PNG nor WebP."


HEADS = (
    b"",
    b"\xff\xd8\xff\xe0",
    b"\xff\xd8\xff\xe1\0\x20Exif\0\0",
    b"\x89PNG\r\n\x1a\n",
    b"RIFF\x40\0\0\0WEBPVP8 ",
)
SEEDS = tuple(saved(quarters(), form) for form in ("JPEG", "PNG", "WEBP")) + tuple(
    with_everything(form) for form in ("JPEG", "PNG", "WEBP")
)


def usable_or_refused(data: bytes) -> None:
    try:
        picture, made = make_variants(data, "k")
    except PictureError:
        return
    all_sizes_hold(picture, made)


@given(st.sampled_from(HEADS), st.binary(max_size=300))
def test_random_bytes(head: bytes, rest: bytes) -> None:
    usable_or_refused(head + rest)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(SEEDS), st.lists(st.tuples(st.integers(0, 5000), st.binary(max_size=4)), max_size=6))
def test_damaged_bytes(seed: bytes, edits: list[tuple[int, bytes]]) -> None:
    """Edited anywhere, a picture is used whole or refused: no other exception, no unreadable form."""
    data = bytearray(seed)
    for at, patch in edits:
        at %= len(data)
        data[at : at + len(patch)] = patch
    usable_or_refused(bytes(data))


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1), st.integers(0, 16), st.integers(0, 7), st.binary())
def test_headers(width: int, height: int, depth: int, colour: int, rows: bytes) -> None:
    usable_or_refused(png_bytes(width, height, depth, colour, rows))
