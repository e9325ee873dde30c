#include "kernels/row_addresses.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "gtest/gtest.h"
#include "kernels/row_addresses_ref.h"
#include "kernels/table_rows.h"
#include "support/seed.h"
#include "support/targets.h"

namespace rowsplit {
namespace {

class RowAddressesTest : public hwy::TestWithParamTarget {};
HWY_TARGET_INSTANTIATE_TEST_SUITE_P(RowAddressesTest);

// No row is read, so the table need not be there.
kernels::TableRows Table(int64_t num_rows, size_t row_bytes) {
  static const uint8_t byte = 0;
  return {.rows = &byte, .row_bytes = row_bytes, .num_rows = num_rows};
}

template <typename Id>
void ExpectReference(const kernels::TableRows& table,
                     const std::vector<Id>& ids, size_t begin) {
  const size_t count = ids.size() - begin;
  std::vector<const uint8_t*> rows(count + 1, nullptr);
  std::vector<const uint8_t*> expected(count + 1, nullptr);
  const bool good = reference::FindRowAddresses(table, ids.data() + begin,
                                                count, expected.data());
  ASSERT_EQ(
      kernels::FindRowAddresses(table, ids.data() + begin, count, rows.data()),
      good);
  if (good) {
    ASSERT_EQ(rows, expected);
  }
  ASSERT_EQ(rows[count], nullptr);
}

template <typename Id>
void ExpectAllReference(testing::Random& random, int64_t num_rows,
                        size_t row_bytes) {
  const kernels::TableRows table = Table(num_rows, row_bytes);
  const auto most = static_cast<uint64_t>(std::numeric_limits<Id>::max());
  const auto rows = static_cast<uint64_t>(num_rows);
  const uint64_t bound = rows < most ? rows : most;
  for (size_t count = 0; count < 70; ++count) {
    std::vector<Id> ids;
    ids.reserve(count);
    for (size_t i = 0; i < count; ++i) {
      ids.push_back(
          bound == 0 ? Id{0} : static_cast<Id>(testing::Below(random, bound)));
    }
    if (count > 1 && bound > 0) ids[1] = static_cast<Id>(bound - 1);
    ExpectReference(table, ids, 0);
    if (count > 0) ExpectReference(table, ids, 1);
    if (count < 2) continue;
    const Id bad[] = {-1, std::numeric_limits<Id>::min(),
                      std::numeric_limits<Id>::max(), static_cast<Id>(bound)};
    ids[testing::Below(random, count)] = bad[count % 4];
    ExpectReference(table, ids, 0);
  }
}

TEST_P(RowAddressesTest, GivesTheAddressOfEachRow) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const size_t row_bytes : {1, 3, 72, 256, 1200}) {
    for (const int64_t num_rows : {0, 1, 7, 100'000, 2'000'000'000}) {
      ExpectAllReference<int64_t>(random, num_rows, row_bytes);
      ExpectAllReference<int32_t>(random, num_rows, row_bytes);
    }
  }
}

TEST_P(RowAddressesTest, TakesTablesOfMoreThanHalfAWord) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const int shift : {31, 32, 33, 40}) {
    ExpectAllReference<int64_t>(random, (int64_t{1} << shift) - 1, 64);
    ExpectAllReference<int64_t>(random, (int64_t{1} << shift) + 1, 64);
  }
  ExpectAllReference<int64_t>(random, 100, (size_t{1} << 32) + 4);
}

}  // namespace
}  // namespace rowsplit
