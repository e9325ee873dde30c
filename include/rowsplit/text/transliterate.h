#ifndef ROWSPLIT_TEXT_TRANSLITERATE_H_
#define ROWSPLIT_TEXT_TRANSLITERATE_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit {

struct TransliterateOptions {
  ExecOptions exec = {};
};

// Writes each string in another script or form, by a transform of ICU's: an id
// such as "Any-Latin; Latin-ASCII", "Cyrillic-Latin" or "NFD; [:Mn:] Remove;
// NFC". Ill-formed bytes become U+FFFD.
//
//   Transliterate({"Москва"}, "Any-Latin; Latin-ASCII")  // {"Moskva"}
//
// Fails with InvalidArgument if ICU does not know the id, with
// ResourceExhausted for a string of 1 GiB or a result of 2^31 UTF-16 units or
// more, and with Cancelled. Linear, at ICU's speed: a few MB/s.
absl::StatusOr<StringTensor> Transliterate(
    StringTensorView input, const std::string& id,
    const TransliterateOptions& options = {});

// Takes the nonspacing marks off letters: NFD without them, then NFC. Bytes
// that are not UTF-8 stay.
//
//   StripAccents({"Été, Ångström"})  // {"Ete, Angstrom"}
//
// Fails with Cancelled only. Linear, in vectors.
absl::StatusOr<StringTensor> StripAccents(
    StringTensorView input, const TransliterateOptions& options = {});

// Appends one string without its accents.
void AppendWithoutAccents(std::string_view text, BufferBuilder<char>& output);

// The skeleton of Unicode's report 39: strings that look alike have the same.
// It is to be compared, not to be read. Ill-formed bytes become U+FFFD.
//
//   ConfusableSkeleton({"pаypal", "paypal"})  // {"paypal", "paypal"}, where
//                                             // the first а is Cyrillic
//
// Fails with ResourceExhausted for a string of 1 GiB or more and with
// Cancelled. ICU's speed: some tens of MB/s.
absl::StatusOr<StringTensor> ConfusableSkeleton(
    StringTensorView input, const TransliterateOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_TEXT_TRANSLITERATE_H_
