#ifndef ROWSPLIT_DATA_NPY_H_
#define ROWSPLIT_DATA_NPY_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/hash.h"

namespace rowsplit {

enum class NpyDtype { kUint16, kInt32, kInt64, kFloat32 };

// NumPy's name: "uint16", "int32", "int64", "float32".
std::string_view NpyDtypeName(NpyDtype dtype);
absl::StatusOr<NpyDtype> ParseNpyDtype(std::string_view name);
size_t NpyItemSize(NpyDtype dtype);

// What the header of a .npy file says.
struct NpyHeader {
  NpyDtype dtype;
  int64_t num_rows;
  // The shape is (num_rows, num_columns), or (num_rows,) without.
  std::optional<int64_t> num_columns;
  // Where the values start. FormatNpyHeader does not read it.
  int64_t size_bytes = 0;
};

// A header is as long for any shape, so that it can be written before the
// number of rows is known and overwritten after.
inline constexpr size_t kNpyHeaderBytes = 128;
std::string FormatNpyHeader(const NpyHeader& header);

// Reads the header at the start of `bytes`. Fails with DataLoss if the bytes
// are no whole header, with Unimplemented if it is one that says something else
// than a C-ordered array of one or two dimensions of a dtype above.
absl::StatusOr<NpyHeader> ReadNpyHeader(std::string_view bytes);

// Appends `values` in the bytes of `dtype`. Fails with InvalidArgument, and
// appends nothing, if one does not fit or the dtype holds no integers.
absl::Status AppendNpyInts(std::span<const int64_t> values, NpyDtype dtype,
                           BufferBuilder<char>& out);

// Writes one .npy file, which appears under its name, whole, at Close. The
// destructor without Close leaves nothing. Movable.
//
//   ASSIGN_OR_RETURN(auto writer, NpyWriter::Open("ids.npy", kInt32, 10));
//   RETURN_IF_ERROR(writer.AppendInts(ids));  // Any number of whole rows.
//   return writer.Close();
class NpyWriter {
 public:
  // Fails with InvalidArgument if there are less than 1 columns.
  static absl::StatusOr<NpyWriter> Open(const std::string& path, NpyDtype dtype,
                                        std::optional<int64_t> num_columns,
                                        size_t buffer_bytes = size_t{1} << 20);
  NpyWriter(NpyWriter&&) noexcept;
  NpyWriter& operator=(NpyWriter&&) noexcept;
  ~NpyWriter();

  // Values in row order; an error where one does not fit the dtype.
  absl::Status AppendInts(std::span<const int64_t> values);
  // Fails with InvalidArgument unless the dtype is float32.
  absl::Status AppendFloats(std::span<const float> values);
  // Values that are already in the dtype's bytes.
  absl::Status AppendBytes(std::string_view bytes);

  // Close is Finish, Publish and a sync of the folder. Finish fails with
  // InvalidArgument if the last row is not whole.
  absl::Status Finish();
  absl::Status Publish();
  absl::Status Close();

  const std::string& path() const;
  int64_t size_bytes() const;
  // XXH3-128 of the file. Requires Finish.
  const Digest128& digest() const;

 private:
  struct State;
  explicit NpyWriter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace rowsplit

#endif  // ROWSPLIT_DATA_NPY_H_
