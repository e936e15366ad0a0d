#include "ferrite/load_order.h"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <utility>

namespace ferrite {
namespace {

// Tarjan's strongly connected components: each is given out after those it
// refers to.
class Components {
 public:
  explicit Components(const Plan& plan)
      : plan_(plan), nodes_(plan.tables.size()) {}

  LoadOrder Order() {
    for (size_t i = 0; i < nodes_.size(); ++i) {
      if (nodes_[i].index == kUnseen) Visit(i);
    }
    return std::move(order_);
  }

 private:
  static constexpr size_t kUnseen = SIZE_MAX;

  struct Node {
    size_t index = kUnseen;
    size_t low = 0;
    bool is_open = false;
  };

  // As deep as a chain of references: at most a plan's 1000 tables.
  void Visit(size_t table) {
    nodes_[table] = {count_, count_, true};
    ++count_;
    open_.push_back(table);
    for (const ForeignKey& key : plan_.tables[table].foreign_keys) {
      if (nodes_[key.table].index == kUnseen) {
        Visit(key.table);
        nodes_[table].low = std::min(nodes_[table].low, nodes_[key.table].low);
      } else if (nodes_[key.table].is_open) {
        nodes_[table].low =
            std::min(nodes_[table].low, nodes_[key.table].index);
      }
    }
    if (nodes_[table].low == nodes_[table].index) Close(table);
  }

  void Close(size_t table) {
    const auto first = std::find(open_.begin(), open_.end(), table);
    std::vector<size_t> component(first, open_.end());
    open_.erase(first, open_.end());
    for (const size_t each : component) nodes_[each].is_open = false;
    // As the plan has them, whatever way the walk came.
    std::sort(component.begin(), component.end());
    order_.tables.insert(order_.tables.end(), component.begin(),
                         component.end());
    if (component.size() > 1 || RefersToItself(table)) {
      order_.cycles.push_back(std::move(component));
    }
  }

  bool RefersToItself(size_t table) const {
    const std::vector<ForeignKey>& keys = plan_.tables[table].foreign_keys;
    return std::any_of(keys.begin(), keys.end(), [&](const ForeignKey& key) {
      return key.table == table;
    });
  }

  const Plan& plan_;
  std::vector<Node> nodes_;
  std::vector<size_t> open_;
  size_t count_ = 0;
  LoadOrder order_;
};

// Whether each table gets its sources in the plan's order.
bool KeepsTablesWhole(const Plan& plan, const std::vector<size_t>& sources) {
  std::vector<size_t> place(sources.size());
  for (size_t i = 0; i < sources.size(); ++i) place[sources[i]] = i;
  for (const Table& table : plan.tables) {
    std::vector<size_t> wanted;
    for (const Selection& from : table.from) wanted.push_back(from.source);
    std::sort(wanted.begin(), wanted.end());
    const bool is_kept = std::is_sorted(
        wanted.begin(), wanted.end(),
        [&](size_t a, size_t b) { return place[a] < place[b]; });
    if (!is_kept) return false;
  }
  return true;
}

std::vector<size_t> OrderSources(const Plan& plan,
                                 const std::vector<size_t>& tables) {
  std::vector<size_t> sources;
  std::vector<bool> is_in(plan.sources.size());
  const auto add = [&](size_t source) {
    if (!is_in[source]) sources.push_back(source);
    is_in[source] = true;
  };
  for (const size_t table : tables) {
    for (const Selection& from : plan.tables[table].from) add(from.source);
  }
  // Those that are excluded as a whole.
  for (size_t i = 0; i < plan.sources.size(); ++i) add(i);
  if (!KeepsTablesWhole(plan, sources)) {
    std::iota(sources.begin(), sources.end(), size_t{0});
  }
  return sources;
}

}  // namespace

LoadOrder OrderTables(const Plan& plan) {
  LoadOrder order = Components(plan).Order();
  order.sources = OrderSources(plan, order.tables);
  return order;
}

}  // namespace ferrite
