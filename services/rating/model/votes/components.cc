#include "services/rating/model/votes/components.h"

#include <algorithm>

namespace arena::rating {
namespace {

constexpr uint32_t kUnseen = UINT32_MAX;

// Edges by their winner: those of `v` are targets[begin[v]] … targets[begin[v + 1] - 1].
struct Adjacency {
  std::vector<size_t> begin;
  std::vector<uint32_t> targets;

  Adjacency(uint32_t size, std::span<const BeatOrTied> edges)
      : begin(size + size_t{1}), targets(edges.size()) {
    for (const BeatOrTied& edge : edges) ++begin[edge.winner + size_t{1}];
    for (size_t v = 0; v < size; ++v) begin[v + 1] += begin[v];
    std::vector<size_t> next(begin.begin(), begin.end() - 1);
    for (const BeatOrTied& edge : edges) targets[next[edge.winner]++] = edge.loser;
  }
};

class Tarjan {
 public:
  Tarjan(uint32_t size, std::span<const BeatOrTied> edges)
      : graph_(size, edges), number_(size, kUnseen), low_(size), is_open_(size) {
    for (uint32_t v = 0; v < size; ++v) {
      if (number_[v] == kUnseen) Explore(v);
    }
  }

  std::vector<std::vector<uint32_t>> parts;

 private:
  // Where the walk stands at a vertex.
  struct Visit {
    uint32_t vertex;
    size_t next_edge;
  };

  void Enter(uint32_t v) {
    number_[v] = low_[v] = count_++;
    open_.push_back(v);
    is_open_[v] = true;
    walk_.push_back({v, graph_.begin[v]});
  }

  void Explore(uint32_t root) {
    Enter(root);
    while (!walk_.empty()) {
      const uint32_t v = walk_.back().vertex;
      if (walk_.back().next_edge == graph_.begin[v + size_t{1}]) {
        Leave(v);
        continue;
      }
      const uint32_t target = graph_.targets[walk_.back().next_edge++];
      if (number_[target] == kUnseen) {
        Enter(target);
      } else if (is_open_[target]) {
        low_[v] = std::min(low_[v], number_[target]);
      }
    }
  }

  void Leave(uint32_t v) {
    walk_.pop_back();
    if (!walk_.empty()) {
      const uint32_t parent = walk_.back().vertex;
      low_[parent] = std::min(low_[parent], low_[v]);
    }
    if (low_[v] != number_[v]) return;
    const auto first = std::find(open_.rbegin(), open_.rend(), v).base() - 1;
    std::vector<uint32_t> part(first, open_.end());
    open_.erase(first, open_.end());
    for (const uint32_t member : part) is_open_[member] = false;
    std::ranges::sort(part);
    parts.push_back(std::move(part));
  }

  Adjacency graph_;
  std::vector<uint32_t> number_;
  std::vector<uint32_t> low_;
  std::vector<bool> is_open_;
  std::vector<uint32_t> open_;
  std::vector<Visit> walk_;
  uint32_t count_ = 0;
};

}  // namespace

std::vector<std::vector<uint32_t>> StronglyConnectedParts(uint32_t size,
                                                          std::span<const BeatOrTied> edges) {
  return Tarjan(size, edges).parts;
}

}  // namespace arena::rating
