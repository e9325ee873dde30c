// Kernels of gradients and of the updates of tables.
#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "kernels/bag_slices.h"
#include "kernels/instructions/inputs.h"
#include "kernels/instructions/kernel_runs.h"
#include "kernels/optimizer_rows.h"
#include "kernels/sum_slices.h"

namespace rowsplit::bench {

namespace {

constexpr size_t kWidth = 48;
constexpr size_t kNumRows = 1500;
constexpr size_t kNumBags = 100;

// Rows of floats in bags, and room for what is made of them. Runs that change
// rows begin with those of `rows` again.
struct Slices {
  Slices()
      : splits(RowSplits(kNumBags, 12, 41)),
        indices(Integers(kNumRows, kNumRows, 42)),
        rows(Floats(kNumRows * kWidth, 43)),
        gradients(Floats(kNumRows * kWidth, 44)),
        scales(Floats(kNumRows, 45)),
        first(kNumRows * kWidth),
        second(kNumRows * kWidth) {
    for (int64_t& split : splits) split = std::min<int64_t>(split, kNumRows);
  }

  kernels::Bags Bags() const {
    return {rows.data(), scales.data(), splits.data(), kNumBags, kWidth};
  }
  kernels::UpdateRows Update() const {
    return {indices.data(), kNumRows, gradients.data(), kWidth, 0.01F};
  }

  std::vector<int64_t> splits;
  std::vector<int64_t> indices;
  std::vector<float> rows;
  std::vector<float> gradients;
  std::vector<float> scales;
  std::vector<float> first;
  std::vector<float> second;
};

template <class Body>
void Add(KernelRuns& runs, const std::string& name, Body body) {
  runs.Add("kernels/" + name, [body] {
    return [data = std::make_shared<Slices>(), body] { body(*data); };
  });
}

void AddBagSlices(KernelRuns& runs) {
  Add(runs, "bag_slices/extreme_equal_parts", [](Slices& data) {
    kernels::ExtremeSlices(data.Bags(), {.greatest = true, .first_only = false},
                           data.gradients.data(), data.first.data());
  });
  Add(runs, "bag_slices/extreme_first", [](Slices& data) {
    kernels::ExtremeSlices(data.Bags(), {.greatest = false, .first_only = true},
                           data.gradients.data(), data.first.data());
  });
  Add(runs, "bag_slices/log_sum_exp", [](Slices& data) {
    kernels::LogSumExpSlices(data.Bags(), data.gradients.data(),
                             data.first.data());
  });
  Add(runs, "bag_slices/scale", [](Slices& data) {
    kernels::ScaleRows(data.rows.data(), kWidth, data.indices.data(),
                       data.scales.data(), kNumRows, data.first.data());
  });
  Add(runs, "bag_slices/combine", [](Slices& data) {
    kernels::CombineRows(data.rows.data(), data.gradients.data(), kWidth,
                         data.indices.data(), data.scales.data(),
                         data.scales.data(), kNumRows, data.first.data());
  });
  Add(runs, "bag_slices/dot", [](Slices& data) {
    kernels::DotRows(data.rows.data(), data.indices.data(),
                     data.gradients.data(), kWidth, kNumRows,
                     data.first.data());
  });
  Add(runs, "bag_slices/clip", [](Slices& data) {
    std::copy(data.rows.begin(), data.rows.end(), data.first.begin());
    kernels::ClipRows(4, kWidth, kNumRows, data.first.data(),
                      data.second.data());
  });
  Add(runs, "bag_slices/clip_gradient", [](Slices& data) {
    std::copy(data.gradients.begin(), data.gradients.end(), data.first.begin());
    kernels::ClipSlices(data.rows.data(), data.scales.data(), kWidth, kNumRows,
                        data.first.data());
  });
}

void AddSums(KernelRuns& runs) {
  Add(runs, "sum_slices/plain", [](Slices& data) {
    kernels::SumSlices(data.rows.data(), kWidth, data.indices.data(), nullptr,
                       data.splits.data(), kNumBags, data.first.data());
  });
  Add(runs, "sum_slices/scaled", [](Slices& data) {
    kernels::SumSlices(data.rows.data(), kWidth, data.indices.data(),
                       data.scales.data(), data.splits.data(), kNumBags,
                       data.first.data());
  });
}

void AddUpdates(KernelRuns& runs) {
  Add(runs, "optimizer_rows/sgd", [](Slices& data) {
    kernels::SgdRows(data.Update(), 0.1F, data.rows.data());
  });
  for (const bool inside : {false, true}) {
    Add(runs,
        std::string("optimizer_rows/adagrad_") +
            (inside ? "inside" : "outside"),
        [inside](Slices& data) {
          kernels::AdagradRows(data.Update(), {0.1F, 1e-7F, inside},
                               data.rows.data(), data.first.data());
        });
  }
  Add(runs, "optimizer_rows/row_wise_adagrad", [](Slices& data) {
    kernels::RowWiseAdagradRows(data.Update(), {0.1F, 1e-7F, false},
                                data.rows.data(), data.first.data());
  });
  Add(runs, "optimizer_rows/adam", [](Slices& data) {
    kernels::AdamRows(data.Update(), {0.1F, 0.1F, 0.001F, 1e-7F},
                      data.rows.data(), data.first.data(), data.second.data());
  });
}

}  // namespace

void AddSliceRuns(KernelRuns& runs) {
  AddBagSlices(runs);
  AddSums(runs);
  AddUpdates(runs);
}

}  // namespace rowsplit::bench
