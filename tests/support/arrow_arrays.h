#ifndef ROWSPLIT_TESTS_SUPPORT_ARROW_ARRAYS_H_
#define ROWSPLIT_TESTS_SUPPORT_ARROW_ARRAYS_H_

#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "rowsplit/data/arrow_abi.h"

namespace rowsplit::testing {

// An Arrow array written by hand, with its type, right or wrong. Counts how
// often its outermost array and its schema were released.
//
//   ArrowLevel list("+l", 2);
//   list.Add<int32_t>({0, 2, 3});
//   list.child = std::make_unique<ArrowLevel>("i", 3);
//   list.child->Add<int32_t>({1, 2, 3});
//   ImportFromArrow(list.MakeSchema(), list.MakeArray());
struct ArrowLevel {
  ArrowLevel(std::string format_in, int64_t length_in)
      : format(std::move(format_in)), length(length_in) {
    buffers.push_back(nullptr);
  }

  // Adds a buffer, exactly as long as the values.
  template <typename T>
  ArrowLevel& Add(const std::vector<T>& values) {
    memory.push_back(std::make_unique<char[]>(values.size() * sizeof(T) + 1));
    if (!values.empty())
      std::memcpy(memory.back().get(), values.data(),
                  values.size() * sizeof(T));
    buffers.push_back(memory.back().get());
    return *this;
  }
  ArrowLevel& Add(const std::string& text) {
    return Add(std::vector<char>(text.begin(), text.end()));
  }
  // The bits, lowest first, of which values are there.
  ArrowLevel& SetValid(std::vector<uint8_t> bits, int64_t count) {
    memory.push_back(std::make_unique<char[]>(bits.size()));
    std::memcpy(memory.back().get(), bits.data(), bits.size());
    buffers[0] = memory.back().get();
    null_count = count;
    return *this;
  }

  // Both refer to this level and are valid until the next call.
  ArrowSchema& MakeSchema() {
    schema = {};
    schema.format = format.c_str();
    schema.name = "";
    schema.private_data = this;
    schema.release = [](ArrowSchema* released) {
      ++static_cast<ArrowLevel*>(released->private_data)->schemas_released;
      released->release = nullptr;
    };
    if (child != nullptr) {
      child_schema = &child->MakeSchema();
      schema.n_children = 1;
      schema.children = &child_schema;
    }
    return schema;
  }
  ArrowArray* MakeArray() {
    array = {};
    array.length = length;
    array.offset = offset;
    array.null_count = null_count;
    array.n_buffers = static_cast<int64_t>(buffers.size());
    array.buffers = buffers.data();
    array.private_data = this;
    array.release = [](ArrowArray* released) {
      ++static_cast<ArrowLevel*>(released->private_data)->arrays_released;
      released->release = nullptr;
    };
    if (child != nullptr) {
      child_array = child->MakeArray();
      array.n_children = 1;
      array.children = &child_array;
    }
    return &array;
  }

  std::string format;
  int64_t length;
  int64_t offset = 0;
  int64_t null_count = 0;
  std::unique_ptr<ArrowLevel> child;
  std::vector<const void*> buffers;
  std::vector<std::unique_ptr<char[]>> memory;
  int arrays_released = 0;
  int schemas_released = 0;

  ArrowSchema schema = {};
  ArrowArray array = {};
  ArrowSchema* child_schema = nullptr;
  ArrowArray* child_array = nullptr;
};

}  // namespace rowsplit::testing

#endif  // ROWSPLIT_TESTS_SUPPORT_ARROW_ARRAYS_H_
