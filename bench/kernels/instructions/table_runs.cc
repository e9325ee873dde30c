// Kernels on the rows of embedding tables, in each of their formats.
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "kernels/bag_dot.h"
#include "kernels/bag_exp.h"
#include "kernels/bag_fold.h"
#include "kernels/convert_rows.h"
#include "kernels/instructions/inputs.h"
#include "kernels/instructions/kernel_runs.h"
#include "kernels/row_addresses.h"
#include "kernels/table_rows.h"
#include "rowsplit/core/row_format.h"

namespace rowsplit::bench {

namespace {

constexpr size_t kTableRows = 1000;
constexpr size_t kNumBags = 200;
constexpr RowFormat kFormats[] = {RowFormat::kFloat32, RowFormat::kFloat16,
                                  RowFormat::kBfloat16, RowFormat::kInt8,
                                  RowFormat::kInt4};

std::string NameOf(RowFormat format, size_t width) {
  return std::string(RowFormatName(format)) + "_width_" + std::to_string(width);
}

// A table in a format, and bags of its rows.
struct BaggedTable {
  BaggedTable(RowFormat format, size_t width)
      : items(Floats(kTableRows * width, 31)),
        splits(RowSplits(kNumBags, 20, 32)),
        ids(Integers(static_cast<size_t>(splits.back()), kTableRows, 33)),
        weights(Floats(ids.size(), 34)),
        addresses(ids.size() + kernels::kMaxRowsAhead),
        output(kNumBags * width) {
    const auto row_bytes =
        static_cast<size_t>(RowBytes(format, static_cast<int64_t>(width)));
    bytes.resize(kTableRows * row_bytes);
    kernels::EncodeRows(format, items.data(), kTableRows, width, bytes.data());
    table = {bytes.data(), row_bytes, width, kTableRows, format};
    kernels::FindRowAddresses(table, ids.data(), ids.size(), addresses.data());
    for (size_t i = ids.size(); i < addresses.size(); ++i)
      addresses[i] = bytes.data();
  }

  kernels::RowBags Bags(bool weighted) const {
    return {addresses.data(), weighted ? weights.data() : nullptr,
            splits.data(), kNumBags};
  }

  std::vector<float> items;
  std::vector<int64_t> splits;
  std::vector<int64_t> ids;
  std::vector<float> weights;
  std::vector<const uint8_t*> addresses;
  std::vector<float> output;
  std::vector<uint8_t> bytes;
  kernels::TableRows table;
};

// Runs `body` on a table of each kind.
template <class Body>
void AddForFormat(KernelRuns& runs, const std::string& name, RowFormat format,
                  size_t width, Body body) {
  runs.Add("kernels/" + name + "_" + NameOf(format, width),
           [format, width, body] {
             return [data = std::make_shared<BaggedTable>(format, width),
                     body] { body(*data); };
           });
}

void AddFolds(KernelRuns& runs) {
  using kernels::BagFold;
  for (const RowFormat format : kFormats) {
    for (const size_t width : {size_t{64}, size_t{100}}) {
      AddForFormat(runs, "bag_fold/sum", format, width, [](BaggedTable& data) {
        kernels::FoldBags(data.table, BagFold::kSum, data.Bags(false), nullptr,
                          data.output.data());
      });
    }
    AddForFormat(runs, "bag_fold/weighted", format, 64, [](BaggedTable& data) {
      kernels::FoldBags(data.table, BagFold::kSum, data.Bags(true), nullptr,
                        data.output.data());
    });
  }
  for (const RowFormat format : {RowFormat::kFloat32, RowFormat::kInt8}) {
    AddForFormat(runs, "bag_fold/max", format, 64, [](BaggedTable& data) {
      kernels::FoldBags(data.table, BagFold::kMax, data.Bags(false), nullptr,
                        data.output.data());
    });
  }
}

void AddDots(KernelRuns& runs) {
  for (const RowFormat format : {RowFormat::kFloat32, RowFormat::kInt8}) {
    AddForFormat(runs, "bag_dot/queries", format, 64, [](BaggedTable& data) {
      kernels::DotBags(data.table, data.Bags(true), data.items.data(),
                       data.weights.data());
    });
    AddForFormat(runs, "bag_dot/norms", format, 64, [](BaggedTable& data) {
      kernels::SquaredNorms(data.table, data.addresses.data(), data.ids.size(),
                            data.weights.data());
    });
  }
}

void AddExponents(KernelRuns& runs) {
  AddForFormat(runs, "bag_exp/log_sum_exp", RowFormat::kFloat32, 64,
               [](BaggedTable& data) {
                 // Any maxima do: the items are below 1.
                 kernels::LogSumExpBags(data.table, data.Bags(false),
                                        data.items.data(), data.output.data());
               });
  AddForFormat(
      runs, "bag_exp/softmax", RowFormat::kFloat32, 1, [](BaggedTable& data) {
        kernels::SoftmaxBags(data.splits.data(), kNumBags, data.weights.data());
      });
}

void AddConversions(KernelRuns& runs) {
  for (const RowFormat format : kFormats) {
    AddForFormat(runs, "convert_rows/decode", format, 64,
                 [](BaggedTable& data) {
                   kernels::DecodeRows(data.table, data.ids.data(),
                                       data.output.size() / data.table.width,
                                       data.output.data());
                 });
    AddForFormat(
        runs, "convert_rows/encode", format, 64, [](BaggedTable& data) {
          kernels::EncodeRows(data.table.format, data.items.data(), kTableRows,
                              data.table.width, data.bytes.data());
        });
  }
}

void AddAddresses(KernelRuns& runs) {
  runs.Add("kernels/row_addresses/int64", [] {
    return [data = std::make_shared<BaggedTable>(RowFormat::kInt8, 50),
            ids = Integers(20'000, kTableRows, 36),
            rows = std::vector<const uint8_t*>(20'000)]() mutable {
      kernels::FindRowAddresses(data->table, ids.data(), ids.size(),
                                rows.data());
    };
  });
  runs.Add("kernels/row_addresses/int32", [] {
    const std::vector<int64_t> wide = Integers(20'000, kTableRows, 36);
    return [data = std::make_shared<BaggedTable>(RowFormat::kInt8, 50),
            ids = std::vector<int32_t>(wide.begin(), wide.end()),
            rows = std::vector<const uint8_t*>(20'000)]() mutable {
      kernels::FindRowAddresses(data->table, ids.data(), ids.size(),
                                rows.data());
    };
  });
}

}  // namespace

void AddTableRuns(KernelRuns& runs) {
  AddFolds(runs);
  AddDots(runs);
  AddExponents(runs);
  AddConversions(runs);
  AddAddresses(runs);
}

}  // namespace rowsplit::bench
