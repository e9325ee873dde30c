// What cleans text: HTML, masks, repeats, controls, mojibake, languages.

#include <nanobind/nanobind.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "bindings.h"
#include "convert.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/ragged/tensor.h"
#include "rowsplit/text/any_rank.h"
#include "rowsplit/text/controls.h"
#include "rowsplit/text/html.h"
#include "rowsplit/text/language.h"
#include "rowsplit/text/mask.h"
#include "rowsplit/text/mojibake.h"
#include "rowsplit/text/repeats.h"
#include "strings_argument.h"

namespace rowsplit::python {

using namespace nb::literals;

namespace {

// str or bytes; None: not set.
std::optional<std::string> TakeMask(nb::handle mask, const char* name) {
  if (mask.is_none()) return std::nullopt;
  if (nb::isinstance<nb::str>(mask)) {
    const nb::bytes bytes(mask.attr("encode")());
    return std::string(bytes.c_str(), bytes.size());
  }
  if (nb::isinstance<nb::bytes>(mask)) {
    const auto bytes = nb::cast<nb::bytes>(mask);
    return std::string(bytes.c_str(), bytes.size());
  }
  throw nb::type_error(
      (std::string(name) + " must be str, bytes or None").c_str());
}

void BindMarkup(nb::module_& m) {
  m.def(
      "text_html_to_text",
      [](nb::handle input, bool tags, bool references) {
        return MapInput(input, [&](StringTensorView view) {
          return HtmlToText(view, {.tags = tags, .references = references});
        });
      },
      "input"_a, nb::kw_only(), "tags"_a = true, "references"_a = true,
      "The text of HTML: tags dropped, with a space where a block ends, and "
      "characters in place of references.\n\n"
      ">>> rs.text.html_to_text(['<p>Caf&eacute; &amp; <b>bar</b><br>open'])"
      ".to_list()[0].decode()\n"
      "'Café & bar open'");
  m.def(
      "text_mask",
      [](nb::handle input, nb::handle urls, nb::handle emails,
         nb::handle numbers) {
        const MaskOptions options{.urls = TakeMask(urls, "urls"),
                                  .emails = TakeMask(emails, "emails"),
                                  .numbers = TakeMask(numbers, "numbers")};
        return MapInput(
            input, [&](StringTensorView view) { return Mask(view, options); });
      },
      "input"_a, nb::kw_only(), "urls"_a.none() = nb::none(),
      "emails"_a.none() = nb::none(), "numbers"_a.none() = nb::none(),
      "The strings with `urls`, `emails` and `numbers` (str or bytes) in place "
      "of URLs, e-mail addresses and numbers; None: they stay.\n\n"
      ">>> rs.text.mask(['mail a@b.org, see www.d.org/e.'], urls='<u>', "
      "emails='<m>').to_list()\n"
      "[b'mail <m>, see <u>.']");
}

void BindCharacters(nb::module_& m) {
  m.def(
      "text_limit_repeats",
      [](nb::handle input, nb::handle max_characters, nb::handle max_lines) {
        const RepeatsOptions options{
            .max_characters = Call::TakeInt64(max_characters, "max_characters"),
            .max_lines = Call::TakeInt64(max_lines, "max_lines")};
        return MapInput(input, [&](StringTensorView view) {
          return LimitRepeats(view, options);
        });
      },
      "input"_a, nb::kw_only(), "max_characters"_a = 0, "max_lines"_a = 0,
      "The strings with at most so many equal characters and equal lines in a "
      "row; 0: any number.\n\n"
      ">>> rs.text.limit_repeats(['sooooo!!!'], max_characters=2).to_list()\n"
      "[b'soo!!']");
  m.def(
      "text_remove_controls",
      [](nb::handle input, bool controls, bool zero_width, bool bidi,
         bool joiners) {
        const ControlsOptions options{.controls = controls,
                                      .zero_width = zero_width,
                                      .bidi = bidi,
                                      .joiners = joiners};
        return MapInput(input, [&](StringTensorView view) {
          return RemoveControls(view, options);
        });
      },
      "input"_a, nb::kw_only(), "controls"_a = true, "zero_width"_a = true,
      "bidi"_a = true, "joiners"_a = false,
      "The strings without control characters, characters of no width, marks "
      "of direction and, if asked for, joiners.\n\n"
      ">>> rs.text.remove_controls(['a\\u200bb\\x07', '\\u202ec']).to_list()\n"
      "[b'ab', b'c']");
  m.def(
      "text_repair_mojibake",
      [](nb::handle input) {
        return MapInput(
            input, [](StringTensorView view) { return RepairMojibake(view); });
      },
      "input"_a,
      "The strings with UTF-8 that was read as Windows-1252 or Latin-1 "
      "repaired.\n\n"
      ">>> rs.text.repair_mojibake(['cafÃ©']).to_list()[0].decode()\n"
      "'café'");
}

nb::tuple DetectInput(nb::handle input) {
  Call call;
  const Tensor strings = TakeStrings(call, input);
  const nb::list guesses =
      call.Return([&]() -> absl::StatusOr<std::vector<Tensor>> {
        auto found = DetectLanguages(strings.strings().view());
        if (!found.ok()) return found.status();
        auto codes =
            InShapeOf(strings, Tensor::Vector(std::move(found->codes)));
        if (!codes.ok()) return codes.status();
        auto confidences =
            InShapeOf(strings, Tensor::Vector(found->confidences));
        if (!confidences.ok()) return confidences.status();
        return std::vector<Tensor>{*std::move(codes), *std::move(confidences)};
      });
  return nb::tuple(guesses);
}

}  // namespace

void BindClean(nb::module_& m) {
  BindMarkup(m);
  BindCharacters(m);
  m.def("text_detect_language", DetectInput, "input"_a,
        "The language of each string, as CLD2 tells it, and how sure that is: "
        "codes ('en', 'zh-Hant'; 'und' for none) and confidences from 0 to "
        "1.\n\n"
        ">>> codes, confidences = rs.text.detect_language(\n"
        "...     ['Das ist ein ganz gewöhnlicher Satz.'])\n"
        ">>> codes.to_list(), bool(confidences[0] > 0.9)\n"
        "([b'de'], True)");
}

}  // namespace rowsplit::python
