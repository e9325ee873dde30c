#ifndef ROWSPLIT_SRC_CORE_NPY_HEADER_H_
#define ROWSPLIT_SRC_CORE_NPY_HEADER_H_

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

// The header of a .npy file, of whatever dtype: what it means is for the
// callers.
namespace rowsplit::internal {

// The sign of this machine's byte order in a dtype: '<' for little-endian.
inline constexpr char kNpyNativeOrder =
    std::endian::native == std::endian::little ? '<' : '>';

struct NpyArrayHeader {
  // The dtype with its byte order: "<f4", ">i8", "|u1".
  std::string descr;
  bool fortran_order = false;
  int64_t num_dimensions = 0;
  // The first two of the dimensions, 0 or more.
  std::array<int64_t, 2> shape{};
  // Where the values start. FormatNpyArrayHeader does not read it.
  int64_t size_bytes = 0;
};

// Whether a file that begins with these bytes is a .npy file.
bool IsNpy(std::string_view head);

// Reads the header that `bytes` begin with: versions 1 to 3, any spelling of
// the dictionary. DataLoss if it is cut short or no dictionary of an array,
// Unimplemented for another version.
absl::StatusOr<NpyArrayHeader> ReadNpyArrayHeader(std::string_view bytes);

// A header, version 1.0, as long for every shape, so that it can be written
// before the number of rows is known. Requires at most 2 dimensions and a
// `descr` of at most 8 bytes.
inline constexpr size_t kNpyArrayHeaderBytes = 128;
std::string FormatNpyArrayHeader(std::string_view descr,
                                 std::span<const int64_t> shape);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_CORE_NPY_HEADER_H_
