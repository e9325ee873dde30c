// rowsplit.IdMap and VocabularyDiff.

#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

#include <cstdint>

#include "bindings.h"
#include "convert.h"
#include "numpy_array.h"
#include "rowsplit/ragged/tensor.h"
#include "rowsplit/vocab/diff.h"
#include "rowsplit/vocab/id_map.h"
#include "status.h"
#include "vocabulary_argument.h"

namespace rowsplit::python {

using namespace nb::literals;

namespace {

nb::object Remap(const IdMap& self, nb::handle ids, nb::handle oov_id) {
  Call call;
  const Tensor old_ids = call.Take(ids);
  RemapIdsOptions options;
  if (!oov_id.is_none()) options.oov_id = Call::TakeInt64(oov_id, "oov_id");
  return call.Return([&] { return RemapIds(old_ids, self, options); });
}

void BindMap(nb::module_& m) {
  nb::class_<IdMap> c(m, "IdMap",
                      "Which new id each old id became when a vocabulary "
                      "changed: what carries the rows of an embedding table, "
                      "and stored ids, over.");
  c.def(
      "__init__",
      [](IdMap* self, nb::handle old_to_new, nb::handle num_new) {
        new (self) IdMap(ValueOrRaise(IdMap::Create(
            TakeCounts(old_to_new), Call::TakeInt64(num_new, "num_new"))));
      },
      "old_to_new"_a, "num_new"_a,
      "From the new id of each old one, or -1.\n\n"
      ">>> rs.IdMap([1, -1, 0], 3).new_to_old.tolist()\n"
      "[2, 0, -1]\n\n"
      "Raises ValueError for an id that is none, or comes twice.");
  c.def("__len__", &IdMap::num_old);
  c.def_prop_ro(
      "old_to_new",
      [](const IdMap& self) { return GiveVector(self.old_to_new()); },
      "For each old id the new one, or -1.");
  c.def_prop_ro(
      "new_to_old",
      [](const IdMap& self) { return GiveVector(self.NewToOld()); },
      "For each new id the old one, or -1: the rows of the old table.");
  c.def_prop_ro("num_new", &IdMap::num_new, "The number of new ids.");
  c.def_prop_ro("is_identity", &IdMap::is_identity,
                "Whether every id stays and none is added.");
  c.def(
      "with_leading_ids",
      [](const IdMap& self, int64_t count) {
        return ValueOrRaise(self.WithLeadingIds(count));
      },
      "count"_a,
      "The map where `count` ids come before these on both sides, which stay: "
      "padding and OOV ids of a layer.");
  c.def(
      "then",
      [](const IdMap& self, const IdMap& next) {
        return ValueOrRaise(self.Then(next));
      },
      "next"_a, "This map, then the next.");
  c.def("remap", &Remap, "ids"_a, "oov_id"_a.none() = nb::none(),
        "The same ids, dense or ragged, after the map; `oov_id` for those "
        "that have no new one.\n\n"
        ">>> rs.IdMap([1, -1, 0], 3).remap(rs.constant([[0, 2], [1]]), "
        "oov_id=7)\n"
        "<rowsplit.RaggedTensor [[1, 0], [7]]>\n\n"
        "Raises ValueError for an id outside the map, and for one without a "
        "new id if there is no oov_id.");
  c.def(
      "__eq__",
      [](const IdMap& self, nb::handle other) {
        return nb::isinstance<IdMap>(other) &&
               self == nb::cast<const IdMap&>(other);
      },
      nb::arg("other").none());
  c.attr("__hash__") = nb::none();
  c.def("__reduce__", [](nb::handle self) {
    const auto& map = nb::cast<const IdMap&>(self);
    return nb::make_tuple(
        self.type(),
        nb::make_tuple(GiveVector(map.old_to_new()), map.num_new()));
  });
}

void BindDiff(nb::module_& m) {
  nb::class_<VocabularyDiff> c(m, "VocabularyDiff",
                               "What is different in a new vocabulary.");
  c.def_prop_ro(
      "added",
      [](const VocabularyDiff& self) { return GiveVector(self.added); },
      "Ids, in the new vocabulary, of tokens that the old one lacks.");
  c.def_prop_ro(
      "removed",
      [](const VocabularyDiff& self) { return GiveVector(self.removed); },
      "Ids, in the old vocabulary, of tokens that the new one lacks.");
  c.def_prop_ro(
      "moved",
      [](const VocabularyDiff& self) { return GiveVector(self.moved); },
      "Old ids of tokens that both have under different ids.");
  c.def_prop_ro(
      "id_map", [](const VocabularyDiff& self) { return self.id_map; },
      "The old ids to the new ones.");
  c.def_prop_ro("is_same", &VocabularyDiff::is_same,
                "Whether both have the same tokens with the same ids.");
}

}  // namespace

void BindIdMap(nb::module_& m) {
  BindMap(m);
  BindDiff(m);
}

}  // namespace rowsplit::python
