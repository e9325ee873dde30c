#include "rowsplit/vocab/vocabulary_builder.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/check.h"
#include "core/status_macros.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/vocab/vocabulary.h"
#include "vocab/count_access.h"
#include "vocab/count_table.h"
#include "vocab/most_common.h"

namespace rowsplit::internal {

namespace {

// Most tokens of a text are rare, so most counts are equal, and the tokens'
// first bytes decide: here they lie beside the count.
struct RankedToken {
  TokenCount token;
  uint64_t head;
};

RankedToken RankOf(const TokenCount& token) {
  uint64_t head = 0;
  const size_t size = std::min<size_t>(token.token.size(), 8);
  for (size_t i = 0; i < size; ++i) {
    head |= uint64_t{static_cast<unsigned char>(token.token[i])}
            << (56 - 8 * i);
  }
  return {token, head};
}

bool IsBefore(const RankedToken& a, const RankedToken& b) {
  if (a.token.count != b.token.count) return a.token.count > b.token.count;
  if (a.head != b.head) return a.head > b.head;
  return a.token.token > b.token.token;
}

}  // namespace

std::vector<TokenCount> MostCommonOf(const CountTable& table,
                                     int64_t max_tokens, int64_t min_count) {
  std::vector<RankedToken> ranked;
  if (min_count <= 1) ranked.reserve(static_cast<size_t>(table.num_types()));
  table.ForEach([&](const TokenCount& token) {
    if (token.count >= min_count) ranked.push_back(RankOf(token));
  });
  if (max_tokens >= 0 && max_tokens < static_cast<int64_t>(ranked.size())) {
    std::nth_element(ranked.begin(), ranked.begin() + max_tokens, ranked.end(),
                     IsBefore);
    ranked.resize(static_cast<size_t>(max_tokens));
  }
  std::sort(ranked.begin(), ranked.end(), IsBefore);
  std::vector<TokenCount> result;
  result.reserve(ranked.size());
  for (const RankedToken& token : ranked) result.push_back(token.token);
  return result;
}

absl::Status CheckVocabularyOptions(const VocabularyOptions& options) {
  const auto num_special = static_cast<int64_t>(options.special_tokens.size());
  if (options.max_tokens != -1 && options.max_tokens < num_special) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "vocabulary: max_tokens must be -1 or at least the number of special "
        "tokens, %d, got %d",
        num_special, options.max_tokens));
  }
  if (options.min_count < 1) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "vocabulary: min_count must be at least 1, got %d", options.min_count));
  }
  return absl::OkStatus();
}

VocabularyTokens::VocabularyTokens(const VocabularyOptions& options)
    : options_(options) {
  for (const std::string& special : options.special_tokens) {
    tokens_.Append(special);
  }
}

void VocabularyTokens::Add(std::string_view token) {
  if (tokens_.size() == options_.max_tokens) return;
  const auto& special = options_.special_tokens;
  if (std::find(special.begin(), special.end(), token) == special.end()) {
    tokens_.Append(token);
  }
}

absl::StatusOr<Vocabulary> VocabularyTokens::Build() && {
  return Vocabulary::FromTokens(std::move(tokens_).Build());
}

}  // namespace rowsplit::internal

namespace rowsplit {

VocabularyBuilder::VocabularyBuilder()
    : table_(std::make_unique<internal::CountTable>()) {}
VocabularyBuilder::~VocabularyBuilder() = default;
VocabularyBuilder::VocabularyBuilder(VocabularyBuilder&&) noexcept = default;
VocabularyBuilder& VocabularyBuilder::operator=(VocabularyBuilder&&) noexcept =
    default;

void VocabularyBuilder::Add(std::string_view token, int64_t count,
                            int64_t documents) {
  ROWSPLIT_DCHECK(count >= documents && documents >= 0);
  if (documents > 0) table_->EnableDocuments();
  if (count > 0) table_->Add(token, count, documents);
}

void VocabularyBuilder::AddSpans(std::string_view bytes,
                                 std::span<const TokenSpan> tokens) {
  table_->AddSpans(bytes, tokens);
}

void VocabularyBuilder::AddRows(std::string_view bytes,
                                std::span<const TokenSpan> tokens,
                                std::span<const Offset> row_ends) {
  table_->EnableDocuments();
  table_->AddRows(bytes, tokens, row_ends);
}

void internal::CountAccess::AddText(VocabularyBuilder& builder,
                                    const kernels::CompiledByteMap& map,
                                    const kernels::TextRowsView& rows,
                                    bool by_rows, CountTextScratch& scratch) {
  CountTable& table = *builder.table_;
  if (by_rows) table.EnableDocuments();
  const absl::Status status =
      table.AddText(map, rows, by_rows, scratch, [&](size_t more) {
        table.Reserve(more, CountTable::kNoBudget);
        return absl::OkStatus();
      });
  ROWSPLIT_DCHECK(status.ok());
}

void VocabularyBuilder::Merge(const VocabularyBuilder& other) {
  if (table_ == other.table_) return table_->Double();
  if (other.table_->documents_enabled()) table_->EnableDocuments();
  table_->AddDocuments(other.num_documents());
  table_->AddTokens(*other.table_);
}

int64_t VocabularyBuilder::num_tokens() const { return table_->num_tokens(); }
int64_t VocabularyBuilder::num_documents() const {
  return table_->num_documents();
}
int64_t VocabularyBuilder::num_types() const { return table_->num_types(); }
int64_t VocabularyBuilder::size_bytes() const { return table_->size_bytes(); }

std::vector<TokenCount> VocabularyBuilder::MostCommon(int64_t max_tokens,
                                                      int64_t min_count) const {
  return internal::MostCommonOf(*table_, max_tokens, min_count);
}

absl::StatusOr<Vocabulary> VocabularyBuilder::Build(
    const VocabularyOptions& options) const {
  ROWSPLIT_RETURN_IF_ERROR(internal::CheckVocabularyOptions(options));
  internal::VocabularyTokens tokens(options);
  for (const TokenCount& common :
       MostCommon(options.max_tokens, options.min_count)) {
    tokens.Add(common.token);
  }
  return std::move(tokens).Build();
}

}  // namespace rowsplit
