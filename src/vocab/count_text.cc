// The part of CountTable that counts the tokens of text in one pass with
// finding them.
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "core/check.h"
#include "kernels/byte_map.h"
#include "kernels/token_ids.h"
#include "rowsplit/core/offset.h"
#include "vocab/count_table.h"

namespace rowsplit::internal {

// Counts a block: first the tokens that have a counter, as room for the others
// may move or end it.
class CountTable::TextSink : public kernels::TokenIdBlockSink {
 public:
  TextSink(CountTable& table, bool by_rows, CountTextScratch& scratch,
           absl::FunctionRef<absl::Status(size_t more)> make_room)
      : table_(table),
        by_rows_(by_rows),
        scratch_(scratch),
        make_room_(make_room) {}

  const absl::Status& status() const { return status_; }
  size_t end_row() const { return end_row_; }

  void Add(const kernels::TokenBlock& block, const int64_t* ids,
           const uint32_t* unknown, size_t num_unknown) override {
    if (!status_.ok()) return;
    const size_t num_tokens = block.num_tokens;
    scratch_.counters.ResizeUninitialized(num_tokens);
    int64_t* const counters = scratch_.counters.data();
    for (size_t i = 0; i < num_tokens; ++i) counters[i] = ids[i] + 1;
    if (by_rows_) {
      Learn(block, unknown, num_unknown, counters);
      if (!status_.ok()) return;
      table_.CountByRows({counters, num_tokens},
                         std::span<const Offset>(scratch_.row_ends.span())
                             .subspan(end_row_, block.end_row - end_row_),
                         static_cast<Offset>(block.first_token));
      end_row_ = block.end_row;
    } else {
      table_.Count({counters, num_tokens});
      CountUnknown(block, unknown, num_unknown);
    }
    table_.num_tokens_ += static_cast<int64_t>(num_tokens);
  }

 private:
  static std::string_view Token(const kernels::TokenBlock& block, size_t i) {
    return {reinterpret_cast<const char*>(block.bytes + block.begins[i]),
            block.ends[i] - block.begins[i]};
  }

  void Learn(const kernels::TokenBlock& block, const uint32_t* unknown,
             size_t num_unknown, int64_t* counters) {
    if (num_unknown == 0) return;
    status_ = make_room_(num_unknown);
    for (size_t i = 0; i < num_unknown && status_.ok(); ++i) {
      counters[unknown[i]] =
          static_cast<int64_t>(table_.CounterOf(Token(block, unknown[i])));
    }
  }

  void CountUnknown(const kernels::TokenBlock& block, const uint32_t* unknown,
                    size_t num_unknown) {
    if (num_unknown == 0) return;
    status_ = make_room_(num_unknown);
    for (size_t i = 0; i < num_unknown && status_.ok(); ++i) {
      ++table_.counts_[table_.CounterOf(Token(block, unknown[i]))];
    }
  }

  CountTable& table_;
  bool by_rows_;
  CountTextScratch& scratch_;
  absl::FunctionRef<absl::Status(size_t more)> make_room_;
  absl::Status status_;
  size_t end_row_ = 0;
};

absl::Status CountTable::AddText(
    const kernels::CompiledByteMap& map, const kernels::TextRowsView& rows,
    bool by_rows, CountTextScratch& scratch,
    absl::FunctionRef<absl::Status(size_t more)> make_room) {
  ROWSPLIT_DCHECK(!by_rows || documents_enabled_);
  scratch.num_tokens = 0;
  if (rows.num_rows == 0) return absl::OkStatus();
  scratch.row_ends.ResizeUninitialized(rows.num_rows);
  TextSink sink(*this, by_rows, scratch, make_room);
  kernels::FindTokenIdBlocks(map, rows, view_, scratch.kernel, sink,
                             scratch.row_ends.data());
  if (by_rows) {
    row_ += rows.num_rows - sink.end_row();
    num_documents_ += static_cast<int64_t>(rows.num_rows - sink.end_row());
  }
  scratch.num_tokens = scratch.row_ends[rows.num_rows - 1];
  return sink.status();
}

}  // namespace rowsplit::internal
