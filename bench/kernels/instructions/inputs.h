#ifndef ROWSPLIT_BENCH_KERNELS_INSTRUCTIONS_INPUTS_H_
#define ROWSPLIT_BENCH_KERNELS_INSTRUCTIONS_INPUTS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "kernels/token_table.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/ragged/tensor.h"

// The inputs of the runs: seeded, never from a file or the environment.
namespace rowsplit::bench {

inline const uint8_t* Bytes(const std::string& text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}
inline const uint8_t* Bytes(const StringTensor& rows) {
  return reinterpret_cast<const uint8_t*>(rows.bytes().data());
}
inline const Offset* Offsets(const StringTensor& rows) {
  return rows.view().offsets().data();
}
inline size_t Rows(const StringTensor& rows) {
  return static_cast<size_t>(rows.size());
}

// 96 KB of lines: words in small letters, some with a capital, commas and stops
// between them.
const StringTensor& ProseRows();
// 70 KB of lines in ten languages and seven scripts.
const StringTensor& LanguageRows();
// The bytes of the rows, in memory that goes on behind them.
std::string TextOf(const StringTensor& rows);

// What lies between the blanks of the prose.
struct ProseTokens {
  std::vector<TokenSpan> spans;
  std::vector<Offset> row_ends;
};
const ProseTokens& TokensOfProse();
// Its words by falling count, at most `size` of them, long ones too.
StringTensor FrequentWords(size_t size);

// A table of tokens, with its memory and a fixed seed.
class WordTable {
 public:
  explicit WordTable(StringTensor tokens);

  const kernels::TokenTableView& view() const { return view_; }
  // Clears the table and fills it again.
  void Fill();

 private:
  StringTensor tokens_;
  BufferBuilder<kernels::TokenBucket> buckets_;
  BufferBuilder<kernels::LongSlot> long_slots_;
  kernels::TokenTableView view_{};
};

// num_rows + 1 splits of rows of 0 to 2 * mean values.
std::vector<int64_t> RowSplits(size_t num_rows, uint64_t mean, uint64_t seed);
// Numbers below `bound`.
std::vector<int64_t> Integers(size_t count, uint64_t bound, uint64_t seed);
// Floats in [-1, 1).
std::vector<float> Floats(size_t count, uint64_t seed);

// Ids below `bound` in rows of 0 to 2 * mean.
Tensor RaggedIds(size_t num_rows, uint64_t mean, uint64_t bound);

}  // namespace rowsplit::bench

#endif  // ROWSPLIT_BENCH_KERNELS_INSTRUCTIONS_INPUTS_H_
