#ifndef ROWSPLIT_SRC_CORE_STATUS_MACROS_H_
#define ROWSPLIT_SRC_CORE_STATUS_MACROS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#define ROWSPLIT_CONCAT_INNER(a, b) a##b
#define ROWSPLIT_CONCAT(a, b) ROWSPLIT_CONCAT_INNER(a, b)

// Returns from the enclosing function if `expr` is not OK.
#define ROWSPLIT_RETURN_IF_ERROR(expr)                                \
  do {                                                                \
    if (absl::Status rowsplit_status = (expr); !rowsplit_status.ok()) \
      return rowsplit_status;                                         \
  } while (false)

// Sets or declares `lhs` from a StatusOr, or returns its error.
#define ROWSPLIT_ASSIGN_OR_RETURN(lhs, expr)                                   \
  ROWSPLIT_ASSIGN_OR_RETURN_IMPL(ROWSPLIT_CONCAT(rowsplit_or_, __LINE__), lhs, \
                                 expr)
#define ROWSPLIT_ASSIGN_OR_RETURN_IMPL(temporary, lhs, expr) \
  auto temporary = (expr);                                   \
  if (!temporary.ok()) return std::move(temporary).status(); \
  lhs = *std::move(temporary)

#endif  // ROWSPLIT_SRC_CORE_STATUS_MACROS_H_
