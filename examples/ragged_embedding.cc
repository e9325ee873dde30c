// Sentences of different lengths become one vector each: tokens are looked up
// in a vocabulary, each id takes its row of an embedding table, and the rows of
// a sentence are averaged. No padding and no mask.

#include <cstdint>
#include <iostream>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rowsplit/rowsplit.h"

namespace {

constexpr int64_t kWidth = 10;

// Three rows of tokens: flat values and the splits between them.
absl::StatusOr<rowsplit::RaggedStringTensor> MakeInput() {
  const std::vector<std::string_view> tokens = {
      "this",    "is",       "a",      "sentence",                // row 0
      "another", "one",                                           // row 1
      "a",       "somewhat", "longer", "one",      ",", "this"};  // row 2
  auto rows = rowsplit::RowPartition::FromRowSplits(
      rowsplit::Buffer<int64_t>{0, 4, 6, 12});
  if (!rows.ok()) return rows.status();
  return rowsplit::RaggedStringTensor::FromFlatValues(
      rowsplit::RaggedShape(*rows),
      rowsplit::StringTensor::FromStrings(tokens));
}

// Ids of the vocabulary's tokens from 0; any other token gets the id after
// them.
absl::StatusOr<rowsplit::TokenLookup> MakeLookup() {
  const std::vector<std::string_view> tokens = {
      "this", "is", "a", "sentence", "another", "one", "somewhat", "longer"};
  auto vocabulary = rowsplit::Vocabulary::FromTokens(
      rowsplit::StringTensor::FromStrings(tokens));
  if (!vocabulary.ok()) return vocabulary.status();
  return rowsplit::TokenLookup::Create(*vocabulary, {.num_oov = 1});
}

void PrintIds(const rowsplit::RaggedTensor<int64_t>& ids) {
  std::cout << "ids:\n";
  for (int64_t row = 0; row < ids.num_rows(); ++row) {
    std::cout << " ";
    for (const int64_t id : ids.view().row(row)) std::cout << ' ' << id;
    std::cout << '\n';
  }
}

void PrintMeans(const rowsplit::Buffer<float>& means, int64_t num_rows) {
  std::cout << "mean embedding of each row, shape (" << num_rows << ", "
            << kWidth << "):\n"
            << std::fixed << std::showpos;
  std::cout.precision(4);
  for (int64_t row = 0; row < num_rows; ++row) {
    std::cout << " ";
    for (int64_t item = 0; item < kWidth; ++item)
      std::cout << ' ' << means[row * kWidth + item];
    std::cout << '\n';
  }
}

absl::Status Run() {
  // [ragged_embedding]
  const auto input = MakeInput();
  if (!input.ok()) return input.status();
  const auto lookup = MakeLookup();
  if (!lookup.ok()) return lookup.status();
  auto flat_ids = lookup->Lookup(input->flat_values());
  if (!flat_ids.ok()) return flat_ids.status();
  const auto ids = rowsplit::RaggedTensor<int64_t>::FromFlatValues(
      input->shape(), *flat_ids);
  if (!ids.ok()) return ids.status();

  const auto table =
      rowsplit::EmbeddingTable::Uniform(lookup->size(), kWidth, {.seed = 1});
  if (!table.ok()) return table.status();
  const auto embedded = rowsplit::Gather(table->view(), *ids);
  if (!embedded.ok()) return embedded.status();
  const auto means = rowsplit::Mean(*embedded);
  if (!means.ok()) return means.status();
  // [ragged_embedding]

  PrintIds(*ids);
  PrintMeans(*means, ids->num_rows());
  return absl::OkStatus();
}

}  // namespace

int main() {
  const absl::Status status = Run();
  if (!status.ok()) std::cerr << "ragged_embedding: " << status << '\n';
  return status.ok() ? 0 : 1;
}
