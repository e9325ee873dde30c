// Learns a vocabulary from a few lines and turns other text into ids: ragged
// rows, and rows of one length.

#include <cstdint>
#include <iostream>
#include <span>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rowsplit/rowsplit.h"

namespace {

rowsplit::StringTensor Lines(const std::vector<std::string_view>& lines) {
  return rowsplit::StringTensor::FromStrings(lines);
}

void PrintRow(std::string_view title, std::span<const int64_t> ids) {
  std::cout << title << ':';
  for (const int64_t id : ids) std::cout << ' ' << id;
  std::cout << '\n';
}

absl::Status Run() {
  const rowsplit::StringTensor lines =
      Lines({"The crow sat on the mill.", "The miller fed the crow."});
  const rowsplit::StringTensor texts =
      Lines({"Crow, THE crow!", "", "the crow fed a cat on the mill"});

  // [vectorize]
  rowsplit::TextVectorizationAdapter adapter({.output_sequence_length = 5});
  if (absl::Status status = adapter.Update(lines); !status.ok()) return status;
  const auto layer = adapter.Finalize();
  if (!layer.ok()) return layer.status();

  const auto ragged = layer->VectorizeRagged(texts);
  if (!ragged.ok()) return ragged.status();
  const auto dense = layer->Vectorize(texts);
  if (!dense.ok()) return dense.status();
  // [vectorize]

  for (int64_t id = 0; id < layer->num_ids(); ++id)
    std::cout << id << " '" << layer->token(id) << "'\n";
  for (int64_t row = 0; row < ragged->num_rows(); ++row)
    PrintRow("ragged", ragged->view().row(row));
  const int64_t length = dense->flat_shape()[1];
  for (int64_t row = 0; row < dense->num_rows(); ++row)
    PrintRow("dense", dense->items<int64_t>().subspan(row * length, length));
  return absl::OkStatus();
}

}  // namespace

int main() {
  const absl::Status status = Run();
  if (!status.ok()) std::cerr << "vectorize: " << status << '\n';
  return status.ok() ? 0 : 1;
}
