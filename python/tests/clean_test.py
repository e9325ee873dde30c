import numpy as np
import pytest

import rowsplit as rs


def test_html_to_text():
    assert rs.text.html_to_text("<p>a<br>b &lt;").decode() == "a b <"
    assert rs.text.html_to_text(["<b>a</b>&amp;"], tags=False).to_list() == [b"<b>a</b>&"]
    assert rs.text.html_to_text(["<b>a</b>&amp;"], references=False).to_list() == [b"a&amp;"]


def test_mask():
    text = ["see http://a.b/c or mail d@e.org 12 times"]
    assert rs.text.mask(text).to_list() == [text[0].encode()]
    assert rs.text.mask(text, urls="<u>", emails=b"<m>", numbers="").to_list() == [
        b"see <u> or mail <m>  times"]
    assert rs.text.mask(["7"], numbers="é").to_list() == ["é".encode()]
    with pytest.raises(TypeError, match="urls must be str, bytes or None"):
        rs.text.mask(text, urls=1)
    with pytest.raises(TypeError):
        rs.text.mask(text, "<u>")


def test_limit_repeats():
    assert rs.text.limit_repeats(["aaab", "x\nx\ny"], max_characters=2).to_list() == [
        b"aab", b"x\nx\ny"]
    assert rs.text.limit_repeats(["aaab", "x\nx\ny"], max_lines=1).to_list() == [b"aaab", b"x\ny"]
    assert rs.text.limit_repeats(["aaa"]).to_list() == [b"aaa"]
    with pytest.raises(ValueError, match="must not be negative: -1 and 0"):
        rs.text.limit_repeats(["a"], max_characters=-1)


def test_remove_controls():
    text = ["a\x01\u200b\u200e\u200db"]
    assert rs.text.remove_controls(text).to_list() == ["a\u200db".encode()]
    assert rs.text.remove_controls(text, joiners=True).to_list() == [b"ab"]
    assert rs.text.remove_controls(
        text, controls=False, zero_width=False, bidi=False).to_list() == [text[0].encode()]


def test_repair_mojibake():
    text = "naïve — “café”"
    damaged = text.encode().decode("latin-1")
    assert rs.text.repair_mojibake(damaged).decode() == text


def test_detect_language():
    german = "Das ist ein ganz gewöhnlicher deutscher Satz, der etwas länger ist."
    english = "This is quite an ordinary English sentence, and a little longer one."
    codes, confidences = rs.text.detect_language(rs.constant([[german, "?"], [], [english]]))
    assert codes.to_list() == [[b"de", b"und"], [], [b"en"]]
    assert confidences.row_splits.tolist() == [0, 2, 2, 3]
    assert confidences.flat_values.dtype == np.float32
    assert confidences.flat_values[0] > 0.8
    assert confidences.flat_values[1] == 0


@pytest.mark.parametrize("function", [
    rs.text.html_to_text, rs.text.mask, rs.text.limit_repeats, rs.text.remove_controls,
    rs.text.repair_mojibake, rs.text.strip_accents, rs.text.confusable_skeleton,
    rs.title_case, rs.fold_case,
    lambda input: rs.text.transliterate(input, "Any-Latin"),
])
def test_any_shape(function):
    ragged = rs.constant([["B", "c"], [], ["d"]])
    assert function(ragged).row_splits.tolist() == [0, 2, 2, 3]
    assert function([["a"], ["b"]]).shape == (2, 1)
    assert isinstance(function("a"), bytes)
    assert function(rs.constant([[]], dtype="string")).to_list() == [[]]
    with pytest.raises(TypeError, match="input must be strings"):
        function(np.array([1, 2]))


def test_accents_and_scripts():
    assert rs.text.strip_accents(["Été", b"\xff"]).to_list() == [b"Ete", b"\xff"]
    assert rs.text.transliterate("Москва", "Any-Latin; Latin-ASCII") == b"Moskva"
    with pytest.raises(ValueError, match="ICU knows no transform 'Latin-Quenya'"):
        rs.text.transliterate(["a"], "Latin-Quenya")
    skeletons = rs.text.confusable_skeleton(["p\u0430ypal", "paypal", "xy"]).to_list()
    assert skeletons[0] == skeletons[1] != skeletons[2]


def test_case_in_a_locale():
    assert rs.lower(["Iİ"], "utf-8", locale="tr").to_list() == ["ıi".encode()]
    assert rs.upper(["iı"], "utf-8", locale="tr").to_list() == ["İI".encode()]
    assert rs.fold_case(["I"], locale="az").to_list() == ["ı".encode()]
    assert rs.fold_case(["I"], locale="de").to_list() == [b"i"]
    assert rs.title_case(["ijs en WATER"], locale="nl").to_list() == [b"IJs En Water"]
    with pytest.raises(ValueError, match="locale needs encoding='utf-8'"):
        rs.lower(["I"], locale="tr")
    with pytest.raises(ValueError, match="title: the locale must be a language tag"):
        rs.title_case(["I"], locale="not a tag")
    with pytest.raises(ValueError, match="does not know the language"):
        rs.upper(["I"], "utf-8", locale="turkish")
