#include "tools/arenactl/rate/seen_votes.h"

#include <algorithm>
#include <bit>

namespace arena::rate {
namespace {

// The upper bits of a product (Fibonacci hashing): the same in every run, unlike absl::Hash.
uint64_t DrawHash(const VoteRow& row) {
  const auto bits = std::bit_cast<uint64_t>(row.propensity.value_or(0.0));
  return (bits * 0x9e3779b97f4a7c15u) >> (64 - SeenVotes::kDrawHashBits);
}

}  // namespace

void SeenVotes::Append(const VoteRow& row, bool is_counted) {
  votes_.push_back({.position = static_cast<uint64_t>(row.position) & ((uint64_t{1} << 37) - 1),
                    .outcome = static_cast<uint64_t>(row.outcome) & 3u,
                    .is_rated = row.is_rated ? 1u : 0u,
                    .is_counted = is_counted ? 1u : 0u,
                    .draw_hash = DrawHash(row) & ((1u << kDrawHashBits) - 1),
                    .left = NumberOf(row.left),
                    .right = NumberOf(row.right)});
}

SeenVotes::Vote* SeenVotes::Find(int64_t position) {
  const auto found = std::ranges::lower_bound(
      votes_, position, {}, [](const Vote& vote) { return static_cast<int64_t>(vote.position); });
  if (found == votes_.end() || static_cast<int64_t>(found->position) != position) return nullptr;
  return &*found;
}

bool SeenVotes::Matches(const Vote& vote, const VoteRow& row) const {
  return vote.outcome == static_cast<uint64_t>(row.outcome) &&
         vote.is_rated == (row.is_rated ? 1u : 0u) && vote.draw_hash == DrawHash(row) &&
         IsNumbered(row.left, vote.left) && IsNumbered(row.right, vote.right);
}

uint32_t SeenVotes::NumberOf(std::string_view name) {
  const auto number = static_cast<uint32_t>(numbers_.size());
  return numbers_.try_emplace(std::string(name), number).first->second;
}

bool SeenVotes::IsNumbered(std::string_view name, uint32_t number) const {
  const auto found = numbers_.find(std::string(name));
  return found != numbers_.end() && found->second == number;
}

}  // namespace arena::rate
