// Ops on tensors from the factories: hostile splits, shapes, axes, keys and
// sizes. Nothing may crash, and what an op gives must be a valid tensor.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "fuzz/input.h"
#include "rowsplit/rowsplit.h"

namespace rowsplit {
namespace {

// Larger tensors are no better at finding faults.
constexpr int64_t kMostItems = 300;
constexpr int64_t kMostRows = 2000;

Buffer<std::byte> AnyBytes(fuzz::Input& input, int64_t size, bool bools) {
  BufferBuilder<std::byte> bytes(static_cast<size_t>(size));
  for (std::byte& byte : bytes.span())
    byte = static_cast<std::byte>(bools ? input.Below(2) : input.Byte());
  return std::move(bytes).Build();
}

// Dense, of any dtype, of a shape that the factory may refuse.
absl::StatusOr<Tensor> AnyDense(fuzz::Input& input, int64_t min_rank) {
  std::vector<int64_t> shape;
  for (int64_t rank = min_rank + input.Below(3); rank > 0; --rank)
    shape.push_back(input.Below(16) == 0 ? input.Number() : input.Below(4));
  int64_t items = 1;
  for (const int64_t size : shape) {
    if (__builtin_mul_overflow(items, size, &items) || items < 0) items = 0;
  }
  if (items > kMostItems) items = input.Below(4);
  const auto dtype = static_cast<DType>(input.Below(14));
  if (dtype != DType::kString) {
    return Tensor::DenseBytes(
        dtype, AnyBytes(input, items * DTypeSize(dtype), dtype == DType::kBool),
        shape);
  }
  StringTensorBuilder builder;
  for (int64_t i = 0; i < items; ++i) {
    for (int64_t size = input.Below(4); size > 0; --size) {
      const auto byte = static_cast<char>(input.Byte());
      builder.AppendPart({&byte, 1});
    }
    builder.EndString();
  }
  return Tensor::Dense(std::move(builder).Build(), shape);
}

// Splits that mostly end at `num_values`.
std::vector<Offset> AnySplits(fuzz::Input& input, int64_t num_values) {
  std::vector<Offset> splits = {0};
  while (splits.back() < num_values && splits.size() < 20) {
    const int64_t length =
        input.Below(40) == 0 ? input.Number() : input.Below(5);
    splits.push_back(static_cast<Offset>(static_cast<uint64_t>(splits.back()) +
                                         static_cast<uint64_t>(length)));
  }
  if (input.Below(20) != 0) splits.push_back(num_values);
  return splits;
}

absl::StatusOr<Tensor> AnyTensor(fuzz::Input& input) {
  const int64_t ragged_rank = input.Below(4);
  absl::StatusOr<Tensor> tensor = AnyDense(input, ragged_rank > 0 ? 1 : 0);
  for (int64_t i = 0; i < ragged_rank && tensor.ok(); ++i) {
    if (tensor->num_rows() > kMostRows) return tensor;
    const std::vector<Offset> splits = AnySplits(input, tensor->num_rows());
    tensor = Tensor::FromRowSplits(*std::move(tensor), splits);
  }
  return tensor;
}

// What a tensor promises.
void CheckTensor(const Tensor& tensor) {
  if (tensor.is_ragged()) {
    int64_t next = tensor.partition(0).num_rows();
    for (const RowPartition& partition : tensor.partitions()) {
      ROWSPLIT_FUZZ_CHECK(partition.num_rows() == next);
      ROWSPLIT_FUZZ_CHECK(
          RowPartition::FromRowSplits(partition.row_splits()).ok());
      next = partition.num_values();
    }
    ROWSPLIT_FUZZ_CHECK(tensor.num_values() == next);
  }
  const int64_t size = tensor.num_items() * DTypeSize(tensor.dtype());
  ROWSPLIT_FUZZ_CHECK(tensor.is_string() ||
                      static_cast<int64_t>(tensor.bytes().size()) == size);
  ROWSPLIT_FUZZ_CHECK(!tensor.is_string() ||
                      tensor.strings().size() == tensor.num_items());
}

// An error is an answer too; anything but OK must say something.
template <typename T>
bool Check(const absl::StatusOr<T>& result) {
  if (!result.ok()) {
    ROWSPLIT_FUZZ_CHECK(!result.status().message().empty());
    return false;
  }
  if constexpr (std::is_same_v<T, Tensor>) {
    CheckTensor(*result);
  } else {
    for (const Tensor& tensor : *result) CheckTensor(tensor);
  }
  return true;
}

const ExecOptions kOneThread = {.num_threads = 1};

int AnyAxis(fuzz::Input& input) {
  return static_cast<int>(input.Below(16) == 0 ? input.Number()
                                               : input.Below(9) - 4);
}

void CheckOrder(fuzz::Input& input, const Tensor& x) {
  const SortOptions options = {
      .axis = input.Below(4) == 0 ? AnyAxis(input) : -1,
      .direction =
          input.Flag() ? SortDirection::kDescending : SortDirection::kAscending,
      .exec = kOneThread};
  const auto sorted = Sort(x, options);
  const auto order = ArgSort(x, options);
  ROWSPLIT_FUZZ_CHECK(Check(sorted) == Check(order));
  if (sorted.ok()) ROWSPLIT_FUZZ_CHECK(*Sort(*sorted, options) == *sorted);
  const auto top = TopK(x, input.Number(), {.exec = kOneThread});
  if (!top.ok()) return;
  CheckTensor(top->values);
  CheckTensor(top->indices);
}

void CheckGradients(fuzz::Input& input, const Tensor& x, const Tensor& y) {
  ReduceGradientOptions options;
  if (input.Flag()) {
    options.axes.emplace();
    for (int64_t n = input.Below(3); n > 0; --n)
      options.axes->push_back(AnyAxis(input));
  }
  Check(SumGradient(x, y, options));
  Check(MeanGradient(x, y, options));
  Check(MaxGradient(x, y, options));
  Check(LogSumExpGradient(x, y, options));
  Check(SoftmaxGradient(x, x, AnyAxis(input)));
  Check(ToDenseGradient(x, y));
  const std::vector<Tensor> pair = {x, y};
  Check(ConcatGradient(pair, AnyAxis(input), x));
  Check(GatherGradient(x, y, x));
}

void CheckElementwise(fuzz::Input& input, const Tensor& x, const Tensor& y) {
  constexpr int64_t kLast = static_cast<int64_t>(UnaryOp::kInvert);
  Check(Unary(static_cast<UnaryOp>(input.Below(kLast + 1)), x,
              {.exec = kOneThread}));
  Check(Binary(static_cast<BinaryOp>(input.Below(8)), x, y,
               {.exec = kOneThread}));
  Check(BroadcastTo(x, y, {.exec = kOneThread}));
  Check(Softmax(x, AnyAxis(input), {.exec = kOneThread}));
}

void CheckMoves(fuzz::Input& input, const Tensor& x, const Tensor& y) {
  const std::vector<Tensor> pair = {x, y};
  const int axis = AnyAxis(input);
  Check(Concat(pair, axis, {.exec = kOneThread}));
  Check(Stack(pair, axis, {.ragged = input.Flag(), .exec = kOneThread}));
  // Not so many copies that the memory ends.
  std::vector<int64_t> multiples;
  for (int64_t i = input.Below(8) == 0 ? input.Below(7) : x.rank(); i > 0; --i)
    multiples.push_back(input.Below(16) - (input.Below(8) == 0 ? 16 : 0));
  for (int64_t& multiple : multiples) multiple = multiple % 4;
  Check(Tile(x, multiples, {.exec = kOneThread}));
  const std::vector<int> axes = {axis, AnyAxis(input)};
  Check(Reverse(x, axes, {.exec = kOneThread}));
  Check(Split(x, input.Below(8) - 1, axis, {.exec = kOneThread}));
  const std::vector<int64_t> sizes = {input.Number(), input.Below(3),
                                      input.Number()};
  Check(Split(x, sizes, axis, {.exec = kOneThread}));
  Check(Unstack(x, axis, {.exec = kOneThread}));
  Check(StackDynamicPartitions(x, y, input.Below(8) - 1, {.exec = kOneThread}));
}

// Small numbers, mostly rows of something.
Tensor AnyIndices(fuzz::Input& input) {
  BufferBuilder<int64_t> indices;
  for (int64_t n = input.Below(6); n > 0; --n)
    indices.Append(input.Below(16) == 0 ? input.Number() % 64 : input.Below(3));
  return Tensor::Vector(std::move(indices).Build());
}

SliceItem AnySliceItem(fuzz::Input& input) {
  const auto bound = [&]() -> std::optional<int64_t> {
    if (input.Flag()) return std::nullopt;
    return input.Number();
  };
  switch (input.Below(8)) {
    case 0:
      return input.Number();
    case 1:
      return int64_t{0};
    case 2:
      return SliceEllipsis();
    case 3:
      return SliceNewAxis();
    default:
      return SliceRange{bound(), bound(), bound()};
  }
}

void CheckSlices(fuzz::Input& input, const Tensor& x, const Tensor& y) {
  std::vector<SliceItem> key;
  for (int64_t n = input.Below(5); n > 0; --n)
    key.push_back(AnySliceItem(input));
  Check(Slice(x, key, {.exec = kOneThread}));
  Check(BooleanMask(x, y, {.exec = kOneThread}));
  Check(Where(y, x, x, {.exec = kOneThread}));
  Check(Where(x, {.exec = kOneThread}));
  const Tensor indices = AnyIndices(input);
  for (const Tensor& places : {indices, y}) {
    GatherAxesOptions options = {.exec = kOneThread};
    if (input.Flag()) options.axis = AnyAxis(input);
    options.batch_dims = static_cast<int>(input.Below(4)) - 1;
    Check(Gather(x, places, options));
    Check(GatherNd(x, places, {.exec = kOneThread}));
  }
  Check(OneHot(x, input.Below(6) - 1, {.axis = AnyAxis(input)}));
  const auto unique = Unique(x, {.exec = kOneThread});
  if (unique.ok()) {
    CheckTensor(unique->values);
    CheckTensor(unique->index);
    CheckTensor(unique->counts);
  }
}

void CheckShapes(fuzz::Input& input, const Tensor& x, const Tensor& y) {
  Check(ExpandDims(x, AnyAxis(input)));
  const std::vector<int> axes = {AnyAxis(input)};
  Check(Squeeze(x, axes));
  Check(MergeDims(x, AnyAxis(input), AnyAxis(input)));
  ToDenseOptions to_dense = {.exec = kOneThread};
  if (input.Flag()) {
    to_dense.shape.emplace();
    for (int64_t n = input.Below(5); n > 0; --n) {
      to_dense.shape->push_back(input.Flag() ? std::optional<int64_t>()
                                             : input.Below(6) - 1);
    }
  }
  Check(ToDense(x, to_dense));
  FromDenseOptions from_dense = {
      .ragged_rank = static_cast<int>(input.Below(6)) - 1, .exec = kOneThread};
  if (input.Flag()) from_dense.padding = y;
  if (input.Flag()) from_dense.lengths = AnyIndices(input).buffer<int64_t>();
  Check(FromDense(x, from_dense));
}

void CheckReductions(fuzz::Input& input, const Tensor& x) {
  ReduceAxesOptions options = {.keepdims = input.Flag(), .exec = kOneThread};
  if (input.Flag()) options.axes = std::vector<int>{AnyAxis(input)};
  Check(Reduce(x, static_cast<ReduceOp>(input.Below(10)), options));
  const Tensor ids = AnyIndices(input);
  const auto op = static_cast<SegmentOp>(input.Below(6));
  Check(SegmentReduce(x, ids, op, {.exec = kOneThread}));
  Check(UnsortedSegmentReduce(x, ids, input.Below(6) - 1, op,
                              {.exec = kOneThread}));
}

void CheckArrow(const Tensor& x) {
  ArrowSchema schema;
  ArrowArray array;
  if (!ExportToArrow(x, &schema, &array).ok()) return;
  const auto back = ImportFromArrow(schema, &array);
  schema.release(&schema);
  ROWSPLIT_FUZZ_CHECK(Check(back));
  // A dense dimension over rows of lists comes back as a partition.
  ROWSPLIT_FUZZ_CHECK(back->num_items() == x.num_items());
}

}  // namespace
}  // namespace rowsplit

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace rowsplit;  // NOLINT: the fuzzer's own entry
  fuzz::Input input(data, size);
  const auto x = AnyTensor(input);
  const auto y = input.Flag() ? x : AnyTensor(input);
  if (!Check(x) || !Check(y)) return 0;
  // Rows without items cost time and tell nothing.
  for (const Tensor* tensor : {&*x, &*y}) {
    for (const int64_t dimension : tensor->flat_shape()) {
      if (dimension > kMostRows) return 0;
    }
  }
  CheckOrder(input, *x);
  CheckGradients(input, *x, *y);
  CheckElementwise(input, *x, *y);
  CheckMoves(input, *x, *y);
  CheckSlices(input, *x, *y);
  CheckShapes(input, *x, *y);
  CheckReductions(input, *x);
  CheckArrow(*x);
  return 0;
}
