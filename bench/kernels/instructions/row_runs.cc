// Kernels that reduce, order and multiply rows of numbers.
#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "kernels/instructions/inputs.h"
#include "kernels/instructions/kernel_runs.h"
#include "kernels/multiply_rows.h"
#include "kernels/reduce_lanes.h"
#include "kernels/reduce_moments.h"
#include "kernels/reduce_rows.h"
#include "kernels/sort_rows.h"

namespace rowsplit::bench {

namespace {

constexpr size_t kRows = 2000;

// Rows with their values, `width` items each.
template <typename T>
struct NumberRows {
  NumberRows(uint64_t mean, size_t width)
      : splits(RowSplits(kRows, mean, 8)), width(width), output(kRows * width) {
    const size_t size = static_cast<size_t>(splits.back()) * width;
    for (const int64_t integer : Integers(size, 2000, 9))
      values.push_back(static_cast<T>(integer - 1000));
    // What sort_rows may read behind them.
    values.resize(size + kernels::kSortPadding);
  }

  std::vector<int64_t> splits;
  size_t width;
  std::vector<T> values;
  std::vector<T> output;
};

template <typename T>
std::string TypeName() {
  const std::string kind = std::is_floating_point_v<T> ? "float"
                           : std::is_signed_v<T>       ? "int"
                                                       : "uint";
  return kind + std::to_string(8 * sizeof(T));
}

template <typename T>
void AddReductions(KernelRuns& runs, uint64_t mean, size_t width) {
  using kernels::ReduceKind;
  const std::string rest = TypeName<T>() + "_mean_" + std::to_string(mean) +
                           "_width_" + std::to_string(width);
  const std::pair<const char*, ReduceKind> kinds[] = {
      {"sum_", ReduceKind::kSum},
      {"prod_", ReduceKind::kProd},
      {"max_", ReduceKind::kMax}};
  for (const auto& [name, kind] : kinds) {
    runs.Add("kernels/reduce_rows/" + (name + rest), [kind = kind, mean,
                                                      width] {
      return [kind, rows = NumberRows<T>(mean, width)]() mutable {
        kernels::ReduceRows(kind, rows.splits.data(), kRows, rows.values.data(),
                            rows.width, rows.output.data());
      };
    });
  }
}

template <typename T>
void AddMoments(KernelRuns& runs, size_t width) {
  const std::string rest = TypeName<T>() + "_width_" + std::to_string(width);
  runs.Add("kernels/reduce_moments/mean_" + rest, [width] {
    return [rows = NumberRows<T>(20, width),
            output = std::vector<kernels::MeanOf<T>>(kRows * width)]() mutable {
      kernels::MeanRows(rows.splits.data(), kRows, rows.values.data(),
                        rows.width, output.data());
    };
  });
  runs.Add("kernels/reduce_moments/variance_" + rest, [width] {
    return [rows = NumberRows<T>(20, width),
            output = std::vector<kernels::MeanOf<T>>(kRows * width)]() mutable {
      kernels::VarianceRows(rows.splits.data(), kRows, rows.values.data(),
                            rows.width, output.data());
    };
  });
}

template <typename T>
void AddLanes(KernelRuns& runs) {
  runs.Add("kernels/reduce_lanes/sum_" + TypeName<T>(), [] {
    return [rows = NumberRows<T>(20, 1)]() mutable {
      kernels::SumLanes(rows.splits.data(), kRows, rows.values.data(),
                        rows.output.data());
    };
  });
  runs.Add("kernels/reduce_lanes/max_" + TypeName<T>(), [] {
    return [rows = NumberRows<T>(20, 1)]() mutable {
      kernels::MaxLanes(rows.splits.data(), kRows, rows.values.data(),
                        rows.output.data());
    };
  });
  runs.Add("kernels/reduce_lanes/min_" + TypeName<T>(), [] {
    return [rows = NumberRows<T>(20, 1)]() mutable {
      kernels::MinLanes(rows.splits.data(), kRows, rows.values.data(),
                        rows.output.data());
    };
  });
}

void AddLogical(KernelRuns& runs) {
  const auto add = [&runs](const std::string& name, auto reduce) {
    runs.Add("kernels/reduce_rows/" + name, [reduce] {
      return [reduce, rows = NumberRows<uint8_t>(20, 1)]() mutable {
        for (uint8_t& value : rows.values) value &= 1;
        reduce(rows.splits.data(), kRows,
               reinterpret_cast<const bool*>(rows.values.data()), 1,
               reinterpret_cast<bool*>(rows.output.data()));
      };
    });
  };
  add("any", [](auto... arguments) { kernels::AnyRows(arguments...); });
  add("all", [](auto... arguments) { kernels::AllRows(arguments...); });
}

template <typename Key>
void AddOrder(KernelRuns& runs, uint64_t mean) {
  runs.Add(
      "kernels/sort_rows/" + TypeName<Key>() + "_mean_" + std::to_string(mean),
      [mean] {
        NumberRows<Key> rows(mean, 1);
        const auto size = static_cast<size_t>(rows.splits.back());
        return [rows = std::move(rows),
                order = std::vector<int32_t>(size)]() mutable {
          kernels::OrderRows(rows.splits.data(), kRows, rows.values.data(),
                             order.data());
        };
      });
}

void AddProducts(KernelRuns& runs) {
  for (const size_t width : {size_t{7}, size_t{64}}) {
    runs.Add("kernels/multiply_rows/width_" + std::to_string(width), [width] {
      constexpr size_t kDepth = 32;
      return [width, rows = Floats(200 * kDepth, 3),
              matrix = Floats(kDepth * width, 4),
              output = std::vector<float>(200 * width)]() mutable {
        kernels::MultiplyRows(rows.data(), 200, kDepth, matrix.data(), width,
                              output.data());
      };
    });
  }
}

}  // namespace

void AddRowRuns(KernelRuns& runs) {
  for (const uint64_t mean : {4, 40}) {
    AddReductions<float>(runs, mean, 1);
    AddReductions<int64_t>(runs, mean, 1);
  }
  AddReductions<int32_t>(runs, 20, 1);
  AddReductions<uint8_t>(runs, 20, 1);
  AddReductions<float>(runs, 20, 16);
  AddLogical(runs);
  AddLanes<float>(runs);
  AddLanes<double>(runs);
  AddLanes<int64_t>(runs);
  AddMoments<float>(runs, 1);
  AddMoments<float>(runs, 16);
  AddMoments<int32_t>(runs, 1);
  AddOrder<int32_t>(runs, 4);
  AddOrder<int64_t>(runs, 4);
  AddOrder<int64_t>(runs, 60);
  AddProducts(runs);
}

}  // namespace rowsplit::bench
