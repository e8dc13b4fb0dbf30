#include "services/rating/core/vote_statistics.h"

namespace arena::rating {
namespace {

template <typename Map, typename Key>
void AddTo(Map& map, const Key& key, int64_t votes) {
  auto found = map.find(key);
  if (found == map.end()) found = map.emplace(key, 0).first;
  found->second += votes;
  if (found->second == 0) map.erase(found);
}

}  // namespace

void VoteStatistics::Add(std::string_view language, int32_t day, Outcome outcome, int64_t votes) {
  AddTo(languages_, language, votes);
  AddTo(days_, day, votes);
  outcomes_[static_cast<size_t>(outcome)] += votes;
}

void VoteStatistics::Move(std::string_view language, std::string_view new_language, int64_t votes) {
  if (language == new_language) return;
  AddTo(languages_, language, -votes);
  AddTo(languages_, new_language, votes);
}

}  // namespace arena::rating
