// A vocabulary learned from lines, and what a text becomes in each mode. Its
// twin in Python, text_vectorization.py, prints the same.

#include <cstdint>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "rowsplit/rowsplit.h"

namespace {

using rowsplit::OutputMode;
using rowsplit::StringTensor;
using rowsplit::TextVectorization;
using rowsplit::TextVectorizationAdapter;
using rowsplit::TextVectorizationOptions;

StringTensor Strings(const std::vector<std::string_view>& strings) {
  return StringTensor::FromStrings(strings);
}

absl::StatusOr<TextVectorization> Learn(const TextVectorizationOptions& options,
                                        const StringTensor& lines) {
  TextVectorizationAdapter adapter(options);
  if (absl::Status status = adapter.Update(lines); !status.ok()) return status;
  return adapter.Finalize();
}

void ShowTokens(std::string_view title, const StringTensor& tokens) {
  std::cout << title << ':';
  for (int64_t i = 0; i < tokens.size(); ++i) std::cout << ' ' << tokens[i];
  std::cout << '\n';
}

// Rows of ids, with " / " between them.
template <typename RowAt>
void ShowRows(std::string_view title, int64_t num_rows, const RowAt& row_at) {
  std::cout << title << ": ";
  for (int64_t row = 0; row < num_rows; ++row) {
    if (row > 0) std::cout << " / ";
    std::string_view space;
    for (const int64_t id : row_at(row)) {
      std::cout << space << id;
      space = " ";
    }
  }
  std::cout << '\n';
}

void ShowDense(std::string_view title, const rowsplit::Tensor& rows) {
  const int64_t length = rows.flat_shape()[1];
  ShowRows(title, rows.num_rows(), [&](int64_t row) {
    return rows.items<int64_t>().subspan(row * length, length);
  });
}

absl::Status ShowIds(std::string_view title, const TextVectorization& layer,
                     const StringTensor& texts) {
  const auto ids = layer.VectorizeRagged(texts);
  if (!ids.ok()) return ids.status();
  ShowRows(title, ids->num_rows(),
           [&](int64_t row) { return ids->view().row(row); });
  return absl::OkStatus();
}

absl::Status ShowModes(const StringTensor& lines, const StringTensor& texts) {
  const auto pairs = Learn(
      {.max_tokens = 4, .ngrams = {1, 2}, .output_mode = OutputMode::kCount},
      lines);
  if (!pairs.ok()) return pairs.status();
  ShowTokens("columns", pairs->Tokens());
  const auto counts = pairs->Vectorize(texts);
  if (!counts.ok()) return counts.status();
  ShowDense("counts", *counts);

  const auto weighted =
      Learn({.max_tokens = 3, .output_mode = OutputMode::kTfIdf}, lines);
  if (!weighted.ok()) return weighted.status();
  std::cout << "weights:";
  for (const float weight : weighted->idf_weights()) {
    std::cout << absl::StrFormat(" %.3f", weight);
  }
  std::cout << '\n';
  return absl::OkStatus();
}

absl::Status Run() {
  const StringTensor lines =
      Strings({"The crow sat on the mill.", "The miller fed the crow."});
  const StringTensor texts =
      Strings({"Crow, THE crow!", "", "the crow fed a cat"});

  const auto layer = Learn({}, lines);
  if (!layer.ok()) return layer.status();
  ShowTokens("vocabulary", layer->Tokens(/*include_special_tokens=*/false));
  if (absl::Status status = ShowIds("ids", *layer, texts); !status.ok()) {
    return status;
  }
  if (absl::Status status = ShowModes(lines, texts); !status.ok()) {
    return status;
  }

  // [steps]
  const auto numbers = TextVectorization::FromTokens(
      {.steps = {rowsplit::ReplaceRegex{"[0-9]+", "0"}},
       .output_sequence_length = 3},
      Strings({"0", "mills"}));
  // [steps]
  if (!numbers.ok()) return numbers.status();
  const auto rows = numbers->Vectorize(Strings({"1984 mills", "7"}));
  if (!rows.ok()) return rows.status();
  ShowDense("with steps", *rows);

  // [save]
  const std::string json = rowsplit::VectorizerToJson({{}, *layer});
  const auto loaded = rowsplit::VectorizerFromJson(json, "layer.json");
  // [save]
  if (!loaded.ok()) return loaded.status();
  return ShowIds("loaded", loaded->layer, texts);
}

}  // namespace

int main() {
  const absl::Status status = Run();
  if (!status.ok()) std::cerr << "text_vectorization: " << status << '\n';
  return status.ok() ? 0 : 1;
}
