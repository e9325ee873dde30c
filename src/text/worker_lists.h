#ifndef ROWSPLIT_SRC_TEXT_WORKER_LISTS_H_
#define ROWSPLIT_SRC_TEXT_WORKER_LISTS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/parallel.h"
#include "rowsplit/core/exec.h"

namespace rowsplit::internal {

// What the pieces of an op append, a list for each worker and not for each
// piece: its memory grows, and is touched for the first time, once. One thread
// appends the pieces in their order, so that its list may be the result.
template <typename List>
class WorkerLists {
 public:
  WorkerLists(size_t num_pieces, const ExecOptions& exec)
      : lists_(num_pieces <= 1 ? 1 : static_cast<size_t>(NumThreads(exec))),
        places_(num_pieces) {}

  // A single list, in order.
  bool in_order() const { return lists_.size() == 1; }

  // The list of the calling worker, inside of ParallelFor.
  List& OfWorker() { return lists_[Worker()]; }
  // The piece begins at this element of the worker's list.
  void SetBegin(int64_t piece, size_t begin) {
    places_[piece] = {Worker(), begin};
  }

  List& OfPiece(int64_t piece) { return lists_[places_[piece].list]; }
  size_t begin(int64_t piece) const { return places_[piece].begin; }

 private:
  struct Place {
    size_t list = 0;
    size_t begin = 0;
  };

  size_t Worker() const {
    return in_order() ? 0 : static_cast<size_t>(CurrentWorker());
  }

  std::vector<List> lists_;
  std::vector<Place> places_;
};

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_TEXT_WORKER_LISTS_H_
