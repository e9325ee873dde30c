#include "pipeline/fused_plan.h"

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "gtest/gtest.h"
#include "pipeline/vectorize_cases.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/pipeline/text_vectorization.h"
#include "rowsplit/ragged/csr_matrix.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/vocab/lookup.h"
#include "rowsplit/vocab/output_mode.h"
#include "support/seed.h"
#include "support/targets.h"
#include "support/tries.h"

namespace rowsplit::internal {
namespace {

using testing::VectorizeCase;

StringTensor Strings(const std::vector<std::string>& strings) {
  StringTensorBuilder builder;
  for (const std::string& string : strings) builder.Append(string);
  return std::move(builder).Build();
}

struct Fused {
  FusedPlan plan;
  Buffer<float> weights;
  int64_t num_columns;
};

Fused Compile(const VectorizeCase& one) {
  const bool is_int = one.options.output_mode == OutputMode::kInt;
  TokenLookupOptions options{.layout = IdLayout::kOovFirst,
                             .num_oov = one.options.num_oov_indices,
                             .oov_hash = one.options.oov_hash};
  if (is_int) options.mask_token = "";
  const auto lookup = TokenLookup::Create(
      *Vocabulary::FromTokens(Strings(one.tokens)), options);
  const int64_t shift = one.meaning.oov_begin + one.meaning.num_oov;
  BufferBuilder<float> weights;
  for (int64_t id = 0; id < lookup->size(); ++id) {
    weights.Append(0.5F + static_cast<float>(id) / 3);
  }
  const Buffer<float> built = std::move(weights).Build();
  return {
      *FusedPlan::Compile(one.options, *lookup, shift, lookup->size(), built),
      built, lookup->size()};
}

// The texts as two chunks.
std::vector<StringTensorView> Halves(StringTensorView texts) {
  const int64_t half = texts.size() / 2;
  if (half == 0) return {texts};
  return {texts.Slice(0, half), texts.Slice(half, texts.size())};
}

void ExpectIds(const VectorizeCase& one, const Fused& fused,
               StringTensorView texts, int threads) {
  const auto ragged = *fused.plan.Ids(
      texts, one.options.output_sequence_length.value_or(INT64_MAX),
      {.num_threads = threads});
  std::vector<int64_t> ids;
  std::vector<int64_t> row_splits = {0};
  for (const std::string& text : one.texts) {
    one.meaning.AppendIds(text, ids);
    row_splits.push_back(static_cast<int64_t>(ids.size()));
  }
  ASSERT_TRUE(std::ranges::equal(ragged.flat_values(), ids));
  ASSERT_TRUE(
      std::ranges::equal(ragged.shape().partition(0).row_splits(), row_splits));
}

void ExpectVisitedIds(const VectorizeCase& one, const Fused& fused,
                      StringTensorView texts, int threads) {
  std::vector<std::vector<int64_t>> rows(texts.size());
  std::mutex mutex;
  const absl::Status status = fused.plan.VisitIds(
      texts, one.options.output_sequence_length.value_or(INT64_MAX),
      {.num_threads = threads},
      [&](int64_t first, std::span<const int64_t> ids,
          std::span<const Offset> splits) {
        const std::lock_guard lock(mutex);
        EXPECT_EQ(splits.front(), 0);
        EXPECT_EQ(splits.back(), static_cast<Offset>(ids.size()));
        for (size_t row = 0; row + 1 < splits.size(); ++row) {
          rows[first + row].assign(ids.begin() + splits[row],
                                   ids.begin() + splits[row + 1]);
        }
        return absl::OkStatus();
      });
  ASSERT_TRUE(status.ok()) << status;
  for (size_t row = 0; row < rows.size(); ++row) {
    std::vector<int64_t> ids;
    one.meaning.AppendIds(one.texts[row], ids);
    ASSERT_EQ(rows[row], ids) << "row " << row;
  }
}

void ExpectDense(const VectorizeCase& one, const Fused& fused,
                 StringTensorView texts, int threads) {
  const int64_t length = *one.options.output_sequence_length;
  const Tensor dense =
      *fused.plan.DenseIds(Halves(texts), length, {.num_threads = threads});
  std::vector<int64_t> ids;
  for (const std::string& text : one.texts) {
    const size_t begin = ids.size();
    one.meaning.AppendIds(text, ids);
    ids.resize(begin + length, 0);
  }
  ASSERT_EQ(dense.flat_shape(), (std::vector<int64_t>{texts.size(), length}));
  ASSERT_TRUE(std::ranges::equal(dense.items<int64_t>(), ids));
}

void ExpectColumns(const VectorizeCase& one, const Fused& fused,
                   StringTensorView texts, int threads) {
  const CsrMatrix csr =
      *fused.plan.Csr(Halves(texts), {.num_threads = threads});
  ASSERT_EQ(csr.num_columns, fused.num_columns);
  std::vector<int64_t> columns;
  std::vector<int64_t> counts;
  std::vector<float> weighted;
  std::vector<int64_t> row_splits = {0};
  for (const std::string& text : one.texts) {
    for (const auto& [column, count] : one.meaning.Counts(text)) {
      columns.push_back(column);
      counts.push_back(one.options.output_mode == OutputMode::kCount ? count
                                                                     : 1);
      weighted.push_back(static_cast<float>(count) * fused.weights[column]);
    }
    row_splits.push_back(static_cast<int64_t>(columns.size()));
  }
  ASSERT_TRUE(std::ranges::equal(csr.columns, columns));
  ASSERT_TRUE(std::ranges::equal(csr.rows.row_splits(), row_splits));
  if (one.options.output_mode == OutputMode::kTfIdf) {
    ASSERT_TRUE(std::ranges::equal(csr.values.items<float>(), weighted));
  } else {
    ASSERT_TRUE(std::ranges::equal(csr.values.items<int64_t>(), counts));
  }
}

class FusedPlanTest : public hwy::TestWithParamTarget {};
HWY_TARGET_INSTANTIATE_TEST_SUITE_P(FusedPlanTest);

TEST_P(FusedPlanTest, EqualsTheReference) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (int i = 0; i < testing::Tries(17'000); ++i) {
    SCOPED_TRACE(::testing::Message() << "case " << i);
    const VectorizeCase one = testing::RandomVectorizeCase(random);
    const Fused fused = Compile(one);
    const StringTensor texts = Strings(one.texts);
    const int threads = i % 64 == 0 ? 3 : 1;
    if (one.options.output_mode != OutputMode::kInt) {
      ExpectColumns(one, fused, texts, threads);
    } else {
      ExpectIds(one, fused, texts, threads);
      ExpectVisitedIds(one, fused, texts, threads);
      if (one.options.output_sequence_length.has_value()) {
        ExpectDense(one, fused, texts, threads);
      }
    }
    if (::testing::Test::HasFatalFailure()) return;
  }
}

TEST(FusedPlan, StopsVisitingAtAnErrorAndWhenCancelled) {
  ROWSPLIT_SEEDED_RANDOM(random);
  VectorizeCase one;
  do {
    one = testing::RandomVectorizeCase(random);
  } while (one.options.output_mode != OutputMode::kInt);
  const Fused fused = Compile(one);
  const StringTensor texts = Strings({"a b", "c"});
  const auto fail = [](int64_t, std::span<const int64_t>,
                       std::span<const Offset>) {
    return absl::DataLossError("no more");
  };
  EXPECT_EQ(fused.plan.VisitIds(texts, INT64_MAX, {}, fail),
            absl::DataLossError("no more"));
  CancellationToken token;
  token.Cancel();
  EXPECT_TRUE(absl::IsCancelled(
      fused.plan.VisitIds(texts, INT64_MAX, {.cancellation = &token}, fail)));
}

}  // namespace
}  // namespace rowsplit::internal
